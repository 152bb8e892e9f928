"""The index of one box of a large catalog: vectors, words and stated facts, made once and mapped.

It depends on nothing but the box and the encoder, so it never changes: what a catalog gains comes
in another box. Vectors are appended to their file as they are made; a build that was stopped goes
on behind the last of them.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant import stored
from assistant.catalog import Entry
from assistant.catalog.shelf import Box
from assistant.encoder.embedding import EmbeddingModel
from assistant.fit import offer_of
from assistant.retrieval import passages
from assistant.retrieval.build import Digests, digests, reader
from assistant.retrieval.facets import Key, stated
from assistant.retrieval.inverted import Inverted, write_inverted
from assistant.retrieval.lexical import Postings
from assistant.retrieval.store import Directions, Floats, Ints, directions, embed, flat, unit
from assistant.stored import Stored

FORMAT = 1
FLAT = 20_000  # vectors up to which all of them are compared
BLOCK = 1024  # records that are read, counted and embedded together
Progress = Callable[[int, int], None]
"""Hears how many records of how many are embedded."""


@dataclass(frozen=True, eq=False)
class Part:
    """A box and its index; ``first`` is the place of the box's first record."""

    box: Box
    first: int
    found: Stored
    vectors: Directions
    file: Path

    @property
    def starts(self) -> Ints:
        """Record ``n`` of the box has the vectors from ``starts[n]`` up to ``starts[n + 1]``."""
        starts: Ints = self.found.arrays["starts"]
        return starts

    @functools.cached_property
    def postings(self) -> Postings:
        """The words of the box."""
        arrays = self.found.arrays
        words = SortedWords(arrays["words"], arrays["word_ends"])
        fields = ("starts", "records", "counts", "lengths")
        return Postings(words, *(arrays[f"word_{name}"] for name in fields))

    @functools.cached_property
    def facts(self) -> Mapping[Key, npt.NDArray[np.int32]]:
        """The rows of the records that state a fact."""
        arrays = self.found.arrays
        named = json.loads(arrays["facets"].tobytes())
        starts = arrays["facet_starts"].tolist()
        return {
            (field, value): arrays["facet_rows"][start:end]
            for (field, value), (start, end) in zip(named, itertools.pairwise(starts), strict=True)
        }

    @functools.cached_property
    def inverted(self) -> Inverted | None:
        """What finds near vectors without comparing all; None where there are few."""
        return None if len(self.vectors) <= FLAT else Inverted(self.file.with_suffix(".faiss"))

    @functools.cached_property
    def whole(self) -> Any:
        """All vectors in FAISS, in memory; for a small box."""
        return flat(self.vectors)

    def near(self, query: Floats, k: int, recall: float) -> tuple[Floats, Ints]:
        """Scores and rows of about the ``k`` vectors nearest to ``query`` (1, dimension), best
        first; the cosines are those of the vectors as they are kept, whatever found them."""
        if self.inverted is None:
            scores, rows = self.whole.search(query, min(k, len(self.vectors)))
            return scores[0], rows[0]
        rows = self.inverted.rows(query, k, self.inverted.probes(recall))
        scores = unit(self.vectors[rows]) @ query[0]
        order = np.lexsort((rows, -scores))
        return scores[order], rows[order]


class SortedWords(Mapping[str, int]):
    """Words in order, one behind another in a file, each with its number."""

    def __init__(self, letters: npt.NDArray[np.uint8], ends: Ints) -> None:
        self._letters, self._ends = letters, ends

    @staticmethod
    def arrays(words: Sequence[str]) -> dict[str, Any]:
        """The arrays of ``words``, which are in the order of their bytes."""
        coded = [word.encode() for word in words]
        ends = np.cumsum([0, *map(len, coded)])
        return {"words": np.frombuffer(b"".join(coded), np.uint8), "word_ends": ends}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[str]:
        return (self._at(n).decode() for n in range(len(self)))

    def __getitem__(self, word: str) -> int:
        coded, low, high = word.encode("utf-8", "replace"), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._at(middle) < coded:
                low = middle + 1
            else:
                high = middle
        if low < len(self) and self._at(low) == coded:
            return low
        raise KeyError(word)

    def _at(self, number: int) -> bytes:
        return self._letters[self._ends[number] : self._ends[number + 1]].tobytes()


def file_of(folder: Path, box: Box, model: EmbeddingModel | None) -> Path:
    """The JSON of a box's index."""
    told = json.dumps(_facts(model), sort_keys=True)
    return folder / f"{box.name}-{hashlib.sha256(told.encode()).hexdigest()[:12]}.json"


def opened(folder: Path, box: Box, first: int, model: EmbeddingModel | None) -> Part | None:
    """The index of a box, or None unless it is there and sound; without a model no vectors."""
    file = file_of(folder, box, model)
    there = files_at(file, model)
    return Part(box, first, *there, file) if there else None


def files_at(file: Path, model: EmbeddingModel | None) -> tuple[Stored, Directions] | None:
    """Arrays and vectors of the index whose JSON is ``file``, or None unless they are sound."""
    found = stored.read(file, _facts(model))
    try:
        sound = found is not None and found.untouched() and _files(file) == found.facts["files"]
    except (OSError, KeyError):
        return None
    if found is None or not sound:
        return None
    rows = int(found.arrays["starts"][-1])
    vectors: Directions = np.zeros((0, 1), np.int8)
    if model and rows:
        path, shape = file.with_suffix(".vectors"), (rows, model.identity.dimension)
        vectors = np.asarray(np.memmap(path, np.int8, "r", shape=shape))
    return found, vectors


def build(
    folder: Path,
    box: Box,
    model: EmbeddingModel | None,
    known: Remembered,
    progress: Progress,
) -> int:
    """Write the index of a box; how many texts had to be embedded.

    What is ``known`` is copied; ``progress`` hears of each block. Without a model only words and
    facts are written, for vectors that lie elsewhere.
    """
    file = file_of(folder, box, model)
    vectors = _Vectors(file.with_suffix(".vectors"), model, known) if model else None
    texts, counts, words = list[Digests](), [0], list[Postings]()
    facts, row = dict[Key, list[int]](), 0
    for block in _blocks(map(box.entry, range(len(box)))):
        listed = [passages.passages(entry) for entry in block]
        counts += map(len, listed)
        said = [text for of_one in listed for text in of_one]
        texts.append(digests(said))
        if vectors:
            vectors.add(said, texts[-1])
        words.append(Postings.of(map(passages.lexical_text, block)))
        for entry in block:
            for key in stated(offer_of(entry)):
                if key[0] != "id" and key[1] is not None:
                    facts.setdefault(key, []).append(row)
            row += 1
        progress(row, len(box))
    arrays = {
        "starts": np.cumsum(counts),
        "texts": np.concatenate(texts) if texts else digests([]),
        **_words(words),
        "facets": np.frombuffer(json.dumps(list(facts)).encode(), np.uint8),
        "facet_starts": np.cumsum([0, *map(len, facts.values())]),
        "facet_rows": np.array(list(itertools.chain(*facts.values())), np.int32),
    }
    if vectors and (kept := vectors.close()) is not None and len(kept) > FLAT:
        write_inverted(file.with_suffix(".faiss"), kept)
    told = {**_facts(model), "files": _files(file)}
    stored.write(file, told, arrays, name=f"{file.stem}.safetensors", seal=True)
    return vectors.embedded if vectors else 0


class _Vectors:
    """The file of a box's vectors while it grows; what it holds already is not made again."""

    def __init__(self, path: Path, model: EmbeddingModel, known: Remembered) -> None:
        self._path, self._model, self._known = path, model, known
        self._dimension = model.identity.dimension
        path.touch()
        self._there = path.stat().st_size // self._dimension
        self._rows, self.embedded = 0, 0

    def add(self, said: list[str], codes: Digests) -> None:
        """The vectors of the next texts."""
        before, self._rows = self._rows, self._rows + len(said)
        if self._there >= self._rows:
            return
        vectors, missing = self._known.recalled(codes, self._dimension)
        if missing.any():
            rows = np.flatnonzero(missing)
            made = embed(self._model.documents(), [said[row] for row in rows])
            vectors[rows] = directions(made)
        with self._path.open("r+b") as file:
            file.truncate(before * self._dimension)
            file.seek(0, 2)
            file.write(vectors.tobytes())
        self.embedded += int(missing.sum())

    def close(self) -> Directions | None:
        """All of them, mapped; None where there are none."""
        os.truncate(self._path, self._rows * self._dimension)
        if not self._rows:
            return None
        return np.asarray(np.memmap(self._path, np.int8, "r", shape=(self._rows, self._dimension)))


class Remembered:
    """Vectors of texts that some indexes hold."""

    def __init__(self, indexes: Sequence[tuple[Stored, Directions]]) -> None:
        self._vectors = [vectors for _, vectors in indexes]
        self._starts = np.cumsum([0, *map(len, self._vectors)])
        codes = [found.arrays["texts"] for found, _ in indexes] or [digests([])]
        halves = np.ascontiguousarray(np.concatenate(codes)).view(np.uint64).reshape(-1, 2)
        self._order = np.argsort(halves[:, 0], kind="stable")
        self._first, self._second = halves[self._order].T.copy()

    def recalled(self, codes: Digests, dimension: int) -> tuple[Directions, npt.NDArray[np.bool_]]:
        """The vectors of the texts that are known, and which are not."""
        vectors, missing = np.zeros((len(codes), dimension), np.int8), np.ones(len(codes), bool)
        if not len(self._first):
            return vectors, missing
        halves = np.ascontiguousarray(codes).view(np.uint64).reshape(-1, 2)
        at = np.minimum(np.searchsorted(self._first, halves[:, 0]), len(self._first) - 1)
        known = (self._first[at] == halves[:, 0]) & (self._second[at] == halves[:, 1])
        for row in np.flatnonzero(known).tolist():
            place = int(self._order[at[row]])
            nth = int(np.searchsorted(self._starts, place, "right")) - 1
            vectors[row] = self._vectors[nth][place - int(self._starts[nth])]
            missing[row] = False
        return vectors, missing


def _words(parts: Sequence[Postings]) -> dict[str, Any]:
    """The postings of all blocks as one, words in order."""
    ends = np.cumsum([0, *(len(part.lengths) for part in parts)])
    places = [np.arange(start, end) for start, end in itertools.pairwise(ends.tolist())]
    joined = Postings.joined(list(zip(parts, places, strict=True)))
    named = sorted(joined.words, key=str.encode)
    order = np.array([joined.words[word] for word in named], np.int64)
    sizes = np.diff(joined.starts)[order]
    starts = np.append(0, np.cumsum(sizes))
    rows = np.repeat(joined.starts[:-1][order] - starts[:-1], sizes) + np.arange(starts[-1])
    return {
        **SortedWords.arrays(named),
        "word_starts": starts,
        "word_records": joined.records[rows],
        "word_counts": joined.counts[rows],
        "word_lengths": joined.lengths,
    }


def _blocks(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while block := list(itertools.islice(entries, BLOCK)):
        yield block


def _facts(model: EmbeddingModel | None) -> dict[str, Any]:
    encoder = model.identity.as_dict() if model else None
    return {"format": FORMAT, "encoder": encoder, "reader": reader()}


def _files(file: Path) -> dict[str, list[int]]:
    """By what the files beside the JSON are known again."""
    beside = (file.with_suffix(ending) for ending in (".vectors", ".faiss"))
    return {path.suffix: stored.sealed(path) for path in beside if path.is_file()}
