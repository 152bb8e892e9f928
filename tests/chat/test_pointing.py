"""What a message points at of what was shown."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.chat.pointing import pointed, several
from assistant.chat.state import State
from chat.held import CLEAN, ENLARGE, LIGHT, MODELS, in_force

LISTED = ("SISR-RCAN-2x", "SISR-SwinIR-Real-DFO-64-M-4x", "SISR-CARN-4x")
NOISE, LARGE, DARK = MODELS[CLEAN], MODELS[ENLARGE], MODELS[LIGHT]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("tell me about the second one", [1]),
        ("who wrote the third?", [2]),
        ("number 2, please", [1]),
        ("the last one looks good", [2]),
        ("compare the first and the last", [0, 2]),
        ("what about option 3?", [2]),
        ("the fifth one", []),
        ("the second half of the picture", []),
        ("I have two photos", []),
    ],
)
def test_places_count_what_was_listed(catalog: Catalog, text: str, places: list[int]) -> None:
    """Ordinals and numbers of items, not those of other things, nor beyond the list."""
    state = in_force((ENLARGE,)).model_copy(update={"listed": LISTED})
    assert tuple(LISTED[n] for n in places) == pointed(text, state, catalog)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("how does step 2 work?", (LARGE,)),
        ("who made the model of the first step?", (NOISE,)),
        ("what is the license of the noise one?", (NOISE,)),
        ("and the upscaler?", (LARGE,)),
        ("another brightening model", (DARK,)),
        ("the other network", (LARGE,)),
        ("the other two", (LARGE, DARK)),
        ("the whole picture", ()),
    ],
)
def test_a_step_stands_for_its_model(catalog: Catalog, text: str, names: tuple[str, ...]) -> None:
    """By its number, by what it does, by what does it."""
    state = in_force((CLEAN, ENLARGE, LIGHT))
    assert names == pointed(text, state, catalog)


@pytest.fixture
def pair() -> State:
    """RCAN is in force and was compared with the smaller, slower SAFMN."""
    compared = ("SISR-RCAN-2x", "SISR-SAFMN-2x")
    return in_force((ENLARGE,)).model_copy(update={"compared": compared})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("take the other one", "SISR-SAFMN-2x"),
        ("the smaller one please", "SISR-SAFMN-2x"),
        ("I prefer the lightest model", "SISR-SAFMN-2x"),
        ("the larger one", "SISR-RCAN-2x"),
        ("give me the bigger one", "SISR-RCAN-2x"),
        ("the fastest one", "SISR-RCAN-2x"),
        ("the newest one", "SISR-SAFMN-2x"),
        ("the latter", "SISR-SAFMN-2x"),
        ("why the former?", "SISR-RCAN-2x"),
        ("which is the smaller one?", None),
        ("the smaller picture", None),
    ],
)
def test_one_of_two_is_pointed_at(
    catalog: Catalog, pair: State, text: str, name: str | None
) -> None:
    """The other, the one of a quality, the former; a question for the quality points at none."""
    assert ((name,) if name else ()) == pointed(text, pair, catalog)


def test_a_quality_of_one_is_that_of_none(catalog: Catalog) -> None:
    """Nobody knows the smaller of two where one of them records no size."""
    state = in_force((ENLARGE,)).model_copy(update={"compared": (LARGE, "SISR-CARN-2x")})
    assert () == pointed("the smaller one", state, catalog)


def test_the_other_changes_with_what_was_spoken_of(catalog: Catalog, pair: State) -> None:
    """After a word on the second, the other is the first."""
    state = pair.model_copy(update={"focus": ("SISR-SAFMN-2x",)})
    assert ("SISR-RCAN-2x",) == pointed("and the other?", state, catalog)


def test_the_previous_one_is_that_of_the_last_other_plan(catalog: Catalog) -> None:
    """The model in force before the last change of models."""
    state = in_force((CLEAN,), (ENLARGE,), (ENLARGE,))
    assert (NOISE,) == pointed("was the previous model faster?", state, catalog)


def test_nothing_is_pointed_at_before_anything_was_shown(catalog: Catalog) -> None:
    """The first message of a conversation has no items."""
    assert () == pointed("the second one", State(), catalog)


@pytest.mark.parametrize(
    ("text", "names"), [("what do they cost?", (NOISE, LARGE)), ("what does it cost?", ())]
)
def test_several_are_all_that_were_recommended(
    catalog: Catalog, text: str, names: tuple[str, ...]
) -> None:
    """A plural speaks of every step."""
    assert names == several(text, in_force((CLEAN, ENLARGE)))
