"""Warnings where a restored picture is trusted, and the license where one is asked for."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.generation.stakes import at_stake, licensed, purpose
from assistant.prompts import Item, Request
from assistant.question import Wish
from assistant.world import World, build

NEVER = "Never diagnose from a restored picture"


def world(catalog: Catalog, question: str, model: str, **wish: object) -> World:
    entry = catalog.get(model)
    assert entry
    request = Request(question=question, recommended=(Item(name=model),))
    asked = {"form": "recommend", "task": entry.task, "steps": (entry.task,), **wish}
    return build(request, catalog, Wish.model_validate(asked))


@pytest.mark.parametrize(
    ("question", "model", "wish", "warning"),
    [
        ("Which network cleans MRI slices?", "Denoise-SAFMN-real", {}, NEVER),
        ("Enlarge mammograms", "SISR-SAFMN-4x", {"subjects": ("medical",)}, NEVER),
        ("Deblur the number plate", "Deblur-MSSNet-GoPro", {}, "fits many numbers"),
        ("Sharpen the frame for my insurer", "Deblur-MSSNet-GoPro", {}, "show the original"),
        ("Enlarge the tiny picture", "SISR-PULSE", {}, "may look like somebody else"),
        (
            "Enlarge the cells and count them",
            "SISR-SAFMN-2x",
            {"subjects": ("microscopy",)},
            "independent measurement",
        ),
        (
            "Enlarge it, I measure roofs",
            "SISR-SAFMN-2x",
            {"subjects": ("satellite",)},
            "count nothing",
        ),
    ],
)
def test_who_trusts_a_result_is_warned(
    catalog: Catalog, question: str, model: str, wish: dict[str, object], warning: str
) -> None:
    """By what the picture is for, by what it shows, or by what the model draws."""
    assert warning in at_stake(world(catalog, question, model, **wish))[0]


def test_others_are_not_warned(catalog: Catalog) -> None:
    """A tennis court is no court, and a number of faces no evidence."""
    for question in ("Enlarge my photo of a tennis court", "Enlarge how the plates were set"):
        assert [] == at_stake(world(catalog, question, "SISR-SAFMN-4x"))


def test_a_short_answer_warns_of_the_purpose_alone(catalog: Catalog) -> None:
    """A face that is drawn is told of where a model is taken for it."""
    assert NEVER in purpose(world(catalog, "RCAN or HAN for CT?", "SISR-SAFMN-4x"))
    assert "" == purpose(world(catalog, "RCAN or HAN for faces?", "SISR-SAFMN-4x"))


def test_the_license_is_said_where_one_is_asked_for(catalog: Catalog) -> None:
    """And else it is not."""
    asked = world(catalog, "Enlarge it in a paid app", "SISR-SAFMN-4x", license="commercial")
    assert ["The code of SAFMN is under Apache-2.0."] == [
        t.split(" A license")[0] for t in licensed(asked)
    ]
    assert [] == licensed(world(catalog, "Enlarge it", "SISR-SAFMN-4x"))
