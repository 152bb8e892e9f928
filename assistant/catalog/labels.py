"""The words a catalog brings along: names, architectures and tags that a question may speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.catalog.records import Entry, Model

_SCALE = re.compile(r"^(?:\d+(?:\.\d+)?x|x\d+)[-_ ]?|[-_ ](?:\d+(?:\.\d+)?x|x\d+)$", re.I)
_SHORTEST = 3  # letters and digits of a name that a text can name


def squash(name: str) -> str:
    """Letters and digits only, in lower case: Real-ESRGAN_x4 and realesrgan x4 are one name."""
    return "".join(filter(str.isalnum, name.casefold()))


@dataclass(frozen=True)
class Labels:
    """Looked up by ``squash``: ids of the records a name stands for, architectures and tags."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    architectures: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Labels:
        """The labels of these records; a name also counts without the scale at its ends."""
        names: dict[str, dict[str, None]] = {}
        architectures: dict[str, str] = {}
        tags: dict[str, None] = {}
        for entry in entries:
            if isinstance(entry, Model):
                for name in {entry.id, entry.name, _SCALE.sub("", entry.name), *entry.aliases}:
                    if len(key := squash(name)) >= _SHORTEST:
                        names.setdefault(key, {})[entry.id] = None
                if entry.architecture:
                    architectures.setdefault(squash(entry.architecture), entry.architecture)
            tags.update(dict.fromkeys(entry.tags))
        return cls({key: tuple(ids) for key, ids in names.items()}, architectures, cls.tagged(tags))

    @staticmethod
    def tagged(tags: Iterable[str]) -> dict[str, str]:
        """Tags that a question can name, by ``squash``; of equals the first."""
        found: dict[str, str] = {}
        for tag in tags:
            if len(key := squash(tag)) >= _SHORTEST:
                found.setdefault(key, tag)
        return found
