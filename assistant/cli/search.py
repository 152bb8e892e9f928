"""``sr-assistant search``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import output
from assistant.cli.options import (
    CatalogOption,
    JsonOption,
    KindOption,
    asked,
    open_assistant,
    settings,
)

if TYPE_CHECKING:
    from assistant.question import Wish


def search(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What to look for; - reads standard input.")
    ],
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, max=1000, help="How many records.")
    ] = 10,
    kind: KindOption = None,
    mmr: Annotated[
        bool, typer.Option("--mmr", help="Different records first: maximal marginal relevance.")
    ] = False,
    trade: Annotated[
        float,
        typer.Option("--lambda", metavar="L", min=0, max=1, help="1 keeps the order (for --mmr)."),
    ] = 0.7,
    group: Annotated[
        bool, typer.Option("--group", help="Name near-duplicates behind the best of them.")
    ] = False,
    rerank: Annotated[
        str | None,
        typer.Option("--rerank", metavar="PATH_OR_NAME", help="Let a cross-encoder order them."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the wish that was read, and from which words.")
    ] = False,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """List the records that fit a query best, with score and fit."""
    query = asked(query)
    assistant = open_assistant(catalog)
    from assistant.retrieval import diversity

    wish = assistant.wish(query)
    rerank = rerank or settings(catalog).rerank
    wide = max(k, 50) if mmr or group or rerank else k
    found = assistant.search.find(query, wish, wide, kind.value if kind else None)
    store = assistant.search.store
    if rerank:
        from assistant.retrieval.rerank import Reranker

        found = diversity.reranked(found, query, store, Reranker(rerank))
    if mmr:
        found = diversity.diverse(found, wide, store, trade)
    groups = diversity.grouped(found, store) if group else [(one, []) for one in found]
    if json:
        listed = [
            {
                "id": r.entry.id,
                "kind": r.entry.kind,
                "name": r.entry.name,
                "score": round(r.score, 6),
                "fit": r.fit.model_dump(mode="json", include={"verdict", "reasons"}),
                **({"points": r.points} if explain else {}),
                **({"also": [other.entry.id for other in others]} if group else {}),
            }
            for r, others in groups[:k]
        ]
        read = wish.model_dump(mode="json", exclude_defaults=True)
        output.as_json({"wish": read, "found": listed} if explain else listed)
        return
    if explain:
        output.table(["wish", "read as", "from the words"], _explained(query, wish))
    rows = []
    for r, others in groups[:k]:
        also = f" (also: {', '.join(other.entry.id for other in others)})" if others else ""
        why = "; ".join(r.fit.reasons) + also
        rows.append([r.entry.id, r.entry.kind, f"{r.score:.4f}", r.fit.verdict, why])
    output.table(["id", "kind", "score", "fit", "why"], rows)


def _explained(query: str, wish: Wish) -> list[list[str]]:
    """One row a wish: its field, its value and the words it was read from.

    A step is learned: shown are its probability and the words without which it would be least
    likely.
    """
    from assistant.question import shipped

    rows = [
        [
            f"step {number}",
            f"{step} ({wish.odds.get(step, 0):.0%} alone)",
            ", ".join(f'"{word}"' for word in shipped().because(query, step)),
        ]
        for number, step in enumerate(wish.steps, 1)
    ]
    for field, value in wish.model_dump(mode="json", exclude={"words", "steps", "odds"}).items():
        if value not in (None, [], False):
            said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            rows.append([field, said, ", ".join(f'"{word}"' for word in wish.words.get(field, ()))])
    return rows or [["nothing", "no task, scale or other wish is stated", ""]]
