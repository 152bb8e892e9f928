"""What a question means, asked of a language model where our own reader is not sure.

It chooses among our labels; what else it says is not taken, and where it fails the reading stays.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from assistant.catalog import Vocabulary
from assistant.errors import BackendError
from assistant.prompts import environment
from assistant.question import FORMS, MOST_STEPS, OUTSIDE, SURE, Wish

if TYPE_CHECKING:
    from assistant.generation.language_model import LanguageModel

_OBJECT = re.compile(r"\{[^{}]{1,600}\}")


def schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The shape of the reply."""
    tasks = {"type": "string", "enum": [task.id for task in vocabulary.tasks]}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["form", "tasks"],
        "properties": {
            "form": {"type": "string", "enum": list(FORMS)},
            "tasks": {"type": "array", "items": tasks},
        },
    }


def refined(question: str, wish: Wish, vocabulary: Vocabulary, model: LanguageModel) -> Wish:
    """The wish with form and steps as ``model`` reads them, asked once; the same wish where that
    reading is sure already, and where the model gives no answer that can be taken."""
    if len(wish.steps) == 1 and wish.odds.get(wish.steps[0], 0.0) >= SURE:
        return wish
    page = environment().get_template("reading.v1.jinja")
    likely = ", ".join(f"{task} {p:.2f}" for task, p in list(wish.odds.items())[:MOST_STEPS])
    asked = page.render(
        question=question,
        forms=FORMS,
        tasks=vocabulary.tasks,
        reading=f"{wish.form}; {likely or 'no task'}",
        most=MOST_STEPS,
    )
    try:
        text, _ = model.reply([("user", asked)], schema(vocabulary))
    except BackendError:
        return wish
    return _read(text, wish, vocabulary)


def _read(text: str, wish: Wish, vocabulary: Vocabulary) -> Wish:
    """The wish with what the last object of a reply says, as far as those are labels of ours."""
    for found in reversed(_OBJECT.findall(text)):
        try:
            data = json.loads(found, strict=False)
        except ValueError:
            continue
        form, named = data.get("form"), data.get("tasks")
        if form not in FORMS or not isinstance(named, list):
            continue
        known = [one for one in named if isinstance(one, str) and vocabulary.task(one)]
        steps = tuple(dict.fromkeys(known))[:MOST_STEPS] if form != OUTSIDE else ()
        if not steps and form in ("recommend", "explain"):
            continue
        odds = {**wish.odds, **dict.fromkeys(steps, 1.0)}
        task = steps[0] if steps else None
        return wish.model_copy(update={"form": form, "steps": steps, "task": task, "odds": odds})
    return wish
