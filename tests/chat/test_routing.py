"""What a message is taken for: a wish, a question about what was said, a name."""

from __future__ import annotations

from typing import Any

import pytest

from assistant import Assistant, Catalog
from assistant.catalog import Model
from assistant.chat import Chat, State
from assistant.chat.kinds import kind_of
from assistant.chat.routes import Turn
from assistant.chat.routing import route
from assistant.naming import named
from assistant.prompts import Request
from assistant.provision import item_of
from assistant.question import Wish


def model(model_id: str, architecture: str, **fields: Any) -> Model:
    about = {"title": model_id, "name": model_id, "does": "Enlarges one photo."}
    known = {"task": "super-resolution", "scales": (4.0,), "architecture": architecture}
    return Model.model_validate({"id": model_id, **about, **known, **fields})


OWN = (
    model("SISR-Alpha-4x", "ESRGAN", name="Alpha", size_mb=64.0, tags=("gan",), channels=3),
    model("SISR-Beta-4x", "SPAN", name="Beta", size_mb=2.0, platforms=("onnx",), channels=1),
    model("SISR-Gamma-4x", "SwinIR", name="Gamma", released="2024-01-01", tags=("transformer",)),
)
QUESTION = "Which model do I use to upscale a photo by 4x?"
WISH = Wish(task="super-resolution", scales=(4.0,), aspects=("mechanism",))


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Catalog:
    """Three models that state what those of the built-in catalog leave open."""
    return Catalog(OWN, catalog.vocabulary)


@pytest.fixture
def own_chat(own: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Chat:
    """A conversation over them in which Alpha was recommended."""
    cache = tmp_path_factory.getbasetemp() / "own-index"
    request = Request(question=QUESTION, recommended=(item_of(OWN[0]),))
    return Chat(Assistant(own, cache=cache), State(wish=WISH, request=request))


def after_alpha(text: str, catalog: Catalog, wish: Wish = WISH) -> Turn:
    """The turn that follows a recommendation of Alpha."""
    request = Request(question=QUESTION, recommended=(item_of(OWN[0]),))
    return route(text, State(wish=wish, request=request), catalog, kind_of(text))


WISHES = [
    ("under 5 MB please", "max_mb", 5.0),
    ("it should be at most 20 MB", "max_mb", 20.0),
    ("smaller than 3 MB?", "max_mb", 3.0),
    ("as safetensors", "formats", ("safetensors",)),
    ("I need ONNX", "formats", ("onnx",)),
    ("it must take grayscale", "channels", 1),
    ("it has to read black and white scans", "channels", 1),
    ("with an alpha channel", "channels", 4),
    ("something newer than 2022", "since", 2023),
    ("since 2021 please", "since", 2021),
    ("it must be from before 2020", "until", 2019),
    ("not older than 2021", "since", 2021),
    ("not a GAN", "refused", ("gan",)),
    ("no GAN please", "refused", ("gan",)),
    ("not anime", "refused", ("anime",)),
    ("a transformer please", "tags", ("transformer",)),
    ("a SPAN one", "architectures", ("SPAN",)),
    ("use SwinIR instead", "architectures", ("SwinIR",)),
    ("rather a SPAN or SwinIR network", "architectures", ("SPAN", "SwinIR")),
    ("SwinIR please", "architectures", ("SwinIR",)),
    ("anything but SPAN", "refused", ("SPAN",)),
    ("without SwinIR", "refused", ("SwinIR",)),
    ("with a MIT license", "license", "mit"),
]


@pytest.mark.parametrize(("text", "field", "value"), WISHES)
def test_a_message_that_states_a_wish_asks_for_another_recommendation(
    own: Catalog, text: str, field: str, value: object
) -> None:
    """Whatever a wish can hold counts, and the task and scale of before stay in force."""
    turn = after_alpha(text, own)
    assert ("refine", value) == (turn.route, getattr(turn.wish, field))
    assert (WISH.task, WISH.scales) == (turn.wish.task, turn.wish.scales)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thanks, SwinIR is nice", "thanks"),
        ("thank you!", "thanks"),
        ("why?", "why"),
        ("why a GAN and no transformer?", "why"),
        ("compare it with Beta", "compare"),
        ("why not Beta?", "compare"),
        ("is Gamma better?", "compare"),
        ("what about Gamma?", "compare"),
        ("tell me about Beta", "about"),
        ("which paper says so?", "sources"),
        ("how many MB is its file?", "record"),
        ("what is a GAN?", "term"),
        ("is it a GAN?", "check"),
        ("is it under 5 MB?", "check"),
        ("is there an ONNX file?", "check"),
        ("does it read PNG?", "files"),
        ("it must read PNG", "files"),
    ],
)
def test_a_question_about_what_was_said_states_no_wish(
    own: Catalog, text: str, expected: str
) -> None:
    """Names, sizes and kinds that are only spoken of change nothing."""
    assert expected == after_alpha(text, own).route


def test_what_is_refused_is_wanted_no_more_and_the_other_way_round(own: Catalog) -> None:
    """The later word counts."""
    anime = WISH.model_copy(update={"subjects": ("anime",)})
    turn = after_alpha("not anime", own, anime)
    assert ((), ("anime",)) == (turn.wish.subjects, turn.wish.refused)
    turn = after_alpha("ok, for anime then", own, turn.wish)
    assert (("anime",), ()) == (turn.wish.subjects, turn.wish.refused)


def test_later_years_replace_earlier_ones(own: Catalog) -> None:
    """Two messages leave no span of years that nothing can meet."""
    turn = after_alpha("something before 2020", own, WISH.model_copy(update={"since": 2022}))
    assert (None, 2019) == (turn.wish.since, turn.wish.until)


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("under 5 MB please", "SISR-Beta-4x", "Its 2 MB are within 5 MB"),
        ("not a GAN", "SISR-Beta-4x", "Take Beta"),
        ("it must take grayscale", "SISR-Beta-4x", "It takes one gray channel"),
        ("something newer than 2022", "SISR-Gamma-4x", "It is of 2024"),
        ("a transformer please", "SISR-Gamma-4x", "Its record names transformers"),
        ("a SwinIR one", "SISR-Gamma-4x", "Its architecture is SwinIR, as asked"),
        ("as ONNX", "SISR-Beta-4x", "It is provided as ONNX"),
        ("an ESRGAN one", "SISR-Alpha-4x", "Its architecture is ESRGAN, as asked"),
        ("not SwinIR", "SISR-Alpha-4x", "Take Alpha"),
        ("is it a transformer?", "SISR-Alpha-4x", "not stated that Alpha uses transformers"),
        ("is it a GAN?", "SISR-Alpha-4x", "Yes. Its record names adversarial training"),
        ("is it under 5 MB?", "SISR-Beta-4x", "No, Alpha does not fit. Alpha has 64 MB"),
        ("how large is the file?", "SISR-Alpha-4x", "64 MB"),
    ],
)
def test_the_recommendation_follows_the_wish(
    own_chat: Chat, text: str, expected: str, said: str
) -> None:
    """What a record states of the new wish decides, and the reply says so."""
    reply = own_chat.say(text)
    assert expected == reply.model
    assert said in reply.text
    assert "verified" == reply.outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in simpler words please", "short"),
        ("I don't understand", "short"),
        ("who made it?", "record"),
        ("what data was it trained on?", "record"),
        ("how long does it take?", "record"),
        ("whats the licence", "record"),
        ("does it keep the size?", "numbers"),
        ("really?", "sources"),
        ("can I use it on my iphone", "check"),
        ("could I use it as evidence in court?", "weigh"),
        ("danke", "thanks"),
    ],
)
def test_a_question_in_users_words_takes_its_way(own: Catalog, text: str, expected: str) -> None:
    """What people asked the chat that it did not know at first."""
    assert expected == after_alpha(text, own).route


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("does it keep the size?", []),
        ("I want to keep the grain", []),
        ("compare it with keep", ["KEEP"]),
        ("What about KEEP?", ["KEEP"]),
        ("compare to edsr", ["EDSR"]),
    ],
)
def test_a_plain_word_names_a_record_only_where_it_is_written_or_placed_as_a_name(
    catalog: Catalog, text: str, names: list[str]
) -> None:
    """The records' own prose tells plain words from names."""
    assert names == [entry.name for entry in named(text, catalog, WISH)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("in short", "Alpha enlarges one photo."),
        ("who made it?", "The authors of Alpha are not recorded"),
        ("为什么?", "I read English only"),
        ("any alternatives?", "- **Beta**: Enlarges one photo."),
    ],
)
def test_a_reply_reads_as_one(own_chat: Chat, text: str, said: str) -> None:
    """Names, full stops, no reason that all of them share."""
    reply = own_chat.say(text)
    assert said in reply.text
    assert "verified" == reply.outcome
