"""The factor that two sizes imply."""

from __future__ import annotations

import pytest

from assistant.question import Line
from assistant.question.implied import implied


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("the shop wants 1600 px and the supplier sends 400", 4.0),
        ("my clip is 360p and the screen is 4K", 6.0),
        ("scanned at 200 dpi, should be 600", 3.0),
        ("our pictures are 640 by 480. The printer asks for 1920 pixels wide.", 3.0),
        ("bring 720p up to 1080", 1.5),
        ("textures, 1K to 4K", 4.0),
        ("1,000 px on the long edge, 2,000 px out", 2.0),
        ("a 600 px scan from 1987", None),
        ("12 photos in 3 folders", None),
        ("a hundred scans of 300 dpi", None),
        ("800x600, 1024x768 and 1920x1080", None),
        ("just make it larger", None),
        ("4000 px, and the frame is 30 cm", None),
        ("There are just 288 lines, the set shows 4K", 7.5),
        ("sharpen a PAL broadcast for a 4K set", 3.75),
        ("a ground sample distance of 20 m to 5 m", 4.0),
    ],
)
def test_two_sizes_imply_a_factor(text: str, factor: float | None) -> None:
    """The larger over the smaller; years, centimeters, one size or three imply none."""
    found = implied(Line(text))
    assert factor == (found[0] if found else None)
