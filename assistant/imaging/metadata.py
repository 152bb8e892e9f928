"""What a picture file says beside its pixels, as another file may say it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

_SRGB_GAMMA = 0.45455
_MAX_DPI = 20_000
_ORIENTATION = 0x0112
_CAMERA, _SIZES = 0x8769, (40962, 40963)  # the folder of camera settings, width and height in it
# TIFF tags about how one file stores its pixels; they would be wrong in another.
_STORAGE = (*range(254, 260), 262, 266, 273, *range(277, 280), 284, 297, 317, *range(320, 326))
_STORAGE += (*range(330, 334), 338, 339, 347, *range(512, 522), *range(529, 533), 700, 34675)


@dataclass(frozen=True)
class Metadata:
    """Color profile, EXIF (orientation already applied) and XMP, as bytes; dots an inch; the texts
    of a PNG."""

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    texts: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return any((self.icc, self.exif, self.xmp))


def metadata_of(image: PilImage, notes: list[str], *, gray: bool) -> tuple[int, Metadata]:
    """The orientation of a picture, and what holds of it upright; ``notes`` hear what is lost."""
    icc, xmp = image.info.get("icc_profile"), image.info.get("xmp")
    if image.mode == "CMYK":
        icc = None  # it described the inks
    if icc and icc[16:20] != (b"GRAY" if gray else b"RGB "):
        icc = None
        notes.append(f"a color profile for other than {'gray' if gray else 'RGB'} was left out")
    gamma = image.info.get("gamma")
    if gamma and not icc and abs(gamma - _SRGB_GAMMA) > 0.01:
        notes.append(f"a gamma of {gamma:g} in the file was not applied")
    turn, exif = _exif(image, notes)
    return turn, Metadata(
        icc=icc or None,
        exif=exif,
        xmp=_upright_xmp(xmp),
        dpi=_dpi(image),
        texts=_texts(image),
    )


def _dpi(image: PilImage) -> tuple[float, float] | None:
    """Dots an inch, across and down, where a file says so."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 0 < across < _MAX_DPI and 0 < down < _MAX_DPI else None


def _texts(image: PilImage) -> tuple[tuple[str, str], ...]:
    """The texts of a PNG (title, author, parameters of a generator), not its XMP."""
    held = getattr(image, "text", None) if image.format == "PNG" else None
    return tuple((str(k), str(v)) for k, v in (held or {}).items() if not str(k).startswith("XML:"))


def _exif(image: PilImage, notes: list[str]) -> tuple[int, bytes | None]:
    """The orientation, and EXIF as bytes without it and without sizes and storage of the file."""
    turn = 1
    try:
        exif = image.getexif()
        turn = exif.get(_ORIENTATION, 1)
        for tag in (_ORIENTATION, *_STORAGE):
            if tag in exif:
                del exif[tag]
        if _CAMERA in exif:
            for tag in _SIZES:
                exif.get_ifd(_CAMERA).pop(tag, None)
        return turn, exif.tobytes() if len(exif) else None
    except Exception:  # whatever odd values in a camera's EXIF make Pillow raise
        notes.append("EXIF is damaged and was not kept")
        return turn, None


def _upright_xmp(xmp: bytes | str | None) -> bytes | None:
    """XMP without an orientation that would turn the picture again."""
    if not xmp:
        return None
    data = xmp.encode() if isinstance(xmp, str) else bytes(xmp)
    data = re.sub(rb'tiff:Orientation="\d"', b'tiff:Orientation="1"', data)
    return re.sub(rb"(<tiff:Orientation>)\d(</tiff:Orientation>)", rb"\g<1>1\2", data)
