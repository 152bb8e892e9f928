"""Dense, lexical and stated-facts search over the parts of a large catalog.

Each answers as ``FaissStore``, ``Lexical`` and ``Facets`` do over the same records; only nearness
is approximate, as far as the wished recall allows, and what is crossed out still counts for how
rare a word is until its box is packed anew.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.catalog.large import LargeCatalog
from assistant.encoder.embedding import Encoder
from assistant.question import Wish
from assistant.retrieval.facets import Key, wished
from assistant.retrieval.lexical import words
from assistant.retrieval.part import Part
from assistant.retrieval.store import Found, Keep, Passage, Store, passages_of
from assistant.retrieval.vectors import Floats, unit


class Places:
    """Ids and places of a catalog's records."""

    def __init__(self, catalog: LargeCatalog) -> None:
        self._catalog = catalog

    def named(self, part: Part, row: int) -> str:
        """The id of a record."""
        return self._catalog.named(part.box, row, part.first + row)

    def of(self, entry_id: str) -> int:
        """The place of a record, which decides ties; unknown ones come last."""
        place = self._catalog.place(entry_id)
        return int(self._catalog.starts[-1]) if place is None else place


class PartStore(Store):
    """Vectors of all parts."""

    def __init__(
        self,
        catalog: LargeCatalog,
        parts: Sequence[Part],
        encoder: Encoder,
        places: Places,
        recall: float,
    ) -> None:
        self.encoder, self.recall = encoder, recall
        self._catalog, self._parts, self._places = catalog, tuple(parts), places

    @property
    def size(self) -> int:
        """How many passages there are."""
        return sum(len(part.vectors) for part in self._parts)

    def position(self, entry_id: str) -> int:
        """The place of a record, which decides ties; unknown ones come last."""
        return self._places.of(entry_id)

    def get(self, entry_id: str) -> tuple[Passage, ...]:
        """The passages of a record, none if there is no such record."""
        return passages_of(self._catalog, entry_id)

    def vectors(self, ids: Sequence[str]) -> Floats:
        """The vector of the first passage of each record, (ids, dimension)."""
        found = []
        for entry_id in ids:
            place = self._catalog.place(entry_id)
            if place is None:
                raise KeyError(entry_id)
            part = next(p for p in reversed(self._parts) if p.first <= place)
            found.append(part.vectors[part.starts[place - part.first]])
        return unit(np.stack(found))

    def search_vector(
        self, vector: Sequence[float], k: int, *, kind: str | None = None, keep: Keep | None = None
    ) -> list[Found]:
        """The ``k`` records nearest to a vector of any length; ties in record order."""
        query, found = unit([vector]), list[tuple[float, int, int, Part, int]]()
        for part in self._parts:
            if kind in (None, part.box.kind):
                found += self._of_part(part, query, k, keep)
        found.sort(key=lambda one: (-one[0], one[1]))
        return [
            Found(self._places.named(part, row), score, nth, self)
            for score, _, nth, part, row in found[: max(k, 0)]
        ]

    def _of_part(
        self, part: Part, query: Floats, k: int, keep: Keep | None
    ) -> list[tuple[float, int, int, Part, int]]:
        asked, rows_there = k + 50, len(part.vectors)
        while True:
            scores, rows = part.near(query, asked, self.recall)
            owners = np.searchsorted(part.starts, rows, "right") - 1
            if part.box.alive is not None:
                living = part.box.alive[owners]
                scores, rows, owners = scores[living], rows[living], owners[living]
            nth = rows - part.starts[owners]
            firsts = np.sort(np.unique(owners, return_index=True)[1])  # its best passage
            looked_at = firsts if keep is None else np.arange(len(owners))
            best = dict[int, tuple[float, int, int, Part, int]]()
            for at in looked_at.tolist():
                row, passage = int(owners[at]), int(nth[at])
                if row in best or (keep and not keep(self.get(part.box.id(row))[passage])):
                    continue
                best[row] = (float(scores[at]), part.first + row, passage, part, row)
                if len(best) == k:
                    break
            if len(best) == k or asked >= rows_there:
                return list(best.values())
            asked *= 4


class PartWords:
    """BM25 over the words of all parts, as ``Lexical`` has it."""

    def __init__(self, parts: Sequence[Part], places: Places) -> None:
        self._parts, self._places = tuple(parts), places
        self._count = sum(len(part.box) for part in parts)
        total = sum(int(part.postings.lengths.sum()) for part in parts)
        self._mean = total / self._count if total else 1.0
        self._norms: dict[str, npt.NDArray[np.float64]] = {}

    def search(self, query: str, k: int, *, kind: str | None = None) -> list[tuple[str, float]]:
        """The best ``k`` ids that share a word with ``query``, with their scores above 0.

        Equal scores keep the order of the records.
        """
        asked = []
        for word, times in Counter(words(query)).items():
            held = [part.postings.of_word(word) for part in self._parts]
            holding = sum(len(records) for records, _ in held)
            rare = math.log(1 + (self._count - holding + 0.5) / (holding + 0.5))
            asked.append((times * rare, held))
        best: list[tuple[float, int, Part, int]] = []
        for number, part in enumerate(self._parts):
            if kind in (None, part.box.kind):
                held_here = [(worth, *held[number]) for worth, held in asked]
                best += self._best(part, held_here, k)
        best.sort(key=lambda one: (-one[0], one[1]))
        return [(self._places.named(part, row), score) for score, _, part, row in best[: max(k, 0)]]

    def _best(
        self,
        part: Part,
        held: Sequence[tuple[float, npt.NDArray[np.int32], npt.NDArray[np.int32]]],
        k: int,
    ) -> list[tuple[float, int, Part, int]]:
        scores = np.zeros(len(part.box))
        norms = self._norms_of(part)
        for worth, records, counts in held:
            scores[records] += worth * counts / (counts + norms[records])
        if part.box.alive is not None:
            scores[~part.box.alive] = 0
        rows = np.flatnonzero(scores)
        if 0 < k < len(rows):
            rows = rows[scores[rows] >= np.partition(scores[rows], -k)[-k]]
        rows = rows[np.argsort(-scores[rows], kind="stable")][: max(k, 0)]
        return [(float(scores[row]), part.first + row, part, row) for row in rows.tolist()]

    def _norms_of(self, part: Part) -> npt.NDArray[np.float64]:
        if part.box.name not in self._norms:
            lengths = part.postings.lengths
            norms = 1.5 * (0.25 + 0.75 * lengths.astype(float) / self._mean)
            self._norms[part.box.name] = norms
        return self._norms[part.box.name]


class PartFacets:
    """Which records of one kind, or of all, state what a question wishes."""

    def __init__(self, parts: Sequence[Part], places: Places, kind: str | None) -> None:
        self._parts = [part for part in parts if kind in (None, part.box.kind)]
        self._places = places

    def meeting(self, wish: Wish, k: int) -> list[str]:
        """At most ``k`` ids of the records that state most of what is wished, best first."""
        asked = [list(keys) for keys in wished(wish)]
        counted = [(part, self._counts(part, asked)) for part in self._parts]
        most = max((int(counts.max(initial=0)) for _, counts in counted), default=0)
        found: list[str] = []
        for wanted in range(most, max(1, most - 1) - 1, -1):
            for part, counts in counted:
                rows = np.flatnonzero(counts == wanted)[: k - len(found)]
                found += [self._places.named(part, row) for row in rows.tolist()]
        return found

    def _counts(self, part: Part, asked: Sequence[Sequence[Key]]) -> npt.NDArray[np.uint8]:
        counts = np.zeros(len(part.box), np.uint8)
        for keys in asked:
            met = [part.facts[key] for key in keys if key in part.facts]
            met += [self._named(part, key) for key in keys]
            met = [rows for rows in met if len(rows)]
            if len(met) == 1:
                counts[met[0]] += 1
            elif met:
                counts[np.unique(np.concatenate(met))] += 1
        if part.box.alive is not None:
            counts[~part.box.alive] = 0
        return counts

    def _named(self, part: Part, key: Key) -> npt.NDArray[np.int32]:
        field, value = key
        row = part.box.row_of(str(value)) if field == "id" else None
        return np.array([] if row is None else [row], np.int32)
