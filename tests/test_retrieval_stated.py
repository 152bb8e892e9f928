"""What records state of a question orders the models that nothing else tells apart."""

from __future__ import annotations

from assistant import Assistant
from assistant.catalog import Catalog
from assistant.question import Wish
from assistant.retrieval.stated import Stated

QUESTION = "I want to click the colors of her dress myself and the rest should follow, which one?"


def test_a_model_that_states_what_is_asked_counts_more(catalog: Catalog) -> None:
    """Colors that the user sets are what one colorizer is for."""
    hints, plain = (
        catalog.get(name) for name in ("Colorization-SIGGRAPH17-Hints", "Colorization-Zhang-eccv16")
    )
    assert hints
    assert plain
    told, untold = Stated().of(QUESTION, [hints, plain])
    assert told > untold > 0


def test_limits_speak_for_no_model(catalog: Catalog) -> None:
    model = next(m for m in catalog.models if m.facts_of("limit"))
    kept = tuple(f for f in model.facts if f.kind != "limit")
    without = model.model_copy(update={"facts": kept})
    limit = model.facts_of("limit")[0].text
    assert Stated().of(limit, [model]) == Stated().of(limit, [without])


def test_a_record_of_which_no_vectors_ship_stands_with_the_others(catalog: Catalog) -> None:
    """A user's own record is neither better nor worse for it."""
    one, other = (
        catalog.get(name) for name in ("Colorization-SIGGRAPH17-Hints", "Colorization-Zhang-eccv16")
    )
    assert one
    assert other
    own = one.model_copy(update={"id": "mine", "does": "Colors what I like."})
    first, second, mine = Stated().of(QUESTION, [one, other, own])
    assert mine == (first + second) / 2
    assert Stated().of(QUESTION, [own]) == [0.0]


def test_the_first_model_is_the_one_that_states_it(catalog: Catalog) -> None:
    assistant = Assistant(catalog)
    wish = assistant.wish(QUESTION).of("colorization", assistant.catalog.vocabulary)
    best, *_ = assistant.search.find(QUESTION, wish, 10, "model")
    assert best.entry.id == "Colorization-SIGGRAPH17-Hints"


def test_a_stated_condition_outweighs_what_a_record_states(catalog: Catalog) -> None:
    """A license that is not known to be met stands behind one that is."""
    assistant = Assistant(catalog)
    text = "Which network to enlarge clean photos 4x with window attention, under the MIT license?"
    best, *_ = assistant.search.find(text, assistant.wish(text), 10, "model")
    assert ("MIT", "fits") == (best.entry.license, best.fit.verdict)


def test_the_likelier_task_outweighs_what_a_record_of_another_states(catalog: Catalog) -> None:
    """Where the reading is unsure, models of several tasks stand side by side."""
    search = Assistant(catalog).search
    for task in ("denoising", "weather-removal"):
        wish = Wish(task=task, odds={task: 0.6, "inpainting": 0.1})
        best, *_ = search.find("There are specks on grandma's photo.", wish, 10, "model")
        assert task == best.entry.task
