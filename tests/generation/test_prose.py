"""Facts one after the other as prose."""

from __future__ import annotations

from assistant.generation.prose import flowing, in_bold


def test_a_name_is_said_once_in_a_row() -> None:
    """A second and a third sentence about one item begin with a pronoun."""
    lines = ["RCAN is deep.", "RCAN's groups are ten.", "RCAN enlarges.", "Deep nets are slow."]
    expected = ["RCAN is deep.", "Its groups are ten.", "It enlarges.", "Deep nets are slow."]
    assert expected == flowing(lines, "RCAN")


def test_a_pronoun_never_stands_for_two() -> None:
    """Where another item is named, and after a sentence on something else, the name stays."""
    lines = ["HAN is deep.", "HAN extends RCAN.", "HAN is slow.", "Deep nets are slow.", "HAN is."]
    assert lines == flowing(lines, "HAN", ["HAN", "RCAN"])


def test_a_longer_name_is_another() -> None:
    """HAN+ is not HAN."""
    lines = ["HAN is deep.", "HAN+ is deeper."]
    assert lines == flowing(lines, "HAN")


def test_the_name_is_bold_where_it_is_a_word() -> None:
    """Once, and as the sentence writes it."""
    assert "**The study** of HAN and the study." == in_bold(
        "The study of HAN and the study.", "the study"
    )
    assert "SwinIR2 is new." == in_bold("SwinIR2 is new.", "SwinIR")
