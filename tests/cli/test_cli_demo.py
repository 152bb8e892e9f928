"""``run --demo``: listed, shown with its figures, refused where it cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant import demos
from assistant.demos import Figure, Shown, fluctuation
from assistant.imaging import pictures

Run = Callable[..., object]
NAME = "fluctuation-microscopy"


@pytest.fixture(autouse=True)
def quick(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and a demonstration that takes no time."""
    figures = (Figure("dip", 0.5, -0.1, "mean picture"), Figure("width", 2, 4, "mean", "px", False))
    shown = Shown(figures, np.full((30, 40, 3), 9, np.uint8))
    monkeypatch.setattr(fluctuation, "show", lambda _seed: shown)


def test_the_list_names_every_demonstration(call: Run) -> None:
    assert [card.name for card in demos.cards()] == [
        line.split("\t")[0] for line in call("run", "--demo", "list").out.splitlines()
    ]
    listed = json.loads(call("run", "--demo", "list", "--json").out)
    assert [card.model_dump() for card in demos.cards()] == listed


def test_a_demonstration_says_what_it_is_and_what_was_measured(call: Run) -> None:
    """Idea, label, figures beside their baselines, and the sheet beside the user."""
    done = call("run", "--demo", NAME)
    card = demos.find(NAME)
    for said in (card.idea, card.shows, card.is_not, card.measured, card.record):
        assert said in done.out
    assert "- dip: 0.5, mean picture: -0.1 (0.6 better)\n" in done.out
    assert "- width: 2 px, mean: 4 px (2 better, 0.5 times)\n" in done.out
    assert (40, 30) == pictures.read(Path(f"demo-{NAME}.png")).size


def test_json_holds_the_card_the_figures_and_the_file(call: Run) -> None:
    shown = json.loads(call("run", "--demo", NAME, "--out", "deep/er", "--json").out)
    assert {**demos.find(NAME).model_dump(), **shown} == shown
    assert [0.6, 2.0] == [figure["gain"] for figure in shown["figures"]]
    assert f"deep/er/{NAME}.png" == shown["file"]
    assert Path(shown["file"]).is_file()


def test_a_sheet_is_not_overwritten_unasked(call: Run) -> None:
    """It is refused before anything runs."""
    assert 0 == call("run", "--demo", NAME, "--out", "a.png").code
    done = call("run", "--demo", NAME, "--out", "a.png")
    assert (2, "", "error: a.png: exists already\nhint: --force overwrites it\n") == (
        done.code,
        done.out,
        done.err,
    )
    assert 0 == call("run", "--demo", NAME, "--out", "a.png", "--force").code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--demo", "nope"], "no demonstration 'nope'"),
        (["--demo", NAME, "photo.png"], "--demo brings its own pictures and models"),
        (["--demo", NAME, "--model", "SISR-RCAN-2x"], "--demo brings its own pictures and models"),
        (["--demo", NAME, "--auto"], "--demo brings its own pictures and models"),
        (["--demo", NAME, "--out", "a.jpg"], "a.jpg: a sheet is written as PNG"),
        ([], "no picture is named"),
    ],
)
def test_what_cannot_be_is_one_line(call: Run, arguments: list[str], said: str) -> None:
    done = call("run", *arguments)
    first, hint = done.err.splitlines()
    assert (2, f"error: {said}", "hint: ") == (done.code, first, hint[:6])
