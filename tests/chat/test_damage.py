"""What a message says of the pictures, and what it asks of the model in force."""

from __future__ import annotations

import pytest
from warm_index import warm

from assistant import Assistant, Catalog
from assistant.catalog import Model
from assistant.chat import Chat, cues
from assistant.chat.damage import damaged
from assistant.chat.memory import Memory
from assistant.chat.wishes import merged
from assistant.prompts import Request
from assistant.provision import item_of
from assistant.question import Wish
from chat.held import CLEAN, ENLARGE, HAZE, LIGHT, in_force, said

JPEG = "compression-removal"


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    """One over the built-in catalog."""
    return Assistant(catalog, cache=warm())


@pytest.mark.parametrize(
    ("text", "plan", "steps"),
    [
        ("they are JPEGs of bad quality", (HAZE,), {HAZE, JPEG}),
        ("the scans are pretty grainy", (LIGHT,), {LIGHT, CLEAN}),
        ("they are JPEGs of bad quality", (ENLARGE,), {ENLARGE}),
        ("they are sharp, do not worry", (LIGHT,), None),
        ("the result is grainy now", (LIGHT,), None),
        ("are they JPEGs?", (LIGHT,), None),
    ],
)
def test_damage_that_is_told_later_is_planned_for(
    catalog: Catalog, text: str, plan: tuple[str, ...], steps: set[str] | None
) -> None:
    """A step more, or an enlarger that is fit for it; not by what tells of a result, or asks."""
    edit = damaged(said(text, in_force(plan), catalog))
    assert steps == (set(edit.steps) if edit else None)


def test_the_only_step_is_not_left_out(assistant: Assistant) -> None:
    """A plan of one step keeps its model, and the reply says that nothing would be left."""
    chat = Chat(assistant, in_force((ENLARGE,)))
    reply = chat.say("leave out the enlarging")
    assert ("SISR-RCAN-2x",) == chat.models
    assert "nothing of the plan is left" in reply.text


@pytest.mark.parametrize("text", ["no, without inventing anything", "nothing made up please"])
def test_a_demand_for_truth_changes_a_model_that_draws(assistant: Assistant, text: str) -> None:
    """Another model, and what its record says of drawing."""
    chat = Chat(assistant, in_force((ENLARGE,)))
    chat.say("use Real-ESRGAN")
    reply = chat.say(text)
    (model,) = map(assistant.catalog.get, chat.models)
    assert isinstance(model, Model)
    assert model.invents is False
    assert "draws no new detail" in reply.text


@pytest.mark.parametrize("text", ["must run on cpu", "only on my phone", "i only have a phone"])
def test_a_weak_device_takes_a_lighter_model_with_the_reason(
    assistant: Assistant, text: str
) -> None:
    """The heavy one goes, and its cost is told."""
    chat = Chat(assistant, in_force((ENLARGE,)))
    reply = chat.say(text)
    assert ("SISR-RCAN-2x",) != chat.models
    assert "RCAN is a heavy network" in reply.text


def test_a_question_of_the_model_is_no_trouble(assistant: Assistant) -> None:
    """It is answered by the record of the model in force."""
    chat = Chat(assistant, in_force((ENLARGE,)))
    reply = chat.say("does that model change the colors?")
    assert ("weigh", ("SISR-RCAN-2x",)) == (reply.route, chat.models)
    assert "profile" not in reply.text


def test_what_is_asked_of_a_series_is_told_of_all_its_models(assistant: Assistant) -> None:
    """Its license, where no step is pointed at."""
    reply = Chat(assistant, in_force((CLEAN, ENLARGE))).say("which license has it?")
    assert all(name in reply.text for name in ("SAFMN", "RCAN"))


def test_shorter_keeps_what_was_asked(assistant: Assistant) -> None:
    """The number of parameters, not the model once more."""
    chat = Chat(assistant, in_force((ENLARGE,)))
    chat.say("how many parameters has it?")
    assert "15,444,667" in chat.say("make it shorter").text


def test_two_that_are_named_can_be_pointed_at(assistant: Assistant) -> None:
    """ "The second one" counts them as they were named."""
    chat = Chat(assistant, in_force((ENLARGE,)))
    chat.say("EDSR or HAT?")
    assert "HAT was trained" in chat.say("what was the second one trained on").text
    assert "EDSR" in chat.say("how does the first model work?").text


def test_terms_that_were_explained_can_be_weighed(assistant: Assistant) -> None:
    """ "Which of them" are the terms, where no model was recommended."""
    chat = Chat(assistant)
    for text in ("what is PSNR?", "and SSIM?"):
        chat.say(text)
    reply = chat.say("which of them should i trust for faces")
    assert "weigh" == reply.route
    assert all(name in reply.text for name in ("PSNR", "SSIM"))


@pytest.mark.parametrize(
    "text",
    ["i cannot imagine that it gets better", "i can't make up my mind", "it is not fake grain"],
)
def test_a_figure_of_speech_demands_no_truth(text: str) -> None:
    """Nothing is said of what a model may draw."""
    assert cues.FAITHFUL.search(text) is None


@pytest.mark.parametrize(
    "text",
    ["it is just a phone photo", "they are only phone pictures", "just my old mobile snapshots",
     "only mobile phone shots", "only my phone's camera"],
)  # fmt: skip
def test_what_took_the_picture_is_no_machine(text: str) -> None:
    """A phone photo is enlarged on any computer."""
    assert cues.NO_MORE.search(text) is None


def test_a_comparison_in_a_chat_gives_advice(assistant: Assistant) -> None:
    """What to take for what is asked, as a first question gets it."""
    chat = Chat(assistant)
    chat.say("Which model enlarges my photo 4x?")
    assert "Take SAFMN" in chat.say("SAFMN or RCAN if the electricity bill matters?").text


def test_shorter_forgets_what_was_said_before_a_term(assistant: Assistant) -> None:
    """An answer without models is the one to shorten."""
    memory = Memory(assistant, in_force((ENLARGE,)).model_copy(update={"brief": "RCAN has 15."}))
    entry = next(e for e in assistant.catalog.concepts if e.name == "PSNR")
    request = Request(question="what is PSNR?", recommended=(), related=(item_of(entry),))
    memory.answered(request, Wish(), ())
    state = memory.state
    assert ("", (), (item_of(entry).name,)) == (state.brief, state.compared, state.explained)


def test_a_stated_strength_joins_the_wish(catalog: Catalog) -> None:
    """ "Sigma is 25" is kept beside what was said of other damage."""
    now = said("sigma is 25", in_force((CLEAN,)), catalog)
    assert ("levels",) == now.stated
    before = Wish(levels={"compression": 40, "noise": 10})
    assert {"compression": 40, "noise": 25} == merged(before, now.new).levels
