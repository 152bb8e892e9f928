"""The workflow that the flags of ``run`` mean, or that suits a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli import output
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.catalog import Catalog
    from assistant.imaging.faults import Look
    from assistant.workflow import Workflow
    from assistant.workflow.batch import Planner


def planner_of(catalog: Catalog, scale: float | None) -> Planner:
    """What draws the workflow that suits a picture, and says why."""
    from assistant.workflow.drawing import draw
    from assistant.workflow.suiting import choose

    def plan(seen: Look) -> Workflow:
        choice = choose(seen, catalog, scale)
        why = ", ".join(choice.because) or "nothing wrong was measured"
        output.note(f"{' and then '.join(choice.models)}: {why}")
        return draw([choice.models], catalog, scale if scale is None or scale > 1 else None)

    return plan


def drawn(
    catalog: Catalog,
    models: list[str] | None,
    file: Path | None,
    weights: Path | None,
    scale: float | None,
) -> Workflow:
    """The workflow that the flags mean."""
    from assistant.workflow import Workflow
    from assistant.workflow.drawing import draw, draw_file, lightest

    if scale is not None and not 0 < scale <= 64:
        raise InputError(f"a scale of {scale:g} makes no sense", hint="name a factor such as 3")
    if file is not None:
        if models or scale:
            raise InputError(
                "--workflow already says which models and factor", hint="leave out the other flags"
            )
        return Workflow.read(file)
    if models:
        return draw([branch.split(",") for branch in models], catalog, scale)
    if weights is not None:
        return draw_file(weights, catalog, scale)
    return draw([[lightest(catalog, scale)]], catalog, scale)
