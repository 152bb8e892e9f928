"""Which messages are in another language."""

from __future__ import annotations

import pytest

from assistant.text.english import is_foreign


@pytest.mark.parametrize(
    ("message", "foreign"),
    [
        ("Welches Netz vergrößert mein Foto?", True),
        ("为什么?", True),
        ("Как это работает?", True),
        ("the menu of my café is tiny", False),
        ("why?", False),
        ("4×", False),
    ],
)
def test_a_message_without_an_english_word_is_foreign(message: str, foreign: bool) -> None:
    """An accent alone makes no other language, and signs are no letters."""
    assert foreign == is_foreign(message)
