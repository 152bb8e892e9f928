"""The models that a changed plan leads to."""

from __future__ import annotations

from pathlib import Path

import pytest
from warm_index import warm

from assistant import Assistant, Catalog
from assistant.chat.plans import Plan
from assistant.chat.routes import Turn
from assistant.chat.state import State
from assistant.chat.steps import Edit, planned
from assistant.question import Wish
from chat.held import CLEAN, ENLARGE, LIGHT, MODELS, Steps, in_force, said

BOTH = (CLEAN, ENLARGE)


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


def models(state: State) -> list[str]:
    """The ids of the models in force."""
    return [item.name for item in state.request.recommended] if state.request else []


def edited(text: str, edit: Edit, state: State, assistant: Assistant) -> Plan:
    """The plan after an edit of its steps."""
    wish = planned(said(text, state, assistant.catalog), edit) if edit.steps else state.wish
    plan = Plan(assistant, state)
    assert plan.changed(text, Turn("refine", wish, edit=edit)) is not None
    return plan


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("then brighten it", Edit("add", (*BOTH, LIGHT))),
        ("skip the enlarging", Edit("drop", (CLEAN,))),
    ],
)
def test_a_step_that_stays_keeps_its_model(assistant: Assistant, text: str, edit: Edit) -> None:
    """A new step gets a model of its own task, the others stay as they were."""
    before, after = in_force(BOTH), edited(text, edit, in_force(BOTH), assistant).state
    assert [m for m in models(before) if m in models(after)] == [
        MODELS[step] for step in edit.steps if step in BOTH
    ]
    found = map(assistant.catalog.get, models(after))
    assert edit.steps == tuple(entry.task for entry in found if entry)


def test_taking_back_restores_models_and_wish(assistant: Assistant) -> None:
    """Two changes at once as well; what was taken back is not in the past any more."""
    state = in_force((CLEAN,), BOTH, (*BOTH, LIGHT))
    after = edited("undo all of it", Edit("back", back=2), state, assistant).state
    assert ([MODELS[CLEAN]], CLEAN, ()) == (models(after), after.wish.task, after.past)


@pytest.mark.parametrize(
    ("taken", "plan", "expected"),
    [
        ("SISR-SAFMN-2x", BOTH, [MODELS[CLEAN], "SISR-SAFMN-2x"]),
        ("SISR-SAFMN-2x", (ENLARGE,), ["SISR-SAFMN-2x"]),
        ("LowLight-ALEN", BOTH, ["LowLight-ALEN"]),
    ],
)
def test_an_item_that_is_taken_replaces_the_model_of_its_task(
    assistant: Assistant, taken: str, plan: Steps, expected: list[str]
) -> None:
    """The other steps keep theirs; a model of another task stands alone."""
    made = Plan(assistant, in_force(plan))
    made.changed("take that one", Turn("refine", Wish(), items=(taken,)))
    assert expected == models(made.state)


def test_a_plan_changes_nothing_where_a_step_has_no_model(catalog: Catalog, tmp_path: Path) -> None:
    """A catalog without brighteners leaves plan and state as they are."""
    few = [entry for entry in catalog.models if entry.id in (MODELS[CLEAN], MODELS[ENLARGE])]
    small, state, edit = (
        Catalog(few, catalog.vocabulary),
        in_force(BOTH),
        Edit("add", (*BOTH, LIGHT)),
    )
    wish = planned(said("then brighten it", state, small), edit)
    plan = Plan(Assistant(small, cache=tmp_path), state)
    assert plan.changed("then brighten it", Turn("refine", wish, edit=edit)) is None
    assert state == plan.state
