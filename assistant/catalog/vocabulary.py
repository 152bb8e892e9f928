"""The words of the field: tasks, subjects, devices, names. Data of ``vocabulary.yaml``."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from pydantic import Field

from assistant.catalog.records import Entry
from assistant.catalog.stated import Line, Record

GAP = 4  # words that `..` may stand for
_WORD = re.compile(r"[^\W_]+(?:['&][^\W_]+)*")


class Term(Record):
    """One thing a question or a name can speak of, and the phrases that speak of it.

    A phrase is matched as whole words, hyphens and spaces alike; ``*`` stands for any
    ending of a word and ``..`` for up to four words in between.
    """

    id: Line
    phrase: Line = Field(description="how answers call it")
    cues: tuple[Line, ...] = Field(default=(), description="phrases that count one point")
    strong: tuple[Line, ...] = Field(default=(), description="phrases that count `weight` points")
    weight: int = Field(default=3, ge=1)

    shun: bool = Field(default=False, description="recommended only to those who ask for it")
    favor: bool = Field(default=False, description="recommended first among equals")
    medium: bool = Field(default=False, description="tells how it comes, not what it shows")
    special: bool = Field(default=False, description="what is not made for it may fail on it")
    near: tuple[Line, ...] = Field(default=(), description="ids of terms that come close")
    kind_of: Line | None = Field(default=None, description="the damage that this is one kind of")
    source: bool = Field(default=False, description="what is made for one takes nothing else")

    def score(
        self, text: Words, counts: Callable[[Span], bool] | None = None
    ) -> tuple[int, tuple[str, ...]]:
        """Points for a text and the words that made them, each phrase once.

        ``counts`` says of each place whether it speaks of the term at all; all do by default.
        """
        points, found = 0, []
        for phrases, weight in ((self.strong, self.weight), (self.cues, 1)):
            for phrase in phrases:
                if match := text.match(phrase, counts):
                    points += weight
                    found.append(match)
        return points, tuple(found)

    def places(self, text: Words) -> Iterator[Span]:
        """Every place where the text speaks of the term."""
        for phrase in (*self.strong, *self.cues):
            yield from text.places(phrase)


class Task(Term):
    """A task, with the prefixes of model names that stand for it (``SISR-``)."""

    prefixes: tuple[Line, ...] = ()
    titles: tuple[Line, ...] = Field(default=(), description="phrases that name it in a title")
    keeps_size: bool = True
    pictures: bool = Field(default=True, description="takes a picture and gives a picture")
    input: Line = "picture"
    output: Line = "picture"
    removes: tuple[Line, ...] = Field(default=(), description="degradations that it takes away")
    kinds: dict[str, Line] = Field(
        default_factory=dict, description="how it is called for damage of one kind"
    )
    plain: Line | None = Field(default=None, description="what plain processing would do instead")
    goal: Line | None = Field(default=None, description="what is wanted, in everyday words")
    spare: Line | None = Field(default=None, description="a series can do without it where ...")


class Vocabulary(Record):
    """All tables of ``vocabulary.yaml``."""

    tasks: tuple[Task, ...]
    subjects: tuple[Term, ...]
    degradations: tuple[Term, ...]
    devices: tuple[Term, ...]
    aspects: tuple[Term, ...]
    licenses: tuple[Term, ...]
    traits: tuple[Term, ...] = Field(default=(), description="tags that people ask for or refuse")
    channels: tuple[Term, ...] = Field(default=(), description="ids are numbers of channels")
    formats: tuple[Term, ...] = Field(default=(), description="formats of weights files")
    same_size: tuple[Line, ...] = Field(default=(), description="phrases: size is not to change")
    scopes: tuple[Term, ...]
    domain: tuple[Line, ...] = Field(default=(), description="words of the field")
    media: tuple[Line, ...] = Field(default=(), description="phrases for media other than pictures")
    names: tuple[Line, ...] = Field(description="models, data sets and tools of the field")

    def task(self, task_id: str | None) -> Task | None:
        """The task with this id, or None."""
        return self._tasks.get(task_id or "")

    def ported(self, entry: Entry) -> Entry:
        """A model or paper with the input and the output of its task where it states none."""
        task = self.task(entry.task)
        if entry.kind == "concept" or task is None or (entry.input and entry.output):
            return entry
        ports = {"input": entry.input or task.input, "output": entry.output or task.output}
        return entry.model_copy(update=ports)

    def phrase(self, term_id: str) -> str:
        """How answers call a subject, a degradation or any other term; else its id."""
        return self._phrases.get(term_id, term_id)

    @functools.cached_property
    def _tasks(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    @functools.cached_property
    def _phrases(self) -> dict[str, str]:
        tables = (self.formats, self.traits, self.degradations, self.licenses, self.subjects)
        return {term.id: term.phrase for table in tables for term in table}

    @functools.cached_property
    def shunned(self) -> frozenset[str]:
        """Tags of what is recommended only to those who ask for it."""
        return frozenset(trait.id for trait in self.traits if trait.shun)

    @functools.cached_property
    def methods(self) -> frozenset[str]:
        """Tags of how a model works: a wish for one is unmet where nothing states it."""
        return frozenset(t.id for t in self.traits if not (t.shun or t.favor or t.source))

    @functools.cached_property
    def sources(self) -> frozenset[str]:
        """Tags of where a picture comes from: a sensor, a scanner, a burst, a stereo pair."""
        return frozenset(trait.id for trait in self.traits if trait.source)

    def kinds(self, damage: Collection[str]) -> tuple[str, ...]:
        """The kinds of these damages: motion blur and wrong focus of blur."""
        return tuple(term.id for term in self.degradations if term.kind_of in damage)

    @functools.cached_property
    def favored(self) -> frozenset[str]:
        """Tags of what is recommended first among equals."""
        return frozenset(trait.id for trait in self.traits if trait.favor)

    def task_of_title(self, title: str) -> Task | None:
        """The task that a paper's title names outright, the most specific phrase first."""
        words = Words(title)
        named = [
            (len(phrase), task)
            for task in self.tasks
            for phrase in task.titles
            if words.match(phrase)
        ]
        best = max(named, key=lambda found: found[0], default=None)
        if best is None or (best[1].pictures and any(map(words.match, self.media))):
            return None
        return best[1]

    def task_of_name(self, name: str) -> Task | None:
        """The task that a model's name states by its first part, as in ``SISR-RCAN-3x`` or
        ``DepthEstimation-DPT``."""
        prefix = name.split("-", 1)[0] if "-" in name else ""
        known = (t for t in self.tasks if prefix.lower() in (p.lower() for p in t.prefixes))
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", prefix)
        said = (t for t in self.tasks if spaced.lower() == t.phrase.lower())
        return next(known, None) or next(said, None) or self.task_of_title(spaced)


class Span(NamedTuple):
    """Where words of a text stand: characters from ``start`` to ``end``."""

    start: int
    end: int


class Words:
    """A text as lower-case words, matched against phrases without a regular expression each."""

    def __init__(self, text: str) -> None:
        self.text = text.lower()
        found = list(_WORD.finditer(self.text))
        self.words = [match.group() for match in found]
        self._spans = [match.span() for match in found]
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self._places.setdefault(word, []).append(place)
        self._sorted = sorted(self._places)

    def match(self, phrase: str, counts: Callable[[Span], bool] | None = None) -> str | None:
        """The first words that match ``phrase`` (see ``Term``) where ``counts`` agrees, or None."""
        for start, end in self._found(phrase):
            if counts is None or counts(self._span(start, end)):
                return " ".join(self.words[start:end])
        return None

    def places(self, phrase: str) -> Iterator[Span]:
        """Every place where ``phrase`` matches."""
        return (self._span(start, end) for start, end in self._found(phrase))

    def _found(self, phrase: str) -> Iterator[tuple[int, int]]:
        pattern = _split(phrase)
        for start in self._starts(pattern[0]):
            if end := self._end(pattern, 1, start + 1):
                yield start, end

    def _span(self, start: int, end: int) -> Span:
        return Span(self._spans[start][0], self._spans[end - 1][1])

    def _starts(self, word: str) -> list[int]:
        if not word.endswith("*"):
            return self._places.get(word, [])
        beginning = word[:-1]
        first = last = bisect.bisect_left(self._sorted, beginning)
        while last < len(self._sorted) and self._sorted[last].startswith(beginning):
            last += 1
        return sorted(n for w in self._sorted[first:last] for n in self._places[w])

    def _end(self, pattern: tuple[str, ...], at: int, place: int) -> int | None:
        """Where a match of ``pattern[at:]`` that starts at ``place`` ends."""
        if at == len(pattern):
            return place
        if pattern[at] == "..":
            ends = (self._end(pattern, at + 1, place + gap) for gap in range(GAP + 1))
            return next((end for end in ends if end), None)
        if place >= len(self.words):
            return None
        word, wanted = self.words[place], pattern[at]
        same = word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
        return self._end(pattern, at + 1, place + 1) if same else None


@functools.cache
def _split(phrase: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s-]+", phrase.lower()))
