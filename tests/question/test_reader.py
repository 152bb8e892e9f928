"""The learned reading: shipped weights, what they say of plain cases, and how they fail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.catalog import Catalog
from assistant.content import folder
from assistant.encoder.embedding import QueryEncoder
from assistant.encoder.tuned import TunedEncoder
from assistant.errors import CatalogError
from assistant.question import shipped, understand
from assistant.question.reader import Reader

PLACE = folder("catalog") / "reader"


@pytest.mark.parametrize(
    ("text", "form", "steps"),
    [
        (
            "make this tiny photo of my dog big enough for a poster",
            "recommend",
            ["super-resolution"],
        ),
        ("my night shots are far too dark, what brightens them?", "recommend", ["low-light"]),
        ("take the rain streaks off this dashcam picture", "recommend", ["weather-removal"]),
        ("color in my grandfather's black and white portrait", "recommend", ["colorization"]),
        ("transcribe this recording of my grandfather", "recommend", ["speech-recognition"]),
        ("How would one get the noise out of a picture?", "recommend", ["denoising"]),
        ("How do I get a shaken photo of a bus sharp?", "recommend", ["deblurring"]),
        ("Kindly take the haze away.", "recommend", ["weather-removal"]),
        ("deblur, denoise, 3x", "recommend", ["denoising", "deblurring", "super-resolution"]),
        ("which bread keeps longest in summer?", "outside", []),
        ("how do I enlarge my garage?", "outside", []),
        ("many thanks!", "outside", []),
    ],
)
def test_plain_wishes_are_read(catalog: Catalog, text: str, form: str, steps: list[str]) -> None:
    """What anybody would understand is understood, though no phrase of it is listed."""
    wish = understand(text, catalog.vocabulary, catalog.labels, shipped())
    assert (form, steps) == (wish.form, list(wish.steps))


def test_probabilities_are_probabilities() -> None:
    """Forms sum to one, tasks are told from the likeliest down, and a second look says the same."""
    reading = shipped().read("is RCAN better than HAN for leaves?")
    assert 1 == pytest.approx(sum(reading.forms.values()), abs=1e-4)
    assert sorted(reading.tasks.values(), reverse=True) == list(reading.tasks.values())
    assert Reader(PLACE).read("is RCAN better than HAN for leaves?") == reading


def test_the_words_behind_a_step_are_words_of_the_question() -> None:
    """What ``search --explain`` shows is what the task hangs on."""
    text = "please brighten the dark garden"
    telling = shipped().because(text, "low-light")
    assert set(telling) <= set(text.split())
    assert {"brighten", "dark"} & set(telling)


def test_steps_come_in_the_order_in_which_one_does_them(catalog: Catalog) -> None:
    """The order is that of the work, not of the words."""
    text = "color this old gray portrait and close the scratches first"
    wish = understand(text, catalog.vocabulary, catalog.labels, shipped())
    assert ("inpainting", "colorization") == wish.steps


def test_a_named_factor_belongs_to_the_step_that_enlarges(catalog: Catalog) -> None:
    """Of a series only the enlarging step is asked for the factor."""
    text = "remove the noise from my small scan, then enlarge it 4x"
    wish = understand(text, catalog.vocabulary, catalog.labels, shipped())
    one, other = (wish.of(step, catalog.vocabulary) for step in ("denoising", "super-resolution"))
    assert ((), (4.0,)) == (one.scales, other.scales)


def test_no_change_leaves_the_encoder_as_it_is() -> None:
    """A change of zeros is none, bit for bit."""
    name = "encoder.layer.5.output.dense"
    change = {
        f"{name}.down": np.zeros((2, 1536), np.float16),
        f"{name}.up": np.zeros((384, 2), np.float16),
    }
    text = "a small photo"
    assert QueryEncoder().embed_query(text) == TunedEncoder(change).embed_query(text)


@pytest.mark.parametrize("damage", ["missing", "no card", "no head"])
def test_a_damaged_reader_is_named(tmp_path: Path, damage: str) -> None:
    """Whatever is wrong with the two files, the error names the folder."""
    place = tmp_path / "reader"
    shutil.copytree(PLACE, place)
    if damage == "missing":
        (place / "reader.safetensors").unlink()
    elif damage == "no card":
        (place / "reader.json").write_text("{", "utf-8")
    else:
        card = json.loads((place / "reader.json").read_text("utf-8"))
        card["heads"]["another"] = 1.0
        (place / "reader.json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(CatalogError, match=str(place)):
        Reader(place)
