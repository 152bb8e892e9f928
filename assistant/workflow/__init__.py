"""The workflow of an answer: a typed graph that is printed, drawn and (later) executed."""

from __future__ import annotations

from assistant.workflow.graph import Node, Station, Workflow, plan, size_text

__all__ = ["Node", "Station", "Workflow", "plan", "size_text"]
