from __future__ import annotations

from assistant.text.sentences import statements

from . import worlds
from .drafts import DRAFTS


def test_correct_drafts_keep_much_of_their_prose() -> None:
    """Of careful answers in other words no part is refused, and much of their prose stays."""
    kept = every = 0
    for draft in DRAFTS:
        answer = worlds.checked(draft.seed, draft.text)
        said = statements(worlds.read(draft.seed, draft.text).explanation)
        every += len(said)
        kept += sum(sentence in answer.explanation for sentence in said)
    assert kept / every >= 0.4


def test_what_is_left_of_a_correct_draft_verifies_unchanged() -> None:
    """A second check changes nothing and finds nothing."""
    for draft in DRAFTS:
        answer = worlds.checked(draft.seed, draft.text)
        if answer.outcome in ("verified", "repaired"):
            again = worlds.checked(draft.seed, answer.markdown)
            assert answer.explanation == again.explanation
