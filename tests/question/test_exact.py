"""What is exact in whole questions: factors, limits, licenses, years, prints and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.catalog import Catalog
from assistant.naming import strangers_of
from assistant.question import Wish, shipped, understand

_EXACT = Path(__file__).parents[2] / "eval" / "exact"
_FLOOR = 0.98  # of the questions of a file; what was right on the first run: docs/benchmarks.md
_PLAIN = ("max_mb", "max_parameters", "vram_gb", "since", "until", "license")


def _rows(name: str) -> list[dict[str, object]]:
    lines = (_EXACT / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _wish(text: str, catalog: Catalog) -> Wish:
    return understand(text, catalog.vocabulary, catalog.labels, shipped())


@pytest.mark.parametrize("name", ["scales", "scales-second", "scales-third"])
def test_the_factor_of_a_whole_question_is_read(name: str, catalog: Catalog) -> None:
    """Factors stand in the wish however they are said, and numbers of other things do not."""
    rows = _rows(name)
    wrong = [
        (row["text"], found)
        for row in rows
        if sorted(found := _wish(str(row["text"]), catalog).scales)
        != pytest.approx(sorted(row["scales"]), rel=0.01)  # type: ignore[call-overload]
    ]
    assert len(wrong) <= (1 - _FLOOR) * len(rows), wrong


def test_what_is_asked_of_a_model_is_read(catalog: Catalog) -> None:
    """Limits, years, licenses, weak devices, names, prints and refusals; nothing else is one."""
    wrong = [row for row in _rows("wishes") if not _as_asked(row, catalog)]
    assert wrong == []


def _as_asked(row: dict[str, object], catalog: Catalog) -> bool:
    text, asked = str(row["text"]), dict(row["wish"])  # type: ignore[call-overload]
    wish = _wish(text, catalog)
    paper = wish.print and wish.print.sides and (*wish.print.sides, wish.print.dpi)
    return (
        all(getattr(wish, field) == asked.get(field) for field in _PLAIN)
        and bool(wish.device) >= asked.get("device", False)
        and wish.keeps_size >= asked.get("keeps_size", False)
        and bool(wish.named or wish.architectures) >= asked.get("named", False)
        and bool(strangers_of(text, catalog)) >= asked.get("strangers", False)
        and ("refused" not in asked or asked["refused"] in wish.refused)
        and ("print" not in asked or paper == pytest.approx(asked["print"]))
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Take the dust out of this scan but leave the faces untouched.", True),
        ("What denoiser for a choir photo, without any change to the faces?", True),
        ("Denoise it; the faces must not be altered.", True),
        ("Make the faces sharper, whatever happens to the rest.", False),
        ("Leave the background untouched and sharpen the faces.", False),
    ],
)
def test_what_is_to_be_left_alone_is_no_subject(text: str, left: bool, catalog: Catalog) -> None:
    """A model for faces works on faces, so who spares them asks for none."""
    wish = understand(text, catalog.vocabulary, None, shipped())
    assert left is not ("face" in wish.subjects)


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("Which network enlarges a live feed at 25 fps on a Jetson Orin Nano?", "weak"),
        ("I want my slides cleaned on an old ThinkPad, which denoiser?", "weak"),
        ("The photos on my computer are noisy, which denoiser?", None),
        ("Zoomed in on his phone and now it is mush, which upscaler?", None),
    ],
)
def test_where_something_is_to_run_counts_and_where_it_was_taken_does_not(
    catalog: Catalog, text: str, device: str | None
) -> None:
    wish = understand(text, catalog.vocabulary, catalog.labels, shipped())
    assert device == wish.device


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("can GFPGAN detect cars?", "object-detection"),
        ("Can RIFE remove noise?", "denoising"),
        ("Is CodeFormer able to colorize a landscape?", "colorization"),
        ("can GFPGAN make her face clearer?", "face-restoration"),
        ("Does GFPGAN run on a PC without a graphics card?", "face-restoration"),
    ],
)
def test_whether_a_model_can_do_a_thing_asks_of_the_thing(
    catalog: Catalog, text: str, task: str
) -> None:
    """The name says what the model is for; where the deed alone tells nothing, it counts."""
    assert task == understand(text, catalog.vocabulary, catalog.labels, shipped()).task


def test_who_asks_how_refuses_nothing(catalog: Catalog) -> None:
    """Who asks for a model does."""
    told = "How does StableSR stay true to the photo? I know CNNs but not diffusion."
    asked = "Which upscaler for a photo at 4x, but not diffusion?"
    refused = [
        understand(text, catalog.vocabulary, catalog.labels, shipped()).refused
        for text in (told, asked)
    ]
    assert [(), ("diffusion",)] == refused
