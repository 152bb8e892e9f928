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

The question asks for single-image super-resolution at 3x. Plain interpolation only spreads the \
known pixels and looks soft or blocky. There are 9 new pixels for each one known at 3x.

## 2. Workflow

SISR-RCAN-3x turns the picture into 64 feature maps of the input's size [1]. Channel attention \
rescales the maps, so that those rich in detail count more. Smooth content takes the skip \
connections. At the end, pixel shuffle turns channels into new pixels.

Newer ones do better (see [9]). SwinIR has shifted windows. An invented entry says that \
enlarging is solved [pqac-99999999]. Noise is handled by https://github.com/xinntao/Real-ESRGAN \
in practice. The same was shown for real photos ([Wang 2021](https://arxiv.org/abs/2107.10833)). \
RCAN improves the segmentation of cytology pictures by +25 % mAP [1].

HiTSR's authors report PSNR/SSIM of 30.24/0.821 on SUN80 [3]. RCAN is trained on pictures shrunk by \
bicubic interpolation. Each RCAN is trained for one factor; another factor needs another model.

## 3. References

{REFERENCES}
"""
GONE = ("SwinIR", "[9]", "pqac", "xinntao", "Real-ESRGAN", "Wang", "2107.10833", "+25", "mAP")
KEPT = (
    "SISR-RCAN-3x turns the picture into 64 feature maps of the input's size [1].",
    "HiTSR's authors report PSNR/SSIM of 30.24/0.821 on SUN80 [3].",
    "RCAN is trained on pictures shrunk by bicubic interpolation.",
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
    assert expected <= worlds.kinds(worlds.checked("000", DRAFT))


def test_the_rest_verifies_unchanged() -> None:
    """The repaired answer is verified with the same bytes."""
    answer = worlds.checked("000", DRAFT)
    again = verify(answer, worlds.world_of("000"))
    assert ("verified", answer.markdown) == (again.outcome, again.markdown)


def test_markers_become_names_where_part_three_is_rendered_anew() -> None:
    """A marker never points to a list that is gone: the item's name takes its place."""
    broken = DRAFT.replace("https://github.com/bia006/hitsr", "https://github.com/bia006/hitsr2")
    answer = worlds.checked("000", broken)
    expected = "HiTSR's authors report PSNR/SSIM of 30.24/0.821 on SUN80 (HiTSR)."
    assert ("repaired", True, False) == (
        answer.outcome,
        expected in answer.explanation,
        "[3]" in answer.markdown,
    )


def test_a_figure_of_another_item_is_cut() -> None:
    """A figure is of the item that its sentence names: RCAN gives none on SUN80."""
    wrong = DRAFT.replace("HiTSR's authors report", "RCAN's authors report")
    wrong = wrong.replace("on SUN80 [3]", "on SUN80 [1]")
    answer = worlds.checked("000", wrong)
    assert ("repaired", False) == (answer.outcome, "30.24" in answer.explanation)
