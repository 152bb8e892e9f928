"""Reports of a graded run: JSON, JSON lines, Markdown, JUnit and one HTML page. No time stamps."""

from __future__ import annotations

from assistant.grading.reports.data import Report
from assistant.grading.reports.junit import to_junit
from assistant.grading.reports.markdown import to_markdown
from assistant.grading.reports.page import to_html

__all__ = ["Report", "to_html", "to_junit", "to_markdown"]
