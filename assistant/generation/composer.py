"""The offline writer: a complete answer from records and provided text alone.

Deterministic: the same world gives the same bytes. It chooses facts; the wording around them
is ``prompts/composer.v5.jinja``. What neither a record nor the given text says is not said.
"""

from __future__ import annotations

from typing import Any

from assistant.answer import Answer, draft
from assistant.generation.bearing import Bearing
from assistant.generation.explanation import explanation
from assistant.generation.forms import short
from assistant.generation.forms.entries import strangers
from assistant.generation.halves import left_open
from assistant.generation.opening import opening
from assistant.generation.stakes import licensed
from assistant.prompts import environment
from assistant.table import comparison
from assistant.world import World

NAME = "composer.v5"


class Composer:
    """The generator that needs nothing: no network, no key, no language model."""

    name = NAME
    template = NAME

    def write(self, world: World) -> Answer:
        """The answer to ``world``; its part 3 and fit note come from the records."""
        bearing = Bearing(world)
        if world.short:
            first, rest = short(world, bearing)
            rest = _paragraphs(rest, *left_open(world, first, rest, comparison(world)))
            return draft(world, task=first, explanation=rest)
        opened = _block("task", opening(world, bearing))
        task = " ".join([*strangers(world), opened, *licensed(world)])
        view, workflow = explanation(world, bearing, before=task)
        shown = _block("workflow", view)
        task = _paragraphs(task, *left_open(world, task, shown))
        return draft(world, task=task, explanation=shown, workflow=workflow)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _block(name: str, view: dict[str, Any]) -> str:
    """One block of the template as Markdown without trailing spaces."""
    template = environment().get_template(f"{NAME}.jinja")
    text = "".join(template.blocks[name](template.new_context(view))).strip()
    return "\n".join(line.rstrip() for line in text.split("\n"))
