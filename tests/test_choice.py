"""Which of several to take: what a question ranks by, and what of a record may speak for it."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.encoder.minilm import Floats
from assistant.generation.bearing import Bearing
from assistant.generation.forms.telling import telling
from assistant.nearness import shipped
from assistant.prompts import Request
from assistant.provision import item_of
from assistant.question import Wish, asks_amount
from assistant.world import World, build
from assistant.world.choice import asked_by, facts_of_choice
from assistant.world.criteria import decided


def compared(catalog: Catalog, question: str, *names: str) -> World:
    """The world of a comparison of models by their names."""
    found = [next(e for e in catalog.models if e.name == name) for name in names]
    request = Request(question=question, recommended=tuple(map(item_of, found)))
    return build(request, catalog, Wish(form="compare"))


@pytest.mark.parametrize(
    ("key", "question", "names"),
    [
        ("flicker", "FBCNN or SCUNet for a video that flickers?", ("FBCNN", "SCUNet")),
        ("flicker", "RVRT or SwinIR against flicker?", ("RVRT", "SwinIR")),
        ("figures", "IDN or RCAN, which has the better PSNR?", ("IDN", "RCAN")),
    ],
)
def test_the_limit_of_a_model_never_speaks_for_it(
    catalog: Catalog, key: str, question: str, names: tuple[str, ...]
) -> None:
    """That codecs lie outside its training is no reason to take it, nor is to be for video one
    against flicker."""
    assert decided(key, compared(catalog, question, *names).sides, question) is None


def test_what_keeps_frames_steady_speaks_against_flicker(catalog: Catalog) -> None:
    question = "KEEP or CodeFormer for faces in a clip, without flicker?"
    found = decided("flicker", compared(catalog, question, "CodeFormer", "KEEP").sides, question)
    assert found is not None
    assert (found.side.name, "from frame to frame" in found.why) == ("KEEP", True)


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("HAT or SwinIR by PSNR? I have 24 GB", ["figures"]),
        ("HAT or SwinIR? I only have 12 GB", ["cost"]),
        ("HAT or SwinIR? I have just 10 gb of VRAM", ["cost"]),
        ("HAT or SwinIR, the laptop has merely 10 GB", ["cost"]),
        ("I don't care about speed but the license must be commercial", ["license"]),
        ("I don't mind slow and want the best PSNR", ["figures"]),
        ("speed does not matter as long as nothing is invented", ["cost", "faithful"]),
        ("I don't care about speed or memory, which invents less?", ["faithful"]),
        ("I don't care if it is slow", []),
    ],
)
def test_only_what_is_to_spare_or_does_not_matter_is_struck(question: str, keys: list[str]) -> None:
    """Scarce memory ranks by cost, and what stands behind "but" counts."""
    assert sorted(keys) == sorted(
        {"faithful", "cost", "figures", "license"} & {*asked_by(question, Wish())}
    )


def test_memory_to_spare_hides_no_wish_for_speed() -> None:
    """What the reader understood of device and efficiency still counts."""
    assert asked_by("I have 24 GB", Wish(aspects=("efficiency",))) == ["cost"]


def test_how_much_faster_asks_an_amount_everywhere(catalog: Catalog) -> None:
    """The form and the choice agree: a number is wanted, not which to take."""
    question = "Is it recorded how much faster SAFMN is than RCAN?"
    world = compared(catalog, question, "SAFMN", "RCAN")
    assert asks_amount(question)
    assert not [f for f in world.told if f.text.startswith("Take ")]


def test_a_brace_in_a_record_is_only_a_brace(catalog: Catalog) -> None:
    """A sentence of a user's record is no format."""
    question = "RCAN or HAN, which license do they have?"
    sides = [
        side._replace(entry=side.entry.model_copy(update={"license": "LicenseRef-{x} {"}))
        for side in compared(catalog, question, "RCAN", "HAN").sides
    ]
    told = [fact.text for fact in facts_of_choice(question, Wish(), sides)]
    assert any("RCAN and HAN" in text and "{x}" in text for text in told)


def test_gain_and_loss_are_told_in_either_order(catalog: Catalog) -> None:
    """Of each what speaks for it and what against it."""
    asked = ("What do I gain and what do I lose with SwinIR?", "What do I lose, what do I gain?")
    for question in asked:
        world = compared(catalog, question, "SwinIR", "RCAN")
        limits = [f.text for p in world.provided if p.entry for f in p.entry.facts_of("limit")]
        told = telling(world, Bearing(world))
        assert [text in limits for text in told] == [False, True] * 2


def test_few_sentences_of_a_record_are_embedded_at_question_time(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vectors that ship choose them: at most five a record without its name, one of the
    question, and what fields say in the same words of all."""
    near = shipped()
    near.vector.cache_clear()
    made: list[str] = []
    embed = near.encoder.embed_query

    def counted(text: str) -> Floats:
        made.append(text)
        return embed(text)

    monkeypatch.setattr(near.encoder, "embed_query", counted)
    question = "SwinIR or RCAN, which copes better with foliage?"
    world = compared(catalog, question, "SwinIR", "RCAN")
    bearing = Bearing(world)
    made.clear()
    telling(world, bearing)
    own = [t for t in made if t != question and not t.startswith(("Is ", "Draws ", "May "))]
    assert len(own) <= 1 + 2 * 5
