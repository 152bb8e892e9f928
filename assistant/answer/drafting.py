"""From prose to an answer: what a writer wrote about a world, with the records behind it."""

from __future__ import annotations

from assistant.answer.answer import Answer
from assistant.answer.markdown import without_rendered
from assistant.answer.values import Recommendation, RelatedPaper
from assistant.references import fit_note, render_sources, sources_of
from assistant.table import comparison
from assistant.text.parts import split
from assistant.workflow import Workflow
from assistant.world import World


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
    used = ("supports", "related")  # of a paper that only shares a word nothing is to be seen
    cited = (p.entry for p in world.related if p.entry and p.role in used)
    demos = (world.catalog.demos.get(entry.id) for entry in cited if not world.given)
    return Answer(
        question=world.request.question,
        wish=world.wish,
        intent=world.wish.form,
        parts=not world.short,
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
    drawn = workflow.drawing if workflow else ""
    explanation = without_rendered(found.workflow, comparison(world), drawn)
    return draft(
        world,
        note=found.before,
        task=found.task,
        explanation=explanation,
        references_text=found.references,
        workflow=workflow,
    )
