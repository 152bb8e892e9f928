"""Sheets: captions and pictures in rows, charts, text as pixels."""

from __future__ import annotations

import numpy as np

from assistant.imaging.sheet import Panel, chart, magnified, shade, sheet, written


def test_a_sheet_holds_its_pictures_unchanged_side_by_side() -> None:
    """Gray and color, each below its caption, with white around."""
    red = np.zeros((20, 30, 3), np.uint8)
    red[..., 0] = 200
    made = sheet(
        "Title", [[Panel(red, "red\ntwo lines"), Panel(np.full((10, 40), 7, np.uint8), "x")]]
    )
    assert 20 * 30 == (made == (200, 0, 0)).all(axis=2).sum()
    assert 10 * 40 == (made == 7).all(axis=2).sum()
    assert (255, 255, 255) == tuple(made[0, 0])


def test_a_long_caption_widens_its_column() -> None:
    narrow = Panel(np.zeros((4, 4), np.uint8), "short")
    wide = Panel(
        np.zeros((4, 4), np.uint8), "a caption that is much longer than the picture is wide"
    )
    assert sheet("T", [[narrow]]).shape[1] < sheet("T", [[wide]]).shape[1]


def test_shades_run_from_low_to_high() -> None:
    assert [0, 128, 255] == shade(np.array([0.0, 0.5, 1.0])).tolist()
    assert [0, 255, 255] == shade(np.array([-1.0, 2.0, 3.0]), 0, 2).tolist()


def test_a_pixel_becomes_a_square() -> None:
    assert [[1, 1, 2, 2]] * 2 == magnified(np.array([[1, 2]], np.uint8), 2).tolist()


def test_a_higher_value_stands_higher_in_a_chart() -> None:
    """The mark of each place, in the color of its name."""
    drawn = chart({"low": [(1, 1)], "high": [(10, 5)]}, ("n", "value"), points=True, log=True)
    blue, red = (
        np.argwhere((drawn == color).all(axis=2)) for color in ((31, 119, 180), (214, 39, 40))
    )
    assert red[:, 0].mean() < blue[:, 0].mean()
    assert blue[:, 1].min() < red[:, 1].max()


def test_text_is_black_on_white_and_wider_for_more_of_it() -> None:
    one, more = written(["mill"], 20), written(["mill by the river"], 20)
    assert (0, 255) == (one.min(), one.max())
    assert one.shape[1] < more.shape[1]
