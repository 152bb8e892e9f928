"""Figures: which way is better, and how it is said."""

from __future__ import annotations

from assistant.demos import Figure


def test_a_figure_is_said_beside_its_baseline() -> None:
    figure = Figure("width", 2, 4, "mean", "px", False)
    assert "width: 2 px, mean: 4 px (2 better, 0.5 times)" == figure.text
    assert (2, figure.text) == (figure.to_json()["gain"], figure.to_json()["text"])


def test_a_loss_is_called_a_loss() -> None:
    """Whichever direction is the better one."""
    assert "a: 1 dB, b: 3 dB (2 worse, 0.333 times)" == Figure("a", 1, 3, "b", "dB").text
    assert "a: 1, b: 1 (0 equal, 1 times)" == Figure("a", 1, 1, "b").text
    assert (
        "n: 1,234,567, b: 99 (1,234,468 better, 1.25e+04 times)"
        == Figure("n", 1_234_567, 99, "b").text
    )
