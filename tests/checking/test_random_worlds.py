"""What holds for the answers to the examples holds in any world: random ones of the catalog."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from warm_index import catalog

from assistant.answer import Answer, from_markdown
from assistant.checking import Passages, verify
from assistant.generation.explanation import workflow_of
from assistant.prompts import Request
from assistant.provision import item_of
from assistant.world import World

from . import random_worlds as worlds
from .test_records import altered, evil_items
from .worlds import kinds, links

OUTSIDE = {
    "See https://github.com/nobody/elsewhere for it.": "link_outside",
    "More on somewhere.example about it.": "link_outside",
    "It is well understood [99].": "link_outside",
    "ZORB-R is a better one.": "name_outside",
    "It was shown before (Nobody et al., 1931).": "author_year_outside",
    "It reaches 987.65 dB.": "number_absent",
    "I ran the model on your photo.": "run_without_receipt",
    "The paper is at [insert link here].": "example_leak",
}


def checked(world: World, text: str) -> Answer:
    return verify(from_markdown(text, world, workflow_of(world)), world)


def world_of(question: str, *names: str) -> World:
    """The world of a question over models of the catalog."""
    models = [item_of(model) for name in names if (model := catalog().get(name))]
    return worlds.built(Request(question=question, recommended=tuple(models)))


def with_sentence(text: str, sentence: str) -> str:
    """An answer with a paragraph more at the end of part 2."""
    return text.replace("\n\n## 3. ", f"\n\n{sentence}\n\n## 3. ")


@given(worlds.worlds())
def test_a_composed_answer_is_verified_unchanged(world: World) -> None:
    """As a value and read back from its Markdown: no finding, and no byte of it changes."""
    composed = worlds.composed(world)
    for answer in (verify(composed, world), checked(world, composed.markdown)):
        expected = ("verified", (), composed.markdown)
        assert expected == (answer.outcome, answer.findings, answer.markdown)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Sharpen feature maps", ["FeatUp-FeatUp-DINOv2"]),
        ("Deblur a photo", ["Deblur-DPIR", "Denoise-DRUNet-Color"]),
        ("Upscale 3x on a weak phone", ["SISR-Thera-EDSR-air"]),
    ],
)
def test_an_items_own_words_may_hold_other_names(question: str, names: list[str]) -> None:
    """A phrase of a record passes under no name; the name in other words is somebody else's."""
    world = world_of(question, *names)
    composed = worlds.composed(world)
    found = verify(composed, world)
    assert ("verified", (), composed.markdown) == (found.outcome, found.findings, found.markdown)
    told = checked(world, with_sentence(composed.markdown, "DINOv2 is fast and famous."))
    assert {"claim_unsupported", "name_outside"} & kinds(told)
    assert composed.markdown == told.markdown


def test_a_records_own_where_asked_is_not_about_the_question() -> None:
    """ "4x, where asked" of a record is its own factor; of the question it is another's."""
    world = world_of("Enlarge my drawing", "SISR-waifu2x-Art-Noise3-2x")
    composed = worlds.composed(world)
    found = verify(composed, world)
    assert "where asked" in composed.markdown
    assert ("verified", ()) == (found.outcome, found.findings)
    told = checked(world, with_sentence(composed.markdown, "The question asks for 7x."))
    assert "The question asks for 7x." not in told.markdown


def test_the_models_of_a_series_keep_their_steps() -> None:
    """Which model does which step is said in that order only."""
    world = world_of("Denoise my photo, then upscale it 2x", "SISR-EDT-2x", "Denoise-DRUNet-Color")
    text = worlds.composed(world).markdown
    told = "First comes image denoising with DRUNet, then single-image super-resolution with EDT."
    turned = "First comes image denoising with EDT, then single-image super-resolution with DRUNet."
    assert told in text
    assert turned not in checked(world, with_sentence(text, turned)).markdown


def test_facts_in_a_row_stand_each_beside_its_own_item() -> None:
    """What two records state may be said in one sentence, but not of each other."""
    world = world_of("RCAN or HAN for 2x?", "SISR-RCAN-2x", "SISR-HAN-2x")
    text = worlds.composed(world).markdown
    one, other = (next(f.text for f in p.facts if f.id.endswith("#parameters"))
                  for p in world.provided[:2])  # fmt: skip
    told = f"{one[:-1]}; {other}"
    turned = told.replace("RCAN", "XXX").replace("HAN", "RCAN").replace("XXX", "HAN")
    assert told in checked(world, with_sentence(text, told)).markdown
    assert turned not in checked(world, with_sentence(text, turned)).markdown


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("SISR-SEN2SRLite-4x", ["satellite-super-resolution"]),
        ("Denoise-EDT-50", ["noise"]),
        ("SISR-SAFMN-3x", []),
        ("Harmonization-INR-Res256-iHarmony4", []),
    ],
)
def test_a_fact_of_a_record_as_it_stands_is_never_cut(name: str, terms: list[str]) -> None:
    """Whatever figures, terms, titles and other versions it names."""
    world = world_of(f"What is {name}?", name, *terms)
    entry = world.provided[0].entry
    assert entry is not None
    check = Passages(world).check
    told = [f.text for f in world.provided[0].facts if f.text.startswith(entry.name)]
    assert told == [check(text).text for text in told]


def test_it_stands_for_a_model_and_not_for_a_term_that_was_named_since() -> None:
    """After a sentence on a model that also names a term, "It" is still the model."""
    world = world_of("SwinIR for bicubic?", "SISR-SwinIR-Classical-DF2K-64-M-4x", "bicubic")
    first = "SwinIR enlarges one clean photo. "
    facts = [f.text for p in world.provided[:1] for f in p.facts]
    trained = next(text for text in facts if "bicubic" in text).replace("SwinIR's", "Its", 1)
    passes = next(text for text in facts if "long skip" in text).replace("SwinIR", "It", 1)
    assert passes in Passages(world).check(f"{first}{trained} {passes}").text


@pytest.mark.parametrize("name", ["KinD", "RePaint", "LaMa"])
def test_a_name_that_is_a_word_counts_in_its_own_case(name: str) -> None:
    """Prose may use the word; the name is outside."""
    world = world_of("Upscale 3x", "SISR-RCAN-3x")
    text = worlds.composed(world).markdown
    plain = with_sentence(text, f"This {name.casefold()} of picture is common.")
    assert "name_outside" not in kinds(checked(world, plain))
    assert "name_outside" in kinds(checked(world, with_sentence(text, f"{name} is better.")))


def test_a_venue_in_the_name_of_a_repository_is_no_citation() -> None:
    """A provided repository may be named in prose; the venue alone is not provided."""
    world = world_of("Remove rain from a photo", "WeatherRemoval-AirNet")
    text = worlds.composed(world).markdown
    named = "It is told by the README of XLearning-SCU/2022-CVPR-AirNet."
    assert "author_year_outside" not in kinds(checked(world, with_sentence(text, named)))
    cited = checked(world, with_sentence(text, "It was shown at CVPR 2022."))
    assert {"author_year_outside", "claim_unsupported"} & kinds(cited)


@given(worlds.worlds(), st.sampled_from(list(OUTSIDE)))
def test_what_is_not_provided_is_found_and_taken_out(world: World, sentence: str) -> None:
    """The composed answer is back byte for byte, or the draft was refused; twice the same."""
    composed = worlds.composed(world)
    text = with_sentence(composed.markdown, sentence)
    answer = checked(world, text)
    assert OUTSIDE[sentence] in kinds(answer)
    assert answer.outcome == "refused" or composed.markdown == answer.markdown
    assert answer == checked(world, text)


@given(worlds.worlds(), worlds.worlds())
def test_an_answer_holds_links_of_its_own_world_only(world: World, other: World) -> None:
    """An answer to something else never keeps a link that is not provided here."""
    answer = checked(world, worlds.composed(other).markdown)
    foreign = links(worlds.composed(other)) - links(worlds.composed(world))
    assert answer.outcome == "refused" or [] == [x for x in foreign if x in answer.markdown]


def test_two_recommended_models_keep_their_own_links() -> None:
    """`(the recommended model)` behind a name stands for that one, not for both."""
    world = world_of("upscale 3x", "SISR-EDSR-4x", "SISR-RCAN-3x")
    composed = worlds.composed(world)
    first, second = (str(p.item.paper) for p in world.provided)
    text = composed.markdown.replace(first, "\0").replace(second, first).replace("\0", second)
    answer = checked(world, text)
    found = (answer.outcome, kinds(answer), answer.references_text)
    assert ("repaired", {"link_mispaired"}, composed.references_text) == found


@given(worlds.worlds(), st.data())
def test_links_that_trade_places_go_back(world: World, data: st.DataObject) -> None:
    """Each link belongs to its owner, so part 3 is rendered anew."""
    composed = worlds.composed(world)
    cited = [reference.url for reference in composed.references]
    assume(len(cited) > 1)
    first, second = data.draw(st.lists(st.sampled_from(cited), min_size=2, max_size=2, unique=True))
    text = composed.markdown.replace(first, "\0").replace(second, first).replace("\0", second)
    answer = checked(world, text)
    assert ("repaired", composed.markdown) == (answer.outcome, answer.markdown)


FIELDS = ["recommended", "related", "sources", "question", "fit", "workflow"]


@given(worlds.worlds(), st.sampled_from(FIELDS))
def test_an_altered_record_is_restored(world: World, field: str) -> None:
    """Nothing but prose is taken from a draft: what differs from the world is put right."""
    composed = worlds.composed(world)
    assume(getattr(composed, field))
    answer = verify(altered(composed, **{field: evil_items(composed)[field]}), world)
    restored = None if field == "workflow" else getattr(composed, field)
    found = (answer.outcome, kinds(answer), getattr(answer, field))
    assert ("repaired", {"record_altered"}, restored) == found
    assert "evil" not in str(answer.to_json() | {"findings": []})


@given(worlds.worlds())
def test_a_draft_without_part_three_gets_the_records(world: World) -> None:
    """A writer need not write links: part 3 is rendered, byte for byte as composed."""
    composed = worlds.composed(world)
    answer = verify(altered(composed, references_text=""), world)
    assert ("repaired", composed.markdown) == (answer.outcome, answer.markdown)
