"""What stands around the prose: fit, items, links and the graph come from the records."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answer import Answer
from assistant.checking import verify
from assistant.references import Source
from assistant.workflow import Node, Workflow

from . import worlds

EVIL = "https://evil.example/x"


def altered(answer: Answer, **update: Any) -> Answer:
    return answer.model_copy(update=update)


def evil_items(answer: Answer) -> dict[str, Any]:
    """Every field beside the prose that can hold a link, with an outside one."""
    source = Source(titles=("Evil",), role="supports", note="x", links=(("Paper", EVIL),))
    return {
        "recommended": tuple(m.model_copy(update={"paper": EVIL}) for m in answer.recommended),
        "related": tuple(p.model_copy(update={"github": EVIL}) for p in answer.related),
        "sources": (*answer.sources, source),
        "question": f"See {EVIL}",
        "fit": answer.fit.model_copy(update={"verdict": "fits", "reasons": (EVIL,)}),
        "workflow": Workflow(
            nodes=(Node(id="m1", role="model", label=f"SwinIR {EVIL}", port="picture"),), edges=()
        ),
    }


def test_retrieval_scores_stay() -> None:
    """A score beside a recommended model is no fault."""
    (model,) = worlds.composed("000").recommended
    scored = (model.model_copy(update={"score": 0.5}),)
    answer = verify(altered(worlds.composed("000"), recommended=scored), worlds.world_of("000"))
    assert ("verified", scored) == (answer.outcome, answer.recommended)


def test_a_refused_draft_is_returned_as_it_was() -> None:
    """A refusal shows the rejected text with its findings, for the audit only."""
    draft = altered(worlds.composed("000"), task="SwinIR. " * 30)
    answer = verify(draft, worlds.world_of("000"))
    assert ("refused", draft.markdown, True) == (
        answer.outcome,
        answer.markdown,
        "too_much_removed" in worlds.kinds(answer),
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("RCAN ([paper]({paper}), [code]({code})) enlarges it.", "RCAN enlarges it."),
        ("[RCAN]({paper}) enlarges it.", "RCAN enlarges it."),
        ("RCAN enlarges it (paper: {paper}; code: {code}).", "RCAN enlarges it."),
        ("RCAN enlarges it, see {paper}.", "RCAN enlarges it."),
        ("RCAN <{paper}> enlarges it.", "RCAN enlarges it."),
        ("RCAN enlarges it [{paper}].", "RCAN enlarges it."),
        ("RCAN is described in the paper. RCAN enlarges it ({code}).",
         "RCAN is described in the paper. RCAN enlarges it."),
        ("RCAN enlarges it. The code is available at {code}.", "RCAN enlarges it."),
        ("RCAN enlarges it.\n\nPaper: {paper}\nCode: {code}", "RCAN enlarges it."),
        ("RCAN enlarges it.\n\n- {paper}\n- {code}", "RCAN enlarges it."),
    ],
)  # fmt: skip
def test_links_leave_the_prose_without_a_trace(text: str, left: str) -> None:
    """Links belong in part 3; what they leave behind reads as if they had never been there."""
    prose = text.format(paper=worlds.RCAN_PAPER, code=worlds.RCAN_CODE)
    answer = verify(
        altered(worlds.composed("000"), explanation=prose), worlds.world_of("000"), words=False
    )
    assert ("repaired", left) == (answer.outcome, answer.explanation)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("RCAN enlarges. SwinIR is better. It is used often. RCAN has blocks.",
         "RCAN enlarges. RCAN has blocks."),
        ("RCAN enlarges.\n\n- **SwinIR**\n  - It is better.\n- RCAN has blocks.",
         "RCAN enlarges.\n\n- RCAN has blocks."),
        ("RCAN enlarges.\n\n**SwinIR**\n\nThe picture goes in.\n\n**RCAN**\n\nIt goes in.",
         "RCAN enlarges.\n\n**RCAN**\n\nIt goes in."),
        ("RCAN enlarges.\n\n**Others**\n\n- SwinIR\n\n**RCAN**\n\nIt has blocks.",
         "RCAN enlarges.\n\n**RCAN**\n\nIt has blocks."),
        ("RCAN enlarges.\n\nOthers are:\n\n- SwinIR\n\nRCAN has blocks.",
         "RCAN enlarges.\n\nRCAN has blocks."),
        ("1. RCAN enlarges. SwinIR is better.\n2. RCAN has blocks.",
         "1. RCAN enlarges.\n2. RCAN has blocks."),
        ("1. SwinIR is better. RCAN enlarges.\n2. RCAN has blocks.",
         "1. RCAN enlarges.\n2. RCAN has blocks."),
        ("RCAN enlarges pictures of any kind, and it does so by a long chain\nof blocks. SwinIR "
         "is better.", "RCAN enlarges pictures of any kind, and it does so by a long chain\n"
         "of blocks."),
    ],
)  # fmt: skip
def test_what_leans_on_a_removed_sentence_goes_too(text: str, left: str) -> None:
    """A pronoun, sub-item or section never passes to the wrong owner by a removal."""
    ballast = "\n\n" + " ".join(["The picture gets larger."] * 30)
    draft = altered(worlds.composed("000"), explanation=text + ballast)
    answer = verify(draft, worlds.world_of("000"), words=False)
    assert ("repaired", left + ballast) == (answer.outcome, answer.explanation)
