"""What an answer is worth, and what is named where it is worth little."""

from __future__ import annotations

import functools

import pytest

from assistant import Assistant
from assistant.catalog import Catalog
from assistant.content import folder
from assistant.grading.findings import Checker
from assistant.grading.grader_bench import WORTHLESS, Judged, judged
from assistant.grading.inputs import Written
from assistant.grading.scores import Graded, grade_answer
from assistant.prompts import Item, Request
from assistant.settings import Settings
from assistant.world import build

PAGE = "## 1. Task\n\n{task}\n\n## 2. Workflow\n\n{flow}\n\n## 3. References\n\n- RCAN: {link}\n"
TASK = "You enlarge a photo by three, which is single-image super-resolution."
FLOW = (
    "The small photo is the input of SISR-RCAN-3x and a large one its output. Channel attention "
    "rescales the feature maps, so that those rich in detail count more. "
)
SUMMARY = (
    "HiTSR finds matching places in a high-resolution reference picture and fuses both streams "
    "with gated attention, which helps where the picture alone holds too little detail."
)


@functools.cache
def known() -> tuple[Judged, ...]:
    catalog = Catalog.load(cache=Settings().cache_folder)
    return tuple(judged(folder("eval") / "answers", catalog, encode=False))


def score(one: Judged) -> float:
    return one.graded.scores["overall"] or 0.0


def test_no_worthless_answer_scores_high() -> None:
    """Off-topic in the right form, keywords, copied summaries and praise stay at .3 or below."""
    assert [] == [o.case.id for o in known() if o.case.kind in WORTHLESS and score(o) > 0.3]


def test_a_good_answer_mostly_scores_above_a_wrong_one() -> None:
    """As often as docs/benchmarks.md says, less what a change of the catalog may cost."""
    good = [score(one) for one in known() if not one.case.kind]
    wrong = [score(one) for one in known() if one.case.kind]
    above = sum((g > w) + 0.5 * (g == w) for g in good for w in wrong)
    assert above >= 0.92 * len(good) * len(wrong)


def test_most_faults_are_named_at_their_place() -> None:
    """45 of 60 by the right kind of finding, on the wrong words themselves."""
    assert 45 <= sum(one.named for one in known())


@pytest.fixture(scope="module")
def checker(catalog: Catalog) -> Checker:
    request = Request(
        question="How does a network enlarge my photo 3x?",
        recommended=(Item(name="SISR-RCAN-3x", paper="https://arxiv.org/pdf/1807.02758"),),
        related=(
            Item(
                name="HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution",
                paper="http://arxiv.org/pdf/2408.16959v1.pdf",
                summary=SUMMARY,
            ),
        ),
    )
    return Checker(build(request, catalog), encode=False)


def graded(checker: Checker, task: str = TASK, flow: str = FLOW) -> Graded:
    text = PAGE.format(task=task, flow=flow, link="https://arxiv.org/pdf/1807.02758")
    return grade_answer(Written("a", text), "p", checker, None)


def found(checker: Checker, sentence: str) -> list[str]:
    marks = graded(checker, flow=FLOW + sentence).marks
    return [mark.kind for mark in marks if mark.harmful and mark.text == sentence]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("RCAN fuses both streams with gated attention from a reference.", "claim_wrong_owner"),
        ("RCAN is perfect and always restores the true detail.", "claim_overstated"),
        ("A museum in Lisbon paid for its sails and anchors.", "claim_invented"),
    ],
)
def test_a_wrong_sentence_is_named_by_what_differs(
    checker: Checker, sentence: str, kind: str
) -> None:
    """Whose fact it is, an absolute word, or words that no fact holds."""
    assert [kind] == found(checker, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Smooth content takes the skip connections past the blocks.",
        "Nothing provided says how long it takes on your computer.",
        "Of nine output pixels eight have to be inferred.",
    ],
)
def test_a_careful_sentence_in_other_words_is_not_blamed(checker: Checker, sentence: str) -> None:
    """What no fact says word for word is not wrong for that."""
    assert [] == found(checker, sentence)


@pytest.mark.parametrize(
    "command",
    [
        "To run it: `sr-assistant run photo.jpg --model SISR-RCAN-3x`",
        "To see the idea of a cited paper at work: `sr-assistant run --demo efficient-sr`",
        "To see ideas of cited papers at work: `sr-assistant run --demo a`, "
        "`sr-assistant run --demo b`",
    ],
)
def test_the_commands_that_our_answers_end_with_claim_no_run(
    checker: Checker, command: str
) -> None:
    """They say how to run the workflow on a file of the user's, and what shows a paper's idea."""
    assert [] == found(checker, command)


def test_an_answer_of_ours_about_a_model_that_does_not_run_here_is_not_blamed(
    catalog: Catalog,
) -> None:
    """What stands in, and its command, are rendered by code and claim no run."""
    assistant = Assistant(catalog)
    question = "Use BSRN to double the size of a clean photo"
    wish = assistant.wish(question)
    request, _ = assistant.request(question, wish, 3)
    answer = assistant.answer(request, wish=wish)
    assert "stands in. To run that: `sr-assistant run" in answer.markdown
    checker = Checker(build(request, catalog))
    assert [] == grade_answer(Written("a", answer.markdown), "p", checker, None).marks


def test_each_harmful_finding_halves_the_whole(checker: Checker) -> None:
    """The formula is in words, and holds."""
    wrong = graded(checker, flow=FLOW + "SwinIR would do it better for such photos.")
    assert 0.5 == pytest.approx(wrong.scores["overall"] / graded(checker).scores["overall"])


def test_a_copy_is_no_answer(checker: Checker) -> None:
    """Taken word for word from a summary; a single sentence of it costs nothing."""
    copy = graded(checker, task=SUMMARY, flow=SUMMARY)
    assert (0.0, 0.0) == (copy.scores["own_words"], copy.scores["overall"])
    assert "copied" in [mark.kind for mark in copy.marks]
    assert 1.0 == graded(checker, flow=FLOW + FLOW + SUMMARY).scores["own_words"]


def test_the_bare_form_is_no_answer(checker: Checker) -> None:
    """Three headings and the links say nothing."""
    bare = graded(checker, task="Super-resolution.", flow="Input, SISR-RCAN-3x, output.")
    assert bare.scores["overall"] == 0.0


def test_what_our_checks_cannot_read_has_no_overall(checker: Checker) -> None:
    """Another language is told as such and never scored low."""
    flow = "Das kleine Bild ist die Eingabe, und das Netz gibt ein großes Bild als Ausgabe zurück."
    foreign = graded(checker, task="Die Aufgabe ist es, ein Bild zu vergrößern.", flow=flow)
    assert (None, None) == (foreign.scores["overall"], foreign.scores["about"])
    assert "English" in foreign.reasons["overall"]
    assert [] == [mark.kind for mark in foreign.marks if mark.kind.startswith("claim_")]
