"""Prints: from pixels, paper and dpi to the factor, and from pixels and dpi to the paper."""

from __future__ import annotations

import pytest

from assistant.question import Line, Print, read_scales

Pair = tuple[float, float] | None
PRINTS: list[tuple[str, Pair, float, bool, tuple[float, ...]]] = [
    # paper in mm (None: asked for), dpi, whether assumed, factors
    ("print this 1200x800 photo at A3, 300 dpi", (420, 297), 300, False, (5,)),
    ("for a 60x40 cm canvas", (600, 400), 300, True, ()),
    ("how large can I print 12 megapixels", None, 300, True, ()),
    ("I'd like a 50 x 70 cm poster of my 2400x3360 file", (500, 700), 300, True, (3,)),
    ("my shot has 4000x3000 pixels, how big can it be printed", None, 300, True, ()),
    ("what is the biggest print I get out of 1920x1080", None, 300, True, ()),
    ("can 800x600 become a 10x15 cm print?", (150, 100), 300, True, (3,)),
    ("I want 8x10 inches at 240 dpi from 960x1200 pixels", (203.2, 254), 240, False, (2,)),
    ("Print size A2, my scan is 2480x3508", (420, 594), 300, True, (2,)),
    ("a 20x30 print of a 6 MP picture", (508, 762), 300, True, (3,)),
    ("up to what size does a 24 MP camera print at 300 dpi", None, 300, False, ()),
    ("how big a poster can I make from 6000x4000", None, 300, True, ()),
    ("I need 90 cm wide on canvas, the file is 3000 px wide", (900, 0), 300, True, (4,)),
    ("The printer asks for 150 dpi at 100x70 cm; I have 2953x2067", (1000, 700), 150, False, (2,)),
    ("Will 3508x2480 do for A3 at 300 dpi?", (420, 297), 300, False, (2,)),
    ("Enough pixels to print on A4? It has 2480x3508", (210, 297), 300, True, ()),
    ("an A5 flyer from a 700x994 logo", (148, 210), 300, True, (3,)),
    ("which resolution for a 13x18 cm photo print", (130, 180), 300, True, ()),
    ("how many pixels do I need for A1 at 200 dpi", (594, 841), 200, False, ()),
    ("How many megapixels for a 40x30 cm print?", (400, 300), 300, True, ()),
    ("my 640x480 webcam grab as a postcard of 15x10 cm", (150, 100), 300, True, (3,)),
    ("maximum print size of a 5 megapixel picture at 200 dpi", None, 200, False, ()),
    ("I have 1000x1000 pixels; the square canvas is 30 x 30 cm", (300, 300), 300, True, (4,)),
    ("enlarge 1500x2100 to print it 25 cm by 35 cm", (250, 350), 300, True, (2,)),
    ("2400 px wide, to be printed 2 feet wide", (609.6, 0), 300, True, (3,)),
    ("the print is to be 1.2 metres wide, my picture is 5000 px wide", (1200, 0), 300, True, (3,)),
    ("letter at 300 dpi from 850x1100", (215.9, 279.4), 300, False, (3,)),
    ("a 24x36in poster from a 20 MP file", (609.6, 914.4), 300, True, (2,)),
    ("at 300 dpi, how large is 4500x3000 on paper?", None, 300, False, ()),
    ("told 300 dpi for a 21x29.7 cm page, I have 1240x1754", (210, 297), 300, False, (2,)),
    ("what dpi do I get when 3000x2000 is printed 60x40 cm", (600, 400), 300, True, (3,)),
    ("if I print 1600x1200 on A4, how sharp is it?", (297, 210), 300, True, (3,)),
    ("Print quality of a 900x1200 picture at 6x8 inches", (152.4, 203.2), 300, True, (2,)),
    ("a 900x600 shot should hang as a 20x30 cm print", (300, 200), 300, True, (4,)),
    ("is 8 megapixels enough for a 30x40 cm print", (300, 400), 300, True, (2,)),
    ("largest poster from a 3000x2000 scan", None, 300, True, ()),
]
NONE = [
    "scanned at 600 dpi, dust everywhere",
    "how big can I enlarge a 640x480 photo",
    "how large is the network of RCAN",
    "print the results of my 640x480 run as JSON",
    "a scratched 10x15 cm photo",
    "what is the largest model for 1920x1080 video",
    "from 640x480 to 1920x1440",
    "change 72 dpi to 300 dpi",
]
MEGAPIXELS = [
    ("how large can I print 12 megapixels", 12),
    ("up to what size does a 24 MP camera print at 300 dpi", 24),
    ("is 8 megapixels enough for a 30x40 cm print", 8),
    ("how large can I print 4000x3000", None),
]


@pytest.mark.parametrize(("text", "paper", "dpi", "assumed", "factors"), PRINTS)
def test_a_print_gives_paper_dpi_and_factor(
    text: str, paper: Pair, dpi: float, assumed: bool, factors: tuple[float, ...]
) -> None:
    """The paper lies as the picture does, 300 dpi stand where none are named, and the factor is
    the next whole one that fills the paper; where the paper is asked for there is no factor."""
    read = read_scales(Line(text))
    assert isinstance(read.print, Print)
    found = read.print.sides and tuple(round(side, 1) for side in read.print.sides)
    assert (paper, dpi, assumed, factors) == (
        found, read.print.dpi, read.print.assumed, read.factors,
    )  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_print(text: str) -> None:
    """Scans, screens, networks and old prints ask for none."""
    assert read_scales(Line(text)).print is None


@pytest.mark.parametrize(("text", "megapixels"), MEGAPIXELS)
def test_megapixels_stand_for_a_size_that_is_not_named(text: str, megapixels: float | None) -> None:
    """What the user has is known by its area where width and height are not said."""
    assert megapixels == read_scales(Line(text)).megapixels
