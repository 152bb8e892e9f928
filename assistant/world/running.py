"""What of a recommendation runs on this machine, and what stands in for what does not."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from assistant.catalog import Catalog, Entry, Model
from assistant.fit import listing, offer_of, stands_in, weigh
from assistant.question import Wish
from assistant.workflow import weights

_MOST = 2  # networks in a row that reach a large factor: a third would enlarge what two made up


class Running(BaseModel):
    """The recommended ids in series, those of them that do not run here, the ``remedy`` to type
    where there is one, and the ids in series that run ``instead``, with the ``scale`` to name;
    ``picture`` is what a command calls it, ``whole`` the id that does all steps at once here. Of
    a ``closed`` world nothing that was not provided is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    remedy: str = ""
    instead: tuple[str, ...] = ()
    scale: float | None = None
    picture: str = "photo.jpg"
    whole: str = ""
    closed: bool = False

    @property
    def here(self) -> bool:
        """Whether all that is recommended runs on this machine as it is."""
        return bool(self.models) and not self.missing

    @property
    def text(self) -> str:
        """One sentence on what does not run here and what does in its place; else nothing."""
        if not self.missing:
            return ""
        one = len(self.missing) == 1
        said = f"{listing(self.missing)} {'does' if one else 'do'} not run on this machine"
        if self.closed:
            return f"{said}."
        if not self.instead:
            return f"{said}, and nothing here stands in for {'it' if one else 'them'}."
        times = f", {len(self.instead)} times in a row," if len(self.instead) > 1 else ""
        if len(set(self.instead)) == 1:
            return f"{said}; {self.instead[0]}{times} stands in."
        return f"{said}; {' and then '.join(self.instead)} stand in."

    @property
    def command(self) -> str:
        """What to type to run what is recommended, or what stands in for it."""
        factor = f" --scale {self.scale:g}" if self.scale else ""
        return self._run(self.models if self.here else self.instead, factor)

    @property
    def once(self) -> str:
        """What to type to run all steps in one pass."""
        return self._run([self.whole] if self.whole else [])

    def _run(self, ids: Sequence[str], factor: str = "") -> str:
        return f"sr-assistant run {self.picture} --model {','.join(ids)}{factor}" if ids else ""


def running(steps: Sequence[tuple[Entry, Wish]], catalog: Catalog) -> Running:
    """Of the models that do the ``steps`` of a wish, each with its own part of it."""
    models, missing, remedies = list[str](), list[str](), list[str]()
    instead, scale = list[tuple[str, ...]](), None
    for entry, wish in steps:
        models.append(entry.id)
        if isinstance(entry, Model) and weights.available(entry):
            instead.append((entry.id,))
            continue
        missing.append(entry.id)
        remedies.append(weights.remedy(entry) if isinstance(entry, Model) else "")
        found = stand_in(entry, wish, catalog)
        instead.append(found)
        able = [m for m in map(catalog.get, found) if isinstance(m, Model)]
        if wish.scale and math.prod(map(weights.scale_of, able)) > wish.scale:
            scale = wish.scale
    whole = bool(missing) and all(instead)
    return Running(
        models=tuple(models),
        missing=tuple(missing),
        remedy=remedies[0] if len(remedies) == 1 else "",
        instead=tuple(one for found in instead for one in found) if whole else (),
        scale=scale,
    )


def stand_in(entry: Entry, wish: Wish, catalog: Catalog) -> tuple[str, ...]:
    """The model that runs here, meets the wish as well as ``entry`` and fits it best, the lightest
    of equals; two in a row where these make just the factor and no single one reaches it. Empty
    where there is none."""
    known, own = catalog.vocabulary, offer_of(entry)
    same = (m for m in catalog.models if m.task == entry.task and weights.available(m))
    able = [m for m in same if stands_in(wish, offer_of(m), own, known)]
    if not able:
        return ()
    factor = (wish.scale or _own(entry)) if entry.task == "super-resolution" else 1.0
    if factor > 1 and not any(weights.scale_of(m) >= factor for m in able):
        return _in_a_row(able, factor)

    def order(model: Model) -> tuple[bool, int, float, bool, int, int]:
        fit, points, _ = weigh(wish, offer_of(model), known)
        reach = weights.scale_of(model)
        short = factor > 1 and reach < factor
        return short, fit.rank, -points, bool(model.invents), reach, model.parameters or 1 << 40

    return (min(able, key=order).id,)


def _in_a_row(able: Sequence[Model], factor: float) -> tuple[str, ...]:
    """Networks for clean pictures whose factors make this one, the larger first; a result is not
    shrunk again by much, which would throw away most of what was computed."""
    able = [m for m in able if not m.blind]
    lightest = sorted(able, key=lambda m: (bool(m.invents), m.parameters or 1 << 40))
    by_factor = {weights.scale_of(m): m.id for m in reversed(lightest)}
    rows = itertools.combinations_with_replacement(sorted(by_factor, reverse=True), _MOST)
    return next((tuple(map(by_factor.__getitem__, r)) for r in rows if math.prod(r) == factor), ())


def _own(entry: Entry) -> float:
    """The factor of a model that has one alone, where the question names none."""
    return entry.scales[0] if len(entry.scales) == 1 else 1.0
