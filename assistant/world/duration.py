"""How long a number of pictures takes: arithmetic on what was measured for one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.catalog import Entry, Model, Statement
from assistant.question import Hardware, pictures_in, size_in

TIME, ELSEWHERE = "#time", "#elsewhere"  # in the ids of these facts
TIMED = re.compile(
    r"^(?P<who>.+?) takes (?P<seconds>[\d.]+) seconds\b.* for a (?P<w>\d+)x(?P<h>\d+) picture "
    r"on (?P<machine>.+)\.$"
)
_ANY = re.compile(  # what the machine of the measurement is, too
    r"^(?:on|with|using) (?:an? |the |any )?(?:machine|computer|pc|cpu|processor)\b|\bno\b"
    r"|^without\b",
    re.I,
)
_UNITS = (("second", 1, 90), ("minute", 60, 90 * 60), ("hour", 3600, 48 * 3600), ("day", 86400, 0))


def facts_of_duration(
    entry: Entry | None, question: str, where: Hardware | None
) -> Iterator[Statement]:
    """What the pictures of a question take by the seconds that were measured for one, on the
    machine of the measurement; and that no other machine is recorded.

    Time is taken to grow with the pixels, as it does in networks that work in windows or tiles.
    """
    found, pictures = timed(entry), pictures_in(question)
    if pictures is None or entry is None or found is None:
        return
    usual = f"{found['w']}x{found['h']}", float(found["w"]) * float(found["h"])
    named = size_in(question)
    size, area = named or usual
    count = pictures or (1 if named else 0)
    if not count:
        return
    seconds = float(found["seconds"])
    noun = "picture" if count == 1 else "pictures"
    assumed = "" if named else " (assumed: the question names no size)"
    total = spoken(count * seconds * area / usual[1])
    text = (
        f"{count:,} {noun} of {size}{assumed} would take about {total} with {found['who']} on "
        f"{found['machine']}, an estimate from the {seconds:g} seconds measured for one of "
        f"{usual[0]}."
    )
    yield Statement(f"{entry.id}{TIME}", entry.name, text, "arithmetic", "speed", "efficiency")
    if where and not _ANY.search(where.said):
        text = f"How long {entry.name} takes {where.said} is not recorded."
        yield Statement(f"{entry.id}{ELSEWHERE}", entry.name, text, "house", "limit", "efficiency")


def timed(entry: Entry | None) -> re.Match[str] | None:
    """The measurement of a model's time: who takes how many seconds for which size, and where."""
    if not isinstance(entry, Model):
        return None
    return next((found for f in entry.measured if (found := TIMED.match(f.text))), None)


def spoken(seconds: float) -> str:
    """A duration in the unit that people say, with two digits."""
    name, unit, _ = next(one for one in _UNITS if seconds < one[2] or not one[2])
    amount = seconds / unit
    said = f"{amount:,.0f}" if amount >= 9.95 else f"{amount:.1f}".removesuffix(".0")
    return f"{said} {name}{'' if said == '1' else 's'}"
