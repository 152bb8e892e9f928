"""What of the inputs a run is about: its shard, its limit, and each item as often as wished."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.bulk.items import Item, Problem, file_name
from assistant.bulk.keys import Keys
from assistant.bulk.sources import Source, read


@dataclass(frozen=True, slots=True)
class Due:
    """One sample of one item, with the key of its request."""

    item: Item
    sample: int
    key: str

    @property
    def id(self) -> str:
        """What results call it: the id, with the number of a further sample."""
        return self.item.id if self.sample == 1 else f"{self.item.id}#{self.sample}"

    @property
    def file(self) -> str:
        """The name of its answer's file."""
        sample = "" if self.sample == 1 else f".k{self.sample}"
        return f"{file_name(self.item.id)}{sample}.md"


@dataclass(frozen=True, slots=True)
class Selection:
    """Streams the same items each time it is iterated, as long as the inputs stay as they are.

    A shard is chosen by a hash of the id: a new file moves no other item to another shard.
    """

    sources: Sequence[Source]
    keys: Keys
    samples: int = 1
    shard: tuple[int, int] = (1, 1)
    limit: int | None = None

    def __iter__(self) -> Iterator[Due]:
        count = 0
        for source in self.sources:
            for item in read(source):
                if isinstance(item, Problem) or not self._is_ours(item.id):
                    continue  # a problem was reported by validation; nothing changed since
                if self.limit is not None and count >= self.limit:
                    return
                count += 1
                for sample in range(1, self.samples + 1):
                    yield Due(item, sample, self.keys.key(item, sample))

    def _is_ours(self, id: str) -> bool:
        number, of = self.shard
        digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % of == number - 1
