"""One step on a picture: a network over its tiles, or plain interpolation; alpha comes along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.imaging import tiles
from assistant.imaging.pictures import Picture
from assistant.networks import backends
from assistant.workflow.graph import Node
from assistant.workflow.layout import whole

if TYPE_CHECKING:
    from assistant.imaging.samples import Pixels
    from assistant.networks import Network

Told = Callable[[str, int, int], None]
"""Hears a model's label, how many of its tiles are done, and how many there are."""


def enlarged(
    picture: Picture, network: Network, cut: tiles.Tiling, label: str, told: Told
) -> Picture:
    """The picture after ``network``: color by the network, alpha by interpolation.

    Raises:
        AssistantError: the network gave values that are not finite.
    """
    from assistant.imaging.alpha import filled
    from assistant.imaging.resize import resize_to

    done = 0

    def one_more() -> None:
        nonlocal done
        done += 1
        told(label, done, cut.count)

    told(label, 0, cut.count)
    alpha, pixels = picture.alpha, picture.pixels
    if alpha is not None:
        pixels = filled(pixels, alpha)
    pixels = tiles.assembled(
        pixels, network.scale, cut, lambda tile: backends.run_tile(network, tile), one_more
    )
    if picture.gray:
        _make_gray(pixels)
    if alpha is not None and network.scale != 1:
        alpha = resize_to(alpha, *pixels.shape[:2])
    return replace(picture, pixels=pixels, alpha=alpha)


def resized(picture: Picture, node: Node) -> Picture:
    """The picture as ``node`` resizes it, by interpolation; it carries a note of that."""
    scale = node.scale or 1
    width, height = (whole(side * scale) for side in picture.size)
    notes = (*picture.notes, f"resized {node.label}")
    return replace(stretched(picture, (width, height)), notes=notes)


def stretched(picture: Picture, size: tuple[int, int]) -> Picture:
    """The picture in another size, by interpolation."""
    from assistant.imaging.resize import resize_to

    if picture.size == size:  # it would come out as it is
        return picture
    width, height = size
    alpha = None if picture.alpha is None else resize_to(picture.alpha, height, width)
    return replace(picture, pixels=resize_to(picture.pixels, height, width), alpha=alpha)


def _make_gray(pixels: Pixels) -> None:
    """Replace the channels by their mean, some rows at a time."""
    for top in range(0, len(pixels), 256):
        rows = pixels[top : top + 256]
        rows[:] = rows.mean(axis=2, keepdims=True).round()
