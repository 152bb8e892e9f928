"""The closed world of one answer: items, their records, links and roles."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Catalog
from assistant.links import candidates, identify
from assistant.prompts import Item, Request
from assistant.question import Wish
from assistant.roles import ROLES, content_words, wish_text
from assistant.world import Provided, World, build, usable

SAFMN = "Spatially-Adaptive Feature Modulation for Efficient Image Super-Resolution"
RCAN_LINKS = ("https://arxiv.org/pdf/1807.02758", "https://github.com/yulunzhang/RCAN")
RCAN = Item(name="SISR-RCAN-3x", paper=RCAN_LINKS[0], github=RCAN_LINKS[1])


def world_of(
    catalog: Catalog, question: str, *items: Item, related: tuple[Item, ...] = ()
) -> World:
    """Return the world of a request."""
    return build(Request(question=question, recommended=items, related=related), catalog)


def paper(catalog: Catalog, question: str, item: Item) -> Provided:
    """Return one related paper beside RCAN 3x."""
    return world_of(catalog, question, RCAN, related=(item,)).related[0]


@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_every_item_of_a_seed_is_provided_once_in_order(
    catalog: Catalog, seeds: dict[str, Request], seed: str
) -> None:
    """The world holds the items of the file, all with a record, and nothing else."""
    request = seeds[seed]
    world = build(request, catalog)
    assert request.items == tuple(p.item for p in world.provided)
    assert world.provided == world.recommended + world.related
    assert all(p.entry is not None for p in world.provided)
    assert [link for item in request.items for link in item.links] == [
        link for p in world.provided for link in p.links
    ]


def test_links_in_running_text_are_no_part_of_the_world(
    catalog: Catalog, seeds: dict[str, Request]
) -> None:
    """The SAFMN summary repeats its code link in other case; the field's spelling is the link."""
    request = seeds["002"].model_copy(
        update={"question": "upscale 3x, see https://evil.example/q and arXiv:2401.00001"}
    )
    safmn = build(request, catalog).related[0]
    assert "https://github.com/sunny2109/SAFMN." in str(safmn.item.summary)
    assert (
        "http://arxiv.org/pdf/2302.13800v1.pdf",
        "https://github.com/sunny2109/safmn",
    ) == safmn.links
    owned = {key for p in build(request, catalog).provided for key in p.keys}
    assert not any("evil" in key or "2401" in key for key in owned)


NAMES = [
    (Item(name="SISR-RCAN-3x"), "SISR-RCAN-3x"),
    (Item(name=SAFMN), "SAFMN"),
    (Item(name="An Unknown Title"), "An Unknown Title"),
    (Item(name="Another Title", paper="https://arxiv.org/abs/2302.13800"), "SAFMN"),
    (Item(name="Another Title", github="https://github.com/sunny2109/safmn"), "Another Title"),
]


@pytest.mark.parametrize(("item", "name"), NAMES)
def test_how_prose_calls_an_item(catalog: Catalog, item: Item, name: str) -> None:
    """A model by its id, a known paper by its short name, all else by its given title."""
    assert name == paper(catalog, "upscale 3x", item).name


def test_a_link_alone_picks_no_model(catalog: Catalog) -> None:
    """An unknown model with RCAN's paper is not taken for one of the RCANs."""
    stranger = Item(name="SISR-Mine-3x", paper=RCAN_LINKS[0])
    world = world_of(catalog, "upscale 3x", stranger)
    assert world.recommended[0].entry is None
    assert ("name", (3.0,)) == (
        world.recommended[0].offer.source,
        world.recommended[0].offer.scales,
    )


USABLE = [
    ("https://arxiv.org/pdf/1807.02758", True),
    ("arXiv:2401.00001", True),
    ("2401.00001", True),
    ("10.1000/xyz", True),
    ("github.com/a/b", True),
    ("git@github.com:a/b.git", True),
    ("https://example.org/x.", True),
    ("https://example.org/p(1).pdf", True),
    ("https://example.org/x*y_z", True),
    ("HTTPS://EXAMPLE.ORG/p.pdf", True),
    ("https://example.org/a b", False),
    ("https://example.org/<x>", False),
    ("https://example.org/x) and https://evil.example/y", False),
    ("https://exämple.org/x", False),
    ("https://user@example.org/x", False),
    ("https://example.org:8080/x", False),
    ("https://example.org/\u200bx", False),
    ("javascript:alert(1)", False),
    ("data:text/html,x", False),
    ("not a link", False),
    ("see README", False),
]


@pytest.mark.parametrize(("link", "expected"), USABLE)
def test_a_usable_link_can_be_printed_and_found_again(
    catalog: Catalog, link: str, expected: bool
) -> None:
    """A field that is no honest link is never cited; its item stays."""
    assert expected == usable(link)
    provided = paper(catalog, "upscale 3x", Item(name="P", paper=link, github=link))
    assert ((link,) if expected else ()) == provided.links


@given(text=st.text(max_size=60) | st.from_regex(r"https?://[a-z.]{1,12}/\S{0,20}", fullmatch=True))
def test_usable_means_one_link_and_itself(text: str) -> None:
    """Whatever a field holds: usable links have an identity and read back as exactly themselves."""
    if usable(text):
        assert [text] == [c.text for c in candidates(f"Paper: {text} · Code", (text,))]
        assert identify(text) is not None
    else:
        assert identify(text) is None or [text] != [c.text for c in candidates(text, (text,))]


def test_text_holds_what_may_be_said_of_an_item(catalog: Catalog) -> None:
    """Given text and record together; an unknown item has its given text alone."""
    rcan = world_of(catalog, "upscale 3x", RCAN).recommended[0]
    for phrase in (
        "SISR-RCAN-3x",
        "15,629,307",
        "Set5",
        "34.742",
        "3x",
        "DIV2K",
        "channel attention",
    ):
        assert phrase in rcan.text
    assert "15,444,667" not in rcan.text  # its sibling's
    stranger = paper(catalog, "upscale 3x", Item(name="A Title", summary="Its summary."))
    assert "A Title\nIts summary." == stranger.text


def test_who_answers(catalog: Catalog) -> None:
    """The best recommended item; on a mismatch the closest one, which may be none."""
    deblur, han = Item(name="Deblur-MSSNet-GoPro"), Item(name="SISR-HAN-3x")
    safmn = Item(name=SAFMN)
    worlds = [
        world_of(catalog, "upscale 3x", deblur, han, related=(safmn,)),
        world_of(catalog, "upscale 3x", deblur, related=(safmn,)),
        world_of(catalog, "upscale 3x", deblur),
    ]
    names = [(w.answering.name if w.answering else None) for w in worlds]
    assert ["SISR-HAN-3x", "SAFMN", None] == names
    assert [None, SAFMN, None] == [w.closest.item.name if w.closest else None for w in worlds]


def test_a_wish_given_by_the_user_wins(catalog: Catalog) -> None:
    """A scale or task that was typed as a flag replaces what the question says."""
    request = Request(question="upscale 2x", recommended=(RCAN,))
    wish = Wish(task="super-resolution", scales=(3.0,))
    assert ["mismatch", "fits"] == [
        build(request, catalog).fit.verdict,
        build(request, catalog, wish).fit.verdict,
    ]


ROLE_OF = [
    # question, paper, summary, role
    ("upscale 3x", SAFMN, None, "related"),
    ("upscale 3x efficiently", SAFMN, None, "supports"),
    ("upscale 3x", "A Study in Dataset Distillation for Image Super-Resolution", None, "related"),
    ("upscale 3x", "FeatSharp: Your Vision Model Features, Sharper", None, "shares-word"),
    ("upscale 3x", "Foo: Image Super-Resolution", None, "related"),
    ("upscale 3x", "Foo", "It helps super-resolution.", "related"),
    ("upscale 3x", "Foo", "A fluorescence microscope with dyes and diodes.", "shares-word"),
    ("upscale 3x", "Bread Baking", "Flour and water.", "shares-word"),
    ("deblur and then upscale 2x", "Foo: Image Super-Resolution", None, "related"),
    ("remove the haze", "Simple Baselines for Image Restoration", None, "shares-word"),
    ("remove noise", "Bread Baking", "Flour and water.", "shares-word"),
    ("remove noise", "Image Denoising with Foo", None, "supports"),  # the closest item
]


@pytest.mark.parametrize(("question", "title", "summary", "role"), ROLE_OF)
def test_the_role_of_a_related_paper(
    catalog: Catalog, question: str, title: str, summary: str | None, role: str
) -> None:
    """Same task and aspect support; the same field is related; else only a word is shared."""
    provided = paper(catalog, question, Item(name=title, summary=summary))
    assert role == provided.role
    assert provided.note


def test_the_role_of_a_recommended_model(catalog: Catalog) -> None:
    """Recommended models support the answer unless they are for something else."""
    world = world_of(catalog, "upscale 3x", RCAN, Item(name="Deblur-MSSNet-GoPro"), Item(name="X"))
    assert ["supports", "other-task", "supports"] == [p.role for p in world.recommended]


@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_roles_group_all_items(catalog: Catalog, seeds: dict[str, Request], seed: str) -> None:
    """Each item stands in one group, recommended ones first."""
    world = build(seeds[seed], catalog)
    groups = world.by_role()
    assert list(ROLES) == list(groups)
    together = list(itertools.chain(*groups.values()))
    assert sorted(p.item.name for p in world.provided) == sorted(p.item.name for p in together)
    for role, members in groups.items():
        assert {role} >= {p.role for p in members}
        assert sorted(members, key=lambda p: not p.recommended) == members


def test_words_that_carry_meaning() -> None:
    """Four letters and more, lower case, without the words of any question."""
    assert {"bread", "größe"} == content_words("How does this model bake BREAD in a Größe?") - {
        "bake"
    }
    assert frozenset() == content_words("how can I use it 1234 x")
    assert "upscale 3x" == wish_text(Wish(words={"task": ("upscale",), "scales": ("3x",)}))
