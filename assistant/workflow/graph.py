"""The graph people draw on a CNAPS canvas: picture in, models in series or side by side, out.

Sizes are linear factors of the input; they are checked when the graph is built, and printed as
H×W×3 or, where the user gave a size, in pixels.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.catalog import Vocabulary
from assistant.errors import InputError, reason


class Node(BaseModel):
    """One station: what goes in or out, a model with its inner steps, or an exact resize.

    ``scale`` is the factor by which a node multiplies height and width; None where it is not
    known. ``does`` tells in a clause what a model does, ``port`` what leaves the node. ``model`` is
    the id of the record that runs here; None where none is known to run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^\w+$")  # becomes part of file names and of Mermaid
    role: Literal["input", "model", "resize", "output"]
    label: str
    port: str
    picture: bool = True
    scale: float | None = Field(default=1, gt=0, le=64)
    does: str = ""
    steps: tuple[str, ...] = ()
    model: str | None = None


class Workflow(BaseModel):
    """Nodes and the edges between them; every edge leads to a later node."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]
    size: tuple[int, int] | None = None
    tasks: tuple[str, ...] = Field(default=(), description="of the first way's models, in order")

    @model_validator(mode="after")
    def _is_ordered(self) -> Workflow:
        place = {node.id: n for n, node in enumerate(self.nodes)}
        if len(place) < len(self.nodes):
            raise ValueError("two nodes have one id")
        for source, target in self.edges:
            if source not in place or target not in place or place[source] >= place[target]:
                raise ValueError(f"the edge {source} -> {target} does not lead to a later node")
        return self

    @property
    def paths(self) -> tuple[tuple[Node, ...], ...]:
        """Every way from an input to an output, in drawing order."""
        after: dict[str, list[str]] = {}
        for source, target in self.edges:
            after.setdefault(source, []).append(target)
        by_id = {node.id: node for node in self.nodes}
        ways: list[tuple[Node, ...]] = [(n,) for n in self.nodes if n.role == "input"]
        done: list[tuple[Node, ...]] = []
        while ways:
            way = ways.pop(0)
            following = after.get(way[-1].id, [])
            if not following:
                done.append(way)
            ways[:0] = [(*way, by_id[node_id]) for node_id in following]
        return tuple(done)

    @classmethod
    def read(cls, path: Path) -> Workflow:
        """The workflow in a JSON file: alone, or inside what ``ask --json`` printed.

        Raises:
            InputError: it cannot be read or holds no workflow.
        """
        hint = "pass what `ask --json` or `ask -o answer.json` wrote"
        try:
            data = json.loads(path.read_text("utf-8-sig"))
            return cls.model_validate(_graph_in(data))
        except OSError as error:
            said = (error.strerror or "unreadable").lower()
            raise InputError(f"{path}: {said}", hint="check the path") from error
        except ValidationError as error:
            said = reason(error.errors()[0])
            raise InputError(f"{path}: no workflow: {said}", hint=hint) from error
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}: not a JSON file", hint=hint) from error

    @property
    def first(self) -> Workflow:
        """The first way alone: in an answer, the one that answers the question."""
        way = self.paths[0]
        ids = [node.id for node in way]
        edges = tuple(itertools.pairwise(ids))
        return Workflow(nodes=way, edges=edges, size=self.size, tasks=self.tasks)

    @property
    def steps(self) -> tuple[str, ...]:
        """One line a station, in the order of ``text``, without numbers and inner steps."""
        return tuple(line for way in self.paths for line, _ in _lines(way, self.size))

    @property
    def text(self) -> str:
        """Numbered Markdown: one list a path, inner steps indented."""
        lists = []
        for way in self.paths:
            numbered = []
            for number, (line, inner) in enumerate(_lines(way, self.size), 1):
                numbered.append(f"{number}. {line}")
                numbered.extend(f"   - {step.removesuffix('.')}" for step in inner)
            lists.append("\n".join(numbered))
        return "\n\n".join(lists)

    @property
    def mermaid(self) -> str:
        """The graph as a Mermaid flowchart."""
        lines = ["flowchart LR"]
        for node in self.nodes:
            works = node.role in ("model", "resize")
            label = (node.label if works else node.port).replace('"', "'")
            shape = f'["{label}"]' if works else f'(["{label}"])'
            lines.append(f"    {node.id}{shape}")
        lines.extend(f"    {source} --> {target}" for source, target in self.edges)
        return "\n".join(lines)

    @property
    def models(self) -> tuple[Node, ...]:
        """The nodes that are models, in drawing order."""
        return tuple(node for node in self.nodes if node.role == "model")

    @property
    def drawing(self) -> str:
        """The first way as a drawing in Markdown, where it has several steps; else nothing."""
        way = self.first
        return f"```mermaid\n{way.mermaid}\n```" if len(way.models) > 1 else ""


def _graph_in(data: Any) -> Any:
    """The graph itself: ``ask --json`` holds it under ``workflow`` and there under ``graph``."""
    for key in ("workflow", "graph"):
        if isinstance(data, dict) and key in data:
            data = data[key]
    return data


def size_text(factor: float | None, size: tuple[int, int] | None = None, channels: int = 3) -> str:
    """Height, width and channels after ``factor``: ``3H×3W×3``, and in pixels where the size of the
    input is known, else in words."""
    if factor is None:
        return "size not stated"
    f = "" if factor == 1 else f"{factor:g}"
    text = f"{f}H×{f}W×{channels}"
    if factor != 1 and not size:
        text += f", {factor:g} times as wide and as high"
    if size:
        text += f", here {round(size[0] * factor)}×{round(size[1] * factor)} pixels"
    return text


_MANY = re.compile(r"\b(?:hyperspectral|raw|mosaic|burst|frames?|video|volume|stereo|field)\b")
_GRAY = re.compile(r"\b(?:gray|black-and-white)\b|gray-scale")
_BESIDE = re.compile(r"(?:, an?| and (?:an?|the|one|several|points)| with an?) ")
_MASK = re.compile(r"\bmask(?: of the [a-z ]+?)?(?=$|,| and\b)")


def _lines(way: Sequence[Node], size: tuple[int, int] | None) -> list[tuple[str, tuple[str, ...]]]:
    factor: float | None = 1
    lines = []
    for node in way:
        factor = None if factor is None or node.scale is None else factor * node.scale
        if node.role in ("model", "resize"):
            does = f": {node.does}" if node.does else ""
            lines.append((f"**{node.role.capitalize()}** {node.label}{does}", node.steps))
        else:
            meant = node.role == "input" and not size
            port = _sized(node.port, factor, size, meant=meant) if node.picture else node.port
            lines.append((f"**{node.role.capitalize()}**: {port}", ()))
    return lines


def _sized(port: str, factor: float | None, size: tuple[int, int] | None, *, meant: bool) -> str:
    """A port with the size of its picture, and of its mask, behind each; ``meant`` says what the
    letters stand for."""
    if _MANY.search(port):
        return port
    channels = 1 if _GRAY.search(port) else 3
    letters = f": height, width, {'one gray value' if channels == 1 else '3 colors'}"
    text = f" ({size_text(factor, size, channels)}{letters if meant else ''})"
    beside = _BESIDE.search(port)
    at = beside.start() if beside else len(port)
    rest = _MASK.sub(lambda mask: f"{mask[0]} ({size_text(factor, size, 1)})", port[at:])
    return f"{port[:at]}{text}{rest}"


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
        first, last = vocabulary.task(branch[0].task), vocabulary.task(branch[-1].task)
        taken = branch[0].input or (first.input if first else "not stated")
        if taken not in inputs:
            inputs[taken] = f"in{b}"
            picture = first is not None and "picture" in first.input
            nodes.append(
                Node(id=f"in{b}", role="input", label="input", port=taken, picture=picture)
            )
        before = inputs[taken]
        for m, station in enumerate(branch, 1):
            task = vocabulary.task(station.task)
            if m > 1 and not (task and task.pictures):
                raise InputError(
                    f"{station.name} cannot follow {branch[m - 2].name}: it takes no picture"
                )
            nodes.append(
                Node(
                    id=f"m{b}{m}",
                    role="model",
                    label=station.name,
                    port=station.output or (task.output if task else "not stated"),
                    scale=station.scale,
                    does=station.does,
                    steps=station.steps,
                    model=station.model,
                )
            )
            edges.append((before, f"m{b}{m}"))
            before = f"m{b}{m}"
        if resize := brought_to(branch, final, f"r{b}"):
            nodes.append(resize)
            edges.append((before, resize.id))
            before = resize.id
        given = branch[-1].output or (last.output if last else "not stated")
        if len(branch) > 1:
            outputs = [(vocabulary.task(s.task), s.output) for s in branch]
            given = _joined([o or (t.output if t else "") for t, o in outputs]) or given
        shown = last is not None and last.pictures
        nodes.append(Node(id=f"out{b}", role="output", label="output", port=given, picture=shown))
        edges.append((before, f"out{b}"))
    tasks = tuple(station.task for station in branches[0] if station.task)
    return Workflow(nodes=tuple(nodes), edges=tuple(edges), size=size, tasks=tasks)


_MADE = re.compile(
    r"(?P<how>.*?)(?P<face> ?face)?,? ?(?P<rgb>RGB )?(?:picture|photo)"
    r"(?: of (?:about )?the same size)?(?P<tail> (?:with|without) .+)?"
)


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
        if made["face"]:
            tails.append(f"with {how} faces".replace("  ", " "))
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
