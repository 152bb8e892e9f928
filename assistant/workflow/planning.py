"""Models drawn as a graph: in series, side by side, brought to a factor; sizes are checked here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from assistant.catalog import Vocabulary
from assistant.errors import InputError
from assistant.workflow.graph import Node, Workflow

_UNSTATED = "not stated"
_MADE = re.compile(
    r"(?P<how>.*?)(?P<face> ?face)?,? ?(?P<rgb>RGB )?(?:picture|photo)"
    r"(?P<part> of the face)?(?: of (?:about )?the same size)?(?P<tail> (?:with|without) .+)?"
)
_FACE = re.compile(r"(?:\baligned )?\bface (?=picture)| of (?:a|the) face\b")


class Station(BaseModel):
    """What ``plan`` needs to know about one model; ``model`` is the id of the record to run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    task: str | None
    scale: float | None
    does: str = ""
    steps: tuple[str, ...] = ()
    input: str | None = None
    output: str | None = None
    model: str | None = None


def plan(
    branches: Sequence[Sequence[Station]],
    vocabulary: Vocabulary,
    size: tuple[int, int] | None = None,
    final: float | None = None,
) -> Workflow:
    """Draw each branch as input -> models in series -> output, side by side.

    Branches whose inputs are alike share one input node. Where the models of a branch enlarge
    more than ``final`` times, an exact resize to ``final`` follows them.

    Raises:
        InputError: a model follows one whose output it cannot take, or a branch enlarges less
            than ``final`` times.
    """
    nodes: list[Node] = []
    edges: list[tuple[str, str]] = []
    inputs: dict[str, str] = {}
    for b, branch in enumerate(branches, 1):
        tasks = [vocabulary.task(station.task) for station in branch]
        for (before, station), task in zip(pairwise(branch), tasks[1:], strict=True):
            if not (task and task.pictures):
                raise InputError(f"{station.name} cannot follow {before.name}: it takes no picture")
        first, last = tasks[0], tasks[-1]
        takes = [
            station.input or (task.input if task else _UNSTATED)
            for station, task in zip(branch, tasks, strict=True)
        ]
        taken = takes[0]
        if not all(map(_FACE.search, takes)):  # of a whole picture a step for faces changes a part
            taken = _FACE.sub("", taken)
        if taken not in inputs:
            inputs[taken] = f"in{b}"
            picture = first is not None and "picture" in first.input
            nodes.append(
                Node(id=f"in{b}", role="input", label="input", port=taken, picture=picture)
            )
        ports = [
            station.output or (task.output if task else _UNSTATED)
            for station, task in zip(branch, tasks, strict=True)
        ]
        way = [
            Node(
                id=f"m{b}{m}",
                role="model",
                label=station.name,
                port=port,
                scale=station.scale,
                does=station.does,
                steps=station.steps,
                model=station.model,
            )
            for m, (station, port) in enumerate(zip(branch, ports, strict=True), 1)
        ]
        if resize := brought_to(branch, final, f"r{b}"):
            way.append(resize)
        given = (_joined(ports) if len(ports) > 1 else "") or ports[-1]
        shown = last is not None and last.pictures
        way.append(Node(id=f"out{b}", role="output", label="output", port=given, picture=shown))
        nodes += way
        edges += pairwise([inputs[taken], *(node.id for node in way)])
    done = tuple(station.task for station in branches[0] if station.task)
    return Workflow(nodes=tuple(nodes), edges=tuple(edges), size=size, tasks=done)


def _joined(outputs: Sequence[str]) -> str:
    """What a series gives: the last output with what those before did to the picture; nothing
    where one of them is no picture."""
    found = [_MADE.fullmatch(output.removeprefix("one ")) for output in outputs]
    hows: list[str] = []
    tails: list[str] = []
    for made in reversed(found):
        if made is None:
            return ""
        how = made["how"].strip()
        if made["face"] or made["part"]:
            tails += [f"with {how} faces"] if how else []
        elif how and how not in hows:
            hows.append(how)
        if made["tail"]:
            tails.append(made["tail"].strip())
    kind = "RGB picture" if any(made and made["rgb"] for made in found) else "picture"
    said = " ".join(filter(None, (", ".join(hows), kind)))
    return " ".join((said, " and ".join(dict.fromkeys(tails)))).strip()


def brought_to(branch: Sequence[Station], final: float | None, node_id: str) -> Node | None:
    """The node that brings a branch to ``final``; None where it is there already."""
    if final is None:
        return None
    reached = 1.0
    for station in branch:
        if station.scale is None:
            raise InputError(f"{station.name}: its factor is not known, so {final:g}x is not")
        reached *= station.scale
    if final == reached:
        return None
    if final > reached:
        raise InputError(
            f"{' and '.join(s.name for s in branch)} enlarge {reached:g}x, not {final:g}x",
            hint="take a model with a larger factor, or put two in series: --model A,B",
        )
    return Node(
        id=node_id,
        role="resize",
        label=f"from {reached:g}x to {final:g}x (bicubic, antialiased)",
        port="resized RGB picture",
        scale=final / reached,
    )
