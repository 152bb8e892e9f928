"""Words and stems: one form for what is one word."""

from __future__ import annotations

import pytest

from assistant.text.english import is_english
from assistant.text.stems import content_words, stem, words


def test_words_of_any_script() -> None:
    """Numbers stay whole, ideograms stand alone, apostrophes stay inside a word."""
    assert ["psnr", "30.24", "25%", "图", "片", "network's"] == words(
        "PSNR 30.24, 25% 图片 network’s"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("upscaling", "upscaled"),
        ("upscale", "upscales"),
        ("blur", "blurred"),
        ("images", "image"),
        ("bodies", "body"),
        ("faces", "face"),
        ("processes", "processing"),
        ("strings", "string"),
    ],
)
def test_forms_of_one_word_meet(first: str, second: str) -> None:
    """Endings that say nothing fall off."""
    assert stem(first) == stem(second)


@pytest.mark.parametrize("word", ["3x", "bus", "glass", "speed", "red", "日本"])
def test_words_without_an_ending_stay(word: str) -> None:
    """What only looks like an ending is kept."""
    assert word == stem(word)


def test_content_words_carry_meaning() -> None:
    """Short words and those of any question are left out."""
    assert {"deblur", "scratched"} == content_words("Which model can deblur my scratched photos?")


def test_languages_are_told_apart_by_their_common_words() -> None:
    """English prose is, German is not, a few words are not judged."""
    english = "The model takes the input picture and returns an output that is larger than it."
    german = "Das Netz nimmt das kleine Bild und gibt ein größeres zurück, das schärfer aussieht."
    assert (True, False, True) == (is_english(english), is_english(german), is_english("Bild"))
