"""The report as JUnit XML: a test case an answer, and one a gate."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from assistant.grading.reports.data import Report

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(report: Report) -> str:
    """Answers with harmful findings fail, failed answers are errors, missed gates fail."""
    cases, failures, errors = [], 0, 0
    for g in report.run.graded:
        harmful = [m for m in g.marks if m.harmful]
        body = ""
        if g.failed:
            errors += 1
            body = f"<error message={_attribute(g.failed)}/>"
        elif harmful:
            failures += 1
            said = "\n".join(f"{m.kind} [{m.start}:{m.end}] {m.text[:200]}" for m in harmful)
            message = _attribute(f"{len(harmful)} findings")
            body = f"<failure message={message}>{escape(_clean(said))}</failure>"
        cases.append(f'  <testcase classname="answers" name={_attribute(g.id)}>{body}</testcase>')
    for name, least in sorted(report.wanted.items()):
        body = ""
        if missed := report.missed.get(name):
            failures += 1
            body = f"<failure message={_attribute(f'{missed[0]:.4f} is below {least:g}')}/>"
        cases.append(f'  <testcase classname="gates" name={_attribute(name)}>{body}</testcase>')
    head = (
        f'<testsuite name={_attribute(f"grade {report.run.name}")} tests="{len(cases)}" '
        f'failures="{failures}" errors="{errors}">'
    )
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>", ""])


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))
