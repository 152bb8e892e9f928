"""Which model suits a picture, and what a model that was made for others makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.catalog import Catalog, Model
from assistant.errors import InputError
from assistant.imaging.faults import Fault, Look
from assistant.networks import packaged
from assistant.workflow.drawing import UNLESS_SAID, lightest
from assistant.workflow.weights import CLEANED, available, runnable, scale_of

MOVED = 0.8  # chance of motion blur from which it is taken away first
_REACH = {"mssnet-small": 8, "mssnet-far": 15}  # pixels of motion up to which weights that ship
# were measured to gain well (docs/benchmarks.md)
_LONG = 60  # seconds that are said before they pass
ENLARGING = "super-resolution"
DEBLURRING = "deblurring"


@dataclass(frozen=True)
class Choice:
    """The models to run, in series, and in words why these."""

    models: tuple[str, ...]
    because: tuple[str, ...]


def choose(look: Look, catalog: Catalog, scale: float | None = None) -> Choice:
    """What to run on a picture for ``scale`` (4 unless said; 1: only clean it).

    Raises:
        InputError: no model that can run does it, or there is nothing to be done.
    """
    wanted = UNLESS_SAID if scale is None else scale
    spoiled = [fault for fault in look.faults if fault.name in CLEANED]
    first = _deblurring(look, catalog) if not spoiled else None
    cleaned = _cleaning(spoiled, catalog, wanted) if spoiled else None
    said = tuple(fault.text for fault in look.faults)
    if wanted <= 1:
        models = tuple(model.id for model in (first or cleaned,) if model)
        if not models:
            raise InputError(
                "nothing was measured that a model here takes away",
                hint="name a model: --model ID; what was measured: sr-assistant look PICTURE",
            )
        return Choice(models, said)
    if cleaned:
        return Choice((cleaned.id,), said)
    last = lightest(catalog, wanted)
    return Choice((first.id, last) if first else (last,), said)


def doubts(model: Model, look: Look, catalog: Catalog) -> tuple[str, ...]:
    """What to say before ``model`` runs on a picture that it was not made for; empty if it was."""
    said = (*_cost(model, look), *_motion(model, look))
    missed = [f for f in look.faults if f.name in CLEANED and f.name not in model.handles]
    if not missed or (model.blind and model.task == ENLARGING):
        return said
    what = " and ".join(fault.text for fault in missed)
    factor = float(scale_of(model))
    better = _cleaning(missed, catalog, factor)
    instead = f"; {better.id} is made for such pictures (--auto takes it)" if better else ""
    return (
        *said,
        f"{model.id} was made for other pictures than this one, which has {what}{instead}",
    )


def _cost(model: Model, look: Look) -> tuple[str, ...]:
    """What to say of a model that takes long or draws what was not there."""
    long = packaged.seconds(model.id, look.size)
    said = []
    if long and long > _LONG:
        said.append(f"{model.id} will take about {long / 60:.0f} minutes here")
    if model.invents:
        said.append(
            f"{model.id} draws plausible detail that was not there: no evidence of anything"
        )
    return tuple(said)


def _motion(model: Model, look: Look) -> tuple[str, ...]:
    """What to say of a deblurring model on a longer motion than its weights learned."""
    if model.task != DEBLURRING or not _too_far(model, look):
        return ()
    length = look.blur.length if look.blur else 0
    learned = f"{model.id} runs with weights made for motion of up to {_reach(model)} pixels"
    return (f"{learned}; this one is about {length:.0f}, so expect nothing of it",)


def _too_far(model: Model, look: Look) -> bool:
    reach, blur = _reach(model), look.blur
    if reach is None or blur is None or blur.kind != "motion":
        return False
    return (blur.length or 0) > reach


def _reach(model: Model) -> int | None:
    """The longest motion that its weights take away well, in pixels; None where nobody measured."""
    found = available(model)
    return _REACH.get(found.path.stem) if found and found.origin == "shipped" else None


def _cleaning(faults: Sequence[Fault], catalog: Catalog, scale: float) -> Model | None:
    """The lightest model that can run, takes all ``faults`` away and reaches ``scale``."""
    names = {fault.name for fault in faults}
    able = [m for m in runnable(catalog) if names <= set(m.handles) and scale_of(m) >= scale]
    able = [m for m in able if (m.task == ENLARGING) == (scale > 1)]
    return _least(able)


def _deblurring(look: Look, catalog: Catalog) -> Model | None:
    blur = look.blur
    if blur is None or blur.kind != "motion" or blur.confidence < MOVED:
        return None
    able = [m for m in runnable(catalog) if m.task == DEBLURRING and "blur" in m.handles]
    able = [m for m in able if not _too_far(m, look)]
    nearest = min((reach for m in able if (reach := _reach(m))), default=None)
    return _least(m for m in able if _reach(m) in (None, nearest))


def _least(models: Iterable[Model]) -> Model | None:
    """The lightest, of those that invent nothing where there are any."""

    def cost(model: Model) -> tuple[bool, int, int]:
        return bool(model.invents), scale_of(model), model.parameters or 1 << 40

    return min(models, key=cost, default=None)
