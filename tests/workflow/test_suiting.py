"""What suits a picture: chosen from what was measured, said where a model was made for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.catalog import Catalog, Model
from assistant.errors import InputError
from assistant.imaging.faults import Blur, Jpeg, Light, Look, Noise
from assistant.workflow.suiting import choose, doubts
from assistant.workflow.weights import available

LIGHT = Light(mean=120, contrast=200, black=0, white=0, gray=False, cast=0)


@pytest.fixture(autouse=True)
def _nothing_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def seen(**measures: object) -> Look:
    return Look.model_validate(
        {"size": (640, 480), "depth": 8, "alpha": False, "light": LIGHT, **measures}
    )


NOISY = {"noise": Noise(sigma=12, channels=(12, 12, 12), confidence=1.0)}
JPEG = {"jpeg": Jpeg(quality=40, source="pixels", shifted=False, confidence=1.0)}
MOVED = {"blur": Blur(kind="motion", sigma=2.5, length=7, direction=30, confidence=0.95)}


def test_a_clean_picture_gets_the_lightest_model(catalog: Catalog) -> None:
    """As without looking."""
    assert ("SISR-SAFMN-4x",) == choose(seen(), catalog).models
    assert ("SISR-SAFMN-2x",) == choose(seen(), catalog, 2).models


@pytest.mark.parametrize("measures", [NOISY, JPEG, {**NOISY, **JPEG}])
def test_a_noisy_or_compressed_one_gets_weights_made_for_it(
    catalog: Catalog, measures: dict[str, object]
) -> None:
    """One network that cleans and enlarges; the choice says what was measured."""
    choice = choose(seen(**measures), catalog, 4)
    assert ("SISR-SAFMN-real-4x",) == choice.models
    assert len(measures) == len(choice.because)


def test_motion_is_taken_away_first_but_not_out_of_noise(catalog: Catalog) -> None:
    """The deblurring network was made for clean pictures."""
    first, then = choose(seen(**MOVED), catalog, 4).models
    assert first.startswith("Deblur-MSSNet")
    assert "SISR-SAFMN-4x" == then
    assert ("SISR-SAFMN-real-4x",) == choose(seen(**MOVED, **NOISY), catalog, 4).models


def test_nothing_to_do_is_said(catalog: Catalog) -> None:
    """A sound picture that is not to be enlarged needs no model."""
    with pytest.raises(InputError, match="nothing was measured"):
        choose(seen(), catalog, 1)


def test_a_model_for_clean_pictures_is_doubted_and_what_suits_is_named(catalog: Catalog) -> None:
    """Its record says what it handles; one that handles the damage is not doubted."""
    clean, real = catalog.get("SISR-SAFMN-4x"), catalog.get("SISR-SAFMN-real-4x")
    assert isinstance(clean, Model)
    assert isinstance(real, Model)
    (said,) = doubts(clean, seen(**NOISY, **JPEG), catalog)
    assert "JPEG of quality 40" in said
    assert "noise of sigma 12" in said
    assert "SISR-SAFMN-real-4x is made for such pictures" in said
    assert () == doubts(real, seen(**NOISY, **JPEG), catalog)
    assert () == doubts(clean, seen(), catalog)


def test_a_model_that_invents_or_takes_long_says_so(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real-ESRGAN is made for damaged pictures, and its detail is drawn; minutes are said first."""
    model = catalog.get("SISR-Real-ESRGAN-4x")
    assert isinstance(model, Model)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    slow, drawn = doubts(model, seen(**NOISY), catalog)
    assert "will take about 6 minutes here" in slow
    assert "draws plausible detail that was not there" in drawn


def test_of_weights_that_install_by_name_the_extra_is_named(catalog: Catalog) -> None:
    """Where the package is not there, the error says how it comes."""
    from assistant.networks import packaged
    from assistant.workflow import weights

    model = catalog.get("SISR-Real-ESRGAN-4x")
    assert isinstance(model, Model)
    if packaged.find(model.id) is None:
        with pytest.raises(InputError, match="install by name") as caught:
            weights.find(model, catalog)
        assert "sr-assistant[real]" in caught.value.hint
    else:  # in an environment with the extra it runs
        assert "package" == weights.find(model, catalog).origin


def test_without_enlarging_a_damaged_picture_is_cleaned(catalog: Catalog) -> None:
    """At 1x the network that keeps the size; at 2x the one that doubles."""
    (cleaned,) = choose(seen(**JPEG), catalog, 1).models
    assert "Restoration-SAFMN-real" == cleaned


def test_short_motion_takes_the_weights_that_learned_only_that(catalog: Catalog) -> None:
    """Those that also know long motion gain less on shorter motion."""
    near = seen(blur=Blur(kind="motion", sigma=2, length=6, direction=30, confidence=0.95))
    far = seen(blur=Blur(kind="motion", sigma=3, length=12, direction=30, confidence=0.95))
    runs = []
    for each in (near, far):
        model = catalog.get(choose(each, catalog, 1).models[0])
        assert isinstance(model, Model)
        runs.append(available(model))
    assert ["mssnet-small", "mssnet-far"] == [found.path.stem for found in runs if found]


def test_a_longer_motion_than_was_learned_is_left_alone_and_said(catalog: Catalog) -> None:
    """The weights that ship make it worse; who names their model hears it before it runs."""
    far = seen(blur=Blur(kind="motion", sigma=4, length=21, direction=30, confidence=0.95))
    assert ("SISR-SAFMN-4x",) == choose(far, catalog, 4).models
    model = catalog.get("Deblur-MSSNet-S-GoPro")
    assert isinstance(model, Model)
    (said,) = doubts(model, far, catalog)
    assert "up to 15 pixels; this one is about 21" in said
    assert () == doubts(model, seen(**MOVED), catalog)
