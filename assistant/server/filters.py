"""What a client filters the catalog by: fields of its query, and what its sentence was read as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from assistant.catalog import Entry, Model
from assistant.catalog.licenses import allows
from assistant.question import Wish
from assistant.retrieval.search import Ranked

Kind = Literal["model", "paper", "concept"]
Short = Annotated[str | None, Field(max_length=80)]
Year = Annotated[int | None, Field(ge=1900, le=2100)]
MOST = 200  # records of one reply
_LABELS = {
    "steps": "task",
    "scales": "factor",
    "size": "size of the picture",
    "megapixels": "megapixels",
    "target": "wanted size",
    "keeps_size": "keeps the size",
    "subjects": "shows",
    "degradations": "damage",
    "levels": "strength of the damage",
    "device": "device",
    "license": "license",
    "architectures": "architecture",
    "formats": "format of the weights",
    "channels": "channels",
    "max_mb": "at most, MB",
    "max_parameters": "at most, parameters",
    "vram_gb": "memory of the card, GB",
    "since": "since",
    "until": "until",
    "tags": "tag",
    "named": "named",
    "refused": "not",
}
_WITH = {"steps": ("steps", "task", "odds"), "target": ("target", "print")}


class Found(NamedTuple):
    """A record, and how it fits the sentence if there is one."""

    entry: Entry
    ranked: Ranked | None = None


class Wanted(BaseModel):
    """What a record must have and how many are shown, as query parameters; None: whatever."""

    q: Annotated[str | None, Field(max_length=2_000)] = None
    drop: Annotated[list[str], Field(max_length=30)] = []
    kind: Kind | None = None
    task: Short = None
    scale: Annotated[float | None, Field(gt=0, le=64)] = None
    license: Short = None
    tag: Short = None
    since: Year = None
    until: Year = None
    max_mb: Annotated[float | None, Field(gt=0)] = None
    runnable: bool = False
    efficient: bool = False
    mismatches: bool = False
    sort: Literal["fit", "newest", "smallest", "name"] = "fit"
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = 24

    def keeps(self, entry: Entry, can_run: set[str]) -> bool:
        """Whether a record has it all; what is not stated is not met."""
        size = entry.size_mb if isinstance(entry, Model) else None
        return (
            self.kind in (None, entry.kind)
            and self.task in (None, entry.task)
            and (self.scale is None or entry.any_scale or self.scale in entry.scales)
            and (self.license is None or allows(entry.license, self.license))
            and (self.tag is None or self.tag in labels(entry))
            and (self.since is None or (entry.year or 0) >= self.since)
            and (self.until is None or 0 < (entry.year or 0) <= self.until)
            and (self.max_mb is None or (size is not None and size <= self.max_mb))
            and (not self.runnable or entry.id in can_run)
            and (not self.efficient or bool(entry.efficient))
        )

    def sorted(self, found: list[Found]) -> list[Found]:
        """The records in the order that was asked for."""
        if self.sort == "newest":
            return sorted(found, key=lambda one: -(one.entry.year or 0))
        if self.sort == "smallest":
            return sorted(found, key=lambda one: _parameters(one.entry))
        if self.sort == "name":
            return sorted(found, key=lambda one: one.entry.name.casefold())
        return found


def understood(wish: Wish) -> list[dict[str, Any]]:
    """What was read from a sentence: field, label, value, and the words it was read from."""
    found = []
    for field, label in _LABELS.items():
        value = getattr(wish, field)
        if value in (None, (), False, {}):
            continue
        shown = " x ".join(map(str, value)) if field in ("size", "target") else _text(value)
        words = list(wish.words.get(field, ()))
        one: dict[str, Any] = {"field": field, "label": label, "value": shown, "words": words}
        if field == "steps":
            one["odds"] = [round(wish.odds.get(step, 0), 2) for step in wish.steps]
        found.append(one)
    return found


def without(wish: Wish, drop: Sequence[str]) -> Wish:
    """A wish without what was understood and is not meant, by the fields of ``understood``."""
    fresh = Wish()
    gone = {name for field in drop if field in _LABELS for name in _WITH.get(field, (field,))}
    return wish.model_copy(update={name: getattr(fresh, name) for name in gone})


def labels(entry: Entry) -> list[str]:
    """What a record is found under beside its task: tags, subjects, damage."""
    return list(dict.fromkeys((*entry.tags, *entry.subjects, *entry.handles)))


def facets(entries: Sequence[Entry]) -> dict[str, list[list[Any]]]:
    """How many of the records have each value, the most frequent first."""
    counted: dict[str, Counter[Any]] = {
        "kind": Counter(e.kind for e in entries),
        "task": Counter(e.task for e in entries if e.task),
        "scale": Counter(f"{s:g}" for e in entries for s in e.scales),
        "license": Counter(e.license for e in entries if e.license),
        "tag": Counter(label for e in entries for label in labels(e)),
        "year": Counter(e.year for e in entries if e.year),
    }
    return {name: [list(one) for one in c.most_common(30)] for name, c in counted.items()}


def _parameters(entry: Entry) -> float:
    return entry.parameters or float("inf") if isinstance(entry, Model) else float("inf")


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes"
    return f"{value:g}" if isinstance(value, float) else str(value)
