"""Many prompt files in, one Markdown and one JSON answer a file out."""

from __future__ import annotations

from assistant.bulk.inputs import plan
from assistant.bulk.report import Report, Result
from assistant.bulk.runner import preview, run

__all__ = ["Report", "Result", "plan", "preview", "run"]
