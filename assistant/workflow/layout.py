"""The graph as it is executed: who feeds whom, and whether each picture can be made."""

from __future__ import annotations

from assistant.errors import InputError
from assistant.workflow import memory
from assistant.workflow.graph import Node, Workflow


def sources(workflow: Workflow) -> dict[str, str]:
    """Each node with the one before it; inputs have none.

    Raises:
        InputError: a node has two inputs or none, its result goes nowhere, or it is an input or
            output that is something else as well.
    """
    before: dict[str, str] = {}
    for source, target in workflow.edges:
        if target in before:
            raise InputError(f"the node {target} has two inputs; a picture comes from one")
        before[target] = source
    if not any(node.role == "output" for node in workflow.nodes):
        raise InputError("the workflow has no output")
    feeding = set(before.values())
    for node in workflow.nodes:
        if (node.role == "input") == (node.id in before):
            raise InputError(f"the node {node.id} ({node.role}) is not connected as one")
        if (node.role == "output") == (node.id in feeding):
            where = "is followed by others" if node.role == "output" else "leads to no output"
            raise InputError(f"the node {node.id} ({node.role}) {where}")
        if node.role in ("input", "output") and node.scale != 1:
            raise InputError(f"the node {node.id} ({node.role}) has a factor; a resize node has")
    return before


def check_size(node: Node, width: int, height: int) -> None:
    """See that the picture after ``node`` has pixels and fits into memory."""
    needs = width * height * 3
    if min(width, height) < 1 or needs > memory.free():
        raise InputError(
            f"after {node.label!r} the picture would have {width:,}x{height:,} pixels "
            f"({needs / 1e9:.1f} GB)",
            hint="take another picture or factor",
        )


def whole(side: float) -> int:
    """Pixels of a side that is a fraction of a pixel longer or shorter."""
    return int(side + 0.5)
