from __future__ import annotations

import functools
from collections import Counter

import mutations
import pytest

from assistant.catalog import Catalog
from assistant.content import folder
from assistant.grading.findings import Checker
from assistant.grading.inputs import read_prompts, read_references
from assistant.settings import Settings
from assistant.text.parts import sections
from assistant.world import build

REFERENCES = read_references(folder("eval") / "references")
PROMPTS = read_prompts(folder("eval") / "prompts")[0]


@functools.cache
def catalog() -> Catalog:
    return Catalog.load(cache=Settings().cache_folder)


@functools.lru_cache(maxsize=4)
def checker(name: str) -> Checker:
    return Checker(build(PROMPTS[name], catalog()), encode=False)


def harmful(name: str, text: str) -> Counter[str]:
    rubric = REFERENCES[name].rubric
    found = checker(name).check(text, sections(text), rubric.verdict if rubric else None)
    return Counter(m.kind for m in found.marks if m.harmful)


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_only_harmful_changes_are_caught(name: str) -> None:
    """Every harmful change of a reference is named; no harmless one, nor the reference itself."""
    text, world = REFERENCES[name].texts[0], checker(name).world
    rubric = REFERENCES[name].rubric
    assert Counter() == harmful(name, text)
    for label, change in mutations.HARMLESS.items():
        assert (label, Counter()) == (label, harmful(name, change(text, world)))
    for label, (mutate, kinds) in mutations.HARMFUL.items():
        if label == "mismatch hidden" and rubric and rubric.verdict != "mismatch":
            continue
        changed = mutate(text, world)
        if changed is not None and changed != text:
            assert (label, True) == (label, bool(kinds & harmful(name, changed).keys())), changed


def test_every_mutation_meets_some_answers() -> None:
    """Each kind of change applies to several references, so that none is tested in name only."""
    counts = Counter(
        label
        for name in REFERENCES
        for label, (mutate, _) in mutations.HARMFUL.items()
        if mutate(REFERENCES[name].texts[0], checker(name).world) is not None
    )
    assert dict.fromkeys(mutations.HARMFUL, True) == {
        label: counts[label] >= 5 for label in mutations.HARMFUL
    }
