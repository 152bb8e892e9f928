"""``sr-assistant look``: what is wrong with pictures, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def save(path: Path, **how: int) -> None:
    coarse = np.random.default_rng(0).integers(30, 226, (12, 16, 3), np.uint8)
    Image.fromarray(coarse.repeat(12, 0).repeat(12, 1)).rotate(9).save(path, **how)


def test_faults_are_told_with_their_measure(call: Callable[..., Any], here: Path) -> None:
    """A JPEG of low quality is one line with its quality and the chance that it is so."""
    save(here / "a.jpg", quality=35)
    done = call("look", "a.jpg")
    assert 0 == done.code
    assert done.out.startswith("a.jpg: 192x144, color, 8 bit\n")
    assert "JPEG of quality 35 (100%)" in done.out


def test_json_is_always_a_list(call: Callable[..., Any], here: Path) -> None:
    """One picture or many: a list of objects with file, measures and faults."""
    save(here / "a.jpg", quality=35)
    (one,) = json.loads(call("look", "a.jpg", "--json").out)
    assert ("a.jpg", [192, 144]) == (one["file"], one["size"])
    assert "compression" in [fault["name"] for fault in one["faults"]]


def test_a_bad_picture_does_not_keep_the_others_from_being_looked_at(
    call: Callable[..., Any], here: Path
) -> None:
    """It is one line on standard error and exit code 1; alone it is an error as everywhere."""
    save(here / "a.png")
    (here / "b.png").write_bytes(b"no picture")
    done = call("look", "a.png", "b.png")
    assert 1 == done.code
    assert "failed: b.png: not a picture" in done.err
    assert "a.png: 192x144" in done.out
    assert 2 == call("look", "b.png").code
