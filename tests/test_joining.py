"""Provided items meet their records."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.prompts import Item, Request
from assistant.question import Wish
from assistant.world import World, build

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


def joined(
    catalog: Catalog, question: str, names: tuple[str, ...], wish: dict[str, object] | None = None
) -> World:
    request = Request(question=question, recommended=tuple(Item(name=name) for name in names))
    return build(request, catalog, Wish.model_validate(wish) if wish else None)


def test_damage_is_left_over_by_a_series_not_by_one_of_its_models(catalog: Catalog) -> None:
    """What a step takes away nobody misses; what none does is said of all."""
    wish = {"task": "colorization", "steps": ("colorization", "super-resolution")}
    names = ("Colorization-DISCO-c0_2", "SISR-HAN-4x")
    left = joined(
        catalog, "Color it and enlarge it", names, {**wish, "degradations": ("scratches",)}
    )
    assert ("none of the recommended models removes scratches",) == left.fit.against
    wish = {"task": "inpainting", "steps": ("inpainting", "super-resolution")}
    names = ("Inpainting-LaMa", "SISR-HAN-4x")
    gone = joined(
        catalog, "Mend it and enlarge it", names, {**wish, "degradations": ("scratches",)}
    )
    assert () == gone.fit.against


def test_a_task_is_called_by_what_it_takes(catalog: Catalog) -> None:
    """Stereo pairs, bursts, volumes and video are no single images."""
    wish: dict[str, object] = {"form": "recommend", "task": "super-resolution",
                               "steps": ("super-resolution",)}  # fmt: skip
    stereo = joined(catalog, "Enlarge both views", ("SR-NAFSSR-4x",), wish)
    video = joined(catalog, "Enlarge it", ("SISR-HAN-4x",), {**wish, "subjects": ("video",)})
    assert stereo.task
    assert video.task
    assert "super-resolution of stereo pairs" == stereo.task.phrase
    assert "super-resolution" == video.task.phrase
    for world in (stereo, video):
        assert not [f.text for f in (*world.told, *world.provided[0].facts)
                    if f.place == "fit" and "single-image" in f.text]  # fmt: skip


def test_nothing_stands_in_where_the_models_came_with_the_question(catalog: Catalog) -> None:
    """A prompt file's world is closed; nor where what is recommended does not fit."""
    question, name = "Which model enlarges my photo 4x?", "SISR-SwinIR-Classical-DF2K-64-M-4x"
    given = joined(catalog, question, (name,))
    assert given.given
    assert ((), "") == (given.running.instead, given.running.command)
    assert f"{name} does not run on this machine." == given.running.text
    wish: dict[str, object] = {"form": "recommend", "task": "super-resolution",
                               "steps": ("super-resolution",)}  # fmt: skip
    assert "SAFMN" in joined(catalog, question, (name,), {**wish, "scales": (4,)}).running.command
    assert "" == joined(catalog, question, (name,), {**wish, "scales": (3,)}).running.text
