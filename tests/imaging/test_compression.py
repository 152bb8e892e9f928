"""JPEG and back."""

from __future__ import annotations

import numpy as np

from assistant.imaging.compression import compressed
from assistant.imaging.look import look
from assistant.imaging.pictures import Picture


def test_the_quality_can_be_read_from_the_pixels() -> None:
    """To one step of the scale, and the lower it is, the more is lost."""
    rows, columns = np.mgrid[:128, :128]
    waves = 128 + 50 * np.sin(rows / 5) + 40 * np.cos(columns / 3 + rows / 9)
    picture = np.repeat(waves[..., None], 3, axis=2).astype(np.uint8)
    lost = []
    for quality in (40, 80):
        back = compressed(picture, quality)
        seen = look(Picture(back)).jpeg
        assert seen is not None
        assert abs(quality - seen.quality) <= 1
        lost.append(float(np.square(back.astype(float) - picture).mean()))
    assert lost[0] > lost[1] > 0
