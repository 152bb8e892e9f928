"""The graph people draw on a CNAPS canvas: picture in, models in series or side by side, out.

Sizes are linear factors of the input, printed as H×W×3 or, where the user gave a size, in pixels.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

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


_MANY = re.compile(r"\b(?:hyperspectral|raw|mosaic|burst|frames?|video|volume|stereo|field)\b")
_GRAY = re.compile(r"\b(?:gray|black-and-white)\b|gray-scale")
_BESIDE = re.compile(r"(?:, an?| and (?:an?|the|one|several|points)| with an?) ")
_MASK = re.compile(r"\bmask(?: of the [a-z ]+?)?(?=$|,| and\b)")


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
