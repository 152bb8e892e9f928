"""What is read of a record when it is first judged, and kept: its offer and its group."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from assistant.catalog import Catalog, Entry

_MOST = 50_000  # offers and groups; a large catalog has more records
_T = TypeVar("_T")


class Remembered(dict[str, _T]):
    """What ``read`` makes of each record, by id, made when it is first asked for."""

    def __init__(self, catalog: Catalog, read: Callable[[Entry], _T]) -> None:
        super().__init__()
        self._catalog, self._read = catalog, read

    def __missing__(self, entry_id: str) -> _T:
        entry = self._catalog.get(entry_id)
        assert entry is not None  # noqa: S101 - ids come from an index of this catalog
        if len(self) >= _MOST:
            self.clear()
        self[entry_id] = self._read(entry)
        return self[entry_id]


def group_of(entry: Entry) -> str | None:
    """The task of a record, the first tag of one that has none."""
    return entry.task or (entry.tags[0] if entry.tags else None)
