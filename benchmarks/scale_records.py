"""A made-up catalog of any size for ``index_scale.py``, with the words of the built-in one.

One record in a hundred is a model, the others are papers. Each has two sentences of the built-in
records, drawn with a seed, and a number in its title. The vectors of the first ``REAL`` records
are those of MiniLM; record ``n`` beyond them has the vector of record ``n % REAL`` and seeded
noise of a third of its length, which leaves a cosine of 0.95.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.catalog import Catalog, Entry
from assistant.encoder.embedding import EmbeddingModel, Identity, QueryEncoder
from assistant.encoder.minilm import DIMENSION

REAL = 30_000
NOISE = 0.33
_NUMBER = re.compile(r" (\d{7})\b")
Floats = npt.NDArray[np.float32]


def write_catalog(folder: Path, records: int, first: int = 0) -> None:
    """JSON lines of the records from ``first`` on, appended to what the folder holds."""
    built_in = [entry for entry in Catalog.load() if entry.kind != "concept"]
    for place in ("models", "papers"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    with (
        (folder / "models/made.jsonl").open("a", encoding="utf-8") as models,
        (folder / "papers/made.jsonl").open("a", encoding="utf-8") as papers,
    ):
        for number in range(first, first + records):
            model = number % 100 == 0
            line = json.dumps(_fields(number, built_in, model=model), ensure_ascii=False)
            (models if model else papers).write(line + "\n")


def _fields(number: int, built_in: list[Entry], *, model: bool) -> dict[str, Any]:
    dice = random.Random(number)  # noqa: S311 - no secret
    one, two = dice.sample(built_in, 2)
    fields: dict[str, Any] = {
        "kind": "model" if model else "paper",
        "id": f"made-{number:07d}",
        "title": f"{one.title} {number:07d}",
        "name": f"{one.name} {number:07d}",
        "task": one.task,
        "does": f"{one.does} {two.does}",
        "scales": list(one.scales),
        "subjects": list(one.subjects),
        "handles": list(one.handles),
        "tags": list(one.tags),
        "year": one.year,
    }
    if not model:
        fields["paper"] = f"https://example.org/made/{number:07d}"
    return {name: value for name, value in fields.items() if value}


class MadeEncoder:
    """The vectors described above, from a file with those of the first ``REAL`` records."""

    def __init__(self, file: Path) -> None:
        self._real: Floats = np.load(file, mmap_mode="r")

    def embed_query(self, text: str) -> list[float]:
        """The vector of a record's text."""
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> Floats:  # an array serves as the lists do
        """The vectors of records' texts."""
        numbers = [int(_NUMBER.search(text)[1]) for text in texts]  # type: ignore[index]  # all have one
        vectors = np.array(self._real[[number % len(self._real) for number in numbers]])
        for row, number in enumerate(numbers):
            if number >= len(self._real):
                noise = np.random.default_rng(number).standard_normal(DIMENSION, np.float32)
                vectors[row] += noise * np.float32(NOISE / np.sqrt(DIMENSION))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def made_model(file: Path) -> EmbeddingModel:
    """Questions by MiniLM, records as above."""
    identity = Identity(f"made from {len(np.load(file, mmap_mode='r'))}", "1", 0, DIMENSION, 256)
    return EmbeddingModel(identity, QueryEncoder, lambda: MadeEncoder(file))  # type: ignore[arg-type,return-value]  # arrays serve


def embed_real(file: Path, records: int = REAL) -> None:
    """MiniLM's vectors of the first records, block by block; goes on where it was stopped."""
    from assistant.retrieval.passages import passages

    parts = file.with_suffix(".parts")
    parts.mkdir(parents=True, exist_ok=True)
    encoder, block = QueryEncoder(), 500
    names = [parts / f"{start:07d}.npy" for start in range(0, records, block)]
    if all(name.is_file() for name in names):
        np.save(file, np.concatenate([np.load(name) for name in names])[:records])
        return
    built_in = [entry for entry in Catalog.load() if entry.kind != "concept"]
    from pydantic import TypeAdapter

    from assistant.catalog.records import Model, Paper

    kinds = {"model": TypeAdapter(Model), "paper": TypeAdapter(Paper)}
    for start, name in zip(range(0, records, block), names, strict=True):
        if not name.is_file():
            rows = [_fields(n, built_in, model=n % 100 == 0) for n in range(start, start + block)]
            entries = [kinds[row["kind"]].validate_python(row) for row in rows]
            cards = [passages(entry)[0] for entry in entries]
            vectors = np.asarray(encoder.embed_documents(cards), np.float32)
            np.save(name.with_suffix(".tmp.npy"), vectors)
            name.with_suffix(".tmp.npy").replace(name)
    embed_real(file, records)
