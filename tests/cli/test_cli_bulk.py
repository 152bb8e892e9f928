"""``sr-assistant bulk``: what it prints, its exit codes, and what survives an interruption."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import prompts
from assistant.links import candidates
from assistant.world import usable

Run = Callable[..., Any]
VERDICTS = ["fits", "fits", "mismatch", "fits", "fits"]

pytestmark = pytest.mark.usefixtures("here")


def results(out: Path) -> list[dict[str, Any]]:
    return [json.loads(x) for x in (out / "results.jsonl").read_text("utf-8").splitlines()]


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_five_examples_are_answered_and_verified(
    call: Run, golden: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = call("bulk", golden, "--out", out)
    assert (0, "") == (done.code, done.out)
    assert [
        "5 items: 5 answered",
        "outcomes: 5 verified",
        "fit: 4 fits, 1 mismatch",
        f"answers in {out / 'answers'}",
    ] == done.err.splitlines()
    stems = [path.stem for path in sorted(golden.glob("*.txt"))]
    found = results(out)
    assert stems == [line["custom_id"] for line in found]
    assert VERDICTS == [line["x_sr_assistant"]["fit"]["verdict"] for line in found]
    assert [(out / f"answers/{stem}.md").read_text("utf-8") for stem in stems] == [
        line["response"]["body"]["choices"][0]["message"]["content"] for line in found
    ]


def test_a_second_run_changes_no_answer(call: Run, golden: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call("bulk", golden, "--out", out)
    before = {path: (path.stat().st_mtime_ns) for path in (out / "answers").iterdir()}
    kept = content(out)
    done = call("bulk", "--out", out)  # the inputs of the last run
    assert (0, "5 items: 5 unchanged") == (done.code, done.err.splitlines()[0])
    assert before == {path: path.stat().st_mtime_ns for path in (out / "answers").iterdir()}
    changed = {path.name for path, data in content(out).items() if kept[path] != data}
    assert {"run.json"} == changed


def test_all_that_is_wrong_is_named_by_line_before_anything_is_answered(
    call: Run, golden: Path, tmp_path: Path
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(golden, source)
    (source / "empty.txt").write_text("")
    (source / "binary.txt").write_bytes(b"You are\nan \x00 AI")
    (source / "photo.txt").write_bytes(b"\n\n\xff\xd8\xff")
    done = call("bulk", source, "--out", out)
    *problems, error, hint = done.err.splitlines()
    assert (2, "error: 3 problems in the input") == (done.code, error)
    assert [f"{source / name}" for name in ("binary.txt:2", "empty.txt", "photo.txt:3")] == [
        problem.split(": ")[0].removesuffix(":1") for problem in problems
    ]
    assert hint.startswith("hint: nothing was asked or written")
    assert not out.exists()


def test_the_report_is_one_json_document_and_lies_beside_the_results(
    call: Run, golden: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    report = json.loads(call("bulk", golden, "--out", out, "--json").out)
    assert report == json.loads((out / "run.json").read_text("utf-8"))
    assert (5, {"verified": 5}, {"fits": 4, "mismatch": 1}) == (
        report["answers"],
        report["outcomes"],
        report["fit"],
    )


def test_a_dry_run_estimates_and_writes_nothing(
    call: Run, golden: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    shutil.copy(sorted(golden.glob("*.txt"))[0], "one.txt")
    given = ("bulk", "one.txt", "--out", "out", "--dry-run", "--llm", "some-model")
    priced = call(*given, "--price-in", "1", "--price-out", "2", "--rpm", "2")
    assert (0, "one.txt\t1\t0\t1242\t1500\n") == (priced.code, priced.out)
    assert [
        "1 item: 1 due, 0 answered",
        "1 request; tokens: 1,242 in, at most 1,500 out (characters / 4)",
        "cost: $0.0042; with repairs $0.0085",
        "at the given limits: 0.5 minutes or more",
        "nothing was asked or written",
    ] == priced.err.splitlines()
    found = json.loads(call(*given, "--json").out)
    assert (None, {"items": 1, "requests": 1}) == (
        found["cost"],
        {key: found["total"][key] for key in ("items", "requests")},
    )
    assert [here / "one.txt"] == [path for path in here.rglob("*") if path.is_file()]


def test_questions_of_a_table_are_answered_from_the_catalog(
    call: Run, cache: Path, here: Path
) -> None:
    Path("asked.csv").write_text(
        'id,question,reference\nphone,"Which model, for 3x on a phone?",SAFMN\n'
        "blur,Which model removes motion blur?,\n"
    )
    assert 0 == call("bulk", "asked.csv", "--out", "out").code
    found = results(here / "out")
    assert ["phone", "blur"] == [line["custom_id"] for line in found]
    assert ["SAFMN", None] == [line["x_sr_assistant"].get("reference") for line in found]
    assert ["fits", "fits"] == [line["x_sr_assistant"]["fit"]["verdict"] for line in found]


def test_prompts_come_from_standard_input_too(
    sra: Run, call: Run, golden: Path, here: Path
) -> None:
    text = sorted(golden.glob("*.txt"))[0].read_bytes()
    assert 0 == sra("bulk", "-", "--out", "out", stdin=text).code
    assert ["stdin.md"] == [path.name for path in (here / "out/answers").iterdir()]
    assert "1 item: 1 unchanged" in call("bulk", "--out", "out").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--out", "out"], "nowhere: no such file or folder"),
        (["empty", "--out", "out"], "empty: no file matches '*.txt'"),
        (["in", "--out", "out", "--glob", "*.doc"], "in: no file matches '*.doc'"),
        (["in", "--out", "in/a.txt"], "in/a.txt"),
        (["in"], "--out"),
        (["--out", "out"], "out/run.json: no report of a run"),
        (["in", "--out", "out", "--shard", "3/2"], "--shard 3/2: not a part"),
        (["in", "--out", "out", "--emit-batch", "b"], "composer.v5 has no batch interface"),
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
    before = {path: path.read_bytes() for path in here.rglob("*.*") if path.is_file()}
    done = call("bulk", *arguments)
    assert (2, "") == (done.code, done.out)
    error, hint = done.err.splitlines()[-2:]
    assert error.startswith("error: ")
    assert said in error
    assert hint.startswith("hint: ")
    assert before == {path: path.read_bytes() for path in here.rglob("*.*") if path.is_file()}


def test_an_endpoint_that_is_not_there_is_told_and_nothing_is_lost(
    call: Run, golden: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.bulk.asking.backoff", lambda _: 0.001)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    done = call("bulk", golden, "--out", "out", "--llm", "some-model")
    error, hint = done.err.splitlines()[-2:]
    assert (4, True) == (done.code, "http://127.0.0.1:1/v1 cannot be reached" in error)
    told = "see that the server runs, then run the same command again: what is done is kept"
    assert f"hint: {told}" == hint
    assert 5 == len((here / "out/errors.jsonl").read_text("utf-8").splitlines())


def test_a_bug_on_one_item_stops_no_other(
    call: Run, golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(text: str, source: str) -> prompts.Request:
        if "001_" in source:
            raise ZeroDivisionError("ouch")
        return prompts.parse(text, source)

    monkeypatch.setattr("assistant.bulk.requests.parse", parse)
    done = call("bulk", golden, "--out", tmp_path / "out")
    assert 1 == done.code
    assert "5 items: 4 answered, 1 failed" in done.err
    assert "unexpected ZeroDivisionError: ouch" in done.err
    assert "Traceback" not in done.err


def test_a_file_name_that_is_no_text_is_refused_in_words(
    call: Run, golden: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        shutil.copy(sorted(golden.glob("*.txt"))[0], folder / "\udcff.txt")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes names in Unicode only")
    done = call("bulk", folder, "--out", tmp_path / "out")
    assert (2, True) == (done.code, "its name is no UTF-8 text; rename the file" in done.err)


def test_a_terminal_sees_a_line_and_a_pipe_does_not(
    terminal: Run, call: Run, golden: Path, tmp_path: Path
) -> None:
    assert "answering 5/5" in terminal("bulk", golden, "--out", tmp_path / "out").out
    assert "answering" not in call("bulk", golden, "--out", tmp_path / "two").err


def test_after_ctrl_c_finished_answers_are_whole_and_a_second_run_does_the_rest(
    sra: Run, golden: Path, tmp_path: Path
) -> None:
    source, out, count = tmp_path / "in", tmp_path / "out", 80
    source.mkdir()
    text = sorted(golden.glob("*.txt"))[0].read_text("utf-8")
    for n in range(count):
        (source / f"{n:03}.txt").write_text(text.replace("old phone", f"{n} years old"), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "bulk", str(source), "--out", str(out), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - Ctrl-C is ignored in background shells
    )
    deadline = time.monotonic() + 60
    while not (out / "answers/005.md").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    printed, said = process.communicate(timeout=60)
    report = json.loads(printed)
    assert (130, "interrupted") == (process.returncode, said.decode().splitlines()[-1])
    assert "Traceback" not in said.decode()
    assert 5 < report["answers"] < count
    found = [line["custom_id"] for line in results(out)]
    assert sorted(found) == sorted(path.stem for path in (out / "answers").iterdir())
    assert not (out / "errors.jsonl").exists()
    again = json.loads(sra("bulk", source, "--out", out, "--json").out)
    assert (len(found), count) == (again["counts"]["cached"], again["answers"])


@pytest.mark.long
def test_every_real_prompt_file_gets_its_usable_links_once_and_no_other(
    call: Run, shared: Path, tmp_path: Path
) -> None:
    folder, out = shared / "bench/cnaps/prompts", tmp_path / "out"
    report = json.loads(call("bulk", folder, "--out", out, "--json").out)
    assert (159, {"verified": 159}) == (report["answers"], report["outcomes"])
    for source in folder.glob("*.txt"):
        request = prompts.read(source)
        provided = [link for item in request.items for link in item.links]
        page = (out / f"answers/{source.stem}.md").read_text("utf-8")
        found = [candidate.text for candidate in candidates(page, provided)]
        assert sorted({link for link in provided if usable(link)}) == sorted(found), source
