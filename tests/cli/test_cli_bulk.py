"""``sr-assistant bulk``: what it prints, its exit codes, and what survives an interruption."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import bulk, prompts
from assistant.answer import Answer
from assistant.links import candidates
from assistant.world import usable

Run = Callable[..., Any]
VERDICTS = ["fits", "fits", "mismatch", "partly", "fits"]

pytestmark = pytest.mark.usefixtures("here")


def test_the_five_examples_are_answered_and_verified(
    sra: Run, golden: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = sra("bulk", golden, "--out", out)
    assert (0, "") == (done.code, done.out)
    assert f"5 files: 5 answered\nfit: 3 fits, 1 mismatch, 1 partly; answers in {out}\n" == done.err
    stems = [path.stem for path in sorted(golden.glob("*.txt"))]
    assert {f"{s}{x}" for s in stems for x in (".json", ".md")} == {p.name for p in out.iterdir()}
    found = [json.loads((out / f"{stem}.json").read_text("utf-8")) for stem in stems]
    assert VERDICTS == [answer["fit"]["verdict"] for answer in found]
    assert ["verified"] * 5 == [answer["outcome"] for answer in found]
    assert [(out / f"{s}.md").read_text("utf-8") for s in stems] == [a["markdown"] for a in found]


def test_a_second_run_changes_nothing(call: Run, golden: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call("bulk", golden, "--out", out)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.iterdir()}
    done = call("bulk", golden, "--out", out)
    assert (0, True) == (done.code, done.err.startswith("5 files: 5 unchanged\n"))
    assert before == {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in out.iterdir()}


def test_a_bad_file_is_named_by_line_and_the_others_are_answered(
    call: Run, golden: Path, tmp_path: Path
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(golden, source)
    (source / "empty.txt").write_text("")
    (source / "binary.txt").write_bytes(b"You are\nan \x00 AI")
    (source / "photo.txt").write_bytes(b"\n\n\xff\xd8\xff")
    done = call("bulk", source, "--out", out)
    assert 1 == done.code
    assert [
        f"failed: {source / 'binary.txt'}:2: binary data, not a prompt file",
        f"failed: {source / 'empty.txt'}:1: the file is empty",
        f"failed: {source / 'photo.txt'}:3: not a UTF-8 text",
    ] == [line for line in done.err.splitlines() if line.startswith("failed: ")]
    assert "8 files: 5 answered, 3 failed\n" in done.err
    assert 5 == len(list(out.glob("*.md")))


def test_the_report_is_one_json_document(call: Run, golden: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(golden, source)
    (source / "zero.txt").write_text("")
    report = json.loads(call("bulk", source, "--out", out, "--json").out)
    assert (6, {"answered": 5, "failed": 1}, {"verified": 5}) == (
        report["files"],
        report["states"],
        report["outcomes"],
    )
    assert dict(Counter(VERDICTS)) == report["fit"]
    first, last = report["results"][0], report["results"][-1]
    name = min(path.name for path in golden.glob("*.txt"))
    assert {
        "source": str(source / name),
        "answer": str(out / name.replace(".txt", ".md")),
        "state": "answered",
        "outcome": "verified",
        "fit": "fits",
        "error": None,
    } == first
    assert (None, "failed", f"{source / 'zero.txt'}:1: the file is empty") == (
        last["answer"],
        last["state"],
        last["error"],
    )


def test_a_dry_run_says_what_would_be_answered_and_writes_nothing(
    sra: Run, call: Run, golden: Path, tmp_path: Path
) -> None:
    source, out, cache = tmp_path / "in", tmp_path / "out", tmp_path / "cache"
    shutil.copytree(golden, source)
    call("bulk", source, "--out", out)
    changed = sorted(source.iterdir())[0]
    changed.write_text(changed.read_text("utf-8").replace("3×", "4×"), "utf-8")
    (source / "zero.txt").write_text("")
    before = {path: path.read_bytes() for path in out.iterdir()}
    done = sra("bulk", source, "--out", out, "--dry-run", env={"SRA_CACHE": str(cache)})
    assert (1, False) == (done.code, (cache / "index").exists())
    assert ["due", *["unchanged"] * 4, "failed"] == [
        line.split("\t")[1] for line in done.out.splitlines()
    ]
    assert f"failed: {source / 'zero.txt'}:1: the file is empty" in done.err
    assert "nothing was written" in done.err
    assert before == {path: path.read_bytes() for path in out.iterdir()}


def test_a_dry_run_makes_no_folder(call: Run, golden: Path, tmp_path: Path) -> None:
    done = call("bulk", golden, "--out", tmp_path / "out", "--dry-run", "--json")
    assert (0, False) == (done.code, (tmp_path / "out").exists())
    assert {"due": 5} == json.loads(done.out)["states"]


def test_force_answers_again(call: Run, golden: Path, tmp_path: Path) -> None:
    call("bulk", golden, "--out", tmp_path / "out")
    done = call("bulk", golden, "--out", tmp_path / "out", "--force", "--json")
    assert {"answered": 5} == json.loads(done.out)["states"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--out", "out"], "nowhere: no such file or folder"),
        (["empty", "--out", "out"], "no file matches '*.txt' in empty"),
        (["in", "--out", "out", "--glob", "*.doc"], "no file matches '*.doc' in in"),
        (["in", "--out", "out", "--glob", "/x"], "--glob '/x': non-relative patterns"),
        (["in", "--out", "out", "--glob", ""], "no file matches '' in in"),
        (["in", "--out", "in/a.txt"], "in/a.txt: cannot be written: not a directory"),
        (["in", "--out", "in/a.txt/b"], "in/a.txt/b: cannot be written: not a directory"),
        (["in", "more/a.txt", "--out", "out"], "in/a.txt and more/a.txt would both be answered"),
        (["in/notes.md", "--out", "in"], "in/notes.md: an answer would replace this file"),
        (["in"], "Missing option '--out'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_before_any_work(
    call: Run, here: Path, golden: Path, arguments: list[str], said: str
) -> None:
    example = sorted(golden.glob("*.txt"))[0]
    for name in ("in/a.txt", "in/notes.md", "more/a.txt"):
        (here / name).parent.mkdir(exist_ok=True)
        shutil.copy(example, here / name)
    (here / "empty").mkdir()
    before = {path: path.read_bytes() for path in here.rglob("*.*")}
    done = call("bulk", *arguments)
    assert (2, "") == (done.code, done.out)
    error, hint = done.err.splitlines()
    assert error.startswith(f"error: {said}")
    assert hint.startswith("hint: ")
    assert before == {path: path.read_bytes() for path in here.rglob("*.*")}


def test_a_bug_on_one_file_stops_no_other_and_debug_shows_it(
    call: Run, golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: Path) -> prompts.Request:
        if path.name.startswith("001"):
            raise ZeroDivisionError("ouch")
        return original(path)

    original = prompts.read
    monkeypatch.setattr(prompts, "read", read)
    done = call("bulk", golden, "--out", tmp_path / "out")
    assert 1 == done.code
    assert "5 files: 4 answered, 1 failed" in done.err
    assert "unexpected ZeroDivisionError: ouch" in done.err
    assert "Traceback" not in done.err
    assert "Traceback" in call("bulk", golden, "--out", tmp_path / "out", "--debug").err


def test_a_file_name_that_is_no_text_can_be_answered_and_printed(
    sra: Run, golden: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        shutil.copy(sorted(golden.glob("*.txt"))[0], folder / "\udcff.txt")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes names in Unicode only")
    done = sra("bulk", folder, "--out", tmp_path / "out", "--json")
    assert (0, {"answered": 1}) == (done.code, json.loads(done.out)["states"])


def test_a_terminal_sees_a_bar_and_a_pipe_does_not(
    terminal: Run, sra: Run, golden: Path, tmp_path: Path
) -> None:
    assert "answering" in terminal("bulk", golden, "--out", tmp_path / "out").out
    assert "answering" not in sra("bulk", golden, "--out", tmp_path / "out", "--force").err


def test_after_ctrl_c_finished_answers_are_whole_and_a_second_run_does_the_rest(
    sra: Run, golden: Path, tmp_path: Path
) -> None:
    source, out, count = tmp_path / "in", tmp_path / "out", 200
    source.mkdir()
    text = sorted(golden.glob("*.txt"))[0].read_text("utf-8")
    for n in range(count):
        (source / f"{n:03}.txt").write_text(text.replace("old phone", f"{n} years old"), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "bulk", str(source), "--out", str(out), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not (out / "005.json").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    report, finished = json.loads(printed), sorted(out.glob("*.json"))
    assert (130, "interrupted") == (process.returncode, said.decode().splitlines()[-1])
    assert "Traceback" not in said.decode()
    assert 5 < report["files"] < count
    assert report["files"] <= len(finished) <= report["files"] + 1
    for path in finished:
        answer = Answer.from_json(json.loads(path.read_text("utf-8")))
        assert answer.markdown == path.with_suffix(".md").read_text("utf-8")
    assert [] == [path.name for path in out.iterdir() if path.name.startswith(".")]
    again = json.loads(sra("bulk", source, "--out", out, "--json").out)
    assert {"unchanged": len(finished), "answered": count - len(finished)} == again["states"]


def test_every_real_prompt_file_gets_its_usable_links_once_and_no_other(
    call: Run, shared: Path, tmp_path: Path
) -> None:
    folder, out = shared / "bench/cnaps/prompts", tmp_path / "out"
    report = json.loads(call("bulk", folder, "--out", out, "--json").out)
    assert (159, {"answered": 159}, {"verified": 159}) == (
        report["files"],
        report["states"],
        report["outcomes"],
    )
    for source, target in bulk.plan([folder], out):
        request = prompts.read(source)
        provided = [link for item in request.items for link in item.links]
        page = target.with_name(f"{target.name}.md").read_text("utf-8")
        found = [candidate.text for candidate in candidates(page, provided)]
        assert sorted({link for link in provided if usable(link)}) == sorted(found), source
