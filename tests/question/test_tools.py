"""Names that stand where a question speaks of a program or a model."""

from __future__ import annotations

import pytest

from assistant.catalog import Catalog
from assistant.naming import strangers_of, tools_asked
from assistant.question import following, tools_in, understand
from assistant.question.reader import shipped

ASKED = [
    ("How does FSR decide what to draw at the edges when it upscales a frame?", ["FSR"]),
    ("Tried Flux Kontext to remove a crease and it changed her nose.", ["Flux Kontext"]),
    ("Can Nano Banana clean up a scanned letter?", ["Nano Banana"]),
    ("MyHeritage turned my grandfather's eyes brown, why?", ["MyHeritage"]),
    ("We pay for Luminar Neo, but it eats feathers.", ["Luminar Neo"]),
    ("Is there an alternative to PureRAW for ISO 6400 photos?", ["PureRAW"]),
    ("remini gave my great aunt new teeth, what else is there", ["remini"]),
    ("lightrooms AI denoise takes raw only", ["lightroom"]),
    ("Something like Clipdrop but offline?", ["Clipdrop"]),
    ("Is Krea worth paying for?", ["Krea"]),
]
OTHERS = [
    "My Nikon D850 photos from Lisbon are noisy, which denoiser should I take?",
    "Mum took these with a Fuji X-T4, how do I remove the grain?",
    "Anna gave me a box of scratched slides, what fills the scratches?",
    "I use PyTorch on Ubuntu with a 3060; which network denoises fastest?",
    "I play everything in mpv on Linux; what upscales anime 2x there?",
    "How does JPEG decide what to throw away?",
    "I used Portra 400 and the scans are grainy, what else helps?",
    "Our Hi8 and MiniDV tapes are noisy, what cleans them?",
    "Using CUDA 12 I get NaNs, what can I do?",
    "Photos from Facebook look blocky, what removes that?",
    "turn my holiday photo into something like Van Gogh",
    "Does NAFNet trained on SIDD help with photos from a Pixel 6?",
    "Say it with the GoPro numbers",
    "Compare Cellpose with SAM",
]
PEOPLE = [
    "Sarah changed the brightness of my photo, which model makes it better?",
    "Tom made a better scan. Why is it still blurry?",
    "My sister is out, and Maria kept the other negatives. What restores them?",
    "Lisbon left me with better pictures; what else sharpens them?",
]
REFUSED = [
    "Topaz Gigapixel isn't an option, what else enlarges?",
    "Anything but DeOldify for coloring a street photo",
    "Without Remini please, which model restores faces?",
]
LEFT = [
    ("codeformer is out because of its license, which face restorer can I sell?", "CodeFormer"),
    ("CodeFormer won't do for us. Which face restorer can we sell?", "CodeFormer"),
    ("SwinIR is not an option, what else enlarges photos 4x?", "SwinIR"),
    ("I tried SwinIR, what else enlarges photos 4x?", "SwinIR"),
    ("Please recommend a replacement for SwinIR to enlarge photos 4x", "SwinIR"),
    ("I used SwinIR. Is there anything better to enlarge photos 4x?", "SwinIR"),
    ("We ran SwinIR; I would like to try another model to enlarge photos 4x", "SwinIR"),
    ("I have tried SwinIR, which upscaler can I take instead for photos 4x?", "SwinIR"),
    ("Slower than I thought: enhancing with HAN. I tried HAN, what else enlarges 4x?", "HAN"),
]
STAYS = [
    "We used SwinIR to enlarge photos 4x and want to keep using it on different photos",
    "I used SwinIR on a scan, now I need a better face model",
    "I tried SwinIR on another computer, how do I get better results at 4x?",
    "I am using SwinIR on someone else's photos, 4x, and some other edges look soft",
    "We ran SwinIR to enlarge photos 4x, should I enlarge the drawings instead?",
    "I used SwinIR and want to replace the sky before I enlarge 4x",
    "SwinIR is out of memory when I enlarge photos 4x, which weights are light?",
]


@pytest.mark.parametrize(("question", "names"), ASKED)
def test_a_name_is_told_by_where_it_stands(question: str, names: list[str]) -> None:
    """What is used, paid for, asked what it does or told what it did is a program or a model."""
    assert names == tools_in(question)


@pytest.mark.parametrize("question", OTHERS)
def test_other_names_are_no_unknown_models(catalog: Catalog, question: str) -> None:
    """Cameras, devices, places, people, tapes, films, systems and data sets are not unknown, and
    neither is what a record is called or speaks of."""
    assert [] == strangers_of(question, catalog)


@pytest.mark.parametrize("question", PEOPLE)
def test_who_did_something_to_a_picture_is_no_program(question: str) -> None:
    """A plain name in front of a deed is a person's, whatever else the question says."""
    assert [] == tools_in(question)


@pytest.mark.parametrize("question", REFUSED)
def test_a_refused_tool_is_passed_over(catalog: Catalog, question: str) -> None:
    """Of a program that is not to be used nothing has to be said."""
    assert [] == tools_asked(question, catalog)


@pytest.mark.parametrize(("question", "name"), LEFT)
def test_what_is_ruled_out_or_was_used_before_is_refused(
    catalog: Catalog, question: str, name: str
) -> None:
    """It is no architecture that is asked for."""
    wish = understand(question, catalog.vocabulary, catalog.labels, shipped())
    wish = following(question, wish.model_copy(update={"form": "recommend"}))
    assert ((), True) == (wish.architectures, name in wish.refused)


def test_what_is_to_be_used_stays_wanted(catalog: Catalog) -> None:
    """Only the one that is left is refused."""
    text = "Which SwinIR weights should I take instead of HAT to enlarge photos 4x?"
    wish = understand(text, catalog.vocabulary, catalog.labels, shipped())
    wish = following(text, wish.model_copy(update={"form": "recommend"}))
    assert (("SwinIR",), ("HAT",)) == (wish.architectures, wish.refused)


@pytest.mark.parametrize("question", STAYS)
def test_another_picture_or_result_refuses_no_model(catalog: Catalog, question: str) -> None:
    """Only another model replaces the one that was used."""
    wish = understand(question, catalog.vocabulary, catalog.labels, shipped())
    wish = following(question, wish.model_copy(update={"form": "recommend"}))
    assert (("SwinIR",), ()) == (wish.architectures, wish.refused)
