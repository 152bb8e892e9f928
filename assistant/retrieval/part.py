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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant import stored
from assistant.catalog import Entry
from assistant.catalog.shelf import Box
from assistant.encoder.embedding import EmbeddingModel
from assistant.encoder.kept import Digests, Directions, digests
from assistant.fit import offer_of
from assistant.retrieval import dictionary, passages
from assistant.retrieval.build import reader
from assistant.retrieval.facets import Key, stated
from assistant.retrieval.inverted import Inverted, write_inverted
from assistant.retrieval.lexical import Postings
from assistant.retrieval.store import flat
from assistant.retrieval.vectors import Floats, Ints, Remembered, VectorFile, unit
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
        return dictionary.postings_of(self.found.arrays)

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
    vectors = VectorFile(file.with_suffix(".vectors"), model, known) if model else None
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
        **dictionary.arrays_of(words),
        "facets": np.frombuffer(json.dumps(list(facts)).encode(), np.uint8),
        "facet_starts": np.cumsum([0, *map(len, facts.values())]),
        "facet_rows": np.array(list(itertools.chain(*facts.values())), np.int32),
    }
    if vectors and (kept := vectors.close()) is not None and len(kept) > FLAT:
        write_inverted(file.with_suffix(".faiss"), kept)
    told = {**_facts(model), "files": _files(file)}
    stored.write(file, told, arrays, name=f"{file.stem}.safetensors", seal=True)
    return vectors.embedded if vectors else 0


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
