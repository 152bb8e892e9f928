"""What tells of a result that went wrong, and what asks for a model."""

from __future__ import annotations

import pytest

from assistant.question import tells

TROUBLES = """
after denoising the wall is one smooth surface
the output is darker than my scan
my upscaled cat has five legs
the program painted letters that nobody can read
the letters turned into scribbles
the picture came back with green edges
it runs, but the border is still there
"""
WISHES = """
which model denoises a scan?
I want the output sharper
please restore what the denoising left
what removes the noise that is still there?
can you brighten the result?
my photo is too dark
enlarge it 2x
"""


@pytest.mark.parametrize("text", TROUBLES.strip().splitlines())
def test_what_became_of_a_picture_is_told(text: str) -> None:
    """A deed that is done, a result, a change."""
    assert tells(text)


@pytest.mark.parametrize("text", WISHES.strip().splitlines())
def test_a_wish_tells_nothing(text: str) -> None:
    """Whoever asks for a model or a deed is not answered with a remedy."""
    assert not tells(text)
