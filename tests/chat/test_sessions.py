"""Sessions on disk: kept, resumed, listed, exported, deleted; by two processes at once."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.chat import Reply, State
from assistant.chat.sessions import BROKEN, Sessions, markdown
from assistant.errors import InputError
from assistant.question import Wish

REPLY = Reply(route="thanks", text="You are welcome.\n")
WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from assistant.chat import Reply, State
from assistant.chat.sessions import Sessions
sessions = Sessions(Path(sys.argv[1]))
for n in range(40):
    sessions.append("shared", f"{sys.argv[2]} {n}", Reply(route="thanks", text="x"), State())
"""


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "data")


def test_a_turn_is_read_back_as_it_was_written(sessions: Sessions) -> None:
    """Message, reply and state survive the way to disk."""
    state = State(wish=Wish(scales=(4.0,)))
    sessions.append("ä session", "danke!", REPLY, state)
    assert [("danke!", REPLY.to_json())] == sessions.turns("ä session")
    assert state == sessions.state("ä session")


def test_sessions_are_listed_with_the_latest_first(sessions: Sessions) -> None:
    """A list shows name, number of turns and the first message."""
    for name in ("one", "two", "one"):
        sessions.append(name, f"hello {name}", REPLY, State())
    found = [(s.name, s.turns, s.first) for s in sessions.list()]
    assert [("one", 2, "hello one"), ("two", 1, "hello two")] == found


def test_a_deleted_session_is_gone_with_its_turns(sessions: Sessions) -> None:
    """What is deleted cannot be read, and its name is free again."""
    sessions.append("one", "hello", REPLY, State())
    sessions.delete("one")
    for action in (sessions.turns, sessions.state, sessions.delete):
        with pytest.raises(InputError):
            action("one")
    sessions.append("one", "again", REPLY, State())
    assert 1 == len(sessions.turns("one"))


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\nb"])
def test_a_name_that_no_list_could_show_is_refused(sessions: Sessions, name: str) -> None:
    """Blank, long and invisible names are refused before anything is written."""
    with pytest.raises(InputError):
        sessions.append(name, "hello", REPLY, State())
    assert [] == sessions.list()


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    """Both write forty turns into one session; all eighty are there, each writer's in order."""
    started = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), who]) for who in ("a", "b")
    ]
    assert [0, 0] == [process.wait(timeout=120) for process in started]
    said = [message for message, _ in Sessions(tmp_path).turns("shared")]
    for who in ("a", "b"):
        assert [f"{who} {n}" for n in range(40)] == [m for m in said if m.startswith(who)]


def test_many_at_once_can_make_the_file(tmp_path: Path) -> None:
    """None finds it locked while another one makes it, and no two begin the same session."""
    for turn in range(20):
        folder = tmp_path / str(turn)
        with ThreadPoolExecutor(6) as pool:
            names = list(pool.map(lambda where: Sessions(where).begin(), [folder] * 6))
        assert 6 == len(set(names))


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A broken file ends in one line with its path."""
    (tmp_path / "chat.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(InputError) as error:
        Sessions(tmp_path)
    assert "chat.sqlite3" in error.value.message


def test_markdown_of_a_session_quotes_the_messages(sessions: Sessions) -> None:
    """Headings of an answer go one level down, so that the document has one title."""
    sessions.append("talk", "why?", Reply(route="ask", text="## 1. Task\n\nT\n"), State())
    assert "# talk\n\n> why?\n\n### 1. Task\n\nT\n" == markdown("talk", sessions.turns("talk"))
    assert json.dumps(sessions.turns("talk"))


@pytest.mark.parametrize("stored", ["{", "[]", '{"text": 3}', b"\xff", "[" * 100_000])
def test_one_broken_row_does_not_keep_the_others_from_being_read(
    sessions: Sessions, tmp_path: Path, stored: str | bytes
) -> None:
    """Its reply says that it cannot be read; the rest of the session is exported as ever."""
    for message in ("one", "two"):
        sessions.append("talk", message, REPLY, State())
    with sqlite3.connect(tmp_path / "data/chat.sqlite3") as db:
        db.execute("UPDATE turns SET reply = ? WHERE message = 'one'", (stored,))
    page = markdown("talk", sessions.turns("talk"))
    assert (1, 1) == (page.count(BROKEN), page.count("> two\n\nYou are welcome."))
