"""What is graded: answers, prompt files and references by id; nothing is skipped silently."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import prompts
from assistant.errors import InputError
from assistant.files import leads_out, read_text
from assistant.grading.rubric import Rubric, read_rubric
from assistant.prompts import Request

MAX_CHARACTERS = 100_000  # the verifier reads no more; nothing longer is an answer
_TEXTS = (".md", ".txt")
_RUBRIC = ".rubric.yaml"
_IDS = ("id", "custom_id", "query_id")


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it came: its text, or why there is none to grade."""

    id: str
    text: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """What an answer is compared with: one text or several, and a rubric if there is one."""

    texts: tuple[str, ...] = ()
    rubric: Rubric | None = None


def read_answers(path: Path) -> dict[str, Written]:
    """Answers by id from a folder, a JSON-lines file (also batch results) or a CSV file.

    A folder holds ``ID.md`` or ``ID.txt``, or ``ID.json`` as ``ask --json`` prints it; it may also
    be that of a ``bulk`` run. An answer that cannot be read, is empty or longer than 100,000
    characters is kept with its error.

    Raises:
        InputError: the path does not exist, holds no answer, or gives one id twice.
    """
    return _unique(path, [_checked(one) for one in _answers(path)])


def _answers(path: Path) -> Iterator[Written]:
    if (path / "answers").is_dir() and (path / "results.jsonl").is_file():
        path = path / "answers"
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in (*_TEXTS, ".json"))
        named = {p.with_suffix("") for p in files if p.suffix in _TEXTS}
        for file in files:
            if file.suffix == ".json" and file.with_suffix("") in named:
                continue
            name = file.relative_to(path).with_suffix("").as_posix()
            yield _from_file(name, file, path)
    elif path.suffix == ".csv":
        yield from _from_csv(path)
    elif path.suffix in (".jsonl", ".ndjson"):
        for number, line in enumerate(read_text(path).split("\n"), 1):
            if line.strip():
                yield _from_line(line, number)
    elif path.exists():
        yield _from_file(path.stem, path, path)
    else:
        raise InputError(f"{path}: no such file or folder", hint="check the path")


def _checked(one: Written) -> Written:
    if one.error:
        return one
    if not one.text.strip():
        return Written(one.id, "", "empty answer")
    if len(one.text) > MAX_CHARACTERS:
        error = f"{len(one.text):,} characters, at most {MAX_CHARACTERS:,} are read"
        return Written(one.id, "", error)
    return one


def _inside(file: Path, path: Path) -> Path:
    """``file`` of the folder ``path``, or ``path`` itself; raises InputError for a link out."""
    if file != path and file.is_symlink() and leads_out(file, path):
        raise InputError(f"{file}: a link to a file outside of {path}", hint="name that file")
    return file


def _from_file(name: str, file: Path, path: Path) -> Written:
    try:
        text = read_text(_inside(file, path))
    except InputError as error:
        return Written(name, "", error.message)
    if file.suffix != ".json":
        return Written(name, text)
    try:
        data = json.loads(text)
        return Written(name, str(data["markdown"] if "markdown" in data else data["answer"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return Written(name, "", "broken JSON")


def _from_csv(path: Path) -> Iterator[Written]:
    csv.field_size_limit(10_000_000)
    rows = csv.DictReader(io.StringIO(read_text(path)))
    if not {"id", "answer"} <= set(rows.fieldnames or ()):
        raise InputError(f"{path}:1: no columns id and answer", hint="name them in the first line")
    for row in rows:
        yield Written(str(row["id"]), str(row["answer"] or ""))


def _from_line(line: str, number: int) -> Written:
    """One line: ``{id, answer}``, or a result of the OpenAI or vLLM batch formats."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return Written(f"line {number}", "", f"broken JSON in line {number}")
    if not isinstance(row, dict):
        return Written(f"line {number}", "", f"no object in line {number}")
    name = next((str(row[key]) for key in _IDS if row.get(key) is not None), f"line {number}")
    for key in ("answer", "text", "markdown"):
        if isinstance(row.get(key), str):
            return Written(name, row[key])
    if row.get("error"):
        return Written(name, "", f"failed: {_said(row['error'])}")
    response = row.get("response")
    if not isinstance(response, dict):
        return Written(name, "", f"no answer in line {number}")
    body = response.get("body", response)
    if response.get("status_code", 200) != 200 or not isinstance(body, dict) or body.get("error"):
        said = _said(body.get("error") if isinstance(body, dict) else None)
        return Written(name, "", f"failed: status {response.get('status_code')} {said}".strip())
    return _from_completion(name, body, ours="x_sr_assistant" in row)


def _from_completion(name: str, body: dict[str, Any], *, ours: bool) -> Written:
    """A completion; in ``ours`` stands a checked answer, however the reply behind it ended."""
    try:
        choice = body["choices"][0]
        text = choice["message"]["content"] or ""
    except (KeyError, IndexError, TypeError):
        return Written(name, "", "unreadable response")
    if choice["message"].get("refusal"):
        return Written(name, "", "refused by the model")
    if choice.get("finish_reason") == "content_filter" and not ours:
        return Written(name, "", "filtered")
    return Written(name, str(text))


def _said(error: Any) -> str:
    if isinstance(error, dict):
        error = error.get("message") or error.get("code") or ""
    return " ".join(str(error or "").split())[:120]


def _unique(path: Path, found: list[Written]) -> dict[str, Written]:
    counts = Counter(one.id for one in found)
    if twice := sorted(name for name, n in counts.items() if n > 1):
        raise InputError(f"{path}: the id {twice[0]!r} is given twice", hint="keep one of each")
    if not found:
        raise InputError(f"{path}: no answer in it", hint="ID.md files, a .jsonl or a .csv file")
    return {one.id: one for one in sorted(found, key=lambda one: one.id)}


def read_prompts(path: Path) -> tuple[dict[str, Request], dict[str, str]]:
    """Requests by id (the file's stem), and what is wrong with the files that cannot be read."""
    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    found: dict[str, Request] = {}
    broken: dict[str, str] = {}
    for file in files:
        name = file.relative_to(path).with_suffix("").as_posix() if path.is_dir() else file.stem
        try:
            found[name] = prompts.read(_inside(file, path))
        except InputError as error:
            broken[name] = error.message
    if not found:
        first = next(iter(broken.values()), f"{path}: no prompt file (*.txt)")
        raise InputError(first, hint="--prompts names a folder of prompt files")
    return found, broken


def read_references(path: Path) -> dict[str, Reference]:
    """References by id: a folder of ``ID.md`` or ``ID.txt`` with ``ID.rubric.yaml`` beside them,
    or JSON lines with ``id`` and ``reference`` or ``references``."""
    if path.is_dir():
        texts = {
            f.relative_to(path).with_suffix("").as_posix(): (read_text(_inside(f, path)),)
            for f in sorted(path.rglob("*"))
            if f.suffix in _TEXTS and f.name != "README.md"
        }
        rubrics = {
            f.relative_to(path).as_posix().removesuffix(_RUBRIC): read_rubric(_inside(f, path))
            for f in sorted(path.rglob(f"*{_RUBRIC}"))
        }
        return {
            name: Reference(texts.get(name, ()), rubrics.get(name))
            for name in sorted({*texts, *rubrics})
        }
    found: dict[str, Reference] = {}
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            several = row["references"] if "references" in row else [row["reference"]]
            found[str(row["id"])] = Reference(tuple(str(text) for text in several))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}:{number}: no reference in this line", hint="{id, reference} as JSON"
            ) from error
    return found
