"""What a run leaves behind, made from the journal: answers, results, errors and the report.

Nothing in ``answers/`` and ``results.jsonl`` depends on the clock, so that two runs can be compared
with ``diff``. Every file is written under a temporary name and renamed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from assistant import files
from assistant.bulk.batch_files import custom_id
from assistant.bulk.faults import Fault, ended_by
from assistant.bulk.journal import DiskError, Journal
from assistant.bulk.rows import URL
from assistant.bulk.selection import Due, Selection
from assistant.errors import InputError

RESULTS, ERRORS, REPORT = "results.jsonl", "errors.jsonl", "run.json"
MAX_LISTED = 10_000  # mismatches that the report names; all are counted


@dataclass
class Tally:
    """What the answers say, counted; ``mismatches`` are for those who made the prompt files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    fit: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    mismatches: list[dict[str, Any]] = field(default_factory=list)
    cost: float | None = 0.0
    files: int = 0
    """Answer files that were missing or changed, and were written anew."""

    @property
    def answers(self) -> int:
        """Items that have an answer."""
        return sum(self.outcomes.values())

    def count(self, due: Due, about: dict[str, Any]) -> None:
        """Take an answer into account."""
        fit = about["fit"]
        self.outcomes[about["outcome"]] += 1
        self.fit[fit["verdict"]] += 1
        self.findings.update(f["kind"] for f in about["findings"])
        self.replies.update(about.get("replies", ()))
        cost = about.get("cost", 0.0)
        self.cost = None if cost is None or self.cost is None else self.cost + cost
        if fit["verdict"] == "mismatch" and len(self.mismatches) < MAX_LISTED:
            told = {"id": due.id, "place": due.item.place, "recommended": about["recommended"]}
            self.mismatches.append({**told, "closest": fit["closest"], "reasons": fit["reasons"]})


def write_answer(out: Path, due: Due, page: str) -> bool:
    """Write an answer's page unless it is there already; whether it was written.

    It is not synced: the journal holds it, and the next run restores what a crash took.
    """
    path = out / "answers" / due.file
    data = page.encode()
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return False
    fresh = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(exist_ok=True)
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        reason = (error.strerror or str(error)).lower()
        raise DiskError(f"{path}: cannot be written: {reason}", hint="make room") from error
    return True


def write(out: Path, selection: Selection, journal: Journal, halted: Fault | None) -> Tally:
    """Write answers, ``results.jsonl`` and ``errors.jsonl`` in the order of the inputs.

    An item without an answer stands among the errors if it failed, or if the run was ended by
    something else than the user (``halted``).
    """
    tally = Tally()
    identity = selection.keys.identity

    def fill(results: BinaryIO, errors: BinaryIO) -> None:
        for due in selection:
            answer = journal.answer(due.key, identity)
            if answer:
                tally.files += write_answer(out, due, answer["page"])
                tally.count(due, answer["about"])
                _line(results, _result(due, answer))
            elif error := _error(journal.failure(due.key), halted):
                tally.errors[error["code"], error["message"]] += 1
                _line(errors, _request(due, selection, error))

    path = out / ERRORS
    files.write(out / RESULTS, lambda r: files.write(path, lambda e: fill(r, e)))
    if path.stat().st_size == 0:
        path.unlink()
    return tally


def fingerprint(out: Path) -> str:
    """A digest of names, sizes and times of all that ``write`` wrote: unchanged files keep it."""
    found = [out / RESULTS, out / ERRORS]
    with contextlib.suppress(FileNotFoundError):
        found += sorted(Path(entry) for entry in os.scandir(out / "answers"))
    seen = hashlib.sha256()
    for path in found:
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            seen.update(
                f"{path.name} {status.st_size} {status.st_mtime_ns}\n".encode(errors="replace")
            )
    return seen.hexdigest()


def write_report(out: Path, report: dict[str, Any]) -> None:
    """Write ``run.json``."""
    files.write_text(out / REPORT, json.dumps(report, ensure_ascii=False, indent=1) + "\n")


def read_report(out: Path) -> dict[str, Any]:
    """The report of the last run.

    Raises:
        InputError: there is none.
    """
    try:
        report = json.loads((out / REPORT).read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{out / REPORT}: no report of a run", hint="name the inputs") from error
    return dict(report) if isinstance(report, dict) else {}


def _line(file: BinaryIO, value: dict[str, Any]) -> None:
    file.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _result(due: Due, answer: dict[str, Any]) -> dict[str, Any]:
    """A line of OpenAI's batch output with our receipt; ids and time derive from the key."""
    about = dict(answer["about"])
    receipt, key = about["receipt"], due.key
    tokens = receipt.get("input_tokens"), receipt.get("output_tokens")
    body = {
        "id": f"chatcmpl-{key[:24]}",
        "object": "chat.completion",
        "created": int(key[:7], 16),
        "model": receipt.get("model") or receipt["generator"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": answer["page"], "refusal": None},
                "finish_reason": ended_by(about.get("replies", ())),
                "logprobs": None,
            }
        ],
    }
    if None not in tokens:
        names = ("prompt_tokens", "completion_tokens", "total_tokens")
        body["usage"] = dict(zip(names, (*tokens, sum(tokens)), strict=True))
    ours = {"key": key, "links_ok": True, **about}
    if due.item.reference is not None:
        ours["reference"] = due.item.reference
    return {
        "id": f"batch_req_{key[:24]}",
        "custom_id": due.id,
        "response": {"status_code": 200, "request_id": f"req_{key[24:48]}", "body": body},
        "error": None,
        "x_sr_assistant": ours,
    }


def _error(failed: dict[str, Any] | None, halted: Fault | None) -> dict[str, Any] | None:
    if failed:
        return dict(failed["error"])
    if halted is None or halted.code == "interrupted":
        return None
    return {"class": halted.class_, "code": halted.code, "message": halted.message}


def _request(due: Due, selection: Selection, error: dict[str, Any]) -> dict[str, Any]:
    """A failed item as a line of OpenAI's batch input, with what went wrong."""
    item = due.item
    asked = selection.keys.asked
    body = item.body or {
        "model": asked.get("model") or asked["generator"],
        "messages": [{"role": "user", "content": item.text}],
    }
    name = custom_id(due.id)
    return {"custom_id": name, "method": "POST", "url": URL, "body": body, "error": error}
