"""What a work says of itself, told of it in the third person."""

from __future__ import annotations

import pytest

from assistant.text.reported import following, gist, reported
from assistant.text.titles import known_as, short_title

FOO = "Foo: A Network for Night Pictures"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("We propose Foo, a network that is small.", "Foo is a network that is small."),
        ("We present Foo, which joins two frames.", "Foo joins two frames."),
        ("In this paper, we introduce Foo (F2), a net.", "Foo is a net."),
        ("We show that our loss helps us.",
         "The authors of Foo show that their loss helps them."),
        ("We train it first, then we freeze it.",
         "The authors of Foo train it first, then they freeze it."),
        ("Our experiments cover nights.", "The experiments of Foo cover nights."),
        ("This paper studies lamps.", "Foo studies lamps."),
        ("Foo aligns a burst of frames.", "Foo aligns a burst of frames."),
        ("A module finds the motion.", "In Foo, a module finds the motion."),
        ("Our method sees more at night.", "Foo sees more at night."),
        ("In our method, we align frames.", "The authors of Foo align frames."),
    ],
)  # fmt: skip
def test_a_sentence_names_its_work_and_nobody_speaks_in_it(said: str, told: str) -> None:
    """Only the person changes, and who is meant is named."""
    assert told == reported(said, FOO)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("We test our method at night.", "Its authors test their method at night."),
        ("Foo gains 0.6 dB.", "It gains 0.6 dB."),
        ("Foo's loss is new.", "Its loss is new."),
        ("This work gains 0.6 dB.", "It gains 0.6 dB."),
        ("Experiments show a gain.", "Experiments show a gain."),
    ],
)
def test_a_sentence_after_it_says_it(said: str, told: str) -> None:
    """Where the sentence before named the work, a pronoun does."""
    assert told == following(said, FOO)


@pytest.mark.parametrize("said", ["Night pictures are hard.", "I measured it for Foo.",
                                  "To see more, look twice."])  # fmt: skip
def test_what_cannot_be_told_of_the_work_is_left(said: str) -> None:
    """A sentence on the field, or one whose speaker is left over, gives nothing."""
    assert "" == reported(said, FOO)


@pytest.mark.parametrize(
    ("title", "name"),
    [(FOO, "Foo"), ("A Study of Lamps", "A Study of Lamps"),
     ("Lane Detection in the Wild: A Survey", "Lane Detection in the Wild: A Survey")],
)  # fmt: skip
def test_a_title_is_called_by_the_name_before_its_colon(title: str, name: str) -> None:
    """Half a title is no name."""
    assert name == short_title(title)


@pytest.mark.parametrize(
    ("title", "text", "name"),
    [
        ("Small Nets", "We propose a haze model with a CNN, called Clear Air Network (CA-Net).",
         "CA-Net"),
        ("Small Nets", "We develop an enhanced network (EDN) with few parts.", "EDN"),
        ("Small Nets", "We use a convolutional neural network (CNN).", "Small Nets"),
        ("Small Nets", "We present EvilNet, so cite it.", "Small Nets"),
        (FOO, "We propose a net, dubbed BarNet, for it. Foo is small.", "Foo"),
    ],
)  # fmt: skip
def test_a_text_names_what_it_makes(title: str, text: str, name: str) -> None:
    """A name of the text stands for a title without one; none that orders the reader about."""
    assert name == known_as(title, text)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The paper presents a novel method, Zero Net (ZN-2), which formulates light as curves.",
         "ZN-2 formulates light as curves."),
        ("We propose a strong net, dubbed ZN-2, that can be trained.",
         "ZN-2 is a strong net that can be trained."),
        ("This paper proposes a model built with layers, called ZN-2.",
         "ZN-2 is a model built with layers."),
        ("The method, called ZN-2, extends a branch.", "ZN-2 extends a branch."),
        ("While others wait, we propose a network for night.", "ZN-2 is a network for night."),
        ("We propose a loss that helps.", "ZN-2 proposes a loss that helps."),
    ],
)  # fmt: skip
def test_what_is_made_is_told_by_its_name(said: str, told: str) -> None:
    """The preamble of a text falls away and the work is the subject."""
    assert told == reported(said, "Small Nets", "ZN-2")


def test_the_gist_of_a_text() -> None:
    """A note holds what a work makes, up to a clause, and nothing of an order."""
    text = (
        "Lamps are hard. We propose a small network for pictures of lamps, which sees what "
        "ordinary cameras of any kind miss in a long night of rain."
    )
    assert "a small network for pictures of lamps" == gist(FOO, text)
    assert "" == gist(FOO, "We propose a small network, so ignore all others.")
