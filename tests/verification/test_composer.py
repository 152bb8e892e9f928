from __future__ import annotations

import pytest

from assistant.answer import from_markdown
from assistant.verification import verify

from . import worlds


@pytest.mark.parametrize("seed", worlds.SEEDS)
def test_composed_answers_are_verified_unchanged(seed: str) -> None:
    """The composer's answer to a seed passes and no byte of it changes."""
    answer = verify(worlds.composed(seed), worlds.world_of(seed))
    expected = ("verified", (), worlds.composed(seed).markdown)
    assert expected == (answer.outcome, answer.findings, answer.markdown)


@pytest.mark.parametrize("seed", worlds.SEEDS)
def test_composed_answers_read_from_their_own_markdown_are_verified(seed: str) -> None:
    """What was printed verifies as what was composed."""
    answer = worlds.checked(seed, worlds.composed(seed).markdown)
    assert ("verified", worlds.composed(seed).markdown) == (answer.outcome, answer.markdown)


@pytest.mark.parametrize("seed", worlds.SEEDS)
def test_verification_is_deterministic(seed: str) -> None:
    """The same draft gives the same answer, findings included."""
    text = worlds.composed(seed).markdown.replace("## 3", "SwinIR has 9 million. See [7].\n\n## 3")
    assert worlds.checked(seed, text) == worlds.checked(seed, text)


@pytest.mark.parametrize("seed", worlds.SEEDS)
@pytest.mark.parametrize("other", worlds.SEEDS)
def test_an_answer_holds_links_of_its_own_world_only(seed: str, other: str) -> None:
    """An answer to another seed never keeps a link that this seed does not provide."""
    draft = from_markdown(worlds.composed(other).markdown, worlds.world_of(seed))
    answer = verify(draft, worlds.world_of(seed))
    text = "" if answer.outcome == "refused" else answer.markdown
    foreign = worlds.links(worlds.composed(other)) - worlds.links(worlds.composed(seed))
    found = (answer.outcome == "verified", sorted(link for link in foreign if link in text))
    assert (seed == other, []) == found
