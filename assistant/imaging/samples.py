"""Pixels out of Pillow's images: every mode as RGB and alpha, 16 bits where a file has them."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from assistant.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image as PilImage

    Pixels = NDArray[Any]  # uint8 or uint16

# Formats that Pillow decodes by itself; EPS and PDF would start other programs.
FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "TIFF", "BMP", "GIF", "PPM", "AVIF", "HEIF")
SUFFIXES = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jfif", ".jpe", ".mpo", ".webp", ".tif", ".tiff"),
    *(".bmp", ".dib", ".gif", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".heic", ".heif", ".hif"),
)


@contextlib.contextmanager
def opened(path: Path | BinaryIO) -> Iterator[PilImage]:
    """The image of a file, its pixels not decoded yet."""
    from PIL import Image

    register_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they tell is an error or harmless here
        Image.init()
        with Image.open(path, formats=[n for n in FORMATS if n in Image.OPEN]) as image:
            yield image


def register_heif() -> bool:
    """Let Pillow read and write HEIC where pillow-heif is installed."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return False
    register_heif_opener()
    return True


def channels(image: PilImage, path: Path, notes: list[str]) -> tuple[Pixels, Pixels | None, bool]:
    """RGB, alpha and whether the picture is gray."""
    import numpy as np

    deep = _sixteen_bit(image, path, notes)
    transparent = "transparency" in image.info
    if deep is None:
        if image.mode in ("1", "L") and transparent:
            image = image.convert("LA")
        elif image.mode == "1":
            image = image.convert("L")
        elif image.mode == "La":
            image = image.convert("LA")
        elif image.mode == "CMYK":
            image = _from_inks(image, notes)
        elif image.mode not in ("L", "LA", "RGB", "RGBA") or (image.mode == "RGB" and transparent):
            whole = image.mode in ("PA", "RGBa") or transparent
            image = image.convert("RGBA" if whole else "RGB")
        deep = np.asarray(image)
    if deep.ndim == 2:
        deep = deep[..., None]
    if transparent and deep.shape[2] in (1, 3):  # of 16 bits: one color is invisible
        hidden = (deep == image.info["transparency"]).all(axis=2, keepdims=True)
        deep = np.concatenate([deep, np.where(hidden, 0, 65535).astype(deep.dtype)], axis=2)
    colors = deep.shape[2] - (deep.shape[2] in (2, 4))
    alpha = np.ascontiguousarray(deep[..., -1]) if deep.shape[2] in (2, 4) else None
    rgb = np.repeat(deep[..., :1], 3, axis=2) if colors == 1 else deep[..., :3]
    return np.ascontiguousarray(rgb), alpha, colors == 1


def _sixteen_bit(image: PilImage, path: Path, notes: list[str]) -> Pixels | None:
    """The 16-bit samples [H,W] or [H,W,C] of a picture that has them.

    Pillow decodes 16-bit color to 8 bits. Read with the other byte order, the same file gives the
    low bytes.
    """
    import numpy as np

    if image.mode in ("F", "I") or image.mode.startswith("I;16"):
        values = np.asarray(image)
        if values.dtype.kind == "f" or values.min() < 0 or values.max() > 65535:
            raise InputError(
                f"{path}: {values.dtype} samples are not read", hint="export it with 8 or 16 bits"
            )
        return values.astype(np.uint16)
    rawmodes = {_rawmode(tile) for tile in getattr(image, "tile", ())}
    if not any(";16" in mode for mode in rawmodes):
        return None
    try:
        with opened(path) as again:
            again.tile = [_swapped(tile) for tile in again.tile]  # type: ignore[attr-defined]  # Pillow's stubs lack tile
            low = np.asarray(again).astype(np.uint16)
    except (KeyError, ValueError):  # no such decoder: gray with alpha, separate planes
        if image.format == "PNG" and "LA;16B" in rawmodes:
            return _gray_with_alpha(path)
        notes.append("16-bit samples of this layout were read as 8-bit")
        return None
    return (np.asarray(image).astype(np.uint16) << 8) | low


def _gray_with_alpha(path: Path) -> Pixels:
    """The samples [H,W,2] of a PNG of 16-bit gray with alpha.

    Pillow has no such decoder, but two samples of 16 bits lie in a file as four of 8 bits do: with
    its header rewritten it is read as RGBA (PNG specification, 11.2.1 and 9.2).
    """
    import io
    import struct
    import zlib

    import numpy as np

    data = bytearray(path.read_bytes())
    data[24:26] = bytes([8, 6])  # bits a sample, kind of color
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    with opened(io.BytesIO(data)) as image:
        bytes_ = np.asarray(image).astype(np.uint16)
    return (bytes_[..., ::2] << 8) | bytes_[..., 1::2]


def _rawmode(tile: Any) -> str:
    return tile.args if isinstance(tile.args, str) else str(tile.args[0])


def _swapped(tile: Any) -> Any:
    """The decoding step of a tile with the other byte order."""
    little = {"little": "L", "big": "B"}[sys.byteorder]
    mode = _rawmode(tile)
    stem, order = mode[:-1], mode[-1].replace("N", little)
    if not mode.endswith((";16B", ";16L", ";16N")):
        raise ValueError(mode)
    other = stem + {"B": "L", "L": "B"}[order]
    args = other if isinstance(tile.args, str) else (other, *tile.args[1:])
    return tile._replace(args=args)


def _from_inks(image: PilImage, notes: list[str]) -> PilImage:
    """CMYK as sRGB, through its color profile where it has one."""
    import io

    from PIL import ImageCms

    notes.append("CMYK was converted to sRGB")
    if icc := image.info.get("icc_profile"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            source, target = (
                ImageCms.ImageCmsProfile(io.BytesIO(icc)),
                ImageCms.createProfile("sRGB"),
            )
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            if converted is not None:
                return converted
    return image.convert("RGB")


def turned(array: Any, orientation: int) -> Any:
    """Apply EXIF orientation 1 to 8 to [H,W] or [H,W,C]."""
    import numpy as np

    turns = {3: 2, 5: 0, 6: 3, 7: 2, 8: 1}
    if orientation == 2:
        array = array[:, ::-1]
    elif orientation == 4:
        array = array[::-1]
    elif orientation in turns:
        array = np.rot90(array, turns[orientation])
    if orientation in (5, 7):
        array = array.swapaxes(0, 1)
    return np.ascontiguousarray(array)
