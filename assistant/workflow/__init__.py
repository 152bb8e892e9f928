"""The workflow of an answer: a typed graph that is printed, drawn and executed."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from assistant.workflow.graph import Node, Workflow, size_text
from assistant.workflow.planning import Station, plan

if TYPE_CHECKING:
    from assistant.workflow.loading import Options
    from assistant.workflow.receipt import Receipt
    from assistant.workflow.runner import Runner, run

__all__ = [
    "Node",
    "Options",
    "Receipt",
    "Runner",
    "Station",
    "Workflow",
    "plan",
    "run",
    "size_text",
]

_HOMES = {"Options": "loading", "Receipt": "receipt", "Runner": "runner", "run": "runner"}


def __getattr__(name: str) -> Any:
    """Import what runs on first use: answers only print the graph."""
    if name in _HOMES:
        module = importlib.import_module(f"assistant.workflow.{_HOMES[name]}")
        return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
