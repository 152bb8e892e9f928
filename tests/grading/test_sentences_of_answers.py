"""Parts, support and small edits: what the grader sees in a text."""

from __future__ import annotations

import pytest

from assistant.grading.edits import edits
from assistant.grading.encoder import encoder
from assistant.grading.support import fit, probability, support, windows_of
from assistant.text.parts import sections

SOURCE = (
    "The network increases the resolution of small pictures without a reference picture. "
    "It was trained on DIV2K and is robust to noise. The encoder turns the input into features."
)


@pytest.mark.parametrize(
    "text",
    [
        "## 1. Task\n\nenlarge\n\n## 2. Workflow\n\nrun\n\n## 3. References\n\nnone\n",
        "**Task**\n\nenlarge\n\n**Workflow**\n\nrun\n\n**Papers and tools**\n\nnone\n",
        "1. Task: enlarge\n2. Workflow: run\n3. References: none\n",
        "# 1. 任务\nenlarge\n# 2. 流程\nrun\n# 3. 文献\nnone\n",
    ],
)
def test_parts_are_found_under_many_headings(text: str) -> None:
    """By number or by words; the places are those of the text."""
    found = {n: s.of(text).strip() for n, s in sections(text).items()}
    assert {1: "enlarge", 2: "run", 3: "none"} == found


def test_a_list_inside_a_part_opens_no_other() -> None:
    """Numbered steps of a workflow are no parts where there are real headings."""
    text = "## 2. Workflow\n\n1. **Input**: a picture\n2. **Model**: RCAN\n3. **Output**: larger\n"
    assert [2] == list(sections(text))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The network decreases the resolution of small pictures.", "opposite"),
        ("The network increases the resolution of small pictures with a reference.", "negation"),
        ("It was never trained on DIV2K and is robust to noise.", "negation"),
        ("It was trained on DF2K and is robust to noise.", "name"),
        ("It was trained on 800 pictures of DIV2K.", "number"),
    ],
)
def test_small_edits_are_seen(sentence: str, kind: str) -> None:
    """Opposites, negations, names and numbers against the nearest source sentence."""
    assert kind in {edit.kind for edit in edits(sentence, SOURCE)}


@pytest.mark.parametrize(
    "sentence",
    [
        "The network raises the resolution of tiny pictures and needs no reference picture.",
        "It was trained on DIV2K and copes with noise.",
        "An encoder makes features of the input.",
        "A second sentence about something else.",
    ],
)
def test_rewordings_are_left_alone(sentence: str) -> None:
    """Synonyms and unrelated sentences turn nothing."""
    assert [] == edits(sentence, SOURCE)


def test_support_of_quoted_paraphrased_and_foreign_sentences() -> None:
    """Quoted is supported by words, foreign is not, and a paraphrase lies between."""
    evidence = windows_of([SOURCE])
    quoted = support(["It was trained on DIV2K and is robust to noise."], evidence)[0]
    nearly = support(["The net makes small pictures larger without any second picture."], evidence)[
        0
    ]
    foreign = support(["Bread needs flour, water, salt and a warm oven."], evidence)[0]
    assert quoted is not None
    assert nearly is not None
    assert foreign is not None
    assert ("supported", None) == (quoted.verdict, quoted.alignment)
    assert "unsupported" == foreign.verdict
    assert quoted.probability > nearly.probability > foreign.probability


def test_nothing_to_compare_is_no_score() -> None:
    """No words, or no evidence: None, which is not 0 and not 1."""
    assert support(["..."], windows_of([SOURCE]))[0] is None
    assert support(["It was trained on DIV2K."], [])[0] is None


def test_long_evidence_needs_a_better_match() -> None:
    """The same alignment counts for less in a long text, where it comes by chance."""
    assert probability(0.8, 100) > probability(0.8, 1000)


def test_the_logistic_fit_finds_known_coefficients() -> None:
    """On data drawn from a known function, up to the noise of the draw."""
    import numpy as np

    random = np.random.default_rng(5)
    x = np.c_[np.ones(4000), random.normal(size=(4000, 2))]
    y = (random.random(4000) < 1 / (1 + np.exp(-(x @ [0.5, 2.0, -1.0])))).astype(float)
    assert pytest.approx([0.5, 2.0, -1.0], abs=0.15) == list(fit(x, y))


def test_similarity_is_of_words_not_of_spelling() -> None:
    """The same words are 1, other words of the subject more than foreign ones, none is None."""
    said = "The network removes noise from photos."
    near = encoder().similarity(said, "A model that denoises pictures.")
    far = encoder().similarity(said, "Bread needs flour, water and salt.")
    assert near is not None
    assert far is not None
    assert 1.0 == pytest.approx(encoder().similarity(said, said), abs=1e-5)
    assert 0 <= far < near < 1
    assert encoder().similarity("...", said) is None


def test_sentences_read_together_have_the_states_they_have_alone() -> None:
    """Batches of unequal sentences change nothing but the last bits."""
    texts = ["It doubles the size.", "Noise is removed first, then blur.", "It doubles the size."]
    together = encoder().states(texts)
    for text, states in zip(texts, together, strict=True):
        (alone,) = encoder().states([text])
        assert states.shape == alone.shape
        assert 0.0 == pytest.approx(float(abs(states - alone).max()), abs=1e-5)
