"""Which workflow a client means: its models, that of an answer, or what suits its picture."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import ValidationError

from assistant.errors import InputError
from assistant.imaging.faults import Look
from assistant.server.service import Service
from assistant.workflow import Workflow

MAX_BRANCHES = 6
MAX_SERIES = 6


def drawn(
    service: Service, models: Sequence[str], workflow: str | None, scale: float | None
) -> Workflow:
    """The workflow that is meant, checked without running anything.

    Raises:
        InputError: none is, a model is unknown or cannot run, or there are too many.
    """
    from assistant.workflow.drawing import draw, lightest

    catalog = service.catalog
    if workflow:
        if models:
            raise InputError("send either models or a workflow", hint="leave one of them out")
        return _read(workflow)
    branches = [[m.strip() for m in one.split(",") if m.strip()] for one in models if one.strip()]
    if len(branches) > MAX_BRANCHES or any(len(b) > MAX_SERIES for b in branches):
        said = f"at most {MAX_BRANCHES} side by side and {MAX_SERIES} in series"
        raise InputError(said, hint="run the others apart")
    return draw(branches or [[lightest(catalog, scale)]], catalog, scale)


def suited(service: Service, found: Look, scale: float | None) -> Workflow:
    """The workflow of the models that suit a picture.

    Raises:
        InputError: none does, or nothing is to be done.
    """
    from assistant.workflow.drawing import draw
    from assistant.workflow.suiting import choose

    choice = choose(found, service.catalog, scale)
    return draw([choice.models], service.catalog, scale if scale is None or scale > 1 else None)


def _read(text: str) -> Workflow:
    try:
        data = json.loads(text)
        for key in ("workflow", "graph"):
            if isinstance(data, dict) and key in data:
                data = data[key]
        return Workflow.model_validate(data)
    except (ValueError, RecursionError, ValidationError) as error:
        raise InputError(
            "workflow: not the workflow of an answer", hint="send workflow.graph of /api/ask"
        ) from error
