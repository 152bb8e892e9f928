"""Any text as a question: a result or a clear error, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from warm_index import warm

from assistant.catalog import Catalog, Model
from assistant.errors import AssistantError
from assistant.fit import judge, offer_of
from assistant.pipeline import Assistant
from assistant.question import Wish, read
from assistant.settling import MAX_QUESTION

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400)
SCRIPTS = ["a", "3x ", "写真", "увеличить ", "\u202e", "\x00", "📷", "\ud800"]
LONG = {repr(part)[:12]: part * (1_000_000 // len(part)) for part in [*SCRIPTS, "not "]}
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def assistant(catalog: Catalog) -> Assistant:
    return Assistant(catalog, cache=warm())


@given(text=ANYTHING)
def test_every_text_has_a_wish(catalog: Catalog, text: str) -> None:
    """Reading never fails, and reads the same each time."""
    wish = read(text, catalog.vocabulary, catalog.labels)
    assert isinstance(wish, Wish)
    assert wish == read(text, catalog.vocabulary, catalog.labels)


@pytest.mark.long
@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_million_characters_are_read_searched_and_judged_in_bounded_time(
    assistant: Assistant, text: str
) -> None:
    """No script and no repetition makes reading or searching slow."""
    start = time.process_time()
    wish = read(text, assistant.catalog.vocabulary, assistant.catalog.labels)
    found = assistant.search.find(text, wish, 5)
    assert time.process_time() - start < 60
    assert len(found) in (0, 5)


@FEW
@given(text=ANYTHING)
@example(text="\x1b")
def test_every_text_is_answered_or_refused_with_a_reason(assistant: Assistant, text: str) -> None:
    """An answer, or an error with a message; the same text is answered the same way."""
    try:
        said: object = assistant.ask(text).markdown
    except AssistantError as error:
        said = error.message if error.code == 2 else None
    assert isinstance(said, str)
    assert said.strip()


def test_a_question_beyond_the_limit_is_refused(assistant: Assistant) -> None:
    """More than a prompt file could hold is named with its length."""
    with pytest.raises(AssistantError, match="1,000,000 characters, at most"):
        assistant.ask("x" * 1_000_000)
    assert MAX_QUESTION < 1_000_000


@pytest.mark.parametrize(
    "question",
    [
        "Which model do I use for 3x on a phone?",
        "Remove the rain from this street picture.",
        "a 4x anime upscaler under 20 MB that is free for commercial use",
    ],
)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(["cello", "tax", "otter", "violin", "soup"]), min_size=1))
def test_an_unrelated_record_changes_no_other_fit(
    catalog: Catalog, question: str, words: list[str]
) -> None:
    """What is known of the others is judged the same, in the same order."""
    other = Model(id="Unrelated", title=" ".join(words), name=words[0], does=" ".join(words))
    grown = Catalog([other, *catalog.entries], catalog.vocabulary)

    def order(of: Catalog) -> list[tuple[int, str]]:
        wish = read(question, of.vocabulary, of.labels)
        models = [model for model in of.models if model.id != other.id]
        fits = [(judge(wish, offer_of(m), of.vocabulary).rank, m.id) for m in models]
        return sorted(fits, key=lambda fit: fit[0])

    assert order(catalog) == order(grown)
