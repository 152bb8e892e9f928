"""Many prompt files in, one Markdown and one JSON answer a file out."""

from __future__ import annotations

from assistant.bulk.runner import Report, Result, plan, run

__all__ = ["Report", "Result", "plan", "run"]
