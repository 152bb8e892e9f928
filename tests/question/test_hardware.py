"""Where something is to run, how many pictures, and what is permitted rather than required."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.question import asks_amount, pictures_in, read, runs_where, size_in, understand
from assistant.question.reader import shipped

THERE: list[tuple[str, tuple[str, str, float | None] | None]] = [
    ("Can HAT run on a Raspberry Pi 4?", ("on a Raspberry Pi 4", "small", None)),
    ("will it work on my old laptop", ("on your old laptop", "plain", None)),
    ("Does it fit into 6 GB of VRAM?", ("in 6 GB of VRAM", "card", 6)),
    ("could I run it with 512 MB of RAM", ("with 512 MB of RAM", "memory", 0.512)),
    ("Can my phone handle 4x?", ("on your phone", "small", None)),
    ("Would it run on a PC without a GPU?", ("on a PC without a GPU", "plain", None)),
    ("Is it possible to use GRL on an RTX 3060?", ("on an RTX 3060", "card", None)),
    ("can you enlarge pictures 2x on a tablet", ("on a tablet", "small", None)),
    ("Which model runs on a phone?", None),
    ("can I restore the photos on my phone?", None),
    ("Does this tool run on a Raspberry Pi?", None),
    ("my laptop is slow", None),
    ("Would it look different on the processor than on a graphics card?", None),
    ("how long does it run on a laptop?", None),
]
COUNTS: list[tuple[str, int | None]] = [
    ("how long would 500 photos take", 500),
    ("how many hours for 2,000 old scans", 2000),
    ("how long for two dozen pictures", 24),
    ("How much time for 10k frames?", 10000),
    ("how long for a hundred slides of 12 megapixels", 100),
    ("how long for 300 12 MP photos at 2x", 300),
    ("how long for a 640x480 photo", 0),
    ("how long ago were 500 photos taken", None),
    ("enlarge 500 photos 4x", None),
]
SIZES: list[tuple[str, tuple[str, float] | None]] = [
    ("photos of 800x600 at 4x", ("800x600", 480000)),
    ("12 megapixel photos", ("12 megapixels", 12e6)),
    ("full hd frames", ("1920x1080", 1920 * 1080)),
    ("bring my photos to 4000x3000", None),
    ("photos at 4x", None),
]
LICENSES: list[tuple[str, str | None]] = [
    ("4x for anime, CC BY is fine", None),
    ("upscale 2x, GPL is ok", None),
    ("a CC BY-NC license is acceptable, 3x", None),
    ("I'm fine with GPL, 4x for photos", None),
    ("4x, MIT or Apache 2 is no problem", None),
    ("4x, but GPL is not ok", None),
    ("4x under the MIT license", "mit"),
    ("4x, only MIT is fine", "mit"),
    ("4x, commercial use must be fine", "commercial"),
]


@pytest.mark.parametrize(("text", "expected"), THERE)
def test_where_something_is_to_run(
    text: str, expected: tuple[str, str, float | None] | None
) -> None:
    """A device or memory of a yes-or-no question; none of what is asked of this program."""
    found = runs_where(text)
    assert expected == (found and (found.said, found.kind, found.gb))


@pytest.mark.parametrize(("text", "quick"), [("at 60 fps", True), ("at 4x", False)])
def test_whether_it_has_to_be_quick(text: str, quick: bool) -> None:
    """That something runs says nothing of how fast."""
    found = runs_where(f"Can SAFMN run on a phone {text}?")
    assert quick == (found is not None and found.quick)


@pytest.mark.parametrize(("text", "expected"), COUNTS)
def test_how_many_pictures_are_to_be_done(text: str, expected: int | None) -> None:
    """Of a question how long they take; 0 where it counts none."""
    assert expected == pictures_in(text)


@pytest.mark.parametrize(("text", "expected"), SIZES)
def test_the_size_of_the_pictures(text: str, expected: tuple[str, float] | None) -> None:
    """What they have, not what they are to become."""
    assert expected == size_in(text)


def test_an_amount_is_asked_for() -> None:
    """How long wants a number, how to wants none."""
    assert [True, False] == [asks_amount("so how long is it?"), asks_amount("how to do it?")]


@pytest.mark.parametrize(("text", "expected"), LICENSES)
def test_a_permission_requires_nothing(catalog: Catalog, text: str, expected: str | None) -> None:
    """What is fine is no requirement; what alone is fine is one."""
    assert expected == read(text, catalog.vocabulary, catalog.labels).license


@pytest.mark.parametrize("name", ["HAT", "RCAN", "BSRGAN"])
def test_a_model_on_a_device_is_no_trouble(catalog: Catalog, name: str) -> None:
    """Whether a named model runs somewhere is asked, whatever the device suggests."""
    asked = [f"Can I run {name} on a Raspberry Pi?", f"could {name} work on an iPhone 12"]
    wishes = [understand(q, catalog.vocabulary, catalog.labels, shipped()) for q in asked]
    assert ["feasibility"] * 2 == [wish.form for wish in wishes]


def test_the_memory_of_a_card_is_no_weak_device(catalog: Catalog) -> None:
    """It is a limit; little of it is a weak device."""
    devices = [read(f"4x {said}", catalog.vocabulary).device for said in
               ("in 2 GB of VRAM", "with little VRAM")]  # fmt: skip
    assert [None, "light"] == devices
