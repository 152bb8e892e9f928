"""Pictures as arrays: read from files, with alpha apart and metadata kept.

Whatever a file holds (palette, gray, CMYK, 16 bit, a turned camera) becomes upright RGB; what is
lost on the way is said in ``notes``.
"""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.imaging.blocks import of_tables
from assistant.imaging.metadata import Metadata, metadata_of
from assistant.imaging.samples import channels, opened, turned

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

    from assistant.imaging.samples import Pixels

READ = "PNG, JPEG, WebP, TIFF, BMP, GIF, PPM, AVIF and, with pillow-heif, HEIC"
MAX_PIXELS = 178_956_970  # where Pillow itself speaks of a decompression bomb


@dataclass(frozen=True)
class Picture:
    """RGB pixels [H,W,3] of 8 or 16 bit (uint8, uint16), and alpha [H,W] of the same depth.

    ``gray``: the three channels are equal and one is written. ``jpeg``: the quality of the JPEG
    that it was read from. ``notes`` say what reading lost.
    """

    pixels: Pixels
    alpha: Pixels | None = None
    gray: bool = False
    metadata: Metadata = field(default_factory=Metadata)
    jpeg: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height

    @property
    def depth(self) -> int:
        """Bits a channel: 8 or 16."""
        return 8 * self.pixels.dtype.itemsize

    def eight_bit(self) -> Picture:
        """The same picture with 8 bits a channel, rounded."""
        if self.depth == 8:
            return self
        alpha = None if self.alpha is None else _rounded(self.alpha)
        return replace(self, pixels=_rounded(self.pixels), alpha=alpha)

    def stripped(self) -> Picture:
        """The same picture without EXIF, XMP and texts; the color profile says what colors mean."""
        return replace(self, metadata=Metadata(icc=self.metadata.icc, dpi=self.metadata.dpi))


def _rounded(samples: Pixels) -> Pixels:
    import numpy as np

    return ((samples.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def read(path: Path) -> Picture:
    """Read a picture file.

    Raises:
        InputError: it is missing, empty, no picture, damaged or too large.
    """
    with _faults(path):
        try:
            with opened(path) as image:
                return _checked(image, path)
        except OSError as error:
            whole = None if error.errno is not None else _ended(path)
            if whole is None:
                raise
            with opened(io.BytesIO(whole)) as image:
                picture = _checked(image, path)
            note = "the end of the JPEG was missing, its pixels were not"
            return replace(picture, notes=(*picture.notes, note))


def _checked(image: PilImage, path: Path) -> Picture:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large(path, f"{width}x{height} pixels")
    return _picture(image, path)


def _ended(path: Path) -> bytes | None:
    """A JPEG of which only the end is missing, with an end; None where pixels are missing too.

    A decoder makes up what is missing. With other bytes in the place of it, it makes up something
    else; where both give the same, nothing was missing.
    """
    import numpy as np

    data = path.read_bytes()
    if not data.startswith(b"\xff\xd8"):
        return None
    shown = []
    for filling in (b"", b"\x5a\xa5" * 64):
        try:
            with opened(io.BytesIO(data + filling + b"\xff\xd9")) as image:
                shown.append(np.asarray(image.convert("RGB")))
        except (OSError, SyntaxError):
            return None
    return data + b"\xff\xd9" if np.array_equal(shown[0], shown[1]) else None


def size_of(path: Path) -> tuple[int, int]:
    """Width and height as the head of a picture file says, before it is turned upright.

    Raises:
        InputError: it is missing, empty, no picture or damaged.
    """
    with _faults(path), opened(path) as image:
        width, height = image.size
        return width, height


@contextlib.contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Turn what Pillow raises on bad files into one line."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(path, "the number of pixels it claims to hold") from error
    except UnidentifiedImageError as error:
        if path.stat().st_size == 0:
            raise InputError(f"{path}: the file is empty", hint="fetch it again") from error
        raise InputError(f"{path}: not a picture", hint=f"read are {READ}") from error
    except MemoryError as error:
        raise _too_large(path, "the memory it needs") from error
    except OSError as error:
        if error.errno is not None:
            reason = (error.strerror or "cannot be read").lower()
            raise InputError(f"{path}: {reason}", hint="check the path") from error
        raise _damaged(path, error) from error
    except (
        *(ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError),
        *(RuntimeError, struct.error),
    ) as error:
        raise _damaged(path, error) from error


def _too_large(path: Path, what: str) -> InputError:
    return InputError(
        f"{path}: refused as a decompression bomb: {what}",
        hint=f"at most {MAX_PIXELS:,} pixels are read; cut the picture into parts",
    )


def _damaged(path: Path, error: Exception) -> InputError:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return InputError(
        f"{path}: truncated or damaged ({reason})", hint="fetch or export the picture again"
    )


def _picture(image: PilImage, path: Path) -> Picture:
    notes: list[str] = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # the others of an MPO are previews
        notes.append(f"only the first of {frames} frames was read")
    pixels, alpha, gray = channels(image, path, notes)  # first: asking for EXIF decodes a PNG
    turn, metadata = metadata_of(image, notes, gray=gray)
    return Picture(
        pixels=turned(pixels, turn),
        alpha=None if alpha is None else turned(alpha, turn),
        gray=gray,
        metadata=metadata,
        jpeg=of_tables(getattr(image, "quantization", None) or {}),
        notes=tuple(notes),
    )
