"""Workflows of models that a user names: in series, side by side, brought to a factor."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

from assistant.catalog import Catalog, Model
from assistant.errors import InputError
from assistant.workflow.graph import Node, Workflow
from assistant.workflow.planning import Station, brought_to, plan
from assistant.workflow.weights import Weights, runnable, scale_of
from assistant.workflow.weights import available as runs

UNLESS_SAID = 4.0


def draw(
    branches: Sequence[Sequence[str]], catalog: Catalog, scale: float | None = None
) -> Workflow:
    """Each branch is models in series, by id or by the name of a family of which the factor or
    what runs here leaves one; several branches stand side by side.

    Raises:
        InputError: a name is no model of the catalog or leaves several, or a branch does not reach
            ``scale``.
    """
    stations = [
        [_station(name, catalog, scale if len(branch) == 1 else None) for name in branch]
        for branch in branches
    ]
    return plan(stations, catalog.vocabulary, final=scale)


def draw_file(path: Path, catalog: Catalog, scale: float | None = None) -> Workflow:
    """The network in a weights file, whether or not the catalog knows it."""
    network = Weights(path, "given").load()
    task = network.task if catalog.vocabulary.task(network.task) else None
    station = Station(name=path.stem, task=task, scale=network.scale)
    if task is not None:
        return plan([[station]], catalog.vocabulary, final=scale)
    nodes = [
        Node(id="in1", role="input", label="input", port="RGB picture"),
        Node(id="m11", role="model", label=path.stem, port="RGB picture", scale=network.scale),
        *([resize] if (resize := brought_to([station], scale, "r1")) else []),
        Node(id="out1", role="output", label="output", port="RGB picture"),
    ]
    return Workflow(nodes=tuple(nodes), edges=tuple(pairwise(node.id for node in nodes)))


def lightest(catalog: Catalog, scale: float | None = None) -> str:
    """The model to take where none is named: the smallest that reaches ``scale`` at once, made for
    clean pictures.

    Raises:
        InputError: none does.
    """
    wanted = scale or UNLESS_SAID
    ready = [m for m in runnable(catalog) if m.task == "super-resolution" and not m.blind]
    able = [m for m in ready if scale_of(m) >= wanted]
    if not able:
        ids = ", ".join(m.id for m in ready) or "none"
        raise InputError(
            f"no model that can run enlarges {wanted:g}x; there are {ids}",
            hint="put two in series: --model A,B",
        )
    return min(able, key=lambda m: (scale_of(m), m.parameters or 1 << 40)).id


def _station(name: str, catalog: Catalog, scale: float | None) -> Station:
    model = catalog.get(name) or _member(name, catalog, scale)
    if not isinstance(model, Model):
        ids = {m.id.casefold(): m.id for m in catalog.models}
        near = get_close_matches(name.casefold(), ids, 1)
        hint = f"did you mean {ids[near[0]]}? " if near else ""
        raise InputError(
            f"no model {name!r} in the catalog", hint=f"{hint}see: sr-assistant weights list"
        )
    return Station(
        name=model.id,
        task=model.task,
        scale=scale_of(model) if model.network or runs(model) else None,
        steps=(model.does,),
        input=model.input if model.task == "super-resolution" else None,
        output=model.output if model.task == "super-resolution" else None,
        model=model.id,
    )


def _member(name: str, catalog: Catalog, scale: float | None) -> Model | None:
    """The model of a family that runs here and reaches ``scale`` with the least; None where there
    is no such family."""
    family = [m for m in catalog.called(name) if isinstance(m, Model)]
    able = [m for m in family if runs(m)] or family
    if scale:
        reach = [scale_of(m) for m in able if scale_of(m) >= scale]
        able = [m for m in able if scale_of(m) == min(reach, default=0)] or able
    if len(able) < 2:
        return next(iter(able), None)
    ids = ", ".join(m.id for m in able)
    raise InputError(f"{name} is a family; take one of {ids}", hint="--model ID, or --scale N")
