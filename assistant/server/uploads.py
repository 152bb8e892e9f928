"""Files of clients on our disk: under plain names, and what they are is looked at first."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Sequence
from pathlib import Path

from fastapi import UploadFile

from assistant.errors import InputError
from assistant.server.service import Service
from assistant.server.shelf import plain


def saved(files: Sequence[UploadFile], folder: Path, most: int) -> dict[Path, str]:
    """The files in ``folder``, each with the name that it had; equal names are numbered.

    Raises:
        InputError: there are none, or more than ``most``.
    """
    if not files:
        raise InputError("no file was sent", hint="send at least one")
    if len(files) > most:
        raise InputError(
            f"{len(files):,} files, at most {most:,} are taken", hint="send JSON lines"
        )
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[Path, str] = {}
    for number, file in enumerate(files, 1):
        name = plain(file.filename, f"file-{number}")
        path = folder / name
        if path in found:
            path = folder / f"{path.stem}-{number}{path.suffix}"
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        found[path] = path.name
    return found


def picture(file: UploadFile, folder: Path, most: int) -> Path:
    """A picture in ``folder``, of at most ``most`` pixels by what its head says.

    Raises:
        InputError: it is no picture, or too large.
    """
    (path,) = saved([file], folder, 1)
    check_picture(path, most)
    return path


def sent(service: Service, uri: str) -> tuple[str, Path, Path]:
    """A picture that came as a data URI: id and folder on the shelf, and its file.

    Raises:
        InputError: it is no picture, or too large.
    """
    head, _, data = uri.partition(",")
    name, folder = service.shelf.place()
    try:
        if not head.startswith("data:image/") or not head.endswith(";base64"):
            raise InputError("a picture is sent as data:image/...;base64,...")
        path = folder / "picture"
        try:
            path.write_bytes(base64.b64decode(data, validate=True))
        except ValueError as error:
            raise InputError("the data URI of a picture is no base64") from error
        check_picture(path, service.options.max_pixels)
    except BaseException:
        service.shelf.drop(name)
        raise
    return name, folder, path


def check_picture(path: Path, most: int) -> tuple[int, int]:
    """Width and height of a picture whose pixels are not decoded yet.

    Raises:
        InputError: it is no picture, or has more than ``most`` pixels.
    """
    from assistant.imaging.pictures import size_of

    width, height = size_of(path)
    if width * height > most:
        raise InputError(
            f"{path.name}: {width}x{height} pixels, at most {most / 1e6:g} million are taken",
            hint="make it smaller, or use sr-assistant run",
        )
    return width, height
