"""The words of the field: tasks, subjects, devices, names. Data of ``vocabulary.yaml``."""

from __future__ import annotations

import functools
import re

from pydantic import Field

from assistant.catalog.records import Line, Record

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

    def score(self, text: Words) -> tuple[int, tuple[str, ...]]:
        """Points for a text and the words that made them, each phrase once."""
        points, found = 0, []
        for phrases, weight in ((self.strong, self.weight), (self.cues, 1)):
            for phrase in phrases:
                if match := text.match(phrase):
                    points += weight
                    found.append(match)
        return points, tuple(found)


class Task(Term):
    """A task, with the prefixes of model names that stand for it (``SISR-``)."""

    prefixes: tuple[Line, ...] = ()
    titles: tuple[Line, ...] = Field(default=(), description="phrases that name it in a title")
    keeps_size: bool = True
    pictures: bool = Field(default=True, description="takes a picture and gives a picture")
    input: Line = "picture"
    output: Line = "picture"
    plain: Line | None = Field(default=None, description="what plain processing would do instead")


class Vocabulary(Record):
    """All tables of ``vocabulary.yaml``."""

    tasks: tuple[Task, ...]
    subjects: tuple[Term, ...]
    degradations: tuple[Term, ...]
    devices: tuple[Term, ...]
    aspects: tuple[Term, ...]
    licenses: tuple[Term, ...]
    scopes: tuple[Term, ...]
    domain: tuple[Line, ...] = Field(default=(), description="words of the field")
    media: tuple[Line, ...] = Field(default=(), description="phrases for media other than pictures")
    names: tuple[Line, ...] = Field(description="models, data sets and tools of the field")

    def task(self, task_id: str | None) -> Task | None:
        """The task with this id, or None."""
        return next((task for task in self.tasks if task.id == task_id), None)

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
        """The task that a model's name states by its first part, as in ``SISR-RCAN-3x``."""
        prefix = name.split("-", 1)[0].lower() if "-" in name else ""
        return next((t for t in self.tasks if prefix in (p.lower() for p in t.prefixes)), None)


class Words:
    """A text as lower-case words, matched against phrases without a regular expression each."""

    def __init__(self, text: str) -> None:
        self.words = _WORD.findall(text.lower())
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self._places.setdefault(word, []).append(place)

    def match(self, phrase: str) -> str | None:
        """The first words that match ``phrase`` (see ``Term``), or None."""
        pattern = _split(phrase)
        for start in self._starts(pattern[0]):
            if end := self._end(pattern, 1, start + 1):
                return " ".join(self.words[start:end])
        return None

    def _starts(self, word: str) -> list[int]:
        if not word.endswith("*"):
            return self._places.get(word, [])
        beginning = word[:-1]
        return sorted(n for w, ns in self._places.items() if w.startswith(beginning) for n in ns)

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
