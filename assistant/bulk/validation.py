"""Everything that is wrong with the inputs, in one pass and before anything is asked."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant import prompts
from assistant.bulk.items import Item, Problem, file_name
from assistant.bulk.rows import text_of
from assistant.bulk.sources import Source, is_output, read
from assistant.errors import InputError
from assistant.settling import MAX_QUESTION
from assistant.text.characters import printable

MAX_PROMPT = 400_000
"""Characters of a prompt file or of all messages of a batch line: about 100,000 tokens, what a
context window of 128,000 tokens holds beside an answer. The longest real prompt file has 5,000."""

_SAMPLE = re.compile(r"#\d+$")
MAX_KEPT = 100  # problems of each kind that are kept; all are counted


@dataclass
class Checked:
    """What a pass over the inputs found.

    ``problems`` and ``warnings`` stand in the order of the inputs, at most 100 of each code;
    ``counts`` has the number of all by code. ``characters`` are those of all prompts.
    """

    items: int = 0
    characters: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def digest(text: str) -> str:
    """SHA-256 of a text, by which ``validate`` asks whether it is known."""
    return hashlib.sha256(text.encode()).hexdigest()


def validate(
    sources: Sequence[Source],
    out: Path,
    *,
    model: str | None = None,
    known: Callable[[str], bool] = lambda _: False,
    samples: int = 1,
) -> Checked:
    """Check all items of ``sources``, without network.

    ``model`` is the one of the run: a batch line may name no other. A prompt whose ``digest`` is
    ``known`` was valid before and is not parsed again. With several ``samples`` no id may end as
    theirs do (``#2``). 24 bytes are held for each item.
    """
    check = _Check(sources, out, model, known)
    check.sampled = samples > 1
    for number in range(len(sources)):
        check.source(number)
    check.duplicates()
    return check.result()


class _Check:
    """The state of a pass. A position is the index of a source and a line (0: a whole file)."""

    def __init__(
        self,
        sources: Sequence[Source],
        out: Path,
        model: str | None,
        known: Callable[[str], bool],
    ) -> None:
        self.sources = sources
        self.checked = Checked()
        self._is_output = is_output(out)
        self._model = model
        self._model_place = "the run"
        self._known = known
        self.sampled = False
        self._found: list[tuple[int, Problem]] = []
        self._positions = array("Q")
        self._ids = array("q")
        self._contents = array("q")

    def source(self, number: int) -> None:
        source = self.sources[number]
        if self._is_output(source.path):
            message = "this run writes the file; name another --out"
            self._add(number << 32, Problem(source.name, "output_is_input", message))
            return
        for one in read(source):
            position = number << 32 | _line_of(one.place, source)
            if isinstance(one, Problem):
                self._add(position, one)
                continue
            self.checked.items += 1
            self.checked.characters += _characters(one)
            for problem in self._problems(one, whole=source.kind == "text"):
                self._add(position, problem)
            self._positions.append(position)
            self._ids.append(hash(_same_file(one.id)))
            self._contents.append(hash(_content(one)))

    def _add(self, position: int, problem: Problem) -> None:
        self.checked.counts[problem.code] += 1
        if self.checked.counts[problem.code] <= MAX_KEPT:
            self._found.append((position, problem))

    def _problems(self, item: Item, *, whole: bool) -> Iterator[Problem]:
        """What is wrong with one item; ``whole``: it is a file, so that its lines are places."""
        if long := _too_long(item):
            yield Problem(item.place, "prompt_too_long", f"{long}; shorten it")
        elif item.is_prompt and not self._known(digest(item.text)):
            try:
                prompts.parse(item.text, "")
            except InputError as error:
                _, line, reason = error.message.split(":", 2)
                message = f"{printable(reason.strip())}; {error.hint}"
                if whole:
                    yield Problem(f"{item.place}:{line}", "unreadable_prompt", message)
                else:
                    message = f"line {line} of the prompt: {message}"
                    yield Problem(item.place, "unreadable_prompt", message)
        if problem := self._other_model(item):
            yield problem
        if self.sampled and _SAMPLE.search(item.id):
            message = f"{printable(item.id)} is how a further sample would be called; rename it"
            yield Problem(item.place, "duplicate_custom_id", message)

    def _other_model(self, item: Item) -> Problem | None:
        named = item.body.get("model") if item.body else None
        if not named:
            return None
        if self._model is None:
            self._model, self._model_place = named, item.place
        if named == self._model:
            return None
        message = f"asks for {named!r}, {self._model_place} for {self._model!r}"
        return Problem(item.place, "model_mismatch", f"{message}; run each model apart")

    def duplicates(self) -> None:
        """Ids that would share an answer file, and equal prompts, with the place of the first."""
        for first, again in _repeated(self._ids):
            message = f"its answer would replace that of {self._place(first)}; give it another id"
            self._add(
                self._positions[again], Problem(self._place(again), "duplicate_custom_id", message)
            )
        for first, again in _repeated(self._contents):
            message = f"the same prompt as {self._place(first)}; it is asked once for both"
            warning = Problem(self._place(again), "duplicate_content", message, warning=True)
            self._add(self._positions[again], warning)

    def _place(self, index: int) -> str:
        source, line = divmod(self._positions[index], 1 << 32)
        name = self.sources[source].name
        return f"{name}:{line}" if line else name

    def result(self) -> Checked:
        for _, problem in sorted(self._found, key=lambda one: one[0]):
            (self.checked.warnings if problem.warning else self.checked.problems).append(problem)
        return self.checked


def _line_of(place: str, source: Source) -> int:
    return int(place[len(source.name) + 1 :] or 0)


def _same_file(id: str) -> str:
    """Equal for ids whose answers would be one file, on disks that ignore letter case as well."""
    return unicodedata.normalize("NFC", file_name(id)).casefold()


def _content(item: Item) -> str:
    return item.text if item.body is None else json.dumps(item.body, sort_keys=True)


def _characters(item: Item) -> int:
    if item.body is None:
        return len(item.text)
    return sum(len(text_of(message["content"]) or "") for message in item.body["messages"])


def _too_long(item: Item) -> str:
    limit = MAX_PROMPT if item.is_prompt else MAX_QUESTION
    if len(item.text) > limit:
        return f"{len(item.text):,} characters, at most {limit:,} are read"
    if (characters := _characters(item)) > MAX_PROMPT:
        return f"{characters:,} characters in all messages, at most {MAX_PROMPT:,} are sent"
    return ""


def _repeated(hashes: array[int]) -> Iterator[tuple[int, int]]:
    """Indices of the first and of each later item with the same hash, in the order of the latter.

    By sorting, because a set of all of them would take ten times the memory. In fewer
    than one of 100,000 runs do any two of ten million different items share 64 bits.
    """
    if not hashes:
        return
    import numpy as np

    order = np.argsort(np.frombuffer(hashes, dtype=np.int64), kind="stable")
    values = np.frombuffer(hashes, dtype=np.int64)[order]
    starts = np.append(True, values[1:] != values[:-1])
    first = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))]
    again = np.flatnonzero(~starts)
    for n in again[np.argsort(order[again])]:
        yield int(first[n]), int(order[n])
