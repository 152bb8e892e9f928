"""Conversations on disk: one SQLite file in the user's data folder.

Short transactions let several processes write in turn; every turn is its own row, so none
overwrites another's. Nothing but text and JSON is stored.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.chat.state import Reply, State
from assistant.errors import InputError
from assistant.files import make_folder

MAX_NAME = 80
BROKEN = "(This reply is stored in a form that cannot be read.)"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    created TEXT NOT NULL, message TEXT NOT NULL, reply TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS turns_of ON turns (session, id);
"""


@dataclass(frozen=True, slots=True)
class Summary:
    """A session as a list shows it."""

    name: str
    turns: int
    first: str
    updated: str


class Sessions:
    """The sessions in ``folder``; opening creates the file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "chat.sqlite3"
        make_folder(folder)
        with self._open() as db:
            db.executescript(_SCHEMA)

    def append(self, name: str, message: str, reply: Reply, state: State) -> None:
        """Add a turn to the session ``name``, which is created with its first turn."""
        check_name(name)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        said = json.dumps(reply.to_json(), ensure_ascii=False)
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO sessions (name, created) VALUES (?, ?)", (name, now))
            db.execute(
                "INSERT INTO turns (session, created, message, reply, state) "
                "SELECT id, ?, ?, ?, ? FROM sessions WHERE name = ?",
                (now, message, said, state.model_dump_json(), name),
            )

    def turns(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """All messages of a session with their replies as plain data, in order.

        A reply that cannot be read (a disk or another program broke it) says so in its place.
        """
        with self._open() as db:
            rows = db.execute(
                "SELECT message, reply FROM turns JOIN sessions ON sessions.id = session "
                "WHERE name = ? ORDER BY turns.id",
                (name,),
            ).fetchall()
        if not rows:
            raise self._unknown(name)
        return [(_text(message), _reply(reply)) for message, reply in rows]

    def state(self, name: str) -> State:
        """The state after the last turn of a session, to go on from."""
        with self._open() as db:
            row = db.execute(
                "SELECT state FROM turns JOIN sessions ON sessions.id = session "
                "WHERE name = ? ORDER BY turns.id DESC LIMIT 1",
                (name,),
            ).fetchone()
        if row is None:
            raise self._unknown(name)
        try:
            return State.model_validate_json(row[0])
        except ValidationError as error:
            raise InputError(
                f"the session {name!r} was written by another version",
                hint=f"begin a new one; to read it: sr-assistant sessions export {name!r}",
            ) from error

    def list(self) -> list[Summary]:
        """All sessions, the latest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT name, COUNT(*), MAX(turns.created), "
                "(SELECT message FROM turns t WHERE t.session = sessions.id ORDER BY id LIMIT 1) "
                "FROM sessions JOIN turns ON sessions.id = session "
                "GROUP BY sessions.id ORDER BY MAX(turns.id) DESC"
            ).fetchall()
        return [Summary(name, count, first, updated) for name, count, updated, first in rows]

    def delete(self, name: str) -> None:
        """Forget a session; raises InputError where there is none of that name."""
        with self._open() as db:
            gone = db.execute("DELETE FROM sessions WHERE name = ?", (name,)).rowcount
        if not gone:
            raise self._unknown(name)

    def begin(self) -> str:
        """The name of a new session, the day and the first free number; no other process gets it.

        Sessions of earlier days in which nothing was said are forgotten.
        """
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        day = now[:10]
        with self._open() as db:
            db.execute(
                "DELETE FROM sessions WHERE created < ? AND id NOT IN (SELECT session FROM turns)",
                (day,),
            )
            known = {name for (name,) in db.execute("SELECT name FROM sessions")}
            number = next(n for n in itertools.count(1) if f"{day}-{n}" not in known)
            name = f"{day}-{number}"
            db.execute("INSERT INTO sessions (name, created) VALUES (?, ?)", (name, now))
        return name

    def _unknown(self, name: str) -> InputError:
        known = ", ".join(s.name for s in self.list()[:5]) or "there is none yet"
        return InputError(f"no session {name!r}", hint=f"known: {known}")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction that waits for other writers and is undone by an exception."""
        try:
            db = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        except sqlite3.Error as error:
            raise self._broken(error) from error
        try:
            db.execute("PRAGMA foreign_keys=ON")
            db.execute("BEGIN IMMEDIATE")
            yield db
            if db.in_transaction:  # a script ends the one it finds
                db.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._broken(error) from error
        finally:
            db.close()  # rolls back what was not committed

    def _broken(self, error: sqlite3.Error) -> InputError:
        return InputError(
            f"{self._file}: {error}",
            hint="set SRA_DATA to a writable folder",
        )


def _text(stored: Any) -> str:
    return stored.decode(errors="replace") if isinstance(stored, bytes) else str(stored)


def _reply(stored: Any) -> dict[str, Any]:
    try:
        found = json.loads(stored)
    except (ValueError, TypeError, RecursionError):
        found = None
    sound = isinstance(found, dict) and isinstance(found.get("text"), str)
    return found if sound else {"text": BROKEN, "broken": True}


def markdown(name: str, turns: list[tuple[str, dict[str, Any]]]) -> str:
    """A session as a Markdown document; headings of answers go down one level."""
    pages = [f"# {name}"]
    for message, reply in turns:
        text = reply["text"].replace("\n## ", "\n### ").removeprefix("## ")
        if reply["text"].startswith("## "):
            text = f"### {text}"
        quoted = "\n".join(f"> {line}" for line in message.split("\n"))
        pages.append(f"{quoted}\n\n{text.strip()}")
    return "\n\n".join(pages) + "\n"


def check_name(name: str) -> None:
    """See that a list can show ``name``; raises InputError."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise InputError(
            f"{name!r} cannot name a session", hint=f"use 1 to {MAX_NAME} printable characters"
        )
