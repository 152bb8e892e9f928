"""``/api/search`` and ``/api/catalog``: one sentence as a filter, shown as it was understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request

from assistant.catalog import Catalog, Entry, Model
from assistant.catalog.card import card
from assistant.catalog.licenses import allows
from assistant.catalog.records import source
from assistant.pipeline import Assistant
from assistant.question import Wish
from assistant.retrieval.search import Ranked
from assistant.server.faults import NotFoundError
from assistant.server.flow import called
from assistant.server.service import Service
from assistant.workflow.weights import runs_here

Kind = Literal["model", "paper", "concept"]
Text = Annotated[str | None, Query(max_length=2_000)]
Short = Annotated[str | None, Query(max_length=80)]
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


@dataclass(frozen=True, slots=True)
class Filters:
    """What a record must have; None: whatever."""

    kind: str | None = None
    task: str | None = None
    scale: float | None = None
    license: str | None = None
    tag: str | None = None
    since: int | None = None
    until: int | None = None
    max_mb: float | None = None
    runnable: bool = False
    efficient: bool = False

    def keep(self, entry: Entry, can_run: set[str]) -> bool:
        """Whether a record has it all; what is not stated is not met."""
        size = entry.size_mb if isinstance(entry, Model) else None
        return (
            self.kind in (None, entry.kind)
            and self.task in (None, entry.task)
            and (self.scale is None or entry.any_scale or self.scale in entry.scales)
            and (self.license is None or allows(entry.license, self.license))
            and (self.tag is None or self.tag in _labels(entry))
            and (self.since is None or (entry.year or 0) >= self.since)
            and (self.until is None or 0 < (entry.year or 0) <= self.until)
            and (self.max_mb is None or (size is not None and size <= self.max_mb))
            and (not self.runnable or entry.id in can_run)
            and (not self.efficient or bool(entry.efficient))
        )


def routes(service: Service) -> APIRouter:
    """The routes that look things up."""
    router = APIRouter(prefix="/api", tags=["Catalog"])

    @router.get("/search")
    async def search(
        request: Request,
        q: Annotated[str, Query(min_length=1, max_length=2_000, description="What to look for.")],
        k: Annotated[int, Query(ge=1, le=MOST)] = 10,
        kind: Kind | None = None,
    ) -> dict[str, Any]:
        """The records that fit a sentence best, and how it was understood."""
        assistant = service.assistant

        def work(_: object) -> dict[str, Any]:
            wish = assistant.wish(q)
            found = assistant.search.find(q, wish, k, kind)
            return {"understood": understood(wish), "found": [_ranked(one) for one in found]}

        return await called(request, service.asks, work)

    @router.get("/catalog")
    async def catalog(  # noqa: PLR0913, PLR0917 - one parameter a filter
        request: Request,
        q: Text = None,
        drop: Annotated[list[str], Query(max_length=30)] = [],  # noqa: B006 - FastAPI copies it
        kind: Kind | None = None,
        task: Short = None,
        scale: Annotated[float | None, Query(gt=0, le=64)] = None,
        license: Short = None,  # noqa: A002 - the parameter's name
        tag: Short = None,
        since: Annotated[int | None, Query(ge=1900, le=2100)] = None,
        until: Annotated[int | None, Query(ge=1900, le=2100)] = None,
        max_mb: Annotated[float | None, Query(gt=0)] = None,
        runnable: bool = False,
        efficient: bool = False,
        mismatches: bool = False,
        sort: Literal["fit", "newest", "smallest", "name"] = "fit",
        offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 24,
    ) -> dict[str, Any]:
        """The records that pass the filters, ranked by the sentence ``q`` if there is one.

        ``drop`` names what was understood and is not meant: fields of ``understood``. What does
        not fit is left out, unless ``mismatches`` asks for it or nothing else is there.
        """
        filters = Filters(
            kind, task, scale, license, tag, since, until, max_mb, runnable, efficient
        )
        can_run = {model.id for model in service.runnable}
        asked = (q or "").strip()

        def work(_: object) -> dict[str, Any]:
            wish, order = (
                _by_sentence(service.assistant, asked, drop, kind)
                if asked
                else (None, [(entry, None) for entry in service.catalog])
            )
            kept = [(e, r) for e, r in order if filters.keep(e, can_run)]
            fitting = [(e, r) for e, r in kept if not (r and r.fit.verdict == "mismatch")]
            left_out = 0 if mismatches or not fitting else len(kept) - len(fitting)
            kept = _sorted(fitting if left_out else kept, sort)
            page = kept[offset : offset + limit]
            return {
                "understood": understood(wish) if wish else [],
                "total": len(kept),
                "left_out": left_out,
                "offset": offset,
                "items": [
                    {
                        **summary(e, can_run, service.catalog.demo(e)),
                        **(_why(r) if r else {}),
                    }
                    for e, r in page
                ],
                "facets": _facets([e for e, _ in kept]),
            }

        return await called(request, service.asks, work)

    @router.get("/catalog/{record}")
    def show(record: Annotated[str, Path(max_length=160)]) -> dict[str, Any]:
        """One record, or the family of a name (RCAN): what is known and where each fact stands."""
        return shown(service.catalog, record, {model.id for model in service.runnable})

    return router


def shown(catalog: Catalog, name: str, can_run: set[str]) -> dict[str, Any]:
    """A record or family as data and as a page of Markdown.

    Raises:
        NotFoundError: nothing goes by that name.
    """
    members = catalog.called(name)
    if not members:
        raise NotFoundError(f"no record {name[:80]!r} in the catalog", hint="see /api/catalog")
    first = members[0]
    demo = catalog.demo(first)
    facts = [
        {"kind": f.kind, "text": f.text, "basis": f.basis, "place": source(f.place)}
        for f in dict.fromkeys(f for m in members for f in (*m.facts, *m.measured))
    ]
    return {
        "id": first.id,
        "records": [m.model_dump(mode="json", exclude_none=True) for m in members],
        "summaries": [summary(m, can_run, catalog.demo(m)) for m in members],
        "facts": facts,
        "demo": demo,
        "markdown": card(members, demo, runs_here(members)),
    }


def understood(wish: Wish) -> list[dict[str, Any]]:
    """What was read from a sentence: field, label, value, and the words it was read from."""
    found = []
    for field, label in _LABELS.items():
        value = getattr(wish, field)
        if value in (None, (), False):
            continue
        shown = " x ".join(map(str, value)) if field in ("size", "target") else _text(value)
        words = list(wish.words.get(field, ()))
        odds = (
            [round(wish.odds.get(step, 0), 2) for step in wish.steps] if field == "steps" else None
        )
        one = {"field": field, "label": label, "value": shown, "words": words}
        found.append({**one, "odds": odds} if odds else one)
    return found


def summary(entry: Entry, can_run: set[str], demo: str | None = None) -> dict[str, Any]:
    """What a card shows of a record; ``demo`` names what shows its idea at work."""
    model = entry if isinstance(entry, Model) else None
    return {
        "id": entry.id,
        "kind": entry.kind,
        "name": entry.name,
        "title": entry.title,
        "task": entry.task,
        "does": entry.does,
        "scales": list(entry.scales),
        "any_scale": entry.any_scale,
        "year": entry.year,
        "license": entry.license,
        "authors": entry.authors,
        "venue": entry.venue,
        "parameters": model.parameters if model else None,
        "size_mb": model.size_mb if model else None,
        "architecture": model.architecture if model else None,
        "variant": model.variant if model else None,
        "labels": _labels(entry),
        "paper": entry.paper,
        "github": entry.github,
        "huggingface": entry.huggingface,
        "runs": entry.id in can_run,
        "demo": demo,
    }


def _by_sentence(
    assistant: Assistant, asked: str, drop: Sequence[str], kind: Kind | None
) -> tuple[Wish, list[tuple[Entry, Ranked | None]]]:
    wish = assistant.wish(asked)
    fresh = Wish()
    gone = {name for field in drop if field in _LABELS for name in _WITH.get(field, (field,))}
    wish = wish.model_copy(update={name: getattr(fresh, name) for name in gone})
    found = assistant.search.find(asked, wish, len(assistant.catalog), kind)
    return wish, [(one.entry, one) for one in found]


def _sorted(
    kept: list[tuple[Entry, Ranked | None]], sort: str
) -> list[tuple[Entry, Ranked | None]]:
    def size(entry: Entry) -> float:
        return entry.parameters or float("inf") if isinstance(entry, Model) else float("inf")

    keys: dict[str, Any] = {
        "newest": lambda one: -(one[0].year or 0),
        "smallest": lambda one: size(one[0]),
        "name": lambda one: one[0].name.casefold(),
    }
    return sorted(kept, key=keys[sort]) if sort in keys else kept


def _why(ranked: Ranked) -> dict[str, Any]:
    fit = ranked.fit
    return {"score": round(ranked.score, 4), "verdict": fit.verdict, "reasons": list(fit.reasons)}


def _ranked(ranked: Ranked) -> dict[str, Any]:
    entry = ranked.entry
    head = {"id": entry.id, "kind": entry.kind, "name": entry.name}
    return {**head, **_why(ranked), "links": list(entry.links)}


def _labels(entry: Entry) -> list[str]:
    return list(dict.fromkeys((*entry.tags, *entry.subjects, *entry.handles)))


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, bool):
        return "yes"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _facets(entries: Sequence[Entry]) -> dict[str, list[list[Any]]]:
    """How many of the records have each value, the most frequent first."""
    counted: dict[str, Counter[Any]] = {
        "kind": Counter(e.kind for e in entries),
        "task": Counter(e.task for e in entries if e.task),
        "scale": Counter(f"{s:g}" for e in entries for s in e.scales),
        "license": Counter(e.license for e in entries if e.license),
        "tag": Counter(label for e in entries for label in _labels(e)),
        "year": Counter(e.year for e in entries if e.year),
    }
    return {name: [list(one) for one in c.most_common(30)] for name, c in counted.items()}
