"""Which demonstrations there are: every card runs, cites a record, and names are found."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from assistant import demos
from assistant.catalog import BrokenCatalogError, Catalog, check
from assistant.catalog.demos import Card, read
from assistant.errors import InputError

CARD = """\
name: sharp-thing
module: sharp
record: SISR-One-3x
idea: An idea.
shows: A thing.
is_not: Another thing.
measured: A figure beside a baseline.
margin: 1
"""


def broken(folder: Path, text: str) -> list[str]:
    """What is said of a catalog with this card."""
    (folder / "models").mkdir()
    record = "{id: SISR-One-3x, title: One, name: One, does: Enlarges., scales: [3]}"
    (folder / "models/one.yaml").write_text(record)
    (folder / "demos").mkdir()
    (folder / "demos/sharp-thing.yaml").write_text(text)
    return [str(problem).removeprefix(f"{folder}/demos/") for problem in check(folder)[1]]


@pytest.mark.parametrize("card", demos.cards(), ids=lambda card: card.name)
def test_each_card_names_a_module_that_shows_and_a_paper_of_the_catalog(
    card: Card, catalog: Catalog
) -> None:
    """What is listed can be run, and what it is in the spirit of can be read."""
    assert callable(importlib.import_module(f"assistant.demos.{card.module}").show)
    assert card.record in {paper.id for paper in catalog.papers}
    assert card.name == catalog.demos[card.record]


def test_a_model_is_shown_at_work_by_the_demonstration_of_its_paper(catalog: Catalog) -> None:
    """Found by the paper's link, however a record writes it; most models have none."""
    of = {model.id: catalog.demo(model) for model in catalog.models}
    assert ("efficient-sr", None) == (of["SISR-SAFMN-3x"], of["SISR-RCAN-3x"])


def test_a_name_is_found_whatever_its_case() -> None:
    assert "fluctuation" == demos.find("Fluctuation-Microscopy").module


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("fluctuation", "did you mean fluctuation-microscopy? all: sr-assistant run --demo list"),
        ("zzz", "see them: sr-assistant run --demo list"),
    ],
)
def test_an_unknown_name_is_one_line_with_the_remedy(name: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        demos.find(name)
    assert (f"no demonstration {name!r}", hint) == (caught.value.message, caught.value.hint)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("record: SISR-One-3x", "record: nope"), "3: record: the catalog holds no nope"),
        (("name: sharp-thing", "name: other"), "1: name: other is not the name of its file"),
        (("margin: 1", "margin: much"), "8: margin: needs to be a number"),
        (("idea: An idea.\n", ""), "1: idea: needed here"),
        (("module: sharp", "module: ../sharp"), "2: module: not in the form"),
    ],
)
def test_a_card_that_cannot_be_is_named_by_file_line_and_field(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    (problem,) = broken(tmp_path, CARD.replace(*change))
    assert problem.startswith(f"sharp-thing.yaml:{said}")


def test_a_sound_card_is_offered_with_its_record_and_kept_with_the_catalog(tmp_path: Path) -> None:
    """A second load reads what the first kept; a changed card is seen."""
    folder, cache = tmp_path / "own", tmp_path / "cache"
    folder.mkdir()
    assert [] == broken(folder, CARD)
    for _ in range(2):
        assert {"SISR-One-3x": "sharp-thing"} == Catalog.load(folder, cache=cache).demos
    (folder / "demos/sharp-thing.yaml").write_text(CARD.replace("margin: 1", "margin: much"))
    with pytest.raises(BrokenCatalogError):
        Catalog.load(folder, cache=cache)


def test_a_catalog_without_cards_offers_nothing(tmp_path: Path) -> None:
    assert ([], []) == read(tmp_path)


@pytest.mark.parametrize("card", demos.cards(), ids=lambda card: card.name)
def test_the_gallery_shows_each_demonstration_with_its_command(card: Card) -> None:
    """`make gallery` was run since the card was written; pictures stay small."""
    page = (Path(__file__).parents[2] / "docs/gallery.md").read_text("utf-8")
    for part in (card.idea, card.shows, card.is_not, card.measured):
        assert part in page
    assert f"$ sr-assistant run --demo {card.name}\n" in page
    assert f"(../catalog/demos/{card.name}.png)" in page
    assert demos.sheet(card).stat().st_size <= 150_000


@pytest.mark.parametrize("card", demos.cards(), ids=lambda card: card.name)
def test_what_ships_of_a_demonstration_keeps_its_margin_and_is_what_the_gallery_says(
    card: Card,
) -> None:
    """The full run, where other tests take a shorter one."""
    page = (Path(__file__).parents[2] / "docs/gallery.md").read_text("utf-8")
    figures = demos.kept(card).figures
    assert figures[0].gain >= card.margin
    assert [] == [figure.text for figure in figures if f"- {figure.text}\n" not in page]
