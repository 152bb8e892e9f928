"""What ``sr-assistant bulk`` says: the estimate before a run and the summary after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.cli import output


def estimate(found: dict[str, Any], *, json: bool) -> None:
    """What ``--dry-run`` prints."""
    if json:
        output.as_json(found)
        return
    rows = [
        [name, *(str(row.get(k, 0)) for k in ("items", "cached", "tokens_in", "tokens_out"))]
        for name, row in found["files"].items()
    ]
    output.table(["input", "items", "answered", "tokens in", "tokens out at most"], rows)
    total = found["total"]
    due = total.get("items", 0) - total.get("cached", 0)
    items = counted(total.get("items", 0), "item")
    output.note(f"{items}: {due} due, {total.get('cached', 0)} answered")
    if total.get("requests"):
        tokens = f"{total['tokens_in']:,} in, at most {total['tokens_out']:,} out"
        requests = counted(total["requests"], "request")
        output.note(f"{requests}; tokens: {tokens} ({found['tokens_by']})")
        output.note(
            f"cost: {dollars(found['cost'])}; with repairs {dollars(found['cost_at_most'])}"
        )
    if found["minutes"]:
        output.note(f"at the given limits: {found['minutes']:.1f} minutes or more")
    output.note("nothing was asked or written")


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things in words."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def dollars(amount: float | None) -> str:
    """Money as people read it; what is not known is not free."""
    return "unknown" if amount is None else f"${amount:,.4f}"


def summary(report: dict[str, Any], out: Path) -> None:
    """What a run says at its end."""
    counts = report["counts"]
    names = {"cached": "unchanged", "left": "not reached"}
    told = ", ".join(f"{n} {names.get(name, name)}" for name, n in counts.items() if n)
    output.note(f"{counted(report['items'], 'item')}: {told or 'nothing to do'}")
    for name in ("outcomes", "fit", "replies"):
        found = ", ".join(f"{n} {kind}" for kind, n in report[name].items())
        if found and found != f"{report['answers']} ok":
            output.note(f"{name}: {found}")
    if report["requests"]:
        spent = dollars(report["cost"]["this_run"])
        tokens = report["tokens"]
        replies = counted(report["requests"], "reply", "replies")
        said = f"{tokens['in']:,} tokens in, {tokens['out']:,} out"
        output.note(f"{replies}, {said}; cost {spent}")
    for error in report["errors"][:3]:
        output.note(f"{error['count']} x {error['code']}: {error['message']}")
    if report["errors"]:
        output.note(f"without an answer: {out / 'errors.jsonl'}")
    if report["answers"]:
        output.note(f"answers in {out / 'answers'}")
