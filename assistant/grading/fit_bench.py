"""How well ``fit`` sees that a prompt file recommends a model that does not do what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import prompts
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.grading.retrieval_set import Query, read_queries, rows
from assistant.prompts import Request
from assistant.question import Line, read_scales
from assistant.world import World, build


@dataclass(frozen=True, slots=True)
class Listed:
    """What a set's list says of one model: its task and its factor, None where it says none."""

    task: str | None
    scale: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One prompt file: whether its model is wrong, what we said, and why."""

    query: str
    text: str
    recommended: tuple[str, ...]
    wanted: str
    wrong: bool
    world: World

    @property
    def said(self) -> bool:
        """Whether we said that the recommended model is a mismatch."""
        return self.world.fit.verdict == "mismatch"

    def to_json(self) -> dict[str, Any]:
        """This file as a failure of the report."""
        return {
            "query_id": self.query,
            "text": self.text,
            "wish": self.world.wish.model_dump(mode="json", exclude_defaults=True),
            "recommended": list(self.recommended),
            "wanted": self.wanted,
            "wrong": self.wrong,
            "verdict": self.world.fit.verdict,
            "reasons": list(self.world.fit.reasons),
        }


@dataclass(frozen=True, slots=True)
class FitReport:
    """Verdicts against the truth of a set, over all its prompt files."""

    set: str
    judged: tuple[Judged, ...]

    def count(self, *, wrong: bool, said: bool) -> int:
        """Files whose model is or is not wrong, of which we said so or not."""
        return sum(j.wrong == wrong and j.said == said for j in self.judged)

    @property
    def precision(self) -> float:
        """Of the mismatches that we named, the share that are ones."""
        return _share(self.count(wrong=True, said=True), sum(j.said for j in self.judged))

    @property
    def recall(self) -> float:
        """Of the mismatches, the share that we named."""
        return _share(self.count(wrong=True, said=True), sum(j.wrong for j in self.judged))

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def failures(self) -> tuple[Judged, ...]:
        """The files on which we were wrong."""
        return tuple(j for j in self.judged if j.wrong != j.said)

    def to_json(self) -> dict[str, Any]:
        """What ``bench fit --json`` prints."""
        return {
            "set": self.set,
            "n": len(self.judged),
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "counts": {
                "found": self.count(wrong=True, said=True),
                "missed": self.count(wrong=True, said=False),
                "false_alarms": self.count(wrong=False, said=True),
                "rightly_silent": self.count(wrong=False, said=False),
            },
            "failures": [j.to_json() for j in self.failures],
        }

    def to_markdown(self) -> str:
        """Counts and shares as a table."""
        row = self.to_json()
        counts = row["counts"]
        heads = [f"{self.set}, {row['n']} prompt files", "precision", "recall", "f1"]
        cells = ["mismatch", *(f"{row[name]:.3f}" for name in heads[1:])]
        heads += [name.replace("_", " ") for name in counts]
        cells += [str(count) for count in counts.values()]
        return "\n".join(
            [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads), f"| {' | '.join(cells)} |", ""]
        )


def measure(folder: Path, catalog: Catalog) -> FitReport:
    """Judge every file of ``prompts/`` against the label of its question.

    Raises:
        InputError: the set is broken; the message names the file and, if it has any, the line.
    """
    queries = {query.id: query for query in read_queries(folder / "queries.jsonl")}
    listed = {}
    for row, where in rows(folder / "catalog.jsonl"):
        if not isinstance(row.get("doc_id"), str):
            raise InputError(f"{where}: doc_id is missing", hint="doc_id, task, scale")
        try:
            scale = float(row["scale"]) if row.get("scale") else None
        except (TypeError, ValueError) as error:
            raise InputError(f"{where}: scale is no number", hint="a factor such as 4") from error
        listed[row["doc_id"]] = Listed(row.get("task"), scale)
    files = sorted((folder / "prompts").glob("*.txt"))
    if not files:
        raise InputError(f"{folder / 'prompts'}: no prompt file", hint="prompts/QUERY_ID.txt")
    return FitReport(
        folder.resolve().name, tuple(_judged(f, queries, listed, catalog) for f in files)
    )


def is_wrong(request: Request, query: Query, listed: dict[str, Listed]) -> bool:
    """Whether no recommended model has the task and the factor of the question's label.

    A name outside the list has another task. A factor counts where the model's is known and the
    question names its own: nobody can tell which 2x or 4x an unnamed factor was filed under.
    """
    named = query.scale if query.scale in read_scales(Line(query.text)).factors else None
    return not any(
        (known := listed.get(item.name)) is not None
        and known.task == query.task
        and (known.scale is None or named is None or known.scale == named)
        for item in request.recommended
    )


def _judged(
    path: Path, queries: dict[str, Query], listed: dict[str, Listed], catalog: Catalog
) -> Judged:
    query = queries.get(path.stem)
    if query is None:
        raise InputError(f"{path}: queries.jsonl has no question {path.stem}", hint="see its name")
    request = prompts.read(path)
    names = tuple(item.name for item in request.recommended)
    wanted = " ".join(filter(None, [query.task, f"{query.scale:g}x" if query.scale else None]))
    wrong = is_wrong(request, query, listed)
    return Judged(query.id, query.text, names, wanted, wrong, build(request, catalog))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
