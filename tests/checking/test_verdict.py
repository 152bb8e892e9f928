from __future__ import annotations

import pytest

from assistant.checking.citations import Links
from assistant.checking.owners import Owners
from assistant.checking.sentence import Judge
from assistant.checking.units import Unit
from assistant.prompts import Item, Request
from assistant.world import build

from .worlds import catalog

SUMMARY = (
    "QuarryNet restores scans of maps. It was trained on 700 sheets from 12 kinds of paper. "
    "Narrow lines are kept by a local branch, and wide ones by attention. "
    "QuarryNet does not handle stains or folds."
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    paper = Item(name="QuarryNet: Restoring Scanned Maps", paper=None, github=None, summary=SUMMARY)
    model = Item(name="SISR-EDSR-2x", paper=None, github=None, summary=None)
    asked = "How is my scanned map doubled in size?"
    world = build(Request(question=asked, recommended=[model], related=[paper]), catalog())
    return Judge(world, Links(world), Owners(world))


@pytest.mark.parametrize(
    ("sentence", "counted", "value"),
    [
        ("QuarryNet was trained on 700 sheets from 12 kinds of paper.", "miscounted", False),
        ("QuarryNet was trained on 12 sheets from 700 kinds of paper.", "miscounted", True),
        ("QuarryNet does not handle stains.", "flipped", False),
        ("QuarryNet handles stains and folds.", "flipped", True),
        ("In QuarryNet, wide lines are kept by a local branch.", "turned_clause", True),
        ("With QuarryNet we saw narrow lines come back.", "mine", True),
        ("QuarryNet restores scans of maps.", "mine", False),
    ],
)
def test_what_differs_from_the_facts_is_counted(
    judge: Judge, sentence: str, counted: str, value: bool
) -> None:
    """Turned words, denials and figures that count something else are seen for what they are."""
    values = judge.weighed(Unit(sentence, (), ())).values
    assert bool(values[counted]) is value
