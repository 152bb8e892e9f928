"""Exit codes, errors, streams and colors: the same for every verb."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from errno import ENOSPC
from os import strerror
from pathlib import Path
from typing import Any

import pytest

from assistant import __version__, settings
from assistant.errors import InputError

Run = Callable[..., Any]
VERBS = [
    [],
    ["ask"],
    ["search"],
    ["bulk"],
    ["catalog"],
    *[["catalog", verb] for verb in ("list", "show", "validate", "index")],
    *[["catalog", verb] for verb in ("import", "stats", "export")],
    ["bench"],
    *[["bench", verb] for verb in ("retrieval", "fit", "dialogues")],
    ["chat"],
    ["sessions"],
    *[["sessions", verb] for verb in ("list", "export", "delete")],
    ["config"],
    ["config", "show"],
    ["doctor"],
]


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every verb that asks for settings meets a bug."""

    def load(**flags: object) -> None:
        raise ZeroDivisionError("a line\nand another")

    monkeypatch.setattr(settings, "load", load)


# 0: done


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_of_every_verb_exits_0(call: Run, verb: list[str]) -> None:
    done = call(*verb, "--help")
    assert (0, "") == (done.code, done.err)
    assert done == call(*verb, "-h")
    assert " ".join(["sr-assistant", *verb]) in done.out


@pytest.mark.parametrize("verb", [[], ["catalog"], ["config"]], ids=" ".join)
def test_a_command_without_a_verb_prints_its_help(call: Run, verb: list[str]) -> None:
    done = call(*verb)
    assert (0, "") == (done.code, done.err)
    assert call(*verb, "--help").out.split() == done.out.split()


def test_help_names_every_exit_code(call: Run) -> None:
    said = " ".join(call("--help").out.split())
    assert (
        "0 done; 1 some items failed; 2 usage or bad input; 3 catalog or index missing or broken; "
        "4 backend unreachable; 5 not grounded under --strict; 70 a bug; 130 interrupted."
    ) in said


def test_version_is_printed(sra: Run) -> None:
    done = sra("--version")
    assert (0, f"sr-assistant {__version__}\n", "") == (done.code, done.out, done.err)


# 1: some items failed (bulk, catalog validate, doctor: in their own files)


def test_items_that_fail_exit_1(
    call: Run, here: Path, golden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str, source: str) -> None:
        raise InputError(f"{source}: changed under way", hint="run again")

    monkeypatch.setattr("assistant.bulk.requests.parse", fail)
    assert 1 == call("bulk", golden, "--out", "out").code


# 2: usage or bad input


@pytest.mark.parametrize(
    ("arguments", "named", "verb"),
    [
        (["aks", "upscale"], "aks", "sr-assistant"),
        (["catalog", "lst"], "lst", "sr-assistant catalog"),
        (["ask", "upscale", "--jsn"], "--jsn", "sr-assistant ask"),
        (["ask"], "QUESTION", "sr-assistant ask"),
        (["ask", "upscale", "my", "photo"], "photo", "sr-assistant ask"),
        (["ask", "upscale", "--scale"], "--scale", "sr-assistant( ask)?"),
    ],
)
def test_a_usage_error_names_what_is_wrong_in_one_line_and_where_to_look(
    call: Run, arguments: list[str], named: str, verb: str
) -> None:
    done = call(*arguments)
    assert (2, "") == (done.code, done.out)
    error, hint = done.err.splitlines()
    assert error.startswith("error: ")
    assert named in error
    assert re.fullmatch(f"hint: (put text .*, or )?see: {verb} --help", hint)


@pytest.mark.parametrize(
    "arguments",
    [["ask", "x", "--json", "--scael", "3"], ["--json", "ask"], ["aks", "--json"], ["--json"]],
)
def test_a_usage_error_is_json_where_json_was_asked_for(call: Run, arguments: list[str]) -> None:
    done = call(*arguments)
    assert (2, "") == (done.code, done.out)
    error = json.loads(done.err)["error"]
    assert (2, ["code", "message", "hint"]) == (error["code"], list(error))


# 3: catalog or index missing or broken


def test_a_catalog_that_is_missing_exits_3(sra: Run) -> None:
    done = sra("ask", "upscale 3x", "--catalog", "nowhere", "--json")
    assert (3, "") == (done.code, done.out)
    assert "the catalog folder nowhere does not exist" == json.loads(done.err)["error"]["message"]


# 5 is in test_cli_ask.py; 70: a bug of ours


@pytest.mark.usefixtures("bug")
def test_a_bug_is_one_line_and_exits_70(call: Run) -> None:
    done = call("catalog", "list")
    assert (70, "") == (done.code, done.out)
    assert [
        "error: unexpected ZeroDivisionError: a line and another",
        "hint: this is a bug of sr-assistant; please report it with the output of --debug",
    ] == done.err.splitlines()


@pytest.mark.usefixtures("bug")
def test_a_bug_is_json_where_json_was_asked_for(call: Run) -> None:
    done = call("catalog", "list", "--json")
    assert (70, 70) == (done.code, json.loads(done.err)["error"]["code"])


@pytest.mark.usefixtures("bug")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--debug", "catalog", "list"],
        ["catalog", "--debug", "list"],
        ["catalog", "list", "--debug"],
    ],
)
def test_debug_shows_the_traceback_wherever_it_stands(call: Run, arguments: list[str]) -> None:
    done = call(*arguments)
    assert 70 == done.code
    assert "Traceback (most recent call last)" in done.err
    assert "ZeroDivisionError" in done.err


def test_debug_shows_the_traceback_of_an_expected_error_too(call: Run) -> None:
    assert "Traceback" not in call("catalog", "list", "--catalog", "nowhere").err
    assert "Traceback" in call("catalog", "list", "--catalog", "nowhere", "--debug").err


# 130: interrupted


def test_ctrl_c_exits_130_without_a_traceback(call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**flags: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(settings, "load", interrupted)
    done = call("catalog", "list")
    assert (130, "", "interrupted\n") == (done.code, done.out, done.err)


# Where flags stand


@pytest.mark.parametrize(
    "arguments",
    [
        ["--json", "catalog", "list"],
        ["catalog", "--json", "list"],
        ["--no-color", "--json", "catalog", "list"],
        ["catalog", "list", "--no-color", "--json"],
    ],
)
def test_json_and_no_color_may_stand_before_the_verb(call: Run, arguments: list[str]) -> None:
    assert call("catalog", "list", "--json") == call(*arguments)


def test_what_follows_two_dashes_is_no_flag(call: Run, cache: Path) -> None:
    answer = json.loads(call("ask", "--json", "--", "--debug").out)
    assert "--debug" == answer["question"]
    assert "--json" in call("ask", "--show-prompt", "--", "--json").out


# Streams


def buffered() -> dict[str, str]:
    """The environment in which output is kept back until the end, as it is for users."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


@pytest.mark.parametrize("arguments", [["catalog", "list"], ["catalog", "list", "--json"]])
def test_a_reader_that_goes_away_is_no_error(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            stdout=gone,
            stderr=subprocess.PIPE,
            check=False,
            env=buffered(),
        )
    assert (0, b"") == (done.returncode, done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["--version"], ["catalog", "list", "--json"]])
def test_a_full_disk_behind_standard_output_is_told(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=buffered(),
        )
    assert 2 == done.returncode
    assert f"standard output cannot be written: {strerror(ENOSPC)}".encode() in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_output_is_utf8_under_every_locale(sra: Run, cache: Path) -> None:
    done = sra("ask", "Which model for 3×?", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert (0, True) == (done.code, "H×W" in done.out)


# Colors


@pytest.mark.parametrize(
    ("flags", "environment", "colored"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": ""}, True),
        ([], {"NO_COLOR": "1"}, False),
        (["--no-color"], {}, False),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colors_are_for_terminals_that_want_them(
    terminal: Run,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    environment: dict[str, str],
    colored: bool,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = terminal("catalog", "list", "--scale", "3", *flags, **environment).out
    assert (colored, True) == ("\x1b[" in shown, "SISR-RCAN-3x" in shown)


def test_an_answer_is_rendered_on_a_terminal_and_plain_in_a_pipe(
    terminal: Run, sra: Run, cache: Path
) -> None:
    shown = terminal("ask", "Which model for 3x?", NO_COLOR="1").out
    assert (False, True) == ("## 1. Task" in shown, "1. Task" in shown)
    assert sra("ask", "Which model for 3x?").out.startswith("## 1. Task\n")


def test_text_of_the_catalog_is_never_read_as_markup(
    call: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from assistant.cli import output

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    output.table(["a"], [["[red]x[/red] :smile:"]])
    assert "[red]x[/red] :smile:" in capsys.readouterr().out


def test_a_cell_with_breaks_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    from assistant.cli import output

    output.table(["a", "b"], [["x\ty\nz", "w"]])
    assert "x y z\tw\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "x", "--check", "foo"], "--check: needs to be facts or links, not 'foo'"),
        (["ask", "x", "--prompt", "foo"], "--prompt: needs to be claims or parts, not 'foo'"),
        (
            ["catalog", "list", "--kind", "foo"],
            "--kind: needs to be model, paper or concept, not 'foo'",
        ),
        (
            ["run", "a.png", "--backend", "foo"],
            "--backend: needs to be auto, torch, openvino or ncnn, not 'foo'",
        ),
        (["ask", "x", "--repair", "9"], "--repair: needs to be at most 3, not '9'"),
        (["ask", "x", "-k", "many"], "-k: needs to be a whole number, not 'many'"),
        (["ask", "x", "--scale", "big"], "--scale: needs to be a number, not 'big'"),
    ],
)
def test_a_wrong_value_is_told_in_our_words_with_what_is_allowed(
    call: Run, arguments: list[str], said: str
) -> None:
    """Never in those of a library below."""
    done = call(*arguments)
    assert (2, f"error: {said}") == (done.code, done.err.splitlines()[0])
