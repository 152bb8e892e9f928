"""The line from a question to a verified answer, from Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from warm_index import warm

from assistant import Answer, Assistant, Catalog, Request
from assistant.answer import draft
from assistant.errors import GroundingError, InputError
from assistant.generation import Composer, Generator
from assistant.world import World

QUESTION = "Which model do I use for 3x on a phone?"


@pytest.fixture(scope="module")
def cache() -> Path:
    return warm()


@pytest.fixture(scope="module")
def assistant(catalog: Catalog, cache: Path) -> Assistant:
    return Assistant(catalog, cache=cache)


class Scripted:
    """A writer that says what a test tells it to say."""

    name = "scripted.v1"
    template = "composer.v5"

    def __init__(self, write: Callable[[World], Answer]) -> None:
        self.write = write


def edited(**texts: str) -> Scripted:
    """The composer's draft with some parts written over."""
    return Scripted(lambda world: Composer().write(world).model_copy(update=texts))


def with_sentence(sentence: str) -> Scripted:
    """The composer's draft with a sentence added to part 1."""

    def write(world: World) -> Answer:
        text = Composer().write(world)
        return text.model_copy(update={"task": f"{text.task} {sentence}"})

    return Scripted(write)


def own_words(world: World) -> Answer:
    return draft(
        world,
        task="You want single-image super-resolution at 3x.",
        explanation="RCAN turns the photo into feature maps and adds new pixels at the end.",
    )


def test_a_question_is_answered_with_a_model_papers_and_a_receipt(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    assert isinstance(answer, Answer)
    assert ("SISR-SAFMN-3x", "fits", "verified") == (
        answer.recommended[0].id,
        answer.fit.verdict,
        answer.outcome,
    )
    assert 3 == len(answer.related)
    receipt = answer.receipt
    assert receipt is not None
    assert ("composer.v5", assistant.catalog.digest) == (receipt.generator, receipt.catalog)
    assert {answer.recommended[0].id, *(paper.id for paper in answer.related)} == set(
        receipt.scores
    )
    assert receipt.scores["SISR-SAFMN-3x"] == answer.recommended[0].score
    assert receipt.seconds is not None


def test_the_same_question_gives_the_same_answer_but_for_the_seconds(
    assistant: Assistant, catalog: Catalog, cache: Path
) -> None:
    def without_seconds(answer: Answer) -> Answer:
        assert answer.receipt is not None
        receipt = answer.receipt.model_copy(update={"seconds": None})
        return answer.model_copy(update={"receipt": receipt})

    other = Assistant(Catalog(catalog.entries, catalog.vocabulary), cache=cache)
    assert without_seconds(other.ask(QUESTION)) == without_seconds(assistant.ask(QUESTION))


def test_an_answer_survives_the_way_to_json_and_back(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    assert answer == Answer.from_json(answer.to_json())


def test_what_the_caller_says_wins_over_the_text(assistant: Assistant) -> None:
    answer = assistant.ask("Which model for 3x?", scale=8, k=0)
    assert ((8.0,), "fits", ()) == (answer.wish.scales, answer.fit.verdict, answer.related)
    assert "deblurring" == assistant.ask("Which model for 3x?", task="deblurring").wish.task


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"question": " "}, "the question is empty"),
        ({"question": "x" * 20_001}, "the question has 20,001 characters, at most 20,000 are read"),
        ({"question": "x", "task": "smelling"}, "unknown task 'smelling'"),
        ({"question": "x", "scale": -1}, "a scale of -1 makes no sense"),
        ({"question": "x", "scale": float("inf")}, "a scale of inf makes no sense"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_with_a_hint(
    assistant: Assistant, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError) as error:
        assistant.ask(**arguments)  # type: ignore[arg-type]
    assert (message, True) == (error.value.message, bool(error.value.hint))


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "Who won the football match yesterday?"]
)
def test_a_question_about_something_else_recommends_and_cites_nothing(
    assistant: Assistant, question: str
) -> None:
    answer = assistant.ask(question)
    assert ("refused", (), (), ()) == (
        answer.outcome,
        answer.recommended,
        answer.related,
        answer.references,
    )


def test_an_entry_that_is_nearest_and_named_is_given_once(assistant: Assistant) -> None:
    """The glossary's entry on a damage does not stand twice beside itself."""
    answer = assistant.ask("How do I remove motion blur?")
    ids = [paper.id for paper in answer.related]
    assert ids.count("motion-blur") <= 1
    assert len(set(answer.sources)) == len(answer.sources)


def test_a_request_is_answered_from_its_items_alone(
    assistant: Assistant, seeds: dict[str, Request]
) -> None:
    for request in seeds.values():
        answer = assistant.answer(request)
        provided = {link for item in request.items for link in item.links}
        assert provided == {reference.url for reference in answer.references}
        assert [item.name for item in request.recommended] == [r.name for r in answer.recommended]
        assert "verified" == answer.outcome


@pytest.mark.parametrize(
    "generator",
    [Composer(), Scripted(own_words)],
    ids=["composer", "own words"],
)
def test_a_good_draft_is_verified_as_it_stands(
    catalog: Catalog, seeds: dict[str, Request], generator: Generator
) -> None:
    answer = Assistant(catalog, generator).answer(seeds["000"])
    assert ("verified", ()) == (answer.outcome, answer.findings)
    assert answer.receipt is not None
    assert generator.name == answer.receipt.generator


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("It is described at https://example.org/magic.", "link_outside"),
        ("See arXiv:2105.10422 for more.", "link_outside"),
        ("It reaches 99.9 dB on Set5.", "number_absent"),
        ("I have run it on your photo.", "run_without_receipt"),
    ],
)
def test_one_sentence_that_is_not_grounded_is_taken_out(
    catalog: Catalog, seeds: dict[str, Request], sentence: str, kind: str
) -> None:
    answer = Assistant(catalog, with_sentence(sentence)).answer(seeds["000"])
    assert ("repaired", [kind]) == (answer.outcome, [f.kind for f in answer.findings])
    assert Assistant(catalog).answer(seeds["000"]).markdown == answer.markdown


OUTSIDE = " ".join(f"Read https://example.org/{n} first." for n in range(6))


@pytest.mark.parametrize(
    "generator",
    [edited(task=OUTSIDE), edited(explanation=OUTSIDE), edited(task=OUTSIDE, explanation=OUTSIDE)],
)
def test_a_draft_with_outside_links_is_replaced_by_the_composers_answer(
    catalog: Catalog, seeds: dict[str, Request], generator: Scripted
) -> None:
    answer = Assistant(catalog, generator).answer(seeds["000"])
    composed = Assistant(catalog).answer(seeds["000"])
    assert ("fallback", composed.markdown) == (answer.outcome, answer.markdown)
    assert {"link_outside"} <= {finding.kind for finding in answer.findings}
    assert any(finding.action == "rejected" for finding in answer.findings)


@pytest.mark.parametrize("generator", [edited(task=OUTSIDE), edited(task="")])
def test_strict_raises_rather_than_falls_back(
    catalog: Catalog, seeds: dict[str, Request], generator: Scripted
) -> None:
    with pytest.raises(GroundingError) as error:
        Assistant(catalog, generator).answer(seeds["000"], strict=True)
    assert (5, True) == (error.value.code, bool(error.value.hint))
    assert "fallback" == Assistant(catalog, generator).answer(seeds["000"]).outcome


def test_strict_reaches_questions_too(catalog: Catalog, cache: Path) -> None:
    assistant = Assistant(catalog, edited(task=OUTSIDE), cache=cache)
    with pytest.raises(GroundingError):
        assistant.ask(QUESTION, strict=True)


def test_references_and_fit_of_a_draft_come_from_the_records_whatever_it_says(
    catalog: Catalog, seeds: dict[str, Request]
) -> None:
    lying = edited(references_text="- https://example.org/fake", note="It fits perfectly.")
    answer = Assistant(catalog, lying).answer(seeds["002"])
    composed = Assistant(catalog).answer(seeds["002"])
    assert ("repaired", composed.markdown) == (answer.outcome, answer.markdown)
    assert {"link_outside", "mismatch_unflagged"} <= {f.kind for f in answer.findings}


def test_the_retriever_finds_for_langchain_what_search_finds(assistant: Assistant) -> None:
    found = assistant.retriever(k=3).invoke("Which model sharpens a shaky picture?")
    assert 3 == len(found)
    assert "Deblur-MSSNet-GoPro" in [document.metadata["id"] for document in found]


def test_an_assistant_without_arguments_reads_the_built_in_catalog(catalog: Catalog) -> None:
    assert catalog.digest == Assistant().catalog.digest
