"""``sr-assistant run --demo``: the idea of a cited paper at work."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli import output
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.catalog.demos import Card
    from assistant.demos import Shown

ALL = "list"


def demo(name: str, out: Path | None, *, force: bool, json: bool) -> None:
    """Show one demonstration, or for ``list`` say which there are.

    Raises:
        InputError: there is none of that name, or its picture exists already.
    """
    from assistant import demos

    if name == ALL:
        _list(demos.cards(), json=json)
        return
    card = demos.find(name)
    target = _target(card, out)
    if target.exists() and not force:
        raise InputError(f"{target}: exists already", hint="--force overwrites it")
    if not json:
        output.text(_told(card))
    start = time.perf_counter()
    shown = demos.show(card)
    seconds = round(time.perf_counter() - start, 1)
    _write(shown, target)
    if json:
        output.as_json(
            {
                **card.model_dump(),
                "figures": [figure.to_json() for figure in shown.figures],
                "seconds": seconds,
                "file": str(target),
            }
        )
        return
    for figure in shown.figures:
        output.text(f"- {figure.text}")
    output.text(f"\n{target}, {seconds:g} seconds")


def _list(held: tuple[Card, ...], *, json: bool) -> None:
    if json:
        output.as_json([card.model_dump() for card in held])
        return
    output.table(["name", "record", "shows"], [[c.name, c.record, c.shows] for c in held])


def _target(card: Card, out: Path | None) -> Path:
    """DIR/NAME.png, or the file that is named, or demo-NAME.png here."""
    if out is None:
        return Path(f"demo-{card.name}.png")
    if out.suffix and not out.is_dir():
        if out.suffix.lower() != ".png":
            raise InputError(f"{out}: a sheet is written as PNG", hint="name a folder or a .png")
        return out
    return out / f"{card.name}.png"


def _told(card: Card) -> str:
    return (
        f"{card.name}, in the spirit of {card.record} (sr-assistant catalog show {card.record})\n\n"
        f"The idea: {card.idea}\nWhat this shows: {card.shows}\nWhat it is not: {card.is_not}\n"
        f"Measured: {card.measured}\n"
    )


def _write(shown: Shown, target: Path) -> None:
    from assistant.imaging import saving
    from assistant.imaging.pictures import Picture

    saving.write(Picture(shown.picture), target)
