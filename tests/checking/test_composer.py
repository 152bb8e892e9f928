from __future__ import annotations

import pytest

from assistant.checking import verify

from . import worlds


@pytest.mark.parametrize("seed", worlds.SEEDS)
def test_composed_answers_are_verified_unchanged(seed: str) -> None:
    """The composer's answer to an example passes, also read from its Markdown; no byte changes."""
    composed = worlds.composed(seed)
    for answer in (
        verify(composed, worlds.world_of(seed)),
        worlds.checked(seed, composed.markdown),
    ):
        expected = ("verified", (), composed.markdown)
        assert expected == (answer.outcome, answer.findings, answer.markdown)
