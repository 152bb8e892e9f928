"""The verdict on an item for a question: fits, partly or mismatch, with reasons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.catalog import Catalog
from assistant.fit import (
    Fit,
    Offer,
    cleaned,
    does_all,
    judge,
    listing,
    offer_of,
    offer_of_name,
    offer_of_text,
    times,
    weigh,
)
from assistant.prompts import Item, Request
from assistant.question import Wish
from assistant.world import World, build

SAFMN = "Spatially-Adaptive Feature Modulation for Efficient Image Super-Resolution"
HITSR = "HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution"
DISTILLATION = "A Study in Dataset Distillation for Image Super-Resolution"
FOREIGN = (
    "LiDAR Super-Resolution for Autonomous Driving",
    "Point Cloud Upsampling with Transformers",
    "Audio Super-Resolution with Diffusion Models",
    "Super-Resolution of Time Series",
    "Diffusion-based Super-Resolution of Turbulence",
    "Scene Prior Filtering for Depth Super-Resolution",
    "Hyperspectral Image Super-Resolution",
    "A Survey of Upscaling in Climate Models",
)


def world_of(
    catalog: Catalog, question: str, recommended: tuple[str, ...], related: tuple[str, ...] = ()
) -> World:
    """Return the world of a request whose items have names and nothing else."""
    return build(
        Request(
            question=question,
            recommended=tuple(Item(name=name) for name in recommended),
            related=tuple(Item(name=name) for name in related),
        ),
        catalog,
    )


def fit_of(catalog: Catalog, question: str, model: str) -> Fit:
    """Return the fit of one recommended model."""
    return world_of(catalog, question, (model,)).fit


# --- the seeds -----------------------------------------------------------------------------

SEEDS = [
    ("000", "fits", None, ("as asked", "its scale is the 3x asked for")),
    ("001", "fits", None, ("as asked", "its scale is the 2x asked for")),
    (
        "002",
        "mismatch",
        SAFMN,
        ("about single-image super-resolution",
         "for motion deblurring and keeps the picture's size",
         "the given text of SAFMN names no scale", "the catalog record lists 2x, 3x and 4x"),
    ),
    ("003", "fits", None, ("it enlarges 3x; the question names no factor",)),
    ("004", "fits", None, ("as asked", "its scale is the 4x asked for")),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "verdict", "closest", "parts"), SEEDS)
def test_the_verdicts_on_the_seeds(
    catalog: Catalog, seeds: dict[str, Request], seed: str, verdict: str, closest: str | None,
    parts: tuple[str, ...],
) -> None:  # fmt: skip
    """The table of the notes on grounding, section 10.3, with the reasons in plain words."""
    fit = build(seeds[seed], catalog).fit
    assert (verdict, closest) == (fit.verdict, fit.closest)
    assert [] == [part for part in parts if part not in "\n".join(fit.reasons)]


@pytest.mark.parametrize(("seed", "verdict"), [(s[0], s[1]) for s in SEEDS])
@pytest.mark.parametrize("title", ["A Survey of Bread Baking", *FOREIGN[:2]])
def test_an_unrelated_paper_changes_no_verdict(
    catalog: Catalog, seeds: dict[str, Request], seed: str, verdict: str, title: str
) -> None:
    """Another paper in the file, first or last, leaves verdict, reasons and closest alone."""
    request = seeds[seed]
    stranger = Item(name=title, paper="https://example.org/paper.pdf")
    clean = build(request, catalog).fit
    for related in ((stranger, *request.related), (*request.related, stranger)):
        world = build(request.model_copy(update={"related": related}), catalog)
        assert clean == world.fit
    assert verdict == clean.verdict


# --- what a name says ----------------------------------------------------------------------

NAMES = [
    # name, question, verdict
    ("Denoise-Foo-Noise25", "How is noise removed?", "fits"),
    ("Denoise-Foo-Noise25", "upscale my picture 4x", "mismatch"),
    ("SISR-Foo-4x", "upscale 4x", "fits"),
    ("SISR-Foo-x4", "upscale 4x", "fits"),
    ("sisr-foo-4X", "upscale 4x", "fits"),
    ("SISR-Foo-1.5x", "upscale 1.5x", "fits"),
    ("SISR-Foo-4x", "upscale 3x", "mismatch"),
    ("SISR-Foo-3x-4x", "upscale 4x", "fits"),
    ("SISR-Foo-4x", "upscale a picture", "fits"),
    ("SISR-Foo-4x", "2x or 4x?", "partly"),
    ("SISR-Foo-4x", "2x or 3x?", "mismatch"),
    ("SISR-Foo-4x", "what a nice day", "partly"),
    ("SISR-Foo-4x", "remove motion blur", "mismatch"),
    ("SISR-Foo", "upscale 3x", "partly"),
    ("SISR-Any-Foo-EDSR", "upscale 3.7x", "fits"),
    ("SISR-Any-Foo-EDSR", "upscale it", "fits"),
    ("SISR-Company-4x", "upscale 3.7x", "mismatch"),
    ("Deblur-Foo", "remove motion blur", "fits"),
    ("Deblur-Foo", "remove motion blur and make it 2x", "partly"),
    ("Txt2Voice-VITS-LJ", "read a text aloud", "fits"),
    ("Txt2Voice-VITS-LJ", "upscale 4x", "mismatch"),
    ("NST-fast-foo-candy", "upscale 4x", "mismatch"),
    # a name without a task says nothing, whatever else stands in it
    ("MyModel", "upscale 4x", "partly"),
    ("MyModel-4x", "upscale 4x", "partly"),
    ("MyModel-4x", "upscale 2x", "partly"),
    ("RealUpscaler-x4plus", "remove noise", "partly"),
    ("SISR", "upscale 4x", "partly"),
]


@pytest.mark.parametrize(("name", "question", "verdict"), NAMES)
def test_a_model_without_a_record_is_judged_by_its_name(
    catalog: Catalog, name: str, question: str, verdict: str
) -> None:
    """The first part of a name states the task, ``4x`` or ``x4`` the scale, and nothing else."""
    assert catalog.find(name, ()) is None
    fit = fit_of(catalog, question, name)
    assert verdict == fit.verdict
    assert any(name in reason for reason in fit.reasons)


def test_a_name_without_a_task_says_nothing(catalog: Catalog) -> None:
    """Task and scale stay unknown, so the scale is neither confirmed nor contradicted."""
    offer = offer_of_name("MyModel-4x", catalog.vocabulary)
    assert (None, (), False, "nothing") == (offer.task, offer.scales, offer.any_scale, offer.source)
    fit = fit_of(catalog, "upscale 2x", "MyModel-4x")
    assert ("nothing provided says which task MyModel-4x performs",) == fit.reasons


def test_names_of_the_benchmark_state_their_task(shared: Path, catalog: Catalog) -> None:
    """Every one of the 158 names of the benchmark's catalog states a task by its first part."""
    lines = (shared / "bench" / "cnaps" / "catalog.jsonl").read_text("utf-8").splitlines()
    names = [json.loads(line)["name"] for line in lines]
    assert 158 == len(names)
    assert [] == [name for name in names if catalog.vocabulary.task_of_name(name) is None]


# --- what a record or a text says ----------------------------------------------------------

RECORDS = [
    ("SISR-RCAN-3x", "upscale a photo 3x", "fits", "its scale is the 3x asked for"),
    ("SISR-RCAN-3x", "upscale a photo 4x", "mismatch", "asks for 4x; RCAN enlarges 3x"),
    ("SISR-RCAN-3x", "upscale 3x on a phone", "partly", "a heavy network"),
    ("SISR-SAFMN-3x", "upscale 3x on a phone", "fits", "built to need little computing power"),
    ("SISR-Foo-3x", "upscale 3x on a phone", "partly", "nothing provided says that SISR-Foo-3x"),
    ("SISR-RCAN-3x", "upscale a JPEG 3x", "partly", "not trained to remove compression"),
    ("SISR-RCAN-3x", "upscale a noisy photo 3x", "partly", "also asks for image denoising"),
    ("SISR-RCAN-3x", "upscale an old phone photo 3x", "fits", "its scale is the 3x asked for"),
    ("Deblur-MSSNet-GoPro", "remove motion blur", "fits", "is for motion deblurring, as asked"),
    ("Deblur-MSSNet-GoPro", "upscale 2x", "mismatch", "keeps the picture's size"),
    ("Deblur-MSSNet-GoPro", "summarize an article", "mismatch", "is for motion deblurring"),
]


@pytest.mark.parametrize(("name", "question", "verdict", "reason"), RECORDS)
def test_a_model_is_judged_by_its_record(
    catalog: Catalog, name: str, question: str, verdict: str, reason: str
) -> None:
    """Task, scale, device and a named degradation decide; an old photo names no repair."""
    fit = fit_of(catalog, question, name)
    assert verdict == fit.verdict
    assert 1 == sum(reason in given for given in fit.reasons)


def test_a_mismatch_lists_only_reasons_against(catalog: Catalog) -> None:
    """What would have fitted is not held up beside what does not."""
    fit = fit_of(catalog, "upscale 2x on a phone", "SISR-RCAN-3x")
    assert "mismatch" == fit.verdict
    assert not any("as asked" in reason for reason in fit.reasons)


def test_what_a_task_says_itself_is_no_limit(catalog: Catalog) -> None:
    """A restorer of faces is not made for something else than photographs."""
    wish = Wish(task="face-restoration", steps=("face-restoration",), subjects=("photo",))
    model = catalog.get("FaceRestoration-GFPGAN-v1")
    assert model
    assert judge(wish, offer_of(model), catalog.vocabulary).verdict == "fits"


def test_a_large_factor_is_for_those_who_ask_for_it(catalog: Catalog) -> None:
    """Where no factor is named, a network for 8x ranks behind one for 4x, and both fit."""
    wish = Wish(task="super-resolution", steps=("super-resolution",))
    small, large = (
        weigh(wish, Offer(name="N", task="super-resolution", scales=(factor,), source="record"),
              catalog.vocabulary)
        for factor in (4.0, 8.0)
    )  # fmt: skip
    assert ("fits", "fits") == (small[0].verdict, large[0].verdict)
    assert small[1] > large[1]


def test_a_model_made_for_another_subject_is_a_mismatch(catalog: Catalog) -> None:
    """A limit to certain pictures counts where the question names others."""
    offer = Offer(name="Toon", task="super-resolution", scales=(4.0,), subjects=("anime",),
                  source="record")  # fmt: skip
    verdicts = {
        subject: judge(
            Wish(task="super-resolution", scales=(4.0,), subjects=(subject,) if subject else ()),
            offer,
            catalog.vocabulary,
        ).verdict
        for subject in (None, "anime", "document", "photo")
    }
    assert {None: "fits", "anime": "fits", "document": "mismatch", "photo": "mismatch"} == verdicts


TEXTS = [
    ("Efficient Image Super-Resolution with Foo", "", "super-resolution", (), "photo"),
    ("Foo: Image Super-Resolution at 4x", "", "super-resolution", (4.0,), "photo"),
    ("Foo: Image Super-Resolution", "It is 3x faster.", "super-resolution", (), "photo"),
    ("Motion Deblurring with Foo", "", "deblurring", (), "photo"),
    ("Real Image Denoising", "", "denoising", (), "photo"),
    ("Foo", "We propose image super-resolution.", None, (), "photo"),
    ("Super-Resolution Microscopy", "Confocal fluorescence.", "microscopy", (), "optics"),
    ("Sharper Features", "Feature maps of vision encoders.", None, (), "features"),
    *((title, "", None, (), "photo") for title in FOREIGN),
]


@pytest.mark.parametrize(("title", "summary", "task", "scales", "scope"), TEXTS)
def test_a_paper_without_a_record_is_judged_by_its_title(
    catalog: Catalog, title: str, summary: str, task: str | None, scales: tuple[float, ...],
    scope: str,
) -> None:  # fmt: skip
    """A title names the task outright or it is unknown; other media share only the words."""
    offer = offer_of_text(title, summary, catalog.vocabulary)
    assert (task, scales, scope) == (offer.task, offer.scales, offer.scope)


# --- the closest item ----------------------------------------------------------------------


@pytest.mark.parametrize("title", FOREIGN)
@pytest.mark.parametrize("question", ["upscale a picture 3x", "super-resolution on a phone"])
def test_a_paper_on_another_medium_is_never_closest(
    catalog: Catalog, title: str, question: str
) -> None:
    """Upsampling of point clouds or sound shares a word and answers nothing about pictures."""
    alone = world_of(catalog, question, ("Deblur-MSSNet-GoPro",), (title,))
    assert ("mismatch", None) == (alone.fit.verdict, alone.fit.closest)
    assert "nothing provided fits the question better" in alone.fit.reasons
    beside = world_of(catalog, question, ("Deblur-MSSNet-GoPro",), (title, SAFMN))
    assert SAFMN == beside.fit.closest


CLOSEST = [
    ("upscale 3x", (DISTILLATION, SAFMN), SAFMN),  # training data enlarges nothing
    ("upscale 3x on a phone", ("Foo: Image Super-Resolution", SAFMN), SAFMN),
    ("upscale 3x", ("Foo: Image Super-Resolution", "Bar: Image Super-Resolution at 3x"),
     "Bar: Image Super-Resolution at 3x"),
    ("upscale 5x", ("Foo: Image Super-Resolution at 5x", SAFMN),
     "Foo: Image Super-Resolution at 5x"),
    ("upscale 5x", (SAFMN,), None),  # its record lists other factors
    ("upscale 3x", ("Foo: Image Super-Resolution", "Bar: Image Super-Resolution"),
     "Foo: Image Super-Resolution"),
    ("upscale 3x", ("Motion Deblurring with Foo",), None),
    ("upscale 3x", (HITSR,), None),
    ("upscale 3x", ("FeatSharp: Your Vision Model Features, Sharper",), None),
    ("upscale 3x", (), None),
]  # fmt: skip


@pytest.mark.parametrize(("question", "related", "closest"), CLOSEST)
def test_the_closest_item_of_a_mismatch(
    catalog: Catalog, question: str, related: tuple[str, ...], closest: str | None
) -> None:
    """Task first, then never another scale, then device and scale, then the order of the file."""
    fit = world_of(catalog, question, ("Deblur-MSSNet-GoPro",), related).fit
    assert ("mismatch", closest) == (fit.verdict, fit.closest)


def test_the_closest_item_is_named_only_for_a_mismatch(catalog: Catalog) -> None:
    """A model that fits, even partly, stays the one that answers."""
    assert world_of(catalog, "upscale it", ("SISR-RCAN-3x",), (SAFMN,)).fit.closest is None


# --- several models ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "models", "verdict", "answering"),
    [
        ("upscale 3x", ("SISR-RCAN-2x", "SISR-RCAN-3x"), "fits", "SISR-RCAN-3x"),
        ("upscale 3x", ("SISR-RCAN-3x", "SISR-RCAN-2x"), "fits", "SISR-RCAN-3x"),
        ("upscale 3x", ("Deblur-MSSNet-GoPro", "SISR-Foo", "SISR-HAN-3x"), "fits", "SISR-HAN-3x"),
        ("upscale 3x", ("Deblur-MSSNet-GoPro", "SISR-Foo"), "partly", "SISR-Foo"),
        ("2x or 4x?", ("SISR-RCAN-2x", "SISR-RCAN-4x"), "partly", "SISR-RCAN-2x"),
        ("upscale 3x", ("SISR-HAN-3x", "SISR-RCAN-3x"), "fits", "SISR-HAN-3x"),
        ("upscale 3x", ("SISR-HAN-2x", "SISR-RCAN-4x"), "mismatch", None),
    ],
)
def test_the_best_of_several_models_counts(
    catalog: Catalog, question: str, models: tuple[str, ...], verdict: str, answering: str | None
) -> None:
    """The verdict is that of the best recommended model, the first one on a tie."""
    world = world_of(catalog, question, models)
    assert verdict == world.fit.verdict
    assert answering == (world.answering.name if world.answering else None)


def test_without_a_recommended_model_nothing_fits(catalog: Catalog) -> None:
    """A request without models is a mismatch that says so."""
    fit = world_of(catalog, "upscale 3x", ()).fit
    assert "mismatch" == fit.verdict
    assert "no model is provided" in fit.reasons[0]


# --- wording and invariants ----------------------------------------------------------------


def test_factors_and_lists_read_as_people_write_them() -> None:
    """``3x`` and ``2.25x``; commas and one last word."""
    assert ["3x", "2.25x", "1.5x"] == [times(factor) for factor in (3.0, 2.25, 1.5)]
    assert ["", "a", "a and b", "a, b and c"] == [listing("abc"[:n]) for n in range(4)]
    assert "2x or 4x" == listing(["2x", "4x"], "or")


@given(data=st.data())
def test_the_worst_dimension_decides(catalog: Catalog, data: st.DataObject) -> None:
    """Stating more in a question never improves the verdict on the same offer."""
    vocabulary = catalog.vocabulary
    tasks = st.sampled_from([task.id for task in vocabulary.tasks])
    factors = st.sampled_from([(2.0,), (4.0,), (2.0, 4.0), (3.0, 2.0)])
    task = data.draw(tasks)
    offer = Offer(
        name="M",
        task=data.draw(st.just(task) | tasks | st.none()),
        scales=data.draw(factors | st.just(())),
        any_scale=data.draw(st.booleans()),
        subjects=data.draw(st.sampled_from([(), ("anime",)])),
        efficient=data.draw(st.sampled_from([True, False, None])),
        source="record",
    )
    wish = Wish(task=task, scales=data.draw(factors))
    more = wish.model_copy(
        update={
            "subjects": (data.draw(st.sampled_from(["anime", "document"])),),
            "degradations": data.draw(st.sampled_from([(), ("noise",), ("real-world",)])),
            "device": data.draw(st.sampled_from([None, "weak"])),
        }
    )
    assert judge(more, offer, vocabulary).rank >= judge(wish, offer, vocabulary).rank
    assert judge(more, offer, vocabulary) == judge(more, offer, vocabulary)


@pytest.mark.parametrize(
    ("model", "scale", "verdict", "reason"),
    [
        ("SISR-Any-Meta-SR", 3.5, "fits", "it takes any factor, 3.5x included"),
        (
            "SISR-Any-Meta-SR",
            16,
            "partly",
            "Meta-SR takes any factor, but was trained up to 4x; 16x is extrapolation",
        ),
        (
            "SISR-Any-LIIF-EDSR",
            16,
            "partly",
            "LIIF accepts large factors, but far beyond those seen in training the result stays "
            "smooth and gains little new detail",
        ),
        (
            "SISR-Any-SRNO",
            16,
            "partly",
            "nothing provided says that SRNO was trained for 16x",
        ),
        ("SISR-Any-SRNO", 4, "fits", "it takes any factor, 4x included"),
    ],
)
def test_any_factor_is_sure_only_within_what_was_trained(
    catalog: Catalog, model: str, scale: float, verdict: str, reason: str
) -> None:
    """Beyond the largest trained factor, or a usual one where none is recorded, it fits in part."""
    entry = catalog.get(model)
    assert entry
    wish = Wish(task="super-resolution", scales=(scale,))
    fit = judge(wish, offer_of(entry), catalog.vocabulary)
    assert verdict == fit.verdict
    assert reason in fit.reasons


@pytest.mark.parametrize(
    ("steps", "damage", "gone"),
    [
        (("denoising", "super-resolution"), (), ("noise",)),
        (("weather-removal", "super-resolution"), ("rain",), ("rain",)),
        (("super-resolution",), ("noise",), ()),
        (("super-resolution", "face-restoration"), (), ()),
        (("colorization", "super-resolution"), (), ()),
    ],
)
def test_only_repairs_before_enlarging_can_be_done_with_it(
    steps: tuple[str, ...], damage: tuple[str, ...], gone: tuple[str, ...], catalog: Catalog
) -> None:
    """One model may do all where each earlier step takes some damage away, and only where it is
    blind and its record says that it takes away all of it."""
    wish = Wish(steps=steps, task=steps[0], degradations=damage)
    able = Offer(name="M", task="super-resolution", handles=gone, blind=True)
    assert gone == cleaned(wish, catalog.vocabulary)
    assert bool(gone) == does_all(able, wish, catalog.vocabulary)
    for other in ({"blind": False}, {"handles": ("halo",)}, {"task": "denoising"}):
        assert not does_all(able.model_copy(update=other), wish, catalog.vocabulary)


@pytest.mark.parametrize(
    ("factor", "said"),
    [(3, "3x"), (2.25, "2.25x"), (1.5191, "1.52x"), (6.6667, "6.67x"), (1.15, "1.15x")],
)
def test_a_factor_is_said_so_that_it_reaches(factor: float, said: str) -> None:
    """With two decimals at most, rounded up."""
    assert said == times(factor)


def test_a_name_may_begin_with_the_words_of_its_task(catalog: Catalog) -> None:
    """A task written out in one word says as much as its usual prefix."""
    names = ("DepthEstimation-Foo", "ImageDenoising-Foo", "MyModel-Foo")
    tasks = [offer_of_name(name, catalog.vocabulary).task for name in names]
    assert ["depth-estimation", "denoising", None] == tasks


@pytest.mark.parametrize(
    ("model", "damage", "reason"),
    [
        ("Deblur-Restormer-Defocus", ("blur", "defocus"), "is for defocus deblurring, as asked"),
        ("Deblur-Restormer-Motion", ("blur", "motion-blur"), "is for motion deblurring, as asked"),
        ("Deblur-Restormer-Defocus", ("blur",), "is for deblurring, as asked"),
        ("Deblur-Restormer-Defocus", ("blur", "motion-blur"), "is for deblurring, as asked"),
    ],
)
def test_deblurring_is_called_by_its_kind_where_question_and_model_agree(
    catalog: Catalog, model: str, damage: tuple[str, ...], reason: str
) -> None:
    """Weights for wrong focus are never said to be for motion."""
    wish = Wish(task="deblurring", steps=("deblurring",), degradations=damage)
    entry = catalog.get(model)
    assert entry is not None
    told = judge(wish, offer_of(entry), catalog.vocabulary).reasons
    assert [f"Restormer {reason}"] == [one for one in told if " is for " in one]


def test_where_nothing_may_be_made_up_a_model_that_draws_fits_in_part(catalog: Catalog) -> None:
    """And stands behind every able one that does not; who asks whether it draws wants no model."""
    wish = Wish(form="recommend", task="super-resolution", aspects=("no-invention",))
    draws = Offer(name="A", task="super-resolution", source="record", invents=True)
    keeps = draws.model_copy(update={"name": "B", "invents": False})
    weighed = [weigh(wish, offer, catalog.vocabulary) for offer in (draws, keeps)]
    (drawn, against, _), (kept, points, _) = weighed
    assert ("A may draw detail that was not there",) == drawn.against
    assert (1, 0, True) == (drawn.rank, kept.rank, points > against + 12)
    asks = wish.model_copy(update={"form": "feasibility"})
    assert (0, 0) == tuple(judge(asks, o, catalog.vocabulary).rank for o in (draws, keeps))


def test_the_license_of_the_weights_is_the_one_that_counts(catalog: Catalog) -> None:
    """Whatever the code is under."""
    model = next(m for m in catalog.models if m.license == "MIT" and not m.weights_license)
    bound = model.model_copy(update={"weights_license": "CC-BY-NC-4.0"})
    wish = Wish(form="recommend", task=model.task, license="commercial")
    found = [judge(wish, offer_of(m), catalog.vocabulary).verdict for m in (model, bound)]
    assert ["fits", "mismatch"] == found


def test_a_small_card_speaks_against_what_needs_a_strong_one(catalog: Catalog) -> None:
    wish = Wish(form="recommend", task="super-resolution", vram_gb=4.0)
    heavy = Offer(name="A", task="super-resolution", source="record", needs_gpu=True)
    assert ("A needs a strong graphics card",) == judge(wish, heavy, catalog.vocabulary).against
    wide = wish.model_copy(update={"vram_gb": 24.0})
    assert "fits" == judge(wide, heavy, catalog.vocabulary).verdict
