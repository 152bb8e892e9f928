"""What is read of a record when it is first judged, and kept: its offer and its group."""

from __future__ import annotations

from assistant.catalog import Catalog
from assistant.fit import Offer, offer_of

_REMEMBERED = 50_000  # offers and groups; a large catalog has more records


class Offers(dict[str, Offer]):
    """The offer of each record, made when it is first judged."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def __missing__(self, entry_id: str) -> Offer:
        entry = self._catalog.get(entry_id)
        assert entry is not None  # noqa: S101 - ids come from an index of this catalog
        if len(self) >= _REMEMBERED:
            self.clear()
        self[entry_id] = offer_of(entry)
        return self[entry_id]


class Groups(dict[str, str | None]):
    """The task of each record, the first tag of one that has none; read when asked for."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def __missing__(self, entry_id: str) -> str | None:
        entry = self._catalog.get(entry_id)
        assert entry is not None  # noqa: S101 - ids come from an index of this catalog
        if len(self) >= _REMEMBERED:
            self.clear()
        self[entry_id] = entry.task or (entry.tags[0] if entry.tags else None)
        return self[entry_id]
