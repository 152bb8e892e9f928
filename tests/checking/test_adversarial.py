"""The answer that six compared systems let through: grounding notes, section 1.2."""

from __future__ import annotations

import re

from assistant.checking import verify

from . import worlds

REFERENCES = """\
[1] SISR-RCAN-3x. Paper: https://arxiv.org/pdf/1807.02758. Code: https://github.com/yulunzhang/RCAN
[2] CausalSR: Structural Causal Model-Driven Super-Resolution with Counterfactual Inference. \
Paper: http://arxiv.org/pdf/2501.15852v1.pdf. Code: https://github.com/Mnster00/CasualSR
[3] HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution. \
Paper: http://arxiv.org/pdf/2408.16959v1.pdf. Code: https://github.com/bia006/hitsr
[4] A Study in Dataset Distillation for Image Super-Resolution. \
Paper: http://arxiv.org/pdf/2502.03656v1.pdf"""
DRAFT = f"""\
## 1. Task

You enlarged a photo to three times its width and height. This is single-image super-resolution. \
Plain interpolation averages neighboring pixels and looks soft. A trained network infers the \
missing pixels instead. There are nine times as many pixels after 3x. Of nine pixels, one is known.

## 2. Workflow

The photo enters SISR-RCAN-3x as H×W×3 [1]. A convolution turns it into feature maps. Residual \
groups refine the maps. Channel attention weighs them. Skip connections carry smooth content past \
the blocks. Pixel shuffle adds the new pixels at the end.

Newer ones do better (see [9]). SwinIR has shifted windows. An invented entry says that \
enlarging is solved [pqac-99999999]. Noise is handled by https://github.com/xinntao/Real-ESRGAN \
in practice. The same was shown for real photos ([Wang 2021](https://arxiv.org/abs/2107.10833)). \
RCAN improves the segmentation of cytology pictures by +25 % mAP [1].

The output has 3H×3W×3 values. A reference-based method reaches 30.24/0.821 on SUN80 [3]. \
The dataset distillation study [4] is about training data. CausalSR is about degradation [2]. \
None of them was asked for. The detail is inferred and no evidence. RCAN is trained on pictures \
shrunk by bicubic interpolation. Noise of real photos is not covered by it. Each RCAN is made for \
one factor. Another factor needs another model. The gain on an old photo may be smaller. More \
cannot be said from what was provided.

## 3. References

{REFERENCES}
"""
GONE = ("SwinIR", "[9]", "pqac", "xinntao", "Real-ESRGAN", "Wang", "2107.10833", "+25", "mAP")
KEPT = (
    "The photo enters SISR-RCAN-3x as H×W×3 [1].",
    "A reference-based method reaches 30.24/0.821 on SUN80 [3].",
    "The dataset distillation study [4] is about training data. CausalSR is about degradation [2].",
)


def test_everything_outside_is_lost_and_everything_good_is_kept() -> None:
    """Invented ids, outside links, author and year, and the misattributed claim disappear."""
    answer = worlds.checked("000", DRAFT)
    left = [text for text in GONE if text in answer.markdown]
    lost = [text for text in KEPT if text not in answer.markdown]
    assert ("repaired", [], []) == (answer.outcome, left, lost)


def test_part_three_was_correct_and_stays() -> None:
    """References with nothing wrong in them are kept as the writer put them."""
    assert REFERENCES == worlds.checked("000", DRAFT).references_text


def test_no_empty_brackets_or_blank_runs_are_left() -> None:
    """Where something was removed no bracket, label or hole tells of it."""
    text = worlds.checked("000", DRAFT).markdown
    assert [] == re.findall(r"\(\s*\)|\[\s*\]|<\s*>|\bsee\s*[.,)]|\n{3,}| {2,}| [.,]", text)


def test_the_findings_name_every_reason() -> None:
    """The audit shows each kind of fault; in seed 000 nothing gives the figure at all."""
    expected = {"link_outside", "name_outside", "number_absent"}
    assert expected == worlds.kinds(worlds.checked("000", DRAFT))


def test_the_rest_verifies_unchanged() -> None:
    """The repaired answer is verified with the same bytes."""
    answer = worlds.checked("000", DRAFT)
    again = verify(answer, worlds.world_of("000"))
    assert ("verified", answer.markdown) == (again.outcome, again.markdown)


def test_markers_become_names_where_part_three_is_rendered_anew() -> None:
    """A marker never points to a list that is gone: the item's name takes its place."""
    broken = DRAFT.replace("https://github.com/bia006/hitsr", "https://github.com/bia006/hitsr2")
    answer = worlds.checked("000", broken)
    expected = "A reference-based method reaches 30.24/0.821 on SUN80 (HiTSR)."
    assert ("repaired", True, False) == (
        answer.outcome,
        expected in answer.explanation,
        "[3]" in answer.markdown,
    )


def test_a_marker_of_another_entry_does_not_own_a_figure() -> None:
    """A figure is credited by its marker: [2] is CausalSR, which gives no figure on SUN80."""
    start, end = DRAFT.index("Newer ones"), DRAFT.index("The output has")
    wrong = DRAFT[:start] + DRAFT[end:].replace("on SUN80 [3]", "on SUN80 [2]")
    answer = worlds.checked("000", wrong)
    found = (answer.outcome, worlds.kinds(answer), "30.24" in answer.explanation)
    assert ("repaired", {"number_wrong_owner"}, False) == found
