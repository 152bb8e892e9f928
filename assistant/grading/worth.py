"""Whether an answer is worth reading: about the question, in sentences, in words of its own.

``overall`` is the product of five shares from 0 to 1, so that none makes up for another:
form (the mean of structure and of precision, recall and pairing of links, as far as they apply),
about, sentences, own words (1 up to half copied, 0 where all is), and truth, which every harmful
finding halves and the sentence that facts carry least lowers by up to a tenth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.grading.findings import WHOLE, Checked, Mark
from assistant.text.stems import STOP, words

RUN = 8  # words in a row that nobody writes twice by chance
_ABOUT, _SENTENCES, _COPIED = (0.2, 0.5), (0.05, 0.2), (0.5, 1.0)
"""Where a share counts as nothing and from where on it counts in full."""
_WORDS = (6, 30)
"""The same for the words of parts 1 and 2, at least what an explanation takes."""
_FORM = ("structure", "links.precision", "links.recall.recommended", "links.paired")
DOUBT, DOUBTED = 0.1, 0.5
"""What the most doubtful sentence may take, and the odds from which on it takes nothing."""
LOW = 0.5
"""Below it a share is itself a finding."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Three shares of a prose, 0 to 1; None where there is nothing to measure."""

    about: float | None
    """By facts of the items, the glossary and the question covered, counted in telling words."""
    sentences: float | None
    """By its little words, which lists of keywords lack, and their number."""
    own: float | None
    """Not taken word for word from the given summaries."""

    def marks(self) -> list[Mark]:
        """The shares that are too low, as findings on the whole answer."""
        shares = zip(WHOLE, (self.about, self.sentences, self.own), strict=True)
        return [
            Mark(k, 0, 0, 0, "(the whole answer)") for k, v in shares if v is not None and v < LOW
        ]


def worth(checked: Checked, prose: str, summaries: Sequence[str]) -> Worth:
    """Measure the prose of parts 1 and 2, whose sentences ``checked`` has seen."""
    said = words(prose)
    if not said:
        return Worth(None, None, None)
    little = sum(word in STOP for word in said) / len(said)
    copied = _copied(said, summaries)
    telling = sum(count for count, _ in checked.covered)
    held = sum(count * share for count, share in checked.covered)
    return Worth(
        _ramp(held / telling, *_ABOUT) if telling else 0.0,
        min(_ramp(little, *_SENTENCES), _ramp(len(said), *_WORDS)),
        None if copied is None else 1.0 - _ramp(copied, *_COPIED),
    )


def overall(scores: Mapping[str, float | None], found: Worth, checked: Checked) -> float | None:
    """One score that no answer reaches by its form alone; None where nothing can be read."""
    if found.sentences is None:
        return None
    form = [v for name in _FORM if (v := scores[name]) is not None]
    doubt = DOUBT * (1.0 - _ramp(checked.least, 0.0, DOUBTED))
    total = sum(form) / len(form) * 0.5 ** checked.count() * (1.0 - doubt)
    for share in (found.about, found.sentences, found.own):
        total *= 1.0 if share is None else share
    return total


def _copied(said: Sequence[str], summaries: Sequence[str]) -> float | None:
    """Share of the words that stand in a run taken from a summary; None without summaries."""
    texts = [words(text) for text in summaries if text]
    runs = {tuple(text[n : n + RUN]) for text in texts for n in range(len(text) - RUN + 1)}
    if not runs:
        return None
    taken = set[int]()
    for n in range(len(said) - RUN + 1):
        if tuple(said[n : n + RUN]) in runs:
            taken.update(range(n, n + RUN))
    return len(taken) / len(said)


def _ramp(share: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (share - low) / (high - low)))
