"""Bulk: which files are answered where, and what a run leaves on disk whatever happens."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from assistant import files
from assistant.answer import Answer
from assistant.bulk import Report, Result, plan, preview, run
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.generation import Composer
from assistant.pipeline import Assistant
from assistant.world import World

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with one prompt file, a.txt."""
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(GOLDEN[0], folder / "a.txt")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def states(results: Iterable[Result]) -> list[str]:
    return [result.state for result in results]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_keeps_its_layout(source: Path, out: Path) -> None:
    (source / "deep").mkdir()
    shutil.copy(GOLDEN[0], source / "deep/a.v1.txt")
    assert [
        (source / "a.txt", out / "a"),
        (source / "deep/a.v1.txt", out / "deep/a.v1"),
    ] == plan([source], out)


def test_files_and_folders_mix_and_a_file_named_twice_is_answered_once(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(GOLDEN[1], source.parent / "b.prompt")
    monkeypatch.chdir(source)
    assert [(source / "a.txt", out / "a"), (source.parent / "b.prompt", out / "b")] == plan(
        [source, source.parent / "b.prompt", Path("a.txt")], out
    )


@pytest.mark.parametrize("place", ["in/out", "in/deep/out"])
@pytest.mark.parametrize("relative", [True, False])
def test_answers_inside_the_input_folder_are_no_inputs(
    assistant: Assistant, source: Path, monkeypatch: pytest.MonkeyPatch, place: str, relative: bool
) -> None:
    monkeypatch.chdir(source.parent)
    folder = source.parent / place
    (folder / "kept").mkdir(parents=True)
    (folder / "kept/old.txt").write_text("an answer of someone else")
    inputs, target = (Path("in"), folder) if relative else (source, Path(place))
    assert [source / "a.txt"] == [path.resolve() for path, _ in plan([inputs], target)]


def test_answers_may_stand_beside_their_prompt_files(assistant: Assistant, source: Path) -> None:
    assert ["answered"] == states(run(assistant, plan([source], source)))
    assert ["unchanged"] == states(run(assistant, plan([source], source)))
    assert {"a.txt", "a.md", "a.json"} == set(content(source))


@pytest.mark.parametrize(
    ("first", "second"), [("a.txt", "a.prompt"), ("a.txt", "A.txt"), ("x/a.txt", "y/a.txt")]
)
def test_two_answers_of_one_name_are_refused_with_both_files_named(
    tmp_path: Path, out: Path, first: str, second: str
) -> None:
    paths = [tmp_path / first, tmp_path / second]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        shutil.copy(GOLDEN[0], path)
    if paths[0].samefile(paths[1]):
        pytest.skip("this file system ignores case")
    with pytest.raises(InputError) as error:
        plan(paths, out)
    assert f"{paths[0]} and {paths[1]} would both be answered in {out / paths[1].stem}.md" == str(
        error.value
    )


@pytest.mark.parametrize("name", ["a.md", "a.json"])
def test_an_answer_never_replaces_an_input(source: Path, name: str) -> None:
    shutil.copy(GOLDEN[0], source / name)
    with pytest.raises(InputError, match="an answer would replace this file"):
        plan([source / name], source)


def test_only_a_changed_prompt_file_is_answered_again(
    assistant: Assistant, source: Path, out: Path
) -> None:
    shutil.copy(GOLDEN[1], source / "b.txt")
    pairs = plan([source], out)
    assert ["answered", "answered"] == states(run(assistant, pairs))
    text = (source / "a.txt").read_text("utf-8")
    (source / "a.txt").write_text(text.replace("3×", "2×"), "utf-8")
    assert ["due", "unchanged"] == states(preview(assistant, pairs))
    results = list(run(assistant, pairs))
    assert ["answered", "unchanged"] == states(results)
    assert ("verified", "mismatch") == (results[0].outcome, results[0].verdict)


def test_another_catalog_means_another_answer(
    assistant: Assistant, catalog: Catalog, source: Path, out: Path
) -> None:
    pairs = plan([source], out)
    list(run(assistant, pairs))
    smaller = Assistant(Catalog(catalog.entries[1:], catalog.vocabulary))
    assert ["due"] == states(preview(smaller, pairs))
    assert ["answered"] == states(run(smaller, pairs))


def test_two_runs_write_the_same_bytes(assistant: Assistant, source: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        list(run(assistant, plan([source], tmp_path / name)))
    assert content(tmp_path / "one") == content(tmp_path / "two")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def binary(path: Path) -> None:
    path.write_bytes(b"\xff\x00")


def foreign(path: Path) -> None:
    path.write_text("[]", "utf-8")


def nested(path: Path) -> None:
    path.write_text("[" * 100_000, "utf-8")


def without_outcome(path: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    del data["outcome"]
    path.write_text(json.dumps(data), "utf-8")


def reformatted(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8"))), "utf-8")


def with_windows_lines(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *[("a.json", how) for how in (cut, emptied, binary, foreign, nested, without_outcome)],
        *[("a.json", how) for how in (reformatted, with_windows_lines, Path.unlink)],
        *[("a.md", how) for how in (cut, emptied, binary, with_windows_lines, Path.unlink)],
    ],
)
def test_a_damaged_answer_is_written_anew(
    assistant: Assistant, source: Path, out: Path, name: str, damage: Callable[[Path], object]
) -> None:
    pairs = plan([source], out)
    list(run(assistant, pairs))
    sound = content(out)
    damage(out / name)
    assert sound != content(out)
    assert ["due"] == states(preview(assistant, pairs))
    assert ["answered"] == states(run(assistant, pairs))
    assert sound == content(out)


@pytest.mark.parametrize("bad", [b"", b"\xff", b"just a text", b"\x00"])
def test_a_good_answer_survives_its_prompt_file_becoming_bad(
    assistant: Assistant, source: Path, out: Path, bad: bytes
) -> None:
    pairs = plan([source], out)
    list(run(assistant, pairs))
    before = content(out)
    (source / "a.txt").write_bytes(bad)
    (result,) = run(assistant, pairs, force=True)
    assert "failed" == result.state
    assert str(result.error).startswith(f"{source / 'a.txt'}:1: ")
    assert before == content(out)


class Sulking(Composer):
    """A writer of another name that has nothing to say."""

    name = "sulking.v1"

    def write(self, world: World) -> Answer:
        return super().write(world).model_copy(update={"task": "", "explanation": ""})


def test_a_verified_answer_is_not_replaced_by_a_fallback(
    assistant: Assistant, catalog: Catalog, source: Path, out: Path
) -> None:
    pairs, sulking = plan([source], out), Assistant(catalog, Sulking())
    list(run(assistant, pairs))
    before = content(out)
    (result,) = run(sulking, pairs)
    assert ("kept", "verified", "fits") == (result.state, result.outcome, result.verdict)
    assert before == content(out)


def test_a_fallback_is_better_than_nothing(catalog: Catalog, source: Path, out: Path) -> None:
    (result,) = run(Assistant(catalog, Sulking()), plan([source], out))
    assert ("answered", "fallback") == (result.state, result.outcome)


@pytest.mark.parametrize("step", ["open", "replace"])
@pytest.mark.parametrize("failing", ["a.md", "a.json"])
def test_a_failing_write_leaves_the_old_answer_or_none_and_no_litter(
    assistant: Assistant,
    source: Path,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failing: str,
) -> None:
    def fail(path: Path, *arguments: object, **named: object) -> object:
        if failing in path.name:
            raise OSError(28, "No space left on device")
        return original(path, *arguments, **named)

    original = getattr(Path, step)
    pairs = plan([source], out)
    list(run(assistant, pairs))
    shutil.copy(GOLDEN[1], source / "a.txt")
    before = content(out)
    with monkeypatch.context() as patch:
        patch.setattr(Path, step, fail)
        results = list(run(assistant, pairs))
    after = content(out)
    assert ["failed"] == states(results)
    assert f"{out / failing}: cannot be written: no space left on device" == str(results[0].error)
    assert {"a.md", "a.json"} == set(after)
    assert before[failing] == after[failing]
    assert ["answered"] == states(run(assistant, pairs))


def test_a_run_killed_between_two_files_is_finished_by_the_next(
    assistant: Assistant, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(path: Path, text: str) -> None:
        if path.name == "b.json":
            raise KeyboardInterrupt
        files.write_text(path, text)

    shutil.copy(GOLDEN[1], source / "b.txt")
    shutil.copy(GOLDEN[2], source / "c.txt")
    pairs = plan([source], out)
    monkeypatch.setattr("assistant.bulk.runner.write_text", die)
    done = []
    with pytest.raises(KeyboardInterrupt):
        done.extend(run(assistant, pairs))
    assert {"a.md", "a.json", "b.md"} == set(content(out))
    monkeypatch.undo()
    assert ["unchanged", "due", "due"] == states(preview(assistant, pairs))
    assert ["unchanged", "answered", "answered"] == states(run(assistant, pairs))


def test_the_report_counts_only_answers_that_are_there() -> None:
    failed = Result(Path("b.txt"), Path("out/b"), "failed", error=InputError("b.txt:1: empty"))
    report = Report([Result(Path("a.txt"), Path("out/a"), "kept", "verified", "fits"), failed])
    data = report.to_json()
    assert (1, 1, 0) == tuple(map(report.count, ("kept", "failed", "answered")))
    assert (2, {"kept": 1, "failed": 1}, {"verified": 1}, {"fits": 1}) == tuple(
        data[key] for key in ("files", "states", "outcomes", "fit")
    )
    assert (None, "b.txt:1: empty") == (data["results"][1]["answer"], data["results"][1]["error"])
