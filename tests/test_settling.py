"""The form and the task of a question as the records have it."""

from __future__ import annotations

import pytest
from warm_index import warm

from assistant import Assistant, Catalog
from assistant.question import Wish


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


def test_a_paper_that_is_asked_for_by_name_answers(assistant: Assistant) -> None:
    """Whatever its name sounds like, at least nine in ten of the papers that share theirs with no
    model are what "how does it work?" is answered from."""
    models = {model.name for model in assistant.catalog.models}
    papers = [p for p in assistant.catalog.papers if p.name != p.title and p.name not in models]
    named = [paper for paper in papers if paper.name[:1].isupper()][::7]
    found = []
    for paper in named:
        question = f"How does {paper.name} work?"
        request, _ = assistant.request(question, assistant.wish(question), 3)
        found.append(paper.title in {item.name for item in request.related})
    assert len(named) > 15
    assert sum(found) >= 0.9 * len(found)


@pytest.mark.parametrize(
    "question", ["Which model sharpens like CausalSR does?", "How does RCAN keep detail?"]
)
def test_who_asks_for_a_model_or_of_one_gets_models(assistant: Assistant, question: str) -> None:
    """A paper's name beside a wish, and a model's name, change nothing."""
    wish = assistant.wish(question)
    request, _ = assistant.request(question, wish, 3)
    assert "fact" != wish.form
    assert request.recommended


def test_a_fact_asked_of_a_model_by_name_finds_that_model(assistant: Assistant) -> None:
    """Whatever task the question sounds like, and whatever kind of records is searched."""
    wish = Wish(form="fact", task="super-resolution", named=("Deblur-MSSNet-GoPro",))
    question = "tell me about Deblur-MSSNet-GoPro"
    assert "Deblur-MSSNet-GoPro" == assistant.search.find(question, wish, 3)[0].entry.id
    found = assistant.search.find(question, wish, 3, "concept")
    assert {"concept"} == {ranked.entry.kind for ranked in found}


def test_what_no_task_is_called_gets_the_model_that_does_it(assistant: Assistant) -> None:
    """Flattening a page is no task of the vocabulary; a model that flattens pages is still the one
    to take, and none of the likeliest task."""
    answer = assistant.ask("how do I flatten phone photos of curled receipts, which model?")
    taken = assistant.catalog.get(answer.recommended[0].id)
    assert taken is not None
    assert taken.task is None
    assert "page" in taken.does
    assert "Fits in part" not in answer.markdown


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("4x-FooSharp, whats the licence, can i ship it with my mod", "4x-FooSharp"),
        ("Can I use FooBG-2.0 in my shop without paying someone?", "FooBG-2.0"),
        ("Which model has a published PSNR on QXZB, and how high is it?", "QXZB"),
    ],
)
def test_a_name_that_no_record_holds_is_said_to_be_unknown(
    assistant: Assistant, question: str, name: str
) -> None:
    """Who asks for the license of a model that is not here, or for figures on data that are not,
    hears that first, and no other model is sold for it."""
    answer = assistant.ask(question)
    assert answer.markdown.startswith(f"{name} is not in this catalog")
    assert () == answer.recommended
