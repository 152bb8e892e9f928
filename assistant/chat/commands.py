"""What to type for the models in force."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import Catalog, Model
from assistant.question import Wish
from assistant.world.running import stand_in

NOT_HERE = (
    "/run FILE does not know it: that does not run in this program; the code is where its link "
    "leads. What runs here: `sr-assistant weights list`."
)
INSTEAD = "What was recommended does not run in this program. What runs here for the same:"


def typed(series: Sequence[str], catalog: Catalog) -> str:
    """The ids of the models of a series as ``run --model`` takes them; empty where one of them does
    not run here."""
    found = [catalog.get(name) for name in series]
    runs = [e.id for e in found if isinstance(e, Model) and e.network]
    return ",".join(runs) if len(runs) == len(found) else ""


def instead(series: Sequence[str], wish: Wish, catalog: Catalog) -> str:
    """For models that do not run here: what runs and does the same, or that nothing does."""
    entries = [entry for name in series if (entry := catalog.get(name))]
    own = (wish.of(e.task, catalog.vocabulary) if e.task else wish for e in entries)
    found = [stand_in(e, w, catalog) for e, w in zip(entries, own, strict=True)]
    if not found or not all(found):
        return NOT_HERE
    names = ",".join(name for row in found for name in row)
    return f"{INSTEAD} `sr-assistant run FILE --model {names}`."
