"""What became of each prompt file, and of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant.errors import AssistantError

State = Literal["answered", "unchanged", "kept", "failed", "due"]
"""``kept``: the new answer was worse than the one there; ``due``: a run would answer it."""


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
        done = [r for r in self.results if r.outcome]
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
