"""``sr-assistant chat`` and ``sr-assistant sessions``: in a pipe, on a terminal, interrupted."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from small_network import save

from assistant import Assistant
from assistant.chat import Chat, Reply
from assistant.chat.sessions import Sessions
from assistant.imaging import pictures
from assistant.workflow.weights import user_folder

Run = Callable[..., Any]
FIRST = "Which model do I use for 4x on a phone?"
MODEL = "SISR-SAFMN-4x"
PROMPT = "\x1b[0m>\x1b[0m\r"  # before it, keys would meet a terminal that echoes

pytestmark = pytest.mark.usefixtures("cache", "here")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what the user keeps."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SRA_DATA", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # this checkout's command
    return folder


@pytest.fixture
def talk(call: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``sr-assistant chat`` with these lines on standard input."""

    def run(*lines: str, flags: tuple[str, ...] = ()) -> Any:
        typed = "".join(f"{line}\n" for line in lines)
        return call("chat", *flags, stdin=typed.encode())

    return run


def messages(data: Path, name: str) -> list[str]:
    return [message for message, _ in Sessions(data).turns(name)]


def test_a_conversation_in_a_pipe_answers_line_by_line(talk: Run, cache: Path) -> None:
    """Standard output holds what the library says, whole answer and short replies, no more."""
    done = talk(FIRST, "", "why that one?", "thanks")
    chat = Chat(Assistant(cache=cache))
    said = [chat.say(text).text for text in (FIRST, "why that one?", "thanks")]
    assert (0, "") == (done.code, done.err)
    assert "".join(f"{text}\n" for text in said) == done.out


@pytest.mark.parametrize("end", ["", "/quit", "/exit"])
def test_the_end_of_the_input_and_quit_leave(talk: Run, end: str) -> None:
    """Exit code 0, whether anything was said or not."""
    assert (0, "", "") == tuple(vars(talk(end)).values())


def test_the_last_line_needs_no_line_feed(sra: Run, data: Path) -> None:
    """Also behind a byte order mark, with the line ends of Windows."""
    done = sra("chat", "--session", "one", stdin=b"\xef\xbb\xbfhello\r\nthanks")
    assert (0, "") == (done.code, done.err)
    assert ["hello", "thanks"] == messages(data, "one")


def test_help_lists_every_command(talk: Run) -> None:
    """And each that it lists is one."""
    text = talk("/help").out
    listed = [line.split()[0] for line in text.splitlines() if line.startswith("/")]
    assert ["/sources", "/model", "/run", "/save", "/new", "/help", "/quit"] == listed
    for verb in listed:
        assert "unknown command" not in talk(verb).err


def test_sources_and_model_tell_what_is_in_force(talk: Run) -> None:
    """Before a recommendation they say that there is none."""
    before, after = talk("/sources", "/model").out, talk(FIRST, "/sources", "/model").out
    assert before.startswith(
        "Nothing was cited so far.\nNo model yet. Answers are written by composer"
    )
    sources, _, model = after.rpartition("**Sources**")[2].partition(f"{MODEL}: ")
    assert "https://github.com/sunny2109/safmn" in sources
    assert model.startswith(("fits (", "partly ("))
    assert "\nAnswers are written by composer" in model


def test_run_enlarges_a_picture_by_the_model_in_force(talk: Run) -> None:
    """The path may hold spaces, quoted or not; the receipt is printed."""
    save(user_folder() / f"{MODEL}.safetensors", 4)
    typed = ["my photo 0.png", "'my photo 1.png'", '"my photo 2.png"', r"my\ photo\ 3.png"]
    for n in range(len(typed)):
        Image.fromarray(np.full((6, 8, 3), 99, np.uint8)).save(f"my photo {n}.png")
    done = talk(FIRST, *(f"/run {path}" for path in typed))
    assert (0, "") == (done.code, done.err)
    for n in range(len(typed)):
        target = Path(f"my photo {n}_{MODEL}.png")
        assert (32, 24) == pictures.read(target).size
        assert f"wrote {target}\n" in done.out


def test_save_writes_markdown_or_json(talk: Run) -> None:
    """The form follows the name; a file is replaced as a whole."""
    done = talk("hello", "/save talk.md", "thanks", "/save 'talk two.json'")
    assert (0, "wrote talk.md\nwrote talk two.json\n") == (done.code, done.err)
    assert "> hello\n" in Path("talk.md").read_text("utf-8")
    turns = json.loads(Path("talk two.json").read_text("utf-8"))["turns"]
    assert [("hello", "help"), ("thanks", "thanks")] == [
        (turn["message"], turn["reply"]["route"]) for turn in turns
    ]


def test_new_begins_another_session(talk: Run, data: Path) -> None:
    """What came before it is forgotten, and kept under the name of the old session."""
    done = talk(FIRST, "/new", "/model", "thanks", flags=("--session", "one"))
    assert "No model yet." in done.out
    name = done.err.removeprefix("session ").strip()
    assert ([FIRST], ["thanks"]) == (messages(data, "one"), messages(data, name))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["/dance"], "unknown command /dance"),
        (["/run photo.png"], "no model was recommended yet"),
        ([FIRST, "/run"], "/run needs a picture"),
        ([FIRST, "/run it's not there.png"], "it's not there.png: "),
        (["/save"], "/save needs a file"),
        (["/save talk.md"], "nothing was said yet"),
        (["hello", "/save ."], ".: cannot be written: it is a folder"),
        (["hello", "/save ~nobody-of-that-name/talk.md"], "~nobody-of-that-name/talk.md: "),
        (["x" * 4_001], "the message has 4,001 characters, at most 4,000 are read"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_a_hint(
    talk: Run, lines: list[str], said: str
) -> None:
    """In a pipe it ends the conversation with exit code 2; nothing after it is read."""
    done = talk(*lines, "/help")
    error, hint = done.err.splitlines()
    assert (2, "/help  " in done.out) == (done.code, False)
    assert error.startswith(f"error: {said}")
    assert hint.startswith("hint: ")


def test_bytes_that_are_no_text_are_refused(call: Run) -> None:
    """One line with a hint, exit code 2."""
    done = call("chat", stdin=b"\xff\xfe\n")
    assert (2, "error: a message is not UTF-8 text") == (done.code, done.err.splitlines()[0])


def test_a_session_goes_on_where_it_ended(talk: Run, data: Path) -> None:
    """By its name or as the latest one; pronouns still know their model."""
    talk(FIRST, flags=("--session", "one"))
    talk("hello", flags=("--session", "two"))
    done = talk("why that one?", flags=("--session", "one", "--continue"))
    assert (0, True) == (done.code, MODEL in done.out)
    assert MODEL in talk("/model", flags=("-c",)).out
    assert ([FIRST, "why that one?"], ["hello"]) == (messages(data, "one"), messages(data, "two"))


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--session", "one"), "the session 'one' exists"),
        (("--session", "two", "--continue"), "no session 'two'"),
        (("--session", ""), "'' cannot name a session"),
        (("--session", "a\nb"), "'a\\nb' cannot name a session"),
        (("--session", "x" * 81), "'xxx"),
    ],
)
def test_a_name_that_does_not_fit_is_refused_before_anything_is_said(
    talk: Run, flags: tuple[str, ...], said: str
) -> None:
    """Exit code 2, one line, a hint."""
    talk("hello", flags=("--session", "one"))
    done = talk("hello", flags=flags)
    error, hint = done.err.splitlines()
    assert (2, "") == (done.code, done.out)
    assert error.startswith(f"error: {said}")
    assert hint.startswith("hint: ")


def test_continue_needs_a_session(talk: Run) -> None:
    """Where none was held it says so."""
    done = talk("hello", flags=("--continue",))
    assert (2, "error: there is no session to go on with") == (done.code, done.err.splitlines()[0])


def test_a_session_of_another_version_is_told(talk: Run, data: Path) -> None:
    """Its state cannot be read any more; its text still can."""
    talk("hello", flags=("--session", "old"))
    with sqlite3.connect(data / "chat.sqlite3") as db:
        db.execute("UPDATE turns SET state = '{\"mood\": 1}'")
    db.close()
    done = talk("hello", flags=("--session", "old", "-c"))
    assert (2, True) == (done.code, "written by another version" in done.err)
    assert ["hello"] == messages(data, "old")


def test_a_session_over_another_catalog_begins_anew(talk: Run, call: Run, tmp_path: Path) -> None:
    """The model it spoke of is unknown there, so a follow-up has nothing to point at."""
    talk("Which model removes rain from a photo?", flags=("--session", "one"))
    models = tmp_path / "mine" / "models"
    models.mkdir(parents=True)
    (models / "own.yaml").write_text(
        "id: SISR-Own-2x\ntitle: Own\nname: Own\ndoes: Enlarges one photo.\n"
        "task: super-resolution\nscales: [2]\n"
    )
    flags = ("--session", "one", "-c", "--catalog", str(tmp_path / "mine"))
    done = talk("/model", "and for 2x?", "/model", flags=flags)
    assert (0, True) == (done.code, done.out.startswith("No model yet."))


# Sessions


def test_sessions_are_listed_exported_and_deleted(talk: Run, call: Run) -> None:
    """A line each, the latest first; Markdown or JSON; gone after delete."""
    talk("hello", "thanks", flags=("--session", "one"))
    talk("good morning", flags=("--session", "two"))
    rows = [line.split("\t") for line in call("sessions", "list").out.splitlines()]
    assert [("two", "1", "good morning"), ("one", "2", "hello")] == [
        (name, turns, first) for name, turns, _, first in rows
    ]
    listed = json.loads(call("sessions", "list", "--json").out)
    assert [{"name", "turns", "first", "updated"}] * 2 == [set(row) for row in listed]
    assert call("sessions", "export", "one").out.startswith("# one\n\n> hello\n\n")
    turns = json.loads(call("sessions", "export", "one", "--json").out)["turns"]
    assert ["hello", "thanks"] == [turn["message"] for turn in turns]
    assert "wrote one.json\n" == call("sessions", "export", "one", "-o", "one.json").err
    assert turns == json.loads(Path("one.json").read_text("utf-8"))["turns"]
    assert (0, "", "deleted one\n") == tuple(vars(call("sessions", "delete", "one")).values())
    assert ["two"] == [row["name"] for row in json.loads(call("sessions", "list", "--json").out)]


def test_without_a_session_the_list_is_empty(call: Run) -> None:
    """As JSON an empty list."""
    assert (0, "", "") == tuple(vars(call("sessions", "list")).values())
    assert [] == json.loads(call("sessions", "list", "--json").out)


@pytest.mark.parametrize("verb", ["export", "delete"])
def test_an_unknown_session_is_refused_with_the_known_ones(talk: Run, call: Run, verb: str) -> None:
    """Exit code 2, one line, a hint."""
    talk("hello", flags=("--session", "one"))
    done = call("sessions", verb, "two")
    assert (2, "error: no session 'two'\nhint: known: one\n") == (done.code, done.err)


# Two processes, Ctrl-C, a terminal


def test_two_processes_on_one_session_lose_nothing(talk: Run, data: Path) -> None:
    """Both go on with it at once; every message of both is there."""
    talk("hello", flags=("--session", "one"))
    lines = {who: [f"thanks {who} {n}" for n in range(8)] for who in "ab"}
    command = [sys.executable, "-m", "assistant", "chat", "--session", "one", "-c"]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) for _ in lines
    ]
    for process, said in zip(started, lines.values(), strict=True):
        assert process.stdin
        process.stdin.write("".join(f"{line}\n" for line in said).encode())
        process.stdin.close()
    assert [0, 0] == [process.wait(timeout=120) for process in started]
    kept = messages(data, "one")
    for who, said in lines.items():
        assert said == [m for m in kept if m.startswith(f"thanks {who}")]


def test_two_conversations_without_a_name_are_two_sessions(data: Path) -> None:
    """Also where both begin before either has said anything."""
    sessions = Sessions(data)
    assert 2 == len({sessions.begin(), Sessions(data).begin()})
    assert [] == sessions.list()


def test_sessions_of_earlier_days_without_a_word_are_forgotten(data: Path) -> None:
    """Their names come from leaving before the first message."""
    sessions = Sessions(data)
    name = sessions.begin()
    with sqlite3.connect(data / "chat.sqlite3") as db:
        db.execute("UPDATE sessions SET name = 'old', created = '2020-01-01T00:00:00+00:00'")
    db.close()
    assert name == sessions.begin()


def interruptible() -> None:
    """A shell in the background has its children ignore Ctrl-C; users' shells do not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_in_a_pipe_exits_130_and_keeps_what_was_said(data: Path) -> None:
    """One line on standard error, no traceback."""
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "chat", "--session", "one"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=interruptible,  # noqa: PLW1509 - no threads here
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"hello\n")
        process.stdin.flush()
        assert process.stdout.readline()
        while not Sessions(data).list():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (130, b"interrupted\n") == (process.returncode, err)
    assert ["hello"] == messages(data, "one")


@pytest.fixture
def shown() -> Iterator[Callable[..., str]]:
    """Chat on a terminal: writes keys, waits for a text, returns what was shown until then."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "chat"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "dumb", "COLUMNS": "200", "PROMPT_TOOLKIT_NO_CPR": "1"},
        start_new_session=True,
        preexec_fn=interruptible,  # noqa: PLW1509 - no threads here
    )
    os.close(theirs)
    unread = ""

    def run(keys: str, until: str) -> str:
        nonlocal unread
        os.write(ours, keys.encode())
        end = time.monotonic() + 100
        while until not in unread and time.monotonic() < end:
            if select.select([ours], [], [], 1)[0]:
                unread += os.read(ours, 65536).decode(errors="replace")
        seen, found, unread = unread.partition(until)
        assert until == found
        return seen

    run.process = process  # type: ignore[attr-defined]
    yield run
    process.kill()
    process.wait()
    os.close(ours)


def test_a_terminal_has_a_prompt_and_ctrl_c_drops_the_line(shown: Any, data: Path) -> None:
    """An error ends one message, Ctrl-C one line, Ctrl-D the conversation."""
    assert "/help lists the commands" in shown("", PROMPT)
    shown("/dance\r", "error: unknown command /dance")
    shown("", PROMPT)
    shown("hel\x03", PROMPT)
    shown("thanks\r", "You are welcome.")
    shown("", PROMPT)
    shown("\x04", "\x1b[?2004l")
    assert 0 == shown.process.wait(timeout=60)
    assert ["thanks"] == messages(data, Sessions(data).list()[0].name)


def test_a_reply_is_stored_as_it_was_shown(talk: Run, data: Path) -> None:
    """The export of a session and its standard output hold the same text."""
    out = talk("hello", flags=("--session", "one")).out
    reply = Sessions(data).turns("one")[0][1]
    assert f"{reply['text']}\n" == out
    assert set(Reply(route="help", text="x").to_json()) == set(reply)
