"""The journal of a run: every reply that was paid and every answer, on disk before it counts.

``journal.jsonl`` is only appended to and is the one truth; all other files are made from it. Lines
are written together and synced once for all that came within some milliseconds (group commit). A
lock held by the open file keeps a second run out; the kernel gives it back, whatever happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Literal

from assistant.errors import InputError

NAME = "journal.jsonl"
Kind = Literal["reply", "answer", "failed", "emitted"]
WINDOW = 0.02  # seconds in which lines are gathered for one fsync
_HEAD = re.compile(
    rb'\{"t": "(reply|answer|failed|emitted)", "key": "([0-9a-f]{64})", "as": "([0-9a-f]{0,64})"'
)


class DiskError(InputError):
    """A file of the run cannot be written: nothing further can be kept."""


class Journal:
    """The journal in folder ``out``; with ``write`` it is locked and may grow.

    Raises:
        InputError: another run writes there, or the file cannot be opened.
    """

    def __init__(self, out: Path, *, write: bool = True) -> None:
        self.path = out / NAME
        self._replies: dict[bytes, array[int]] = {}
        self._answers: dict[bytes, tuple[bytes, int]] = {}
        self._failed: dict[bytes, int] = {}
        self._emitted = array("q")
        self._lock = _locked(out) if write else None
        try:
            self._file = self.path.open("ab", buffering=0) if write else None
            self._reader = self.path.open("rb") if write or self.path.exists() else None
        except OSError as error:
            if self._lock:
                self._lock()
            raise InputError(
                f"{self.path}: {(error.strerror or 'unreadable').lower()}", hint="see its rights"
            ) from error
        self._size = self._scan(self._reader) if self._reader else 0
        if self._file and self._file.tell() > self._size:
            self._file.truncate(self._size)  # a torn last line
        self._pending: list[tuple[bytes, asyncio.Future[None]]] = []
        self._flusher: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Close the file and give the lock back."""
        for file in (self._file, self._reader):
            if file:
                file.close()
        if self._lock:
            self._lock()

    def has_answer(self, key: str, identity: str | None = None) -> bool:
        """Whether an answer to this request is there, made in this very way if given."""
        found = self._answers.get(bytes.fromhex(key))
        return found is not None and identity in (None, found[0].hex())

    def answer(self, key: str, identity: str | None = None) -> dict[str, Any] | None:
        """The latest answer to a request."""
        if not self.has_answer(key, identity):
            return None
        return self._read(self._answers[bytes.fromhex(key)][1])

    def replies(self, key: str) -> list[dict[str, Any]]:
        """The replies of the language model to a request and to its repairs, in order."""
        found = map(self._read, self._replies.get(bytes.fromhex(key), ()))
        lines = {line["n"]: line for line in found if line}
        return [lines[n] for n in range(len(lines)) if n in lines]

    def failure(self, key: str) -> dict[str, Any] | None:
        """Why a request that has no answer failed last."""
        at = self._failed.get(bytes.fromhex(key))
        return None if at is None else self._read(at)

    def emitted(self) -> dict[str, str]:
        """The key of the request that went out last under each custom_id of a batch file."""
        lines = (self._read(at) for at in self._emitted)
        return {line["custom_id"]: line["key"] for line in lines if line}

    def append(
        self, kind: str, key: str, identity: str = "", **fields: Any
    ) -> asyncio.Future[None]:
        """Write a line; the future is done once the line is safe on disk."""
        line = json.dumps({"t": kind, "key": key, "as": identity, **fields}, ensure_ascii=False)
        data = line.encode("utf-8", "replace") + b"\n"
        loop = asyncio.get_running_loop()
        safe: asyncio.Future[None] = loop.create_future()
        self._pending.append((data, safe))
        if self._flusher is None:
            self._flusher = loop.create_task(self._flush())
        return safe

    async def _flush(self) -> None:
        while self._pending:
            await asyncio.sleep(WINDOW)
            batch, self._pending = self._pending, []
            try:
                await asyncio.to_thread(self._write, b"".join(data for data, _ in batch))
            except OSError as error:
                told = DiskError(
                    f"{self.path}: {(error.strerror or str(error)).lower()}", hint="make room"
                )
                for _, safe in batch:
                    if not safe.done():
                        safe.set_exception(told)
                continue
            for data, safe in batch:
                self._note(data, self._size)
                self._size += len(data)
                if not safe.done():
                    safe.set_result(None)
        self._flusher = None

    def _write(self, data: bytes) -> None:
        """Append and sync all of ``data`` or nothing of it."""
        if self._file is None:
            raise OSError(None, "opened for reading only")
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(self._size)
            raise

    def _scan(self, file: BinaryIO) -> int:
        """Learn where every line is; returns the length up to the last whole line."""
        size = 0
        for line in file:
            if not line.endswith(b"\n"):
                break
            self._note(line, size)
            size += len(line)
        return size

    def _note(self, line: bytes, at: int) -> None:
        head = _HEAD.match(line)
        if not head or not line.endswith(b"}\n"):
            return
        kind, key = head[1], bytes.fromhex(head[2].decode())
        if kind == b"reply":
            self._replies.setdefault(key, array("q")).append(at)
        elif kind == b"answer":
            self._answers[key] = (bytes.fromhex(head[3].decode()), at)
        elif kind == b"failed":
            self._failed[key] = at
        elif kind == b"emitted":
            self._emitted.append(at)

    def _read(self, at: int) -> dict[str, Any] | None:
        if self._reader is None:
            return None
        self._reader.seek(at)
        try:
            line = json.loads(self._reader.readline())
        except ValueError:
            return None
        return line if isinstance(line, dict) else None


def _locked(out: Path) -> Callable[[], None]:
    """Lock the folder; returns what unlocks it. Who holds it is written beside the lock."""
    from filelock import FileLock, Timeout

    holder = out / ".bulk.holder"
    lock = FileLock(out / ".bulk.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        try:
            who = f" (process {int(holder.read_text())})"
        except (OSError, ValueError):
            who = ""
        raise InputError(
            f"{out}: another run{who} writes there", hint="wait for it, or name another --out"
        ) from error
    except OSError as error:
        raise InputError(
            f"{out}: cannot be written: {(error.strerror or str(error)).lower()}",
            hint="name another place",
        ) from error
    holder.write_text(f"{os.getpid()}\n")

    def unlock() -> None:
        holder.unlink(missing_ok=True)
        lock.release()

    return unlock
