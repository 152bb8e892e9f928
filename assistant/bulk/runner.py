"""Answer prompt files one by one: a bad file stops nothing, a good answer is never lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant import prompts
from assistant.answer import Answer
from assistant.errors import AssistantError, InputError
from assistant.files import write_text
from assistant.pipeline import Assistant

State = Literal["answered", "unchanged", "kept", "failed"]
_GOOD = ("verified", "repaired")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one prompt file; ``error`` has message and hint where it failed."""

    source: Path
    target: Path
    state: State
    outcome: str = ""
    verdict: str = ""
    error: AssistantError | None = None


@dataclass
class Report:
    """All results of a run."""

    results: list[Result] = field(default_factory=list)

    def count(self, state: State) -> int:
        """How many files ended in ``state``."""
        return sum(result.state == state for result in self.results)

    def to_json(self) -> dict[str, Any]:
        """Counts by state, outcome and fit, and one entry a file."""
        done = [r for r in self.results if r.state != "failed"]
        return {
            "files": len(self.results),
            "states": dict(Counter(r.state for r in self.results)),
            "outcomes": dict(Counter(r.outcome for r in done)),
            "fit": dict(Counter(r.verdict for r in done)),
            "results": [
                {
                    "source": str(r.source),
                    "answer": f"{r.target}.md" if r.state != "failed" else None,
                    "state": r.state,
                    "outcome": r.outcome or None,
                    "fit": r.verdict or None,
                    "error": r.error.message if r.error else None,
                }
                for r in self.results
            ],
        }


def plan(inputs: Sequence[Path], out: Path, pattern: str = "*.txt") -> list[tuple[Path, Path]]:
    """Each prompt file with the path of its answer, without suffix.

    A folder stands for the files below it that match ``pattern``; its layout is kept.

    Raises:
        InputError: an input does not exist, nothing matches, or two answers would share a name.
    """
    pairs: list[tuple[Path, Path]] = []
    for path in inputs:
        if path.is_dir():
            found = sorted(p for p in path.rglob(pattern) if p.is_file() and out not in p.parents)
            pairs += [(p, out / p.relative_to(path).with_suffix("")) for p in found]
        elif path.exists():
            pairs.append((path, out / path.stem))
        else:
            raise InputError(f"{path}: no such file or folder", hint="check the path")
    if not pairs:
        where = ", ".join(map(str, inputs))
        raise InputError(f"no file matches {pattern} in {where}", hint="see --glob")
    sources: dict[Path, Path] = {}
    for source, target in pairs:
        if target in sources and sources[target] != source:
            raise InputError(
                f"{source} and {sources[target]} would both be answered in {target}.md",
                hint="give their common folder instead, or run them apart",
            )
        sources[target] = source
    return [(source, target) for target, source in sources.items()]


def run(
    assistant: Assistant, pairs: Sequence[tuple[Path, Path]], *, force: bool = False
) -> Iterator[Result]:
    """Answer the files in order; yields each result as soon as its answer is on disk."""
    for source, target in pairs:
        try:
            yield _one(assistant, source, target, force=force)
        except AssistantError as error:
            yield Result(source, target, "failed", error=error)


def _one(assistant: Assistant, source: Path, target: Path, *, force: bool) -> Result:
    request = prompts.read(source)
    before = _previous(target)
    if before and not force and _is_current(before, request, assistant):
        verdict = before["fit"]["verdict"]
        return Result(source, target, "unchanged", before["outcome"], verdict)
    answer = assistant.answer(request)
    if before and answer.outcome not in _GOOD and _is_good(before, request):
        verdict = before["fit"]["verdict"]
        return Result(source, target, "kept", before["outcome"], verdict)
    _write(answer, target)
    return Result(source, target, "answered", answer.outcome, answer.fit.verdict)


def _write(answer: Answer, target: Path) -> None:
    """Markdown first: the JSON beside it is what marks an answer as complete."""
    text = json.dumps(answer.to_json(), ensure_ascii=False, indent=1) + "\n"
    write_text(target.with_name(target.name + ".md"), answer.markdown)
    write_text(target.with_name(target.name + ".json"), text)


def _previous(target: Path) -> dict[str, Any] | None:
    """The answer that is there already, or None if there is none or it is damaged."""
    try:
        data = json.loads(target.with_name(target.name + ".json").read_text("utf-8"))
        page = target.with_name(target.name + ".md").read_text("utf-8")
        sound = page == data["markdown"] and data["fit"]["verdict"] and data["receipt"]["request"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return data if sound else None


def _is_current(before: dict[str, Any], request: prompts.Request, assistant: Assistant) -> bool:
    """Whether answering again would give the same bytes."""
    now = assistant.receipt(request)
    return all(
        before["receipt"].get(key) == value
        for key, value in now.model_dump().items()
        if key in ("version", "generator", "request", "catalog", "template")
    )


def _is_good(before: dict[str, Any], request: prompts.Request) -> bool:
    return before["outcome"] in _GOOD and before["receipt"]["request"] == request.digest
