"""What of the records is looked at to tell whether a name is known."""

from __future__ import annotations

import pytest

from assistant import naming, provider
from assistant.catalog import Catalog
from assistant.catalog.said import speaks_of
from assistant.naming import tools_asked
from assistant.pipeline import Assistant
from assistant.provider import Provider
from assistant.question import Wish
from assistant.retrieval.search import Search


@pytest.fixture(scope="module")
def search() -> Search:
    return Assistant().search


def test_a_question_without_a_program_reads_no_record(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most name none."""
    monkeypatch.setattr(naming, "_index", lambda _: pytest.fail("the records were read"))
    assert [] == tools_asked("Which model enlarges photos of flowers 4x?", catalog)


def test_a_record_speaks_of_whole_words_only(catalog: Catalog) -> None:
    """Parts of its words are not spoken of."""
    assert (True, False) == (speaks_of(catalog, "Set14"), speaks_of(catalog, "et14"))


def test_a_question_without_a_value_is_set_beside_no_figure(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is one with a number and no data set."""
    monkeypatch.setattr(provider, "on_same", lambda *_: pytest.fail("a figure was looked at"))
    for question in ("What is PSNR?", "What does a PSNR of 32 dB mean?", "What is Set14?"):
        Provider(search).provide(question, Wish(form="concept"), 3)


def test_the_programs_of_a_question_are_looked_for_once(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where none is found and a model is recommended."""
    asked: list[str] = []

    def tools_asked(question: str, _: Catalog) -> list[str]:
        asked.append(question)
        return []

    monkeypatch.setattr(provider, "tools_asked", tools_asked)
    wish = Wish(form="explain", task="super-resolution", steps=("super-resolution",))
    Provider(search).provide("How does enlarging work?", wish, 3)
    assert ["How does enlarging work?"] == asked
