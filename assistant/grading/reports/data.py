"""What every report shows: the run, its comparison, its gates; and the JSON forms of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.grading.compare import Comparison
from assistant.grading.run import Run
from assistant.grading.scores import Graded
from assistant.version import __version__


@dataclass(slots=True)
class Report:
    """A graded run with what was asked of it."""

    run: Run
    comparison: Comparison | None = None
    wanted: dict[str, float] = field(default_factory=dict)
    missed: dict[str, tuple[float, float]] = field(default_factory=dict)
    judged: dict[str, Any] | None = None

    @property
    def findings(self) -> Counter[str]:
        """How often each kind of finding was seen, harmful ones only."""
        return Counter(m.kind for g in self.run.graded for m in g.marks if m.harmful)

    def to_json(self) -> dict[str, Any]:
        """One object: summary, comparison, gates, what did not match, every answer."""
        run = self.run
        return {
            "version": __version__,
            "run": run.name,
            "answers": len(run.graded),
            "failed": [{"id": g.id, "why": g.failed} for g in run.graded if g.failed],
            "unmatched": asdict(run.unmatched),
            "summary": {name: s.to_json() for name, s in run.summary().items()},
            "findings": dict(sorted(self.findings.items())),
            "baseline": self.comparison.to_json() if self.comparison else None,
            "gates": [
                {"metric": name, "least": least, "met": name not in self.missed}
                for name, least in sorted(self.wanted.items())
            ],
            "judge": self.judged,
            "items": [item(g) for g in run.graded],
        }

    def to_jsonl(self) -> str:
        """One line an answer, sorted by id."""
        rows = (json.dumps(item(g), ensure_ascii=False, sort_keys=True) for g in self.run.graded)
        return "".join(f"{row}\n" for row in rows)


def item(g: Graded) -> dict[str, Any]:
    """One answer: scores, why some do not apply, findings with their places."""
    return {
        "id": g.id,
        "prompt": g.prompt,
        "failed": g.failed or None,
        "scores": {k: None if v is None else round(v, 6) for k, v in sorted(g.scores.items())},
        "reasons": dict(sorted(g.reasons.items())),
        "findings": [
            {
                "kind": m.kind,
                "harmful": m.harmful,
                "part": m.part,
                "start": m.start,
                "end": m.end,
                "text": m.text[:300],
                "evidence": m.evidence[:300],
            }
            for m in g.marks
        ],
        "support": [
            {
                "start": m.start,
                "end": m.end,
                "verdict": s.verdict,
                "p": round(s.probability, 4),
                "containment": round(s.containment, 4),
                "alignment": None if s.alignment is None else round(s.alignment, 4),
                "evidence": s.evidence[:400],
            }
            for m, s in g.supports
        ],
    }


def read_items(text: str) -> list[Graded]:
    """Graded answers back from a JSON report or its JSON lines, for ``--baseline``.

    Raises:
        ValueError, KeyError, TypeError: it is neither.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    one_a_line = len(lines) > 0 and all(line.startswith("{") and len(line) > 1 for line in lines)
    rows = [json.loads(line) for line in lines] if one_a_line else json.loads(text)["items"]
    return [
        Graded(r["id"], r["prompt"], "", failed=r["failed"] or "", scores=dict(r["scores"]))
        for r in rows
    ]
