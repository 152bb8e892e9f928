"""What words around a thing say of it: that it is refused, or to be left alone."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog, Span, Words
from assistant.question import shipped, understand
from assistant.question.polarity import refused, ruled_out, untouched
from assistant.question.wish import read

SHOWN = [  # the thing, and a text that says how it looks
    ("faces", "the faces are out-of-focus"),
    ("map", "the map is out-of-date"),
    ("face", "her face is out of focus"),
    ("swinir", "SwinIR's out of memory"),
    ("swinir", "the SwinIR is output-heavy"),
]
OUT = [
    ("swinir", "SwinIR is out, which other"),
    ("swinir", "SwinIR's out"),
    ("gans", "GANs are ruled out"),
    ("swinir", "SwinIR is sadly out because of its license"),
]
WORKED_ON = [
    ("faces", "Sharpen the faces as they are blurry"),
    ("face", "A face alone in the dark"),
    ("text", "Enlarge the text as it is too small"),
    ("face", "her face was alone in the frame"),
]
LEFT_ALONE = [
    ("faces", "Keep the faces as they are."),
    ("faces", "keep the faces as they are and sharpen the rest"),
    ("face", "leave her face alone"),
    ("faces", "The faces should be left alone, please"),
    ("text", "keep the text as it is"),
]


def _at(thing: str, text: str) -> tuple[Words, Span]:
    start = text.lower().index(thing)
    return Words(text), Span(start, start + len(thing))


@pytest.mark.parametrize(("thing", "text"), SHOWN)
def test_how_a_thing_looks_rules_nothing_out(thing: str, text: str) -> None:
    """Out of focus, of date or of memory is not out."""
    assert not ruled_out(*_at(thing, text))


@pytest.mark.parametrize(("thing", "text"), OUT)
def test_a_model_that_is_out_is_refused(thing: str, text: str) -> None:
    """Only as a model or a way to build one: of anything else it would say where it is."""
    assert (True, False) == (ruled_out(*_at(thing, text)), refused(*_at(thing, text)))


def test_a_subject_that_is_out_stays_wanted(catalog: Catalog) -> None:
    """The moon that is out is in the picture; a kind of model that is out is refused."""
    wish = read("The faces are out, GANs are out", catalog.vocabulary, catalog.labels)
    assert (("face",), True, ()) == (wish.subjects, "gan" in wish.refused, wish.tags)


@pytest.mark.parametrize(("thing", "text"), WORKED_ON)
def test_what_is_worked_on_is_not_left_alone(thing: str, text: str) -> None:
    """A reason and a place are no order to leave it."""
    assert not untouched(*_at(thing, text))


@pytest.mark.parametrize(("thing", "text"), LEFT_ALONE)
def test_what_is_to_stay_as_it_is_is_left_alone(thing: str, text: str) -> None:
    """*As they are* ends a clause, *alone* follows *leave*."""
    assert untouched(*_at(thing, text))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (
            "scratches on grandad's portrait have to go but it must STAY black and white",
            {"inpainting"},
        ),
        ("fill the holes in this old print, the gray stays gray", {"inpainting"}),
        ("enlarge my dim concert photos 2x, but do not denoise them", {"super-resolution"}),
    ],
)
def test_what_a_question_refuses_is_no_step(catalog: Catalog, text: str, steps: set[str]) -> None:
    """Every word of a task is refused, or the picture is to stay without color."""
    assert set(understand(text, catalog.vocabulary, catalog.labels, shipped()).steps) == steps


def test_a_word_said_loudly_is_no_name(catalog: Catalog) -> None:
    """An architecture is called HAIR, too."""
    assert read("it gave him hair. HAIR.", catalog.vocabulary, catalog.labels).architectures == ()
    assert read("does HAIR deblur?", catalog.vocabulary, catalog.labels).architectures == ("HAIR",)
