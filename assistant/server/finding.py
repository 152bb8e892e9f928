"""``/api/search`` and ``/api/catalog``: one sentence as a filter, shown as it was understood."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from assistant.catalog import Catalog, Entry, Model
from assistant.catalog.card import card
from assistant.catalog.stated import source
from assistant.retrieval.search import Ranked
from assistant.server.faults import NotFoundError
from assistant.server.filters import MOST, Found, Kind, Wanted, facets, labels, understood, without
from assistant.server.flow import called
from assistant.server.service import Service
from assistant.workflow.weights import runs_here


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
    async def catalog(request: Request, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
        """The records that pass the filters, ranked by the sentence ``q`` if there is one.

        ``drop`` names what was understood and is not meant: fields of ``understood``. What does
        not fit is left out, unless ``mismatches`` asks for it or nothing else is there.
        """
        can_run = {model.id for model in service.runnable}
        asked = (wanted.q or "").strip()

        def work(_: object) -> dict[str, Any]:
            wish, order = None, [Found(entry) for entry in service.catalog]
            if asked:
                assistant = service.assistant
                wish = without(assistant.wish(asked), wanted.drop)
                ranked = assistant.search.find(asked, wish, len(order), wanted.kind)
                order = [Found(one.entry, one) for one in ranked]
            kept = [one for one in order if wanted.keeps(one.entry, can_run)]
            fitting = [e for e in kept if not (e.ranked and e.ranked.fit.verdict == "mismatch")]
            left_out = 0 if wanted.mismatches or not fitting else len(kept) - len(fitting)
            kept = wanted.sorted(fitting if left_out else kept)
            return {
                "understood": understood(wish) if wish else [],
                "total": len(kept),
                "left_out": left_out,
                "offset": wanted.offset,
                "items": [
                    {**summary(e, can_run, service.catalog.demo(e)), **(_why(r) if r else {})}
                    for e, r in kept[wanted.offset :][: wanted.limit]
                ],
                "facets": facets([one.entry for one in kept]),
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
        for f in dict.fromkeys(f for m in members for f in m.stated)
    ]
    return {
        "id": first.id,
        "records": [m.model_dump(mode="json", exclude_none=True) for m in members],
        "summaries": [summary(m, can_run, catalog.demo(m)) for m in members],
        "facts": facts,
        "demo": demo,
        "markdown": card(members, demo, runs_here(members)),
    }


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
        "labels": labels(entry),
        "paper": entry.paper,
        "github": entry.github,
        "huggingface": entry.huggingface,
        "runs": entry.id in can_run,
        "demo": demo,
    }


def _why(ranked: Ranked) -> dict[str, Any]:
    fit = ranked.fit
    return {"score": round(ranked.score, 4), "verdict": fit.verdict, "reasons": list(fit.reasons)}


def _ranked(ranked: Ranked) -> dict[str, Any]:
    entry = ranked.entry
    head = {"id": entry.id, "kind": entry.kind, "name": entry.name}
    return {**head, **_why(ranked), "links": list(entry.links)}
