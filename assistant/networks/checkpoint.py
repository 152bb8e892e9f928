"""Weights files, read without ever running what is in them.

A .pth or .pt is a pickle, which may run code when it is loaded; it is read with torch's
``weights_only`` loader and never otherwise.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import pickle
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from assistant.errors import InputError

SUFFIXES = (".pth", ".pt", ".ckpt", ".safetensors")
MAX_BYTES = 4 << 30
_MAX_HEADER = 100 << 20  # what the safetensors format allows


@dataclass(frozen=True)
class Checkpoint:
    """The content of a weights file: tensors (perhaps wrapped) and metadata of safetensors."""

    state: Mapping[str, Any]
    metadata: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Checkpoint:
    """Read one weights file: .pth, .pt, .ckpt or .safetensors, told apart by content.

    Raises:
        InputError: it is missing, damaged, an archive, or holds more than tensors.
    """
    if is_archive(path):
        raise InputError(
            f"{path}: an archive, not one weights file",
            hint=f"{_ONE}, or: sr-assistant weights add {path.name}",
        )
    try:
        with path.open("rb") as file:
            return _read(file, str(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def contents(path: Path) -> list[tuple[str, bytes]]:
    """The bytes of a weights file under its name, or of each weights file in a .zip archive.

    Raises:
        InputError: it cannot be read, or as ``members``.
    """
    try:
        found = list(members(path)) if is_archive(path) else [(path.name, path.read_bytes())]
    except OSError as error:
        raise _unreadable(path, error) from error
    if not found:
        raise InputError(f"{path}: no weights file in this archive")
    return found


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The weights files inside a .zip archive, by bare name; nothing is unpacked to disk.

    Raises:
        InputError: a name would leave the folder, or the archive is damaged or too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            for info in infos:
                _check_member(path, info)
            if sum(info.file_size for info in infos) > MAX_BYTES:
                raise InputError(f"{path}: larger than 4 GB when unpacked", hint=_ONE)
            for info in infos:
                name = PurePosixPath(info.filename).name
                if name.lower().endswith(SUFFIXES) and not name.startswith("._"):
                    yield name, archive.read(info)
    except _DAMAGED as error:
        raise InputError(f"{path}: damaged or locked archive: {error}", hint=_AGAIN) from error


def is_archive(path: Path) -> bool:
    """Whether ``path`` is a .zip of files; what torch saves is a .zip around one pickle."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.endswith("data.pkl") for name in archive.namelist())
    except _DAMAGED:
        return path.suffix.lower() == ".zip"


def header(path: Path) -> dict[str, str]:
    """The metadata of a safetensors file, without its tensors and without torch."""
    with path.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8).ljust(8, b"\xff"))
        if size > _MAX_HEADER:
            raise InputError(f"{path}: not a safetensors file", hint=_AGAIN)
        try:
            found = json.loads(file.read(size)).get("__metadata__", {})
        except (ValueError, AttributeError) as error:
            raise InputError(f"{path}: not a safetensors file", hint=_AGAIN) from error
    return {str(key): str(value) for key, value in found.items()}


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(path: Path, error: OSError) -> InputError:
    reason = (error.strerror or "cannot be read").lower()
    return InputError(f"{path}: {reason}", hint="check the path")


_AGAIN = "fetch the file again from where it was published"
_ONE = "take the weights file that you need out of it"
# What zipfile and its decoders raise on damaged archives
_DAMAGED = (
    *(zipfile.BadZipFile, RuntimeError, EOFError, IndexError, ValueError),
    *(struct.error, zlib.error, lzma.LZMAError),
)


def _check_member(path: Path, info: zipfile.ZipInfo) -> None:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ":" in name or ".." in name.split("/"):
        raise InputError(
            f"{path}: refused: the name {info.filename!r} in it leads out of the folder",
            hint="do not use this archive",
        )


def _read(file: BinaryIO, name: str) -> Checkpoint:
    start = file.read(9)
    file.seek(0)
    if not start:
        raise InputError(f"{name}: the file is empty", hint=_AGAIN)
    if start[8:9] == b"{":
        return _read_safetensors(file.read(), name)
    if start.lstrip()[:1] == b"<":
        raise InputError(f"{name}: a web page, not weights", hint="download the file in a browser")
    _check_kind(file.read(64), name)
    file.seek(0)
    return _read_torch(file, name)


def _check_kind(start: bytes, name: str) -> None:
    """Name what is often taken for a checkpoint, before torch calls it unsafe.

    Raises:
        InputError: it is a pointer of Git LFS, a graph of ONNX, or one of ncnn.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if start.startswith(b"version https://git-lfs"):
        raise InputError(
            f"{name}: a pointer of Git LFS, not the weights themselves",
            hint="fetch the file it points to: git lfs pull, or the download button of the page",
        )
    if suffix == ".onnx" or (start[:1] == b"\x08" and b"pytorch" in start):
        kind = "an ONNX graph"
    elif suffix in (".param", ".bin") and (start.startswith(b"7767517") or start[:4] == _NCNN):
        kind = "a network of ncnn"
    else:
        return
    raise InputError(
        f"{name}: {kind}, which holds no state dict",
        hint="take the .pth, .pt or .safetensors that it was made from",
    )


_NCNN = b"\0\0\0\0"  # the tag of float32 before ncnn's first weights


def read_bytes(data: bytes, name: str) -> Checkpoint:
    """As ``read``, for a member of an archive."""
    return _read(io.BytesIO(data), name)


def _read_safetensors(data: bytes, name: str) -> Checkpoint:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        size = struct.unpack("<Q", data[:8])[0]
        metadata = json.loads(data[8 : 8 + size]).get("__metadata__", {})
        return Checkpoint(load(data), {str(k): str(v) for k, v in metadata.items()})
    except (SafetensorError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(f"{name}: a damaged safetensors file: {error}", hint=_AGAIN) from error


def _read_torch(file: BinaryIO, name: str) -> Checkpoint:
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old formats, which it then reads or refuses
            state = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if "weights_only" not in str(error).lower():
            raise InputError(f"{name}: not a weights file", hint=_AGAIN) from error
        # torch's own message tells how to load the file unsafely
        raise InputError(
            f"{name}: refused: it holds more than tensors and could run code when loaded",
            hint="ask its author for a state dict or safetensors",
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InputError(f"{name}: damaged, or not a weights file", hint=_AGAIN) from error
    if not isinstance(state, Mapping):
        raise InputError(
            f"{name}: holds a {type(state).__name__}, not a state dict",
            hint="ask its author for a state dict or safetensors",
        )
    return Checkpoint(state)
