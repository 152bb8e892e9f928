"""Constraints of a question: what is asked for, refused, or said not to matter."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.catalog import Catalog, Model
from assistant.fit import Fit, judge, offer_of, weigh
from assistant.question import Wish, read

READ = [
    ("keeps_size", True, "clean this jpeg, same size"),
    ("keeps_size", True, "denoise it at native resolution"),
    ("keeps_size", True, "remove the raster at 1:1"),
    ("keeps_size", False, "make it 2x"),
    ("max_mb", 10.0, "an upscaler under 10 MB"),
    ("max_mb", 2.5, "2.5 MB or less, please"),
    ("max_mb", 0.5, "at most 500 KB"),
    ("max_mb", None, "my card has 2 GB of VRAM"),
    ("max_mb", None, "it runs under 4 GB VRAM"),
    ("max_mb", None, "upscale my 12 MB photo"),
    ("since", 2023, "models since 2023"),
    ("since", 2024, "something newer than 2023"),
    ("since", 2021, "not older than 2021"),
    ("since", 2021, "nothing before 2021"),
    ("until", None, "not older than 2021"),
    ("until", 2020, "not newer than 2020"),
    ("since", None, "not newer than 2020"),
    ("since", None, "a photo from 2009"),
    ("until", 2019, "papers before 2020"),
    ("license", "cc0", "a CC0 model"),
    ("license", "public-domain", "it has to be public domain, we sell the result"),
    ("license", "mit", "MIT license"),
    ("license", "cc-by", "under CC BY 4.0"),
    ("license", "cc-by-sa", "CC-BY-SA only"),
    ("license", "commercial", "for a paid app"),
    ("license", None, "for a non-commercial project"),
    ("license", None, "public domain is not important"),
    ("formats", ("onnx",), "4x with an ONNX file"),
    ("formats", (), "no onnx please"),
    ("channels", 4, "PNGs with an alpha channel"),
    ("channels", None, "the alpha channel is not important"),
    ("device", None, "low end is no issue"),
    ("subjects", ("anime", "cartoon"), "anime or cartoon art"),
    ("subjects", ("photo",), "photos, not anime"),
    ("refused", ("anime",), "photos, not anime"),
    ("refused", ("manga",), "remove the blocks. not a manga page"),
    ("refused", ("face",), "without faces"),
    ("refused", ("gan",), "4x but no GAN"),
    ("refused", ("dither",), "4x, it must not remove the dithering"),
    ("refused", ("halo",), "2x without dehalo"),
    ("refused", ("noise",), "4x but keep the grain"),
    ("refused", ("pretrained",), "a finished model, don't give me pretrains"),
    ("refused", (), "I do not have a clean photo"),
    ("degradations", (), "enlarge it without artifacts"),
    ("degradations", ("noise",), "remove the noise"),
    ("degradations", ("dither",), "a gif with dithering"),
    ("tags", ("pretrained",), "a starting checkpoint to finetune"),
]


@pytest.mark.parametrize(("field", "expected", "question"), READ)
def test_a_constraint_is_read(catalog: Catalog, field: str, expected: Any, question: str) -> None:
    """Each constraint is read where it is stated, and only there."""
    assert expected == getattr(read(question, catalog.vocabulary), field)


def model(model_id: str, **fields: Any) -> Model:
    """Return a small upscaler's record."""
    return Model(
        id=model_id,
        name=fields.pop("name", model_id),
        title=model_id,
        does="Enlarges.",
        task="super-resolution",
        scales=(4.0,),
        **fields,
    )


OWN = (
    model("4x-Remacri", architecture="esrgan", tags=("pixel-art",)),
    model("4x-Foo_x2", architecture="span", tags=("game-textures",)),
    model("4x-Bar", name="Bar", architecture="compact"),
)
SPOKEN = [
    ("named", ("4x-Remacri",), "Show me Remacri"),
    ("named", ("4x-Remacri",), "tell me about remacri?"),
    ("named", ("4x-Foo_x2",), "what about 4x-foo x2"),
    ("named", (), "the bar is high"),
    ("architectures", ("span",), "4x SPAN for photos"),
    ("architectures", ("span",), "is there a span network for anime"),
    ("architectures", (), "over a span of years"),
    ("architectures", ("compact",), "finetune a 2x Compact"),
    ("architectures", (), "a compact camera"),
    ("refused", ("span",), "anything but SPAN"),
    ("refused", ("span",), "another one than SPAN"),
    ("refused", (), "why not SPAN?"),
    ("tags", ("pixel-art",), "pixel art 4x"),
    ("tags", ("game-textures",), "one game texture"),
    ("refused", ("pixel-art", "game"), "not pixel art"),
]


@pytest.mark.parametrize(("field", "expected", "question"), SPOKEN)
def test_the_words_of_a_catalog_are_read(
    catalog: Catalog, field: str, expected: tuple[str, ...], question: str
) -> None:
    """Names, architectures and tags of any catalog count; plain words are no names."""
    own = Catalog(OWN, catalog.vocabulary)
    assert expected == getattr(read(question, own.vocabulary, own.labels), field)


def test_a_wish_carries_the_words_it_came_from(catalog: Catalog) -> None:
    """What was read can be shown to whoever asked."""
    own = Catalog(OWN, catalog.vocabulary)
    wish = read("4x SPAN under 5 MB, MIT license", own.vocabulary, own.labels)
    expected = {
        "scales": ("4x",),
        "max_mb": ("under 5 mb",),
        "architectures": ("SPAN",),
        "license": ("mit license", "mit"),
    }
    assert expected == {field: wish.words[field] for field in expected}


JUDGED = [
    (
        {"tags": ("gan",)},
        {"tags": ("gan",), "architecture": "esrgan"},
        "fits",
        "its record names adversarial training",
    ),
    (
        {"tags": ("gan",)},
        {"architecture": "span"},
        "partly",
        "it is not stated that M uses adversarial training",
    ),
    (
        {"refused": ("gan",)},
        {"tags": ("gan",)},
        "mismatch",
        "the question refuses adversarial training",
    ),
    ({"max_mb": 5.0}, {"size_mb": 4.0}, "fits", "its 4 MB are within 5 MB"),
    ({"max_mb": 5.0}, {"size_mb": 6.0}, "mismatch", "M has 6 MB, more than 5 MB"),
    ({"max_mb": 5.0}, {}, "partly", "nothing provided says how large M is"),
    ({"max_parameters": 1e6}, {"parameters": 239_520}, "fits",
     "its 239,520 parameters are within the limit that is asked for"),
    ({"max_parameters": 1e5}, {"parameters": 239_520}, "mismatch",
     "M has 239,520 parameters, more than the limit that is asked for"),
    ({"max_parameters": 1e6}, {}, "partly", "nothing provided says how many parameters M has"),
    ({"license": "cc0"}, {"license": "CC0-1.0"}, "fits", "it has CC0"),
    ({"license": "cc0"}, {"license": "MIT"}, "mismatch", "M does not have CC0"),
    ({"license": "cc0"}, {}, "partly", "nothing provided says whether M has CC0"),
    ({"formats": ("onnx",)}, {"platforms": ("pytorch",)}, "mismatch", "M is not provided as ONNX"),
    ({"formats": ("onnx",)}, {"platforms": ("onnx",)}, "fits", "it is provided as ONNX"),
    ({"channels": 4}, {"channels": 3}, "mismatch", "M does not take an alpha channel"),
    ({"channels": 4}, {"channels": 4}, "fits", "it takes an alpha channel"),
    ({"since": 2023}, {"released": "2021-05-01"}, "mismatch", "M is of 2021"),
    ({"since": 2023}, {"released": "2024"}, "fits", "it is of 2024"),
    ({"until": 2019}, {}, "partly", "nothing provided says when M was released"),
    ({"architectures": ("span",)}, {"architecture": "span"}, "fits",
     "its architecture is span, as asked"),
    ({"architectures": ("span",)}, {"architecture": "hat"}, "partly",
     "its architecture is hat, not span"),
    ({"refused": ("anime",)}, {"subjects": ("anime",)}, "mismatch",
     "the question refuses anime and drawings"),
    ({"refused": ("dither",)}, {"handles": ("dither",)}, "mismatch",
     "the question refuses dithering"),
    ({}, {"tags": ("pretrained",)}, "partly", "M is meant for starting points for training"),
    ({"tags": ("pretrained",)}, {"tags": ("pretrained",)}, "fits",
     "its record names starting points for training"),
    ({"subjects": ("cartoon",)}, {"subjects": ("anime",)}, "partly",
     "M is made for anime and drawings, close to cartoons"),
    ({"subjects": ("document",)}, {"subjects": ("anime",)}, "mismatch",
     "M is made for anime and drawings, not for documents and text"),
    ({"keeps_size": True}, {}, "mismatch", "the size is to stay; M enlarges"),
]  # fmt: skip


@pytest.mark.parametrize(("wish", "fields", "verdict", "reason"), JUDGED)
def test_a_constraint_is_judged(
    catalog: Catalog, wish: dict[str, Any], fields: dict[str, Any], verdict: str, reason: str
) -> None:
    """Known and met fits, known and broken is a mismatch, unknown is partly; each is said."""
    offer = offer_of(model("M", **fields))
    fit = judge(Wish(task="super-resolution", scales=(4.0,), **wish), offer, catalog.vocabulary)
    assert verdict == fit.verdict
    assert reason in fit.reasons


def test_a_record_of_no_task_that_keeps_the_size_enlarges_nothing(catalog: Catalog) -> None:
    """What is known of it, its factor of 1, is enough to refuse it for an enlargement."""
    offer = offer_of(model("M").model_copy(update={"task": None, "scales": (1,)}))
    fit = judge(Wish(task="super-resolution", scales=(6.0,)), offer, catalog.vocabulary)
    assert ("mismatch", ("M keeps the picture's size and does not enlarge",)) == (
        fit.verdict,
        fit.reasons,
    )


def test_general_models_take_any_subject(catalog: Catalog) -> None:
    """A record that lists subjects and says it is general is limited to none."""
    offer = offer_of(model("M", subjects=("anime",), general=True))
    wish = Wish(task="super-resolution", scales=(4.0,), subjects=("document",))
    assert "fits" == judge(wish, offer, catalog.vocabulary).verdict


def test_a_medium_limits_no_model(catalog: Catalog) -> None:
    """Frames of a video may be enlarged by a model for anime, and that it is not made for them
    is said."""
    offer = offer_of(model("M", subjects=("anime",)))
    wish = Wish(task="super-resolution", scales=(4.0,), subjects=("video",))
    fit = judge(wish, offer, catalog.vocabulary)
    assert ("partly", True) == (fit.verdict, fit.reasons[-1].endswith("is made for video"))


@pytest.mark.parametrize(
    ("subjects", "verdict"), [((), "fits"), (("document",), "fits"), (("medical",), "partly")]
)
def test_what_needs_models_of_its_own_is_named(
    catalog: Catalog, subjects: tuple[str, ...], verdict: str
) -> None:
    """A model for photographs takes a letter as it is; of an X-ray nobody says that it does."""
    wish = Wish(task="denoising", subjects=subjects)
    offer = offer_of(model("M").model_copy(update={"task": "denoising", "scales": (1,)}))
    assert verdict == judge(wish, offer, catalog.vocabulary).verdict


@pytest.mark.parametrize(
    ("size", "verdict"), [(5000.0, "mismatch"), (300.0, "fits"), (None, "fits")]
)
def test_weights_larger_than_the_card_do_not_fit(
    catalog: Catalog, size: float | None, verdict: str
) -> None:
    """Of a card's memory only what the record says of the file is judged."""
    wish = Wish(task="super-resolution", vram_gb=4.0)
    offer = offer_of(model("M")).model_copy(update={"size_mb": size})
    assert verdict == judge(wish, offer, catalog.vocabulary).verdict


def test_what_removes_the_damage_does_the_task(catalog: Catalog) -> None:
    """A record without a task fits where it removes what is to be removed at the same size."""
    offer = offer_of(
        Model(id="M", name="M", title="M", does="Cleans.", scales=(1.0,), handles=("noise",))
    )
    wish = Wish(task="denoising", degradations=("noise",))
    expected = Fit(verdict="fits", reasons=("M is made to remove noise",))
    assert expected == judge(wish, offer, catalog.vocabulary)


def test_damage_of_its_own_says_more_than_a_task(catalog: Catalog) -> None:
    """Of two records without a task the one made for the halftone that is named fits."""
    wish = Wish(task="compression-removal", degradations=("halftone",))
    verdicts = [
        judge(
            wish,
            offer_of(Model(id="M", name="M", title="M", does="Cleans.", scales=(1.0,),
                           handles=(damage,))),
            catalog.vocabulary,
        ).verdict
        for damage in ("halftone", "compression")
    ]  # fmt: skip
    assert ["fits", "partly"] == verdicts


def test_points_order_equal_verdicts(catalog: Catalog) -> None:
    """Of two that fit, the one that is known to meet more wishes has more points."""
    wish = Wish(task="super-resolution", scales=(4.0,), subjects=("document",), tags=("gan",))
    plain, better = (
        weigh(wish, offer_of(model("M", **fields)), catalog.vocabulary)
        for fields in ({}, {"subjects": ("document",), "tags": ("gan",)})
    )
    assert "fits" == plain[0].verdict == better[0].verdict
    assert plain[1] < better[1]
