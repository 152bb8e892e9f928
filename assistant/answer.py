"""The answer: its parts, citations, fit, findings and receipt; to and from Markdown and JSON."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from assistant.errors import InputError
from assistant.fit import Fit
from assistant.question import Wish
from assistant.references import Source, fit_note, render_sources, sources_of, title_text
from assistant.table import comparison
from assistant.text.parts import split
from assistant.text.reported import short_title
from assistant.version import __version__
from assistant.workflow import Workflow
from assistant.workflow.receipt import Receipt as RunReceipt
from assistant.world import World
from assistant.world.running import Running

Outcome = Literal["verified", "reworded", "repaired", "fallback", "refused"]
PARTS = ("Task", "Workflow", "References")
UNUSED = "Given, but not used here: "
DEMO = "To see the idea of a cited paper at work: "
DEMOS = "To see ideas of cited papers at work: "
_RUN = r"`(?:sr-assistant (?:run|weights)|pip install) [^`\n]{1,300}`"
_LACK = r"[^`\n]{1,400} not run on this machine[^`\n]{0,400}"
COMMANDS = re.compile(
    rf"(?:To run it: |{DEMO}|{DEMOS}){_RUN}(?:, {_RUN})*"
    rf"|{_LACK}(?:(?:To run that: |With it: ){_RUN} ?)*"
)
"""A line of commands that code renders."""
_RENDERED = re.compile(rf"(?:^|\n\n)(?:{UNUSED}[^\n]*|{COMMANDS.pattern}[^\n]*)")
"""What code renders behind a writer's own words; it is no part of them when it is read back."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(_Value):
    """One thing the verifier saw: its kind, the words, the evidence, what was done."""

    kind: str
    span: str
    evidence: str = ""
    action: Literal["kept", "repaired", "removed", "rejected"] = "kept"


class Claim(_Value):
    """One sentence of an answer: ``facts`` are the ids of those behind it.

    ``stands`` is how: ``stated`` by them, ``arithmetic`` on the question's sizes and factors, or
    ``reworded``, where only links, names and numbers were checked (``--check links``).
    """

    part: Literal["task", "workflow"]
    text: str
    facts: tuple[str, ...]
    stands: Literal["stated", "arithmetic", "reworded"]


class Cited(_Value):
    """A fact that a claim rests on, with its owner (empty: of nobody) and its honest place."""

    id: str
    owner: str
    text: str
    place: str


class Recommendation(_Value):
    """A recommended model with its retrieval score (None for a prompt file) and fit."""

    id: str
    name: str
    score: float | None
    fit: Fit
    paper: str | None
    github: str | None


class RelatedPaper(_Value):
    """A related paper with the role it plays in this answer; prose may call it by ``name``."""

    id: str
    title: str
    name: str = ""
    role: str
    paper: str | None
    github: str | None


class Reference(_Value):
    """One link of part 3 with the item that owns it."""

    title: str
    url: str
    owner: str


class Receipt(_Value):
    """What makes an answer reproducible; time, tokens and cost are not part of its identity.

    ``machine`` is what of the recommendation does not run here. ``run`` is there where the
    workflow was executed: without it no answer says so.
    """

    version: str = __version__
    generator: str
    request: str
    catalog: str
    template: str
    index: str | None = None
    scores: dict[str, float] = {}
    seconds: float | None = None
    model: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    machine: str | None = None
    run: RunReceipt | None = None


class Answer(_Value):
    """An answer in three parts, or without ``parts`` a short one, whose ``task`` holds the first
    sentences and ``explanation`` the rest. ``given`` says that its items came with the question,
    as in a prompt file, and were not found for it. ``references_text`` is part 3 as written;
    ``sources`` as known; ``running`` what of the recommendation runs on this machine; ``table`` a
    comparison, rendered from the records; ``demos`` name the demonstrations of cited papers.
    """

    question: str
    wish: Wish
    intent: str | None = None
    parts: bool = True
    given: bool = True
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
        shown = [self.task, self.explanation, self.references_text]
        shown[1] = "\n\n".join(filter(None, (shown[1], self.rendered)))
        texts = [heading(n, parts=self.parts) + text for n, text in enumerate(shown, 1)]
        return "\n\n".join([self.note, *texts] if self.note else texts) + "\n"

    @property
    def rendered(self) -> str:
        """What no writer can say and code puts behind the explanation: a comparison, a workflow
        of several steps as a drawing, the commands that run it and what demonstrates cited papers,
        the receipt of a run."""
        run = self.receipt.run if self.receipt else None
        receipt = f"**Run on the given picture**\n\n{run.text}" if run else ""
        commands = [f"`sr-assistant run --demo {name}`" for name in self.demos]
        lead = DEMOS if commands[1:] else DEMO
        demos = f"{lead}{', '.join(commands)}" if commands else ""
        return "\n\n".join(
            filter(None, (self._unused, self.table, self._drawing, self._runs, demos, receipt))
        )

    @property
    def _unused(self) -> str:
        """The given items that parts 1 and 2 do not speak of, in one line."""
        prose = f"{self.task}\n{self.explanation}".casefold()
        left = [
            title_text(p.title)
            for p in self.related
            if not any(
                title_text(name).casefold() in prose
                for name in (p.title, p.name or p.title, short_title(p.title))
            )
        ]
        return f"{UNUSED}{'; '.join(sorted(left))}." if self.given and left else ""

    @property
    def _drawing(self) -> str:
        """The workflow as a drawing where it has several steps."""
        if self.workflow is None:
            return ""
        return self.workflow.drawing

    @property
    def _runs(self) -> str:
        """What runs the recommendation; where it does not run here, that, and what does."""
        found = self.running
        if found.here:
            return f"To run it: `{found.command}`" if self.intent == "recommend" else ""
        that = f"To run that: `{found.command}`" if found.command else ""
        with_it = f"With it: `{found.remedy}`" if found.remedy else ""
        return " ".join(filter(None, (found.text, that, with_it))) if found.text else ""

    def to_json(self) -> dict[str, Any]:
        """The object that ``ask --json`` prints (see docs/architecture.md)."""
        data = self.model_dump(
            mode="json",
            include={
                *("question", "wish", "intent", "parts", "given"),
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
                    "given": data.get("given", False),
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


def heading(number: int, *, parts: bool) -> str:
    """What stands above a part of an answer: nothing in a short one."""
    return f"## {number}. {PARTS[number - 1]}\n\n" if parts else ""


def draft(
    world: World,
    *,
    task: str,
    explanation: str,
    note: str | None = None,
    references_text: str | None = None,
    workflow: Workflow | None = None,
) -> Answer:
    """An answer about ``world`` with the given prose; part 3 and the fit note come from the
    records unless given."""
    sources = sources_of(world)
    demos = (world.catalog.demos.get(p.entry.id) for p in world.related if p.entry)
    return Answer(
        question=world.request.question,
        wish=world.wish,
        intent=world.wish.form,
        parts=not world.short,
        given=world.parts,
        table=comparison(world),
        demos=tuple(sorted(filter(None, demos))),
        running=world.running,
        note=fit_note(world) if note is None else note,
        task=task,
        explanation=explanation,
        references_text=render_sources(sources) if references_text is None else references_text,
        workflow=workflow,
        recommended=tuple(
            Recommendation(
                id=p.entry.id if p.entry else p.item.name,
                name=p.item.name,
                score=None,
                fit=p.fit,
                paper=p.item.paper,
                github=p.item.github,
            )
            for p in world.recommended
        ),
        related=tuple(
            RelatedPaper(
                id=p.entry.id if p.entry else p.item.name,
                title=p.item.name,
                name=p.name,
                role=p.role,
                paper=p.item.paper,
                github=p.item.github,
            )
            for p in world.related
        ),
        sources=sources,
        fit=world.fit,
    )


def from_markdown(text: str, world: World, workflow: Workflow | None = None) -> Answer:
    """Read a written answer: what stands before part 1, and the three parts.

    A part that is missing becomes empty; the verifier reports it.
    """
    found = split(text)
    explanation = _RENDERED.sub("", found.workflow)
    for drawn in (comparison(world), workflow.drawing if workflow else ""):
        explanation = explanation.replace(f"\n\n{drawn}", "") if drawn else explanation
    return draft(
        world,
        note=found.before,
        task=found.task,
        explanation=explanation,
        references_text=found.references,
        workflow=workflow,
    )
