"""Conversations offline: routes, pronouns, the closed world, language models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from warm_index import warm

from assistant import Assistant, Catalog
from assistant.chat import Chat, State
from assistant.content import folder
from assistant.errors import InputError
from assistant.generation import End, LanguageModel, Message
from assistant.generation.claims import TURN
from assistant.grading.dialogues import Dialogue, read_dialogues
from assistant.links import candidates, identify
from assistant.prompts import PROMPT_FILE

DIALOGUES = read_dialogues(folder("eval") / "dialogues")
FIRST = "Which model do I use to upscale a photo by 3x?"


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


@pytest.fixture
def chat(assistant: Assistant) -> Chat:
    return Chat(assistant)


class Scripted(LanguageModel):
    """A language model that says what a test tells it to."""

    name = "scripted"

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[str] = []

    def complete(self, messages: Sequence[Message]) -> Iterator[str | End]:
        self.asked.append(messages[-1][1])
        yield self.text
        yield End()


def provided(catalog: Catalog) -> set[str]:
    """The identities of all links of the catalog."""
    found = (identify(link) for entry in catalog for link in entry.links)
    return {i.key for i in found if i}


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[d.name for d in DIALOGUES])
def test_a_scripted_conversation_goes_as_expected(assistant: Assistant, dialogue: Dialogue) -> None:
    """Every turn takes its route, recommends the right kind of model and says what it must; no
    reply holds a link that no record provides."""
    chat, links = Chat(assistant), provided(assistant.catalog)
    for _, reply, faults in dialogue.held(chat, assistant.catalog):
        assert [] == faults
        said = {i.key for c in candidates(reply.text) if (i := identify(c.text))}
        assert set() == said - links
        assert ("verified", ()) == (reply.outcome, reply.findings) or reply.route == "ask"


def test_there_are_enough_conversations_of_three_to_eight_turns() -> None:
    """What the scripted set promises."""
    assert 40 <= len(DIALOGUES)
    assert {True} == {3 <= len(d.turns) <= 8 for d in DIALOGUES}


def test_a_conversation_goes_on_from_its_stored_state(assistant: Assistant, chat: Chat) -> None:
    """The state is plain data; a second process resolves "and for 4x?" as the first would."""
    chat.say(FIRST)
    stored = State.model_validate_json(chat.state.model_dump_json())
    other = Chat(assistant, stored)
    assert chat.say("and for 4x?").text == other.say("and for 4x?").text


def test_what_was_shown_stays_in_the_closed_world(chat: Chat) -> None:
    """Items of earlier turns can be cited later."""
    chat.say(FIRST)
    before = {p.item.name for p in chat.provided()}
    chat.say("and for 2x?")
    assert before <= {p.item.name for p in chat.provided()}


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4_001])
def test_a_message_that_cannot_be_read_is_refused(chat: Chat, text: str) -> None:
    """Empty and endless messages change nothing."""
    with pytest.raises(InputError):
        chat.say(text)
    assert ([], State()) == (chat.history, chat.state)


@pytest.mark.parametrize(
    "text",
    ["()[]{}**", "\u202e\u200b", "```", "<script>alert(1)</script>", "{{ 7*7 }}", "why" * 900],
)
def test_any_text_gets_a_reply(chat: Chat, text: str) -> None:
    """Nothing that can be typed is a bug, before and after a recommendation."""
    chat.say(FIRST)
    assert chat.say(text).text.strip()


def test_a_language_model_writes_follow_ups_from_what_the_records_say(
    assistant: Assistant, chat: Chat
) -> None:
    """Its prose is taken if it passes; the links below come from the records."""
    chat.say(FIRST)
    name = chat.model
    said = f"{name} is for single-image super-resolution, and its scale is the 3x asked for."
    model = Scripted(said)
    talk = Chat(Assistant(assistant.catalog, model, cache=assistant._cache), chat.state)
    reply = talk.say("why that one?")
    offline = chat.say("why that one?")
    assert ("verified", True) == (reply.outcome, reply.text.startswith(model.text))
    assert reply.text.partition("**Sources**")[2] == offline.text.partition("**Sources**")[2]
    assert "why that one?" in model.asked[-1]


@pytest.mark.parametrize(
    "text",
    [
        "Real-ESRGAN is better. See https://github.com/xinntao/Real-ESRGAN for it.",
        "It reaches 41.2 dB on Set5.",
        "",
        "The model. " * 50,
        "Because I like it.",
    ],
)
def test_a_follow_up_that_does_not_pass_is_the_records_reply(
    assistant: Assistant, chat: Chat, text: str
) -> None:
    """What a language model may not say is replaced, and the outcome says so."""
    chat.say(FIRST)
    talk = Chat(Assistant(assistant.catalog, Scripted(text), cache=assistant._cache), chat.state)
    reply = talk.say("why that one?")
    assert ("fallback", chat.say("why that one?").text) == (reply.outcome, reply.text)
    assert reply.findings


class Stating(Scripted):
    """A language model that replies with facts of its prompt as claims, then with its own text."""

    shape: Mapping[str, Any] | None = None

    def complete_json(
        self, messages: Sequence[Message], schema: Mapping[str, Any]
    ) -> Iterator[str | End]:
        self.shape = schema
        self.asked.append(messages[-1][1])
        facts = re.findall(r"^\[(\S+)\] (.+)$", messages[-1][1], re.M)
        claims = [{"text": text, "facts": [name]} for name, text in facts if "#scales" in name]
        claims += [{"text": text, "facts": [name]} for name, text in facts if "#step-1" in name]
        claims += [{"text": self.text, "facts": [facts[0][0]]}] if self.text else []
        yield json.dumps({"reply": claims})
        yield End()


OWN = "It is a gentle way to bring old memories back to life."


@pytest.mark.parametrize(
    ("text", "check", "outcome", "kept"),
    [
        ("", "facts", "verified", False),
        (OWN, "facts", "repaired", False),
        (OWN, "links", "reworded", True),
        ("See https://evil.example/best.", "links", "repaired", False),
    ],
)
def test_a_follow_up_is_asked_for_as_claims(
    assistant: Assistant, chat: Chat, text: str, check: Any, outcome: str, kept: bool
) -> None:
    """Facts with their ids are shown; claims that pass stay, others go as in any answer."""
    chat.say(FIRST)
    model = Stating(text)
    other = Assistant(assistant.catalog, model, cache=assistant._cache, check=check)
    reply = Chat(other, chat.state).say("why that one?")
    assert TURN == model.shape
    assert "enlarges 3x." in reply.text
    assert (outcome, kept, False) == (reply.outcome, OWN in reply.text, "evil" in reply.text)


def test_a_follow_up_is_asked_for_in_prose_where_the_prompt_is(
    assistant: Assistant, chat: Chat
) -> None:
    """With ``--prompt parts`` no ids and no JSON are spoken of."""
    chat.say(FIRST)
    model = Scripted("Because.")
    model.template = PROMPT_FILE
    Chat(Assistant(assistant.catalog, model, cache=assistant._cache), chat.state).say("why?")
    assert ["JSON" in model.asked[-1], "in your own words" in model.asked[-1]] == [False, True]


def test_dialogues_with_a_language_model_take_the_same_routes(
    assistant: Assistant, catalog: Catalog
) -> None:
    """The model changes the wording, never the way or the recommendation."""
    for dialogue in DIALOGUES[:3]:
        plain = Chat(assistant)
        model = Scripted("Here is what I think about it.")
        written = Chat(Assistant(catalog, model, cache=assistant._cache))
        for expected in dialogue.turns:
            one, other = plain.say(expected.say), written.say(expected.say)
            assert (one.route, one.model) == (other.route, other.model)


def test_a_stream_of_a_reply_joins_to_its_text(chat: Chat) -> None:
    """Pieces come sentence by sentence; the last item is the reply."""
    chat.say(FIRST)
    *pieces, reply = chat.stream("what can go wrong?")
    assert reply.text == "".join(str(piece) for piece in pieces)  # type: ignore[union-attr]
    assert 2 < len(pieces)


def test_a_folder_without_dialogues_is_refused(tmp_path: Path) -> None:
    """The error names the folder, or the file that is broken."""
    with pytest.raises(InputError) as error:
        read_dialogues(tmp_path)
    assert str(tmp_path) in error.value.message
    (tmp_path / "x.yaml").write_text("- {name: x, turns: [{sya: typo}]}")
    with pytest.raises(InputError) as error:
        read_dialogues(tmp_path)
    assert "x.yaml" in error.value.message


@pytest.mark.parametrize(
    ("said", "task"),
    [
        ("all the pictures from our trip came out shaky", "deblurring"),
        ("you can hardly see us, the hall had no lamps on", "low-light"),
    ],
)
def test_a_question_that_no_phrase_knows_is_understood(
    assistant: Assistant, said: str, task: str
) -> None:
    """Where the phrases are silent the learned reading gives a new question its task."""
    reply = Chat(assistant).say(said)
    entry = assistant.catalog.get(reply.model or "")
    assert ("ask", task) == (reply.route, entry and entry.task)
