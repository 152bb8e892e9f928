"""What a message does to the steps of a plan."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.chat.steps import Edit, edit_of, meant, planned
from chat.held import CLEAN, COLOR, ENLARGE, HAZE, LIGHT, SHARPEN, Steps, in_force, said

BOTH = (CLEAN, ENLARGE)
EDITS = [
    ("afterwards enlarge it 3x", [(CLEAN,)], "add", (CLEAN, ENLARGE)),
    ("plus sharpen the blurry parts", [(CLEAN,)], "add", (CLEAN, SHARPEN)),
    ("could you colorize it as well", [(CLEAN,)], "add", (CLEAN, COLOR)),
    ("then brighten the dark corners", [BOTH], "add", (CLEAN, ENLARGE, LIGHT)),
    ("before that, take out the motion blur", [(ENLARGE,)], "add", (SHARPEN, ENLARGE)),
    ("leave out the denoising", [BOTH], "drop", (ENLARGE,)),
    ("skip the upscaling", [BOTH], "drop", (CLEAN,)),
    ("I don't want the colorization", [(COLOR, ENLARGE)], "drop", (ENLARGE,)),
    ("leave the colors as they are", [(COLOR, ENLARGE)], "drop", (ENLARGE,)),
    ("no enlarging", [BOTH], "drop", (CLEAN,)),
    ("only the noise please", [BOTH], "only", (CLEAN,)),
    ("just enlarge it", [BOTH], "only", (ENLARGE,)),
    ("deblurring alone", [(SHARPEN, ENLARGE)], "only", (SHARPEN,)),
    ("sorry, I meant motion blur", [(CLEAN,)], "swap", (SHARPEN,)),
    ("no, I meant haze", [(CLEAN,)], "swap", (HAZE,)),
    ("rather colorize it instead", [(CLEAN,)], "swap", (COLOR,)),
    ("no, I meant haze", [(ENLARGE,), BOTH], "swap", (HAZE, ENLARGE)),
    ("no, both", [(CLEAN,), (ENLARGE,)], "both", BOTH),
    ("I want both of them", [(CLEAN,), (SHARPEN,)], "both", (CLEAN, SHARPEN)),
    ("put the denoising back", [BOTH, (ENLARGE,)], "add", BOTH),
    ("bring it back", [BOTH, (ENLARGE,)], "add", BOTH),
    ("re-add the upscaling", [BOTH, (CLEAN,)], "add", BOTH),
]


@pytest.mark.parametrize(("text", "plans", "kind", "steps"), EDITS)
def test_a_message_changes_the_steps(
    catalog: Catalog, text: str, plans: list[Steps], kind: str, steps: Steps
) -> None:
    """Steps are added, dropped, singled out, swapped and put back, in their order."""
    edit = edit_of(said(text, in_force(*plans), catalog))
    assert (kind, steps) == (edit and edit.kind, edit and edit.steps)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("undo that", 1),
        ("back to the previous plan", 1),
        ("never mind that", 1),
        ("revert to the first version", 2),
        ("go back to what we had at the start", 2),
    ],
)
def test_a_change_is_taken_back(catalog: Catalog, text: str, back: int) -> None:
    """One change, or all of them where the beginning is meant."""
    edit = edit_of(said(text, in_force((CLEAN,), BOTH, (*BOTH, LIGHT)), catalog))
    assert back == (edit.back if edit else None)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("remove the noise", BOTH),
        ("what does the denoising do?", BOTH),
        ("is the enlarging only for photos?", BOTH),
        ("which license does it have?", BOTH),
        ("without the haze removal", (CLEAN,)),
        ("undo", (CLEAN,)),
        ("without the denoising", (CLEAN,)),
    ],
)
def test_other_messages_leave_the_steps(catalog: Catalog, text: str, plan: Steps) -> None:
    """Questions, what is in force already, and the only step of a plan."""
    assert edit_of(said(text, in_force(plan), catalog)) is None


def test_a_step_that_comes_back_brings_its_factor(catalog: Catalog) -> None:
    """The factor leaves the wish with the enlarging and is remembered from before."""
    dropped = planned(said("skip the upscaling", in_force(BOTH), catalog), Edit("drop", (CLEAN,)))
    again = said("put it back", in_force(BOTH, (CLEAN,)), catalog)
    assert ((), (2.0,)) == (dropped.scales, planned(again, Edit("add", BOTH)).scales)


def test_damage_is_asked_about_while_a_step_removes_it(catalog: Catalog) -> None:
    """Without the denoising nobody wants the noise removed."""
    state = in_force(BOTH)
    state = state.model_copy(
        update={"wish": state.wish.model_copy(update={"degradations": ("noise", "blur")})}
    )
    wish = planned(said("leave out the denoising", state, catalog), Edit("drop", (ENLARGE,)))
    assert ("blur",) == wish.degradations


@pytest.mark.parametrize(
    ("phrase", "among", "task"),
    [
        ("twice as large", None, ENLARGE),
        ("the grain", None, CLEAN),
        ("the neighbours", None, None),
        ("the face", None, None),
        ("blurry faces", None, "face-restoration"),
        ("the fog", (CLEAN, HAZE), HAZE),
        ("", None, None),
    ],
)
def test_a_few_words_mean_a_task(
    catalog: Catalog, phrase: str, among: Steps | None, task: str | None
) -> None:
    """Enlarging and faces need a word of their own; among few tasks less is enough."""
    assert task == meant(phrase, catalog, among)
