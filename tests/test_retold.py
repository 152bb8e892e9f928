"""What a question tells of, said back to its asker."""

from __future__ import annotations

import pytest

from assistant.world.retold import deed, outcome, retold


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("I enlarged my photo 3x and it stayed sharp. How does that work?",
         "You enlarged your photo 3x and it stayed sharp"),
        ("I blew up an old scan and was amazed—how does it know the fur?",
         "You blew up an old scan and were amazed"),
        ("Hi! We were lost in fog, and the app cleared it, how?",
         "You were lost in fog, and the app cleared it"),
        ("I wrote “make my hair red” on a selfie. How come only that changed?",
         "You wrote “make my hair red” on a selfie"),
        ("The outlines felt like a Monet painting. What data helps?",
         "The outlines felt like a Monet painting"),
    ],
)  # fmt: skip
def test_what_the_asker_did_or_saw_is_told_in_the_second_person(question: str, told: str) -> None:
    """Persons change outside of quotation marks, and the question behind it goes."""
    assert told == retold(question)


@pytest.mark.parametrize(
    "question",
    [
        "How does enlarging work?",
        "I want to understand how RCAN enlarges my photos.",
        "I opened example.com and my photo was sharp. How?",
        "You told me that my photo was too small for that.",
        "I ran GigaEnlarge on my photo and it looked great. How?",
        "I made it <b>bold</b> and it was sharp. How?",
        "I saw it.",
    ],
)
def test_a_wish_a_link_markup_or_a_work_is_not_said_back(question: str) -> None:
    """Only what can stand in an answer as it is: about the asker, inert, without other works."""
    assert retold(question) == ""


@pytest.mark.parametrize(
    ("told", "came"),
    [
        ("You enlarged your photo 3x and it stayed sharp", "the result stayed sharp"),
        ("You enlarged a scan full of blocks and they disappeared", ""),
        ("You upscaled it on your phone and were surprised", ""),
        ("You uploaded a street, and the AI managed to find roads, people and cars",
         "the AI managed to find roads, people and cars"),
        ("You have an old photo and it was blurry", ""),
        ("You cleaned two scans, the faded letter and a map", ""),
        ("Your museum has to enlarge thumbnails", ""),
    ],
)  # fmt: skip
def test_what_came_of_a_deed_is_told_without_the_deed(told: str, came: str) -> None:
    """How a picture was before anything was done to it is no outcome."""
    assert came == outcome(told)


@pytest.mark.parametrize(
    ("told", "does"),
    [
        ("You turned a gray photo into color", True),
        ("There was a crane behind the pagoda", False),
        ("You were lost in fog, and the app cleared it", False),
    ],
)
def test_a_sentence_that_begins_with_what_the_asker_did_is_told_apart(
    told: str, does: bool
) -> None:
    """Where a picture was bad before anything was done to it, nothing is said back."""
    assert does is deed(told)
