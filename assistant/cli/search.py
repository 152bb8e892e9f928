"""``sr-assistant search``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from assistant.cli import output
from assistant.cli.options import CatalogOption, JsonOption, asked, open_assistant


class Kind(StrEnum):
    """What to search for."""

    model = "model"
    paper = "paper"


def search(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What to look for; - reads standard input.")
    ],
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, max=1000, help="How many records.")
    ] = 10,
    kind: Annotated[
        Kind | None, typer.Option("--kind", metavar="model|paper", help="Only models or papers.")
    ] = None,
    catalog: CatalogOption = None,
    json: JsonOption = False,
) -> None:
    """List the records that fit a query best, with score and fit."""
    query = asked(query)
    assistant = open_assistant(catalog)
    wish = assistant.wish(query)
    found = assistant.search.find(query, wish, k, kind.value if kind else None)
    if json:
        output.as_json(
            [
                {
                    "id": r.entry.id,
                    "kind": r.entry.kind,
                    "name": r.entry.name,
                    "score": round(r.score, 6),
                    "fit": r.fit.model_dump(mode="json", include={"verdict", "reasons"}),
                }
                for r in found
            ]
        )
        return
    rows = [
        [r.entry.id, r.entry.kind, f"{r.score:.4f}", r.fit.verdict, "; ".join(r.fit.reasons)]
        for r in found
    ]
    output.table(["id", "kind", "score", "fit", "why"], rows)
