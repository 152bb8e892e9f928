"""What an answer says of the very thing that was asked."""

from __future__ import annotations

import re

import pytest

from assistant.nearness import shipped
from assistant.pipeline import Assistant
from assistant.question.coined import coined


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which upscaler for a browser tab has under 1M parameters?", "parameters are within"),
        ("Which model do I use for 3x on a phone?", "SAFMN is built to need little computing"),
        ("I need a 3x upscaler under the MIT license", "the MIT license"),
    ],
)
def test_a_recommendation_says_which_conditions_it_meets(
    assistant: Assistant, question: str, told: str
) -> None:
    answer = assistant.ask(question)
    assert told in answer.task
    assert answer.findings == ()


def test_who_names_no_condition_hears_of_none(assistant: Assistant) -> None:
    told = assistant.ask("Which model enlarges a photo 4x?").task
    opening, *_ = told.split("\n\n")
    assert re.fullmatch(r"Take \S+ \(\S+\) for single-image super-resolution at 4x\.", opening)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("why does codeformer change the eyes of people", "CodeFormer"),
        ("Restormer took the rain off but the lane lines too, why?", "Restormer"),
        ("how does real-esrgan know what grass looks like", "Real-ESRGAN"),
    ],
)
def test_the_model_that_was_used_is_explained_however_its_name_is_written(
    assistant: Assistant, question: str, name: str
) -> None:
    answer = assistant.ask(question)
    assert answer.wish.form == "explain"
    assert [r.name for r in answer.recommended if name in r.name]


@pytest.mark.parametrize("word", ["hat", "film", "rescan", "repaint", "enhancer", "palette"])
def test_a_word_of_the_language_is_no_name(word: str) -> None:
    assert not coined(word)


def test_what_was_done_several_times_is_no_factor(assistant: Assistant) -> None:
    asked = "I asked for a red cube beside a blue ball, four times, and it swaps the colors. Why?"
    assert assistant.wish(asked).scales == ()
    assert assistant.wish("Make this photo four times larger").scales == (4.0,)


def test_who_asks_why_it_went_wrong_hears_the_cause_before_the_remedy(
    assistant: Assistant,
) -> None:
    answer = assistant.ask(
        "GFPGAN gave my baby niece a full set of adult teeth. Why, and how do I undo it?"
    )
    assert answer.wish.form == "trouble"
    assert answer.task.index("teeth") < answer.task.index("Leave the face model out")


def test_a_question_how_it_works_is_told_no_unknown_conditions(assistant: Assistant) -> None:
    asked = "How does SAM cut out a bottle with a transparent part?"
    answer = assistant.ask(asked)
    assert answer.fit.verdict == "partly"
    assert "Nothing provided says" not in answer.markdown


def test_an_answer_embeds_little_more_than_its_question(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vectors of the catalog's sentences ship."""
    tells, asked = shipped(), list[str]()
    embed = tells.encoder.embed_query
    monkeypatch.setattr(
        tells.encoder, "embed_query", lambda text: asked.append(text) or embed(text)
    )
    tells.vector.cache_clear()
    question = "How does a denoiser tell stars from grain in my Milky Way photo?"
    assistant.ask(question)
    assert asked[0] == question
    assert len(asked) <= 12


@pytest.mark.parametrize(
    "question",
    [
        "Why do wheel spokes melt and fences wobble in my interpolated clip?",
        "What takes the date stamp off my holiday pictures? They need not be bigger.",
        "Which denoiser keeps the faint stars of a stacked astro frame?",
        "Recommend a dehazing network for drone shots of wildfire smoke",
    ],
)
def test_no_sentence_of_an_answer_stands_twice(assistant: Assistant, question: str) -> None:
    """Nor once with "In general," before it and once without."""
    answer = assistant.ask(question)
    told = re.split(r"(?<=[.!?])\s+(?:- )?", f"{answer.task}\n{answer.explanation}".casefold())
    sentences = [one.removeprefix("in general, ") for one in told]
    assert sorted(set(sentences)) == sorted(sentences)


def test_what_makes_up_detail_is_not_told_where_nothing_may_be(assistant: Assistant) -> None:
    """Neither the model nor what a paper on texture adds."""
    answer = assistant.ask("I must upscale chest x-rays 2x and nothing at all may be invented")
    model = assistant.catalog.get(answer.recommended[0].id)
    assert model
    assert model.model_dump()["invents"] is False
    assert not re.search("GAN|adversarial|perceptual|synthesiz", answer.explanation)


def test_no_model_supports_a_no(assistant: Assistant) -> None:
    question = "Blurred cctv still, plate 30 px wide. Can anything honest be done for the police?"
    answer = assistant.ask(question)
    assert answer.task.startswith("No: ")
    assert [] == [source.titles for source in answer.sources if "glossary" not in source.note]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What can denoise 24 megapixel photos on an old laptop?", False),
        ("How does Noise2Void learn without clean images?", True),
    ],
)
def test_papers_are_told_of_that_bear_on_more_than_the_task(
    assistant: Assistant, question: str, told: bool
) -> None:
    assert told == ("What the related papers add" in assistant.ask(question).explanation)
