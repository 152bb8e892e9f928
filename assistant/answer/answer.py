"""The answer of a question, and to and from the JSON that programs read."""

from __future__ import annotations

from typing import Any

from assistant.answer import markdown
from assistant.answer.values import (
    Cited,
    Claim,
    Finding,
    Outcome,
    Receipt,
    Recommendation,
    Reference,
    RelatedPaper,
    Value,
)
from assistant.errors import InputError
from assistant.fit import Fit
from assistant.question import Wish
from assistant.references import Source
from assistant.workflow import Workflow
from assistant.world.running import Running


class Answer(Value):
    """An answer in three parts, or without ``parts`` a short one, whose ``task`` holds the first
    sentences and ``explanation`` the rest. ``references_text`` is part 3 as written;
    ``sources`` as known; ``running`` what of the recommendation runs on this machine; ``table`` a
    comparison, rendered from the records; ``demos`` name the demonstrations of cited papers.
    """

    question: str
    wish: Wish
    intent: str | None = None
    parts: bool = True
    table: str = ""
    demos: tuple[str, ...] = ()
    running: Running = Running()
    note: str
    task: str
    explanation: str
    references_text: str
    workflow: Workflow | None
    recommended: tuple[Recommendation, ...]
    related: tuple[RelatedPaper, ...]
    sources: tuple[Source, ...]
    fit: Fit
    claims: tuple[Claim, ...] = ()
    facts: tuple[Cited, ...] = ()
    findings: tuple[Finding, ...] = ()
    outcome: Outcome = "verified"
    receipt: Receipt | None = None

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every link of part 3 with its owner, in printing order."""
        return tuple(
            Reference(title=" / ".join(s.titles), url=url, owner=s.titles[0])
            for s in self.sources
            for _, url in s.links
        )

    @property
    def markdown(self) -> str:
        """The answer as Markdown; the same answer gives the same bytes."""
        return markdown.page(self)

    @property
    def rendered(self) -> str:
        """What no writer can say and code puts behind the explanation."""
        return markdown.rendered(self)

    def to_json(self) -> dict[str, Any]:
        """The object that ``ask --json`` prints (see docs/architecture.md)."""
        data = self.model_dump(
            mode="json",
            include={
                *("question", "wish", "intent", "parts"),
                *("recommended", "related", "task"),
            },
        )
        flow = self.workflow
        data["workflow"] = {
            "text": self.explanation,
            "steps": list(flow.steps) if flow else [],
            "tasks": list(flow.tasks) if flow else [],
            "mermaid": flow.mermaid if flow else "",
            "graph": flow.model_dump(mode="json") if flow else None,
        }
        data["table"] = self.table
        found = self.running
        data["running"] = {**found.model_dump(mode="json"), "here": found.here, "text": found.text,
                           "command": found.command}  # fmt: skip
        data["demos"] = list(self.demos)
        data["references"] = [r.model_dump() for r in self.references]
        data["fit"] = {**self.fit.model_dump(mode="json"), "note": self.note}
        data["sources"] = [s.model_dump(mode="json") for s in self.sources]
        data["references_text"] = self.references_text
        data["claims"] = [claim.model_dump(mode="json") for claim in self.claims]
        data["facts"] = [fact.model_dump() for fact in self.facts]
        data["findings"] = [f.model_dump() for f in self.findings]
        data["outcome"] = self.outcome
        data["markdown"] = self.markdown
        data["receipt"] = self.receipt.model_dump() if self.receipt else None
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Answer:
        """Read back what ``to_json`` wrote; raises InputError on anything else."""
        try:
            flow, fit = data["workflow"], dict(data["fit"])
            note = fit.pop("note", "")
            return cls.model_validate(
                {
                    **{k: data[k] for k in ("question", "wish", "recommended", "related", "task")},
                    **{k: data[k] for k in ("sources", "references_text", "findings", "outcome")},
                    **{k: data.get(k, ()) for k in ("claims", "facts")},
                    "intent": data.get("intent"),
                    "parts": data.get("parts", True),
                    "table": data.get("table", ""),
                    "demos": data.get("demos", ()),
                    "running": {
                        f: v
                        for f, v in data.get("running", {}).items()
                        if f in Running.model_fields
                    },
                    "receipt": data["receipt"],
                    "explanation": flow["text"],
                    "workflow": flow.get("graph"),
                    "fit": fit,
                    "note": note,
                }
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"not an answer of sr-assistant: {error}",
                hint="pass the JSON that `ask --json` or `bulk` wrote",
            ) from error
