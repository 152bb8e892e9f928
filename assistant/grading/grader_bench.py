"""The grader on answers whose worth is known: good ones, and wrong ones of twelve kinds.

``good.yaml`` and ``wrong.yaml`` hold them, prompts stand beside them or in ``eval/prompts``. What
is measured: how often ``overall`` puts a good answer above a wrong one, how high a worthless one
gets, and of how many wrong answers the fault is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant import prompts
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.files import read_text
from assistant.grading.findings import WHOLE, Checker, Mark
from assistant.grading.inputs import Written
from assistant.grading.scores import Graded, grade_answer
from assistant.prompts import Request
from assistant.world import build

WORTHLESS = ("off-topic", "keywords", "verbatim", "praise")
"""Kinds of answers in the right form that say nothing of worth."""
_CLAIMS = ("claim_contradicted", "claim_overstated", "claim_invented", "claim_wrong_owner")
NAMED = {
    "untrue": _CLAIMS,
    "overclaim": ("claim_overstated",),
    "invented": ("claim_invented",),
    "credit": ("claim_wrong_owner",),
    "number": ("number_absent",),
    "off-topic": ("off_topic",),
    "keywords": ("no_sentences",),
    "verbatim": ("copied",),
    "praise": ("off_topic",),
    "fit": ("mismatch_unflagged", "fit_contradicted"),
    "outside": ("name_outside", "author_year_outside", "link_outside"),
    "run": ("run_without_receipt",),
}
"""The kinds of finding that name a fault."""


@dataclass(frozen=True, slots=True)
class Case:
    """An answer of known worth: ``kind`` is empty for a good one, ``says`` its wrong words."""

    id: str
    kind: str
    prompt: str
    text: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its scores; ``named``: by the right kind; ``seen``: its words are marked."""

    case: Case
    graded: Graded
    named: bool
    seen: bool


def cases(folder: Path, requests: dict[str, Request]) -> Iterator[Case]:
    """The answers of ``folder``; raises InputError where one leans on what is not there."""
    good = {row["id"]: row for row in _rows(folder / "good.yaml")}
    for row in good.values():
        yield Case(row["id"], "", row["prompt"], _page(row, requests))
    for number, row in enumerate(_rows(folder / "wrong.yaml"), 1):
        kind, says = row["kind"], row.get("says", "")
        whole = _spoiled(good[row["in"]], row) if "in" in row else row
        yield Case(f"{kind}-{number}", kind, whole["prompt"], _page(whole, requests), says)


def judged(folder: Path, catalog: Catalog, *, encode: bool = True) -> Iterator[Judged]:
    """Grade every case of ``folder``."""
    requests = _requests(folder)
    checkers: dict[str, Checker] = {}
    for case in cases(folder, requests):
        if case.prompt not in checkers:
            world = build(requests[case.prompt], catalog)
            checkers[case.prompt] = Checker(world, encode=encode)
        graded = grade_answer(Written(case.id, case.text), case.prompt, checkers[case.prompt], None)
        marks = [m for m in graded.marks if (m.harmful or m.kind in WHOLE) and _at(m, case)]
        kinds = {mark.kind for mark in marks}
        yield Judged(case, graded, bool(kinds & set(NAMED.get(case.kind, ()))), bool(kinds))


def _at(mark: Mark, case: Case) -> bool:
    """Whether a finding is about the wrong words; about the answer where it is wrong as a whole."""
    start = case.text.find(case.says)
    inside = mark.start < start + len(case.says) and mark.end > start
    return inside or not case.says or mark.end == mark.start


def _requests(folder: Path) -> dict[str, Request]:
    files = [*folder.glob("prompts/*.txt"), *(folder.parent / "prompts").glob("*.txt")]
    return {file.stem: prompts.read(file) for file in files}


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return list(yaml.safe_load(read_text(path)))
    except (yaml.YAMLError, TypeError) as error:
        raise InputError(f"{path}: no list of answers", hint="see eval/README.md") from error


def _spoiled(good: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    name = "task" if row.get("part") == 1 else "workflow"
    said, old = good[name], row.get("instead_of")
    if old and old not in said:
        raise InputError(f"{good['id']} does not hold {old!r}", hint="see eval/README.md")
    return {
        **good,
        name: said.replace(old, row["says"]) if old else f"{said.rstrip()} {row['says']}",
    }


def _page(row: dict[str, Any], requests: dict[str, Request]) -> str:
    items = requests[row["prompt"]].items
    told = " ".join(item.summary for item in items if item.summary)
    task, flow = (row[part].replace("{summaries}", told).strip() for part in ("task", "workflow"))
    links = "\n".join(
        f"- {item.name}: {' · '.join(link for link in (item.paper, item.github) if link)}"
        for item in items
    )
    return f"## 1. Task\n\n{task}\n\n## 2. Workflow\n\n{flow}\n\n## 3. References\n\n{links}\n"
