"""What free words ask for, learned: heads over a tuned vector of the question.

The weights and their card lie in ``catalog/reader/``; ``training/reader.py`` made them from
the questions of ``training/questions``. What is exact (numbers, names, licenses, negation) is
read by the grammar beside this module.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.content import folder
from assistant.encoder.minilm import Floats
from assistant.encoder.tuned import TunedEncoder
from assistant.errors import CatalogError
from assistant.stored import Arrays, read_safetensors

NAME = "reader"
OUTSIDE = "outside"
DOUBT = "no-invention"
"""The aspect of a question that doubts what a result shows, or wants nothing made up."""
FORMS = {
    "recommend": "which model, or series of models, does what the user wants done",
    "explain": "how or why something works",
    "compare": "which of several models or ways",
    "fact": "one thing on record about a named model, paper or this catalog",
    "concept": "what a term of the field means",
    "feasibility": "whether something can be done at all, or may be trusted",
    "trouble": "something went wrong with a picture or with this tool",
    OUTSIDE: "nothing of this field",
}
"""The forms of a question, and what each asks for."""
MOST_STEPS = 3
"""Tasks of one question."""
SURE = 0.7
"""How likely a task has to be for nothing and nobody else to be asked what is meant."""
LIKELY = 0.5
"""What a label of several needs to be read; the heads are calibrated."""
ASPECT = 0.6
"""The same of an aspect, which orders what fits: of those read with .5 to .6 .47 were right on
1,600 questions kept aside, of those above .6 at least .60."""
DOUBTED = 0.4
"""The same of a doubt, which an answer meets with what is known of the result: true in .79 of the
questions whether something can be done of which it is read so, and in .86 of those it is read."""
SUBJECT = 0.75
"""The same of a subject, which an answer names: of those read with .5 to .8 .57 were right on 1,121
questions kept aside, above that .85."""
_SCALE = np.float32(20)  # of the unit vector, as in training
_KEPT = 0.01  # a task less likely than this is not told
_COUNTED = 1.0  # what the count of steps weighs beside the odds of each
_ONE = 0.5  # what speaks for one step: our questions need several more often than people's
_SEVERAL = 0.3  # how likely it has to be that there are several, for each clause to be read alone
_ALONE, _HEARD = 0.8, 0.02  # trust in a clause's task, and how likely the whole has to hold it
_OUTSIDE = 0.37  # odds of outside over those of the likeliest step, above which it is refused
_CLAUSE = re.compile(
    r"[.;,!?:()+&/]+\s+|\s*[;+&]\s*"
    r"|\s+(?:and|then|before|after that|afterwards|plus|also|but|with)\s+",
    re.I,
)
_WORD = re.compile(r"\S+")
_TELLING = 3  # words shown
_CLAUSES = 8  # that are read
_LONG = 40  # words among which the telling ones are looked for


@dataclass(frozen=True, slots=True)
class Reading:
    """The form of a question, the tasks it needs with their probabilities, in order; the damage,
    subjects and aspects that it speaks of.

    ``strange`` is how far the odds of lying outside are above what refuses a question: 1 just
    refuses.
    """

    form: str
    strange: float
    forms: dict[str, float]
    tasks: dict[str, float]
    steps: tuple[str, ...]
    damage: tuple[str, ...]
    subjects: tuple[str, ...]
    aspects: tuple[str, ...]


class _Member:
    """One trained network: its tuned encoder and the heads over its vector."""

    def __init__(self, arrays: Arrays, heads: Iterable[str]) -> None:
        self._encoder = TunedEncoder(arrays)
        self._heads = {
            head: (arrays[f"{head}.weight"].astype("f4"), arrays[f"{head}.bias"].astype("f4"))
            for head in heads
        }

    def scores(self, text: str) -> dict[str, Floats]:
        vector = np.array(self._encoder.embed_query(text), np.float32) * _SCALE
        return {head: weight @ vector + bias for head, (weight, bias) in self._heads.items()}


class Reader:
    """The heads of ``place``: the mean of its members, which learned the same from other seeds.

    Opening takes some 0.1 s, a question 10 ms for each member.

    Raises:
        CatalogError: weights or card are missing or do not belong together.
    """

    def __init__(self, place: Path) -> None:
        try:
            self.card: dict[str, Any] = json.loads((place / f"{NAME}.json").read_text("utf-8"))
            arrays = read_safetensors(place / f"{NAME}.safetensors")
            self._members = [
                _Member(_of(arrays, f"{number}/"), self.card["heads"])
                for number in range(len(self.card["seeds"]))
            ]
            self._labels: dict[str, list[str]] = self.card["labels"]
            self._before: dict[str, dict[str, float]] = self.card["before"]
        except (OSError, ValueError, KeyError) as error:
            raise CatalogError(
                f"the reader in {place} is damaged: {error}", hint="reinstall: make install"
            ) from error
        self.read = functools.lru_cache(maxsize=256)(self._read)

    def turn(self, text: str) -> dict[str, float]:
        """What a message in the middle of a conversation wants, with probabilities, the likeliest
        first; the kinds are those of ``training/turns``."""
        odds = _softmax(self._scores(text)["turn"])
        return dict(_sorted(dict(zip(self._labels["turn"], odds.tolist(), strict=True))))

    def because(self, text: str, task: str) -> tuple[str, ...]:
        """The words without which ``task`` would be least likely, in the order of the text.

        Each of the first forty words is left out once: 30 ms a word.
        """
        words = [match.group() for match in _WORD.finditer(text)][:_LONG]
        place = self._labels["task"].index(task)
        without = [" ".join(words[:n] + words[n + 1 :]) for n in range(len(words))]
        odds = [self._scores(one)["task"][place] for one in without]
        telling = sorted(np.argsort(odds)[:_TELLING].tolist())
        return tuple(words[n] for n in telling)

    def _scores(self, text: str) -> dict[str, Floats]:
        """The calibrated scores of each head."""
        said = [member.scores(text) for member in self._members]
        return {
            head: np.mean([one[head] for one in said], axis=0) / np.float32(temperature)
            for head, temperature in self.card["heads"].items()
        }

    def _read(self, text: str) -> Reading:
        scores = self._scores(text)
        forms = dict(zip(self._labels["form"], _softmax(scores["form"]).tolist(), strict=True))
        odds = _softmax(scores["task"])
        tasks = dict(zip(self._labels["task"], odds.tolist(), strict=True))
        inside = max((form for form in forms if form != OUTSIDE), key=forms.__getitem__)
        step = _against(float(_sigmoid(scores["steps"]).max()))
        strange = _against(forms[OUTSIDE]) / (_OUTSIDE * step)
        return Reading(
            form=OUTSIDE if strange >= 1 else inside,
            strange=strange,
            forms=forms,
            tasks={task: p for task, p in _sorted(tasks) if p >= _KEPT},
            steps=self._steps(text, scores),
            damage=self._likely("damage", scores),
            subjects=self._likely("subjects", scores, SUBJECT),
            aspects=self._likely("aspects", scores, ASPECT, {DOUBT: DOUBTED}),
        )

    def _steps(self, text: str, scores: dict[str, Floats]) -> tuple[str, ...]:
        """The likeliest set of tasks, in their usual order: the odds of each in the question or
        in a clause of its own, and how many there seem to be."""
        odds, counted = _sigmoid(scores["steps"]), _softmax(scores["count"])[1:]
        clauses = [part for part in _CLAUSE.split(text) if part.strip()]
        if 1 - counted[0] >= _SEVERAL and len(clauses) > 1:
            alone = [_softmax(self._scores(one)["task"]) for one in clauses[:_CLAUSES]]
            odds = np.maximum(odds, _ALONE * np.max(alone, axis=0) * (odds > _HEARD))
        gains = _logit(odds)
        ranked = np.argsort(-gains)[:MOST_STEPS]
        value = np.cumsum(gains[ranked]) + _COUNTED * np.log(counted[:MOST_STEPS])
        value[0] += _ONE
        number = int(value.argmax()) + 1
        found = ranked[:number] if number > 1 else [scores["task"].argmax()]
        tasks = [self._labels["task"][place] for place in found]
        return self.ordered(tasks)

    def ordered(self, tasks: Iterable[str]) -> tuple[str, ...]:
        """Tasks in the order in which they are mostly done."""
        found = list(tasks)
        return tuple(sorted(found, key=lambda t: -sum(self._leads(t, o) for o in found)))

    def _leads(self, task: str, other: str) -> float:
        """How often ``task`` was done before ``other``, from -1 (never) to 1 (always)."""
        return self._before.get(task, {}).get(other, 0.0)

    def _likely(
        self, head: str, scores: dict[str, Floats], least: float = LIKELY,
        own: Mapping[str, float] | None = None,
    ) -> tuple[str, ...]:  # fmt: skip
        """The labels that are as likely as ``least``, or as their ``own`` bound, the likeliest
        first."""
        bounds = own or {}
        likely = zip(self._labels[head], _sigmoid(scores[head]).tolist(), strict=True)
        ranked = sorted(likely, key=lambda one: -one[1])
        return tuple(name for name, p in ranked if p >= bounds.get(name, least))


@functools.cache
def shipped() -> Reader:
    """The reader that ships, opened once a process."""
    return Reader(folder("catalog") / NAME)


def _of(arrays: Arrays, prefix: str) -> Arrays:
    """The arrays whose names begin so, without that."""
    return {key.removeprefix(prefix): a for key, a in arrays.items() if key.startswith(prefix)}


def _sorted(odds: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(odds.items(), key=lambda one: -one[1])


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def _against(p: float) -> float:
    """Odds of a probability against its contrary."""
    return p / max(1 - p, 1e-6)


def _logit(p: Floats) -> Floats:
    clipped = np.clip(p, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _sigmoid(scores: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-scores)))
