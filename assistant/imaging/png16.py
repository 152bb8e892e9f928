"""PNG with 16 bits a channel, which Pillow writes for gray alone.

PNG specification, third edition: 11.2 (chunks), 9.2 (filter type 2, Up).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from assistant.imaging.pictures import Picture

_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_ROWS = 64


def write(picture: Picture, file: BinaryIO) -> None:
    """Write ``picture`` (uint16) with its ICC profile, EXIF and XMP."""
    import numpy as np

    width, height = picture.size
    pixels = picture.pixels[..., :1] if picture.gray else picture.pixels
    planes = pixels.shape[2] + (picture.alpha is not None)
    file.write(b"\x89PNG\r\n\x1a\n")
    header = struct.pack(">IIBBBBB", width, height, 16, _COLOR_TYPES[planes], 0, 0, 0)
    _chunk(file, b"IHDR", header)
    kept = picture.metadata
    if kept.icc:
        _chunk(file, b"iCCP", b"ICC Profile\0\0" + zlib.compress(kept.icc))
    if kept.dpi:
        meter = [round(dots / 0.0254) for dots in kept.dpi]
        _chunk(file, b"pHYs", struct.pack(">IIB", *meter, 1))
    for name, text in kept.texts:
        label = name.encode("latin-1", "replace")[:79]
        _chunk(file, b"iTXt", label + b"\0\0\0\0\0" + text.encode())
    if kept.exif:
        _chunk(file, b"eXIf", kept.exif.removeprefix(b"Exif\0\0"))
    if kept.xmp:
        _chunk(file, b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + kept.xmp)
    packer = zlib.compressobj(6)
    above = np.zeros(width * planes * 2, np.uint8)
    for top in range(0, height, _ROWS):
        part = pixels[top : top + _ROWS]
        if picture.alpha is not None:
            part = np.concatenate([part, picture.alpha[top : top + _ROWS, :, None]], axis=2)
        rows = np.ascontiguousarray(part.astype(">u2")).view(np.uint8).reshape(len(part), -1)
        lines = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
        lines[:, 0] = 2  # each byte less the one above it
        lines[:, 1:] = rows - np.vstack([above, rows[:-1]])
        above = rows[-1]
        if packed := packer.compress(lines.tobytes()):
            _chunk(file, b"IDAT", packed)
    _chunk(file, b"IDAT", packer.flush())
    _chunk(file, b"IEND", b"")


def _chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    checksum = zlib.crc32(kind + data)
    file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum))
