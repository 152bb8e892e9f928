"""Provided items meet their records."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.prompts import Item, Request
from assistant.world import build

SWINIR = "https://github.com/JingyunLiang/SwinIR"


@pytest.mark.parametrize(
    ("question", "links", "record"),
    [
        ("How did my photo get 3x larger?", (SWINIR,), "SISR-SwinIR-Classical-DF2K-64-M-3x"),
        ("How did the JPEG blocks go away?", (), "Restoration-SwinIR-Jpeg10"),
        ("How did my photo get 3x larger?", ("https://github.com/else/SwinIR",), None),
    ],
)
def test_of_models_of_a_short_name_the_one_that_fits_the_question_is_meant(
    catalog: Catalog, question: str, links: tuple[str, ...], record: str | None
) -> None:
    """A prompt file may say "SwinIR" for any of its 21 records; another's links are another's."""
    item = Item(name="SwinIR", github=links[0] if links else None)
    (provided,) = build(Request(question=question, recommended=(item,)), catalog).provided
    assert record == (provided.entry.id if provided.entry else None)
    assert provided.name == "SwinIR"
