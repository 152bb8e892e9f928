from __future__ import annotations

import pytest

from . import worlds
from .drafts import DRAFTS, Draft


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda d: f"{d.seed}-{d.name}")
def test_correct_drafts_keep_their_prose(draft: Draft) -> None:
    """A correct answer passes; only its fit line and part 3 may be rendered anew."""
    written = worlds.read(draft.seed, draft.text)
    answer = worlds.checked(draft.seed, draft.text)
    plain = written.explanation.replace(" ([paper](https://arxiv.org/pdf/1807.02758))", "")
    found = (answer.outcome, worlds.kinds(answer), answer.task, answer.explanation)
    assert (draft.outcome, set(draft.kinds), written.task, plain) == found
