"""Uploads and results: folders with unguessable names, the oldest make room for new ones."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from assistant.server.faults import NotFoundError

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_ODD = re.compile(r"[^\w.+ -]+")


class Shelf:
    """At most ``most`` folders of ``most_bytes`` in all, below a temporary one."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sr-assistant-serve-"))
        self._most, self._most_bytes = most, most_bytes
        self._lock = threading.Lock()
        self._places: dict[str, Path] = {}
        self._busy: set[str] = set()

    def place(self) -> tuple[str, Path]:
        """A new folder and its id; it stays while it is busy (see `settle`)."""
        name = secrets.token_urlsafe(16)
        path = self.folder / name
        path.mkdir(mode=0o700)
        with self._lock:
            self._places[name] = path
            self._busy.add(name)
        return name, path

    def settle(self, name: str) -> None:
        """What lies in a folder is finished; old folders go if there are too many."""
        with self._lock:
            self._busy.discard(name)
            sizes = {n: _size(p) for n, p in self._places.items()}
            for old in list(self._places):
                full = len(self._places) > self._most or sum(sizes.values()) > self._most_bytes
                if not full or old == name:
                    break
                if old not in self._busy:
                    self._forget(old)
                    sizes.pop(old)

    def drop(self, name: str) -> None:
        """Forget a folder and all in it."""
        with self._lock:
            self._busy.discard(name)
            self._forget(name)

    def file(self, name: str, file: str) -> Path:
        """A file of a folder.

        Raises:
            NotFoundError: there is none, or it made room for a newer one.
        """
        place = self._places.get(name) if _ID.fullmatch(name) else None
        path = place / file if place and file == Path(file).name else None
        if path is None or not path.is_file():
            raise NotFoundError("no such result", hint="results make room for newer ones")
        return path

    def close(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _forget(self, name: str) -> None:
        path = self._places.pop(name, None)
        if path:
            with contextlib.suppress(OSError):
                shutil.rmtree(path)


@contextlib.contextmanager
def filling(shelf: Shelf, name: str) -> Iterator[None]:
    """While results are put into a folder; it is dropped where that fails or is stopped."""
    try:
        yield
    except BaseException:
        shelf.drop(name)
        raise
    finally:
        shelf.settle(name)


def plain(name: str | None, fallback: str) -> str:
    """A name of a client's file that names no folder and nothing hidden."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = _ODD.sub("_", last).strip(" .")[-100:]
    return kept or fallback


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
