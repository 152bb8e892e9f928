"""How ``sr-assistant grade`` writes its report, and what it says beside it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli import output

if TYPE_CHECKING:
    from assistant.grading.reports import Report


class Format(StrEnum):
    """How a report is written."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    md = "md"
    html = "html"
    junit = "junit"


def write(report: Report, format: Format, out: Path | None) -> None:
    """The report in its format, to ``out`` or standard output."""
    from assistant.grading import reports

    made: dict[Format, Any] = {
        Format.table: reports.to_markdown,
        Format.md: reports.to_markdown,
        Format.html: reports.to_html,
        Format.junit: reports.to_junit,
        Format.json: lambda r: output.encoded(r.to_json()),
        Format.jsonl: lambda r: r.to_jsonl(),
    }
    put(made[format](report), out, page=format is Format.table)


def put(text: str, out: Path | None, *, page: bool) -> None:
    """A text to a file or to standard output, there as a page where it is Markdown."""
    from assistant.files import write_text

    if out is not None:
        write_text(out, text)
    elif page:
        output.page(text)
    else:
        output.text(text)


def told(report: Report) -> None:
    """On standard error: what did not match or failed, and the gates."""
    failed = sum(bool(g.failed) for g in report.run.graded)
    if failed:
        output.note(f"{failed} answers failed and count as 0")
    unmatched = report.run.unmatched
    for name in unmatched.answers_without_prompt:
        output.note(f"no prompt for the answer {name}")
    for name, why in unmatched.broken_prompts.items():
        output.note(f"prompt {name} cannot be read: {why}")
    if unmatched.prompts_without_answer:
        output.note(f"{len(unmatched.prompts_without_answer)} prompts have no answer")
    for name, (mean, least) in sorted(report.missed.items()):
        output.note(f"gate missed: {name} {mean:.4f} is below {least:g}")
