"""An answer as Markdown: its parts, and what code puts behind the explanation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answer.answer import Answer

PARTS = ("Task", "Workflow", "References")
UNUSED = "Given, but not used here: "  # in answers of earlier versions
ONCE = "To run it in one pass: "
DEMO = "To see the idea of a cited paper at work: "
DEMOS = "To see ideas of cited papers at work: "
_RUN = r"`(?:sr-assistant (?:run|weights)|pip install) [^`\n]{1,300}`"
_LACK = r"[^`\n]{1,400} not run on this machine[^`\n]{0,400}"
_TOLD = rf"(?:To run it: |{ONCE}|To run that: |With it: |{DEMO}|{DEMOS}){_RUN}(?:, {_RUN})*"
COMMANDS = re.compile(rf"(?:{_LACK})?{_TOLD}(?: {_TOLD})*|{_LACK}")
"""A line of commands that code renders, or a sentence of it."""
_RENDERED = re.compile(rf"(?:^|\n\n)(?:{UNUSED}[^\n]*|{COMMANDS.pattern}[^\n]*)")
"""What code renders behind a writer's own words; it is no part of them when it is read back."""


def heading(number: int, *, parts: bool) -> str:
    """What stands above a part of an answer: nothing in a short one."""
    return f"## {number}. {PARTS[number - 1]}\n\n" if parts else ""


def page(answer: Answer) -> str:
    """The whole answer; the same answer gives the same bytes."""
    explanation = "\n\n".join(filter(None, (answer.explanation, rendered(answer))))
    shown = (answer.task, explanation, answer.references_text)
    texts = [heading(n, parts=answer.parts) + text for n, text in enumerate(shown, 1)]
    return "\n\n".join([answer.note, *texts] if answer.note else texts) + "\n"


def rendered(answer: Answer) -> str:
    """What no writer can say and code puts behind the explanation: a comparison, a workflow of
    several steps as a drawing, the commands that run it and what demonstrates cited papers, the
    receipt of a run."""
    run = answer.receipt.run if answer.receipt else None
    return "\n\n".join(
        filter(
            None,
            (
                answer.table,
                answer.workflow.drawing if answer.workflow else "",
                _runs(answer),
                _demos(answer),
                f"**Run on the given picture**\n\n{run.text}" if run else "",
            ),
        )
    )


def without_rendered(explanation: str, *drawn: str) -> str:
    """An explanation that was read back, without what code puts behind it: lines by their form, a
    comparison and a drawing as they are ``drawn``."""
    explanation = _RENDERED.sub("", explanation)
    for text in filter(None, drawn):
        explanation = explanation.replace(f"\n\n{text}", "")
    return explanation


def _runs(answer: Answer) -> str:
    """What runs the recommendation; where it does not run here, that, and what does."""
    found = answer.running
    if found.closed:  # who brings the models did not ask what runs here
        return ""
    once = f"{ONCE}`{found.once}`" if found.once else ""
    if found.here:
        told = (f"To run it: `{found.command}`", once) if answer.intent == "recommend" else ()
        return " ".join(filter(None, told))
    that = f"To run that: `{found.command}`" if found.command else ""
    with_it = f"With it: `{found.remedy}`" if found.remedy else ""
    return " ".join(filter(None, (found.text, that, with_it, once))) if found.text else ""


def _demos(answer: Answer) -> str:
    """What to type to see the ideas of cited papers."""
    commands = [f"`sr-assistant run --demo {name}`" for name in answer.demos]
    lead = DEMOS if commands[1:] else DEMO
    return f"{lead}{', '.join(commands)}" if commands else ""
