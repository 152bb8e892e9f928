"""Pictures into files: the format of the name, metadata kept, never half a file."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from assistant import files
from assistant.errors import InputError
from assistant.imaging import png16
from assistant.imaging.pictures import Picture
from assistant.imaging.samples import register_heif

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".avif": "AVIF",
    ".heic": "HEIF",
    ".heif": "HEIF",
}
LONGEST = {"JPEG": 65_535, "WEBP": 16_383, "AVIF": 65_535, "HEIF": 65_535}
_MOST = {"JPEG": {"exif": 65_533, "xmp": 65_533 - 29}}  # bytes; 29 name the kind of segment
_SAY_DPI = ("PNG", "JPEG", "TIFF", "BMP")
_OPAQUE = ("JPEG", "BMP")
_SETTINGS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"quality": 95},
    "AVIF": {"quality": 90},
    "HEIF": {"quality": 90},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}


def check(path: Path, size: tuple[int, int], picture: Picture) -> None:
    """See that ``path`` can hold ``picture`` enlarged to ``size`` before any work is done.

    Raises:
        InputError: its format is unknown, not available here, or cannot hold the picture.
    """
    form = FORMATS.get(path.suffix.lower())
    hint = f"name a file that ends in one of {', '.join(FORMATS)}"
    if form is None:
        raise InputError(f"{path}: unknown picture format {path.suffix or '(none)'}", hint=hint)
    if not _available(form):
        extra = "pip install pillow-heif, or " if form == "HEIF" else ""
        raise InputError(f"{path}: {form} cannot be written here", hint=f"{extra}take .png")
    longest = LONGEST.get(form, max(size))
    if max(size) > longest:
        raise InputError(
            f"{path}: {form} holds at most {longest:,} pixels a side, this needs {max(size):,}",
            hint="take .png or .tif",
        )
    if picture.alpha is not None and form in _OPAQUE:
        raise InputError(f"{path}: {form} holds no transparency", hint="take .png or .webp")
    if picture.depth == 16 and form == "TIFF" and not _plain(picture):
        raise InputError(f"{path}: 16-bit color is written as PNG only", hint="take .png")


def write(picture: Picture, path: Path) -> tuple[str, ...]:
    """Write ``picture`` in the format of the name; returns what could not be kept.

    Raises:
        InputError: the file cannot be written.
    """
    form = FORMATS[path.suffix.lower()]
    notes = []
    deep = picture.depth == 16
    if form == "BMP" and picture.metadata:
        notes.append("BMP holds no metadata")
    if deep and form not in ("PNG", "TIFF"):
        notes.append(f"{form} holds 8 bits a channel; 16 were rounded")
        picture = picture.eight_bit()
    if picture.metadata.texts and form != "PNG":
        notes.append(f"texts of the PNG are not kept in {form}")
    if picture.metadata.dpi and form not in _SAY_DPI:
        notes.append(f"dots an inch are not kept in {form}")
    for name, most in _MOST.get(form, {}).items():
        if len(getattr(picture.metadata, name) or b"") > most:
            notes.append(f"{name.upper()} is too long for {form} and was left out")
            fewer: dict[str, Any] = {name: None}
            picture = replace(picture, metadata=replace(picture.metadata, **fewer))

    def fill(file: BinaryIO) -> None:
        if deep and form == "PNG":
            png16.write(picture, file)
        else:
            _save(_image(picture), form, picture, cast("BinaryIO", _Checked(file)))

    files.write(path, fill)
    return tuple(notes)


class _Checked(io.BufferedIOBase):
    """A file without a descriptor: on those Pillow writes itself, and on a full disk it takes a
    part of the data being written for all of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: Any) -> int:
        return self._file.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _available(form: str) -> bool:
    from PIL import Image

    if form == "HEIF":
        register_heif()
    Image.init()
    return form in Image.SAVE


def _plain(picture: Picture) -> bool:
    return picture.gray and picture.alpha is None


def _image(picture: Picture) -> PilImage:
    """The picture as Pillow holds it: L, LA, RGB, RGBA or I;16."""
    import numpy as np
    from PIL import Image

    pixels = picture.pixels[..., :1] if picture.gray else picture.pixels
    if picture.alpha is not None:
        pixels = np.concatenate([pixels, picture.alpha[..., None]], axis=2)
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def _save(image: PilImage, form: str, picture: Picture, file: BinaryIO) -> None:
    from PIL import Image, PngImagePlugin

    kept, more = picture.metadata, dict(_SETTINGS.get(form, {}))
    if kept.dpi and form in _SAY_DPI:
        more["dpi"] = kept.dpi
    if form != "BMP" and kept.icc:
        more["icc_profile"] = kept.icc
    if form == "TIFF":
        exif = Image.Exif()
        if kept.exif:
            exif.load(kept.exif)
            del more["compression"]  # libtiff cannot write EXIF of a camera, Pillow itself can
        if kept.xmp:
            exif[700] = kept.xmp
        more["exif"] = exif
    elif form != "BMP" and kept.exif:
        more["exif"] = kept.exif
    if form == "PNG" and (kept.xmp or kept.texts):
        more["pnginfo"] = PngImagePlugin.PngInfo()
        for name, text in kept.texts:
            more["pnginfo"].add_itxt(name, text)
        if kept.xmp:
            more["pnginfo"].add_itxt("XML:com.adobe.xmp", kept.xmp.decode("utf-8", "replace"))
    elif kept.xmp and form in ("JPEG", "WEBP", "AVIF", "HEIF"):
        more["xmp"] = kept.xmp
    image.save(file, form, **more)
