"""Whether a model runs on what the user has, by its own record; else that this is not recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.catalog import Catalog, Entry, Model, Statement, statements
from assistant.question import Hardware

VERDICT = "#there"  # in the ids of these facts
_HEAVY = re.compile(
    r"\bnot meant for weak devices|\btoo heavy for phones|\bslow (?:on devices )?without a\b"
)
_ON_CPU = re.compile(r"\b(?:works|runs) on a CPU\b")
_MEMORY = re.compile(
    r"\b(?:needs?|wants?|takes?|asks? for|runs|mode for)\b[^;]*?\b(?P<least>\d+(?:\.\d+)?)"
    r"(?: to (?P<most>\d+(?:\.\d+)?))? GB\b"
)
_OF_CARD = re.compile(r"\b(?:VRAM|GPUs?|graphics|video memory|memory|cards?)\b", re.I)
_PEAK = re.compile(r"\btakes \d[\d.]* seconds\b.*? (?P<mb>\d[\d,]*) MB for\b")


def facts_of_hardware(
    entry: Entry | None, where: Hardware | None, catalog: Catalog
) -> Iterator[Statement]:
    """Yes, no or in part with the record's own reason, or that nothing of it is recorded."""
    if where is None or not isinstance(entry, Model):
        return
    lead, reason = _verdict(entry, where)
    fast = " that fast" if where.quick else ""
    text = f"Whether {entry.name} runs{fast} {where.said} is not recorded."
    if lead == "No" or (lead and not where.quick):
        family = [m for m in catalog.models if m.name == entry.name]
        light = lead == "Yes" and entry.efficient and not all(m.efficient for m in family)
        text = f"{lead}{f', as {entry.id}' if light else ''}: {reason}"
    yield Statement(f"{entry.id}{VERDICT}", entry.name, text, "house", "limit", "efficiency")


def _verdict(entry: Model, where: Hardware) -> tuple[str, str]:
    """The first word of the answer and the sentence of the record behind it; both empty where the
    record does not say it."""
    said = {s.id.removeprefix(f"{entry.id}#"): s.text for s in statements(entry)}
    weak = where.kind in ("small", "plain")
    if where.gb and (told := _in_memory(entry, where, said)):
        return told
    if entry.needs_gpu and weak:
        return "No", said["needs_gpu"]
    if entry.efficient:
        return "Yes", said["efficient"]
    timed = next((f.text for f in entry.measured if _PEAK.search(f.text)), "")
    on_cpu = timed or _told(entry, _ON_CPU)
    if where.kind == "plain" and on_cpu:
        return "Yes", on_cpu
    heavy = _told(entry, _HEAVY) if weak else ""
    if heavy or (weak and entry.efficient is False):
        slow = f"{entry.name} is a heavy network, slow without a strong GPU."
        return "No" if heavy and where.kind == "small" else "In part", heavy or slow
    return "", ""


def _in_memory(entry: Model, where: Hardware, said: dict[str, str]) -> tuple[str, str] | None:
    """The verdict by gigabytes: of a card what the record says a run takes, of main memory what
    was measured; a weights file that is larger fits in neither."""
    gb = where.gb or 0
    if entry.size_mb and entry.size_mb > 1000 * gb:
        return "No", said["size_mb"]
    if where.kind == "card":
        for fact in entry.facts:
            found = _MEMORY.search(fact.text)
            if found and _OF_CARD.search(fact.text) and "training" not in fact.text:
                least, most = float(found["least"]), float(found["most"] or found["least"])
                return "Yes" if gb >= most else "No" if gb < least else "In part", fact.text
        return None
    for fact in entry.measured:
        if found := _PEAK.search(fact.text):
            return "Yes" if float(found["mb"].replace(",", "")) < 1000 * gb else "No", fact.text
    return None


def _told(entry: Model, pattern: re.Pattern[str]) -> str:
    """The first fact of a record that says something."""
    return next((f.text for f in entry.facts if pattern.search(f.text)), "")
