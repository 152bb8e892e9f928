"""Reading text files, and writing files so that nobody ever sees half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from assistant.errors import InputError


def read_text(path: Path) -> str:
    """The text of a UTF-8 file without a byte order mark; line feeds end its lines.

    Raises:
        InputError: it cannot be read, or is no UTF-8; the message names file and line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{path}: cannot be read: {reason}", hint="check the path") from error
    return decoded(data, path).replace("\r\n", "\n")


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a file found in ``folder`` really lies elsewhere, behind a symbolic link."""
    return not path.resolve().is_relative_to(folder.resolve())


def decoded(data: bytes, path: Path) -> str:
    """The text that the bytes of a file are; raises InputError with the line that is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not a UTF-8 text", hint="save it as UTF-8") from error


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8; see ``write``."""
    data = text.encode()
    write(path, lambda file: file.write(data))


def write(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Let ``fill`` write a file under a temporary name beside ``path``, then rename it.

    A symbolic link is followed. What is no regular file (``/dev/null``, a named pipe) is
    written to directly, because a rename would replace it.

    Raises:
        InputError: the folder cannot be made or written to.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                fill(device)
        else:
            _replace(path.resolve(), fill)
    except OSError as error:
        raise _unwritable(path, error) from error


def make_folder(folder: Path) -> None:
    """Make ``folder`` and see that files can be written there, before any work is done.

    Raises:
        InputError: they cannot.
    """
    probe = folder / f".probe.{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error


def _replace(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("w+b") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> InputError:
    reason = (error.strerror or str(error)).lower()
    if isinstance(error, FileExistsError):  # what mkdir says where a file is in the way
        reason = "not a directory"
    return InputError(f"{path}: cannot be written: {reason}", hint="name another place")
