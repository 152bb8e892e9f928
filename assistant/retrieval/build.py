"""The arrays of a catalog's index, made from what is known already and what has to be embedded."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.catalog import Catalog, Entry
from assistant.encoder.embedding import EmbeddingModel
from assistant.encoder.kept import Digests, Directions, digests, directions
from assistant.retrieval import lexical, passages
from assistant.retrieval.lexical import Postings
from assistant.retrieval.vectors import Ints, embed
from assistant.stored import Arrays, Stored
from assistant.text import stems


@dataclass(frozen=True, slots=True)
class Change:
    """What an update did: records kept, added, changed, removed; passages embedded."""

    kept: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    embedded: int = 0


def build(
    catalog: Catalog,
    model: EmbeddingModel,
    known: Sequence[Stored],
    on_build: Callable[[int], None] | None = None,
) -> tuple[dict[str, Any], Change]:
    """The arrays of the catalog's index, and how they differ from a near one in ``known``.

    ``vectors`` and ``texts`` (digests) have a row a passage, record ``n`` of the catalog from
    ``starts[n]`` on; ``records`` are the digests by which a record is known again. A text that
    anything in ``known`` holds is not embedded; ``on_build`` hears how many records hold others.
    """
    prints = [digest[:16] for digest in catalog.prints]
    base, places = _nearest(prints, known)
    base = base or _made((), model, (), None)[0] | {"ids": _bytes([])}
    fresh = [entry for entry, place in zip(catalog, places.tolist(), strict=True) if place < 0]
    made, embedded = _made(fresh, model, known, on_build)
    before = set(json.loads(base["ids"].tobytes()))
    ids = [entry.id for entry in catalog]
    arrays = _merged(base, made, places)
    arrays["records"] = np.frombuffer(b"".join(prints), np.uint8).reshape(-1, 16)
    arrays["ids"] = _bytes(ids)
    changed = sum(entry.id in before for entry in fresh)
    kept, added = len(ids) - len(fresh), len(fresh) - changed
    return arrays, Change(kept, added, changed, len(before - set(ids)), embedded)


@functools.cache
def reader() -> str:
    """The digest of the code that turns records into texts and words."""
    sources = [Path(str(module.__file__)).read_bytes() for module in (passages, lexical, stems)]
    return hashlib.sha256(b"".join(sources)).hexdigest()


def vectors_of(
    texts: Sequence[str],
    owners: Sequence[Hashable],
    model: EmbeddingModel,
    known: Sequence[Stored],
    on_build: Callable[[int], None] | None,
) -> tuple[Digests, Directions, int]:
    """Digests and vectors of ``texts``, and how many of them had to be embedded as nothing in
    ``known`` holds them; ``on_build`` hears how many ``owners`` (one a text) these have."""
    codes = digests(texts)
    vectors, missing = recalled(codes, known, model.identity.dimension)
    rows = np.flatnonzero(missing).tolist()
    if rows:
        if on_build:
            on_build(len({owners[row] for row in rows}))
        vectors[rows] = directions(embed(model.documents(), [texts[row] for row in rows]))
    return codes, vectors, len(rows)


def recalled(
    codes: Digests, known: Sequence[Stored], dimension: int
) -> tuple[Directions, npt.NDArray[np.bool_]]:
    """The vectors of the texts that ``known`` holds, and which it does not hold."""
    vectors = np.zeros((len(codes), dimension), np.int8)
    missing = np.ones(len(codes), bool)
    for pair in known:
        if missing.any() and pair.sound("texts"):
            texts = pair.arrays["texts"]
            rows = np.flatnonzero(np.isin(_short(texts), _short(codes[missing])))
            if not len(rows) or not pair.sound("vectors"):
                continue
            where = {texts[row].tobytes(): row for row in rows}
            for place in np.flatnonzero(missing):
                if (row := where.get(codes[place].tobytes())) is not None:
                    vectors[place], missing[place] = pair.arrays["vectors"][row], False
    return vectors, missing


def _made(
    entries: Sequence[Entry],
    model: EmbeddingModel,
    known: Sequence[Stored],
    on_build: Callable[[int], None] | None,
) -> tuple[dict[str, Any], int]:
    """The arrays of ``entries`` alone, and how many texts had to be embedded."""
    listed = [passages.passages(entry) for entry in entries]
    texts = [text for of_one in listed for text in of_one]
    owners = [nth for nth, of_one in enumerate(listed) for _ in of_one]
    codes, vectors, embedded = vectors_of(texts, owners, model, known, on_build)
    starts = np.cumsum([0, *map(len, listed)])
    words = Postings.of(map(passages.lexical_text, entries)).arrays()
    return {"starts": starts, "texts": codes, "vectors": vectors, **words}, embedded


def _merged(base: Arrays, made: Arrays, places: Ints) -> dict[str, Any]:
    """The records that are at ``places`` of ``base``, and where that is -1 the next of ``made``."""
    first = len(base["starts"]) - 1  # how ``made`` is counted: behind all of ``base``
    source = np.where(places >= 0, places, first - 1 + np.cumsum(places < 0))
    begins = np.concatenate([base["starts"][:-1], base["starts"][-1] + made["starts"][:-1]])
    sizes = np.concatenate([np.diff(base["starts"]), np.diff(made["starts"])])[source]
    starts = np.append(0, np.cumsum(sizes))
    rows = np.repeat(begins[source] - starts[:-1], sizes) + np.arange(starts[-1])
    new = np.full(len(begins), -1)
    new[source] = np.arange(len(source))
    parts = [(base, new[:first]), (made, new[first:])]
    words = Postings.joined([(Postings.of_arrays(arrays), places) for arrays, places in parts])
    both = {name: np.concatenate([base[name], made[name]])[rows] for name in ("texts", "vectors")}
    return {"starts": starts, **both, **words.arrays()}


def _nearest(prints: Sequence[bytes], known: Sequence[Stored]) -> tuple[Arrays | None, Ints]:
    """The index that holds most of the records, and their places in it; half of them will do."""
    nearest, found = None, np.full(len(prints), -1)
    for pair in known:
        if pair.facts.get("reader") == reader() and pair.sound("records"):
            places = _places(pair.arrays["records"], prints)
            if (places >= 0).sum() > (found >= 0).sum() and pair.sound():
                nearest, found = pair.arrays, places
        if 2 * (found >= 0).sum() > len(found):
            break
    return nearest, found


def _places(records: Digests, prints: Sequence[bytes]) -> Ints:
    """Where in ``records`` each print is, -1 where it is not."""
    known = dict(zip(records.view("V16").ravel().tolist(), itertools.count()))
    return np.fromiter(map(known.get, prints, itertools.repeat(-1)), np.int64, len(prints))


def _short(codes: Digests) -> npt.NDArray[np.uint64]:
    """The first half of each digest as a number, to look for many at once."""
    return np.ascontiguousarray(codes[:, :8]).view(np.uint64).ravel()


def _bytes(names: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(names).encode(), np.uint8)
