"""``sr-assistant look``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import output
from assistant.cli.options import JsonOption
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.imaging.faults import Look


def look(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE...", help="Pictures, folders or patterns.")
    ],
    json: JsonOption = False,
) -> None:
    """Measure what is wrong with pictures: noise, JPEG, blur, combs, light, what they show.

    Nothing is written. A picture that cannot be read is reported and the rest are looked at.
    """
    from assistant.imaging import pictures
    from assistant.imaging.look import look as look_at
    from assistant.workflow.jobs import found

    entries: list[dict[str, Any]] = []
    failed = 0
    files = found(images)
    for file in files:
        try:
            seen = look_at(pictures.read(file))
        except AssistantError as error:
            if len(files) == 1:
                raise
            failed += 1
            entries.append({"file": str(file), "error": error.message})
            output.note(f"failed: {' '.join(error.message.split())}")
            continue
        entries.append(_entry(file, seen))
        if not json:
            output.text(_text(file, seen))
    if json:
        output.as_json(entries)
    if failed:
        raise typer.Exit(1)


def _entry(file: Path, seen: Look) -> dict[str, Any]:
    faults = [fault.model_dump(mode="json") for fault in seen.faults]
    return {"file": str(file), **seen.model_dump(mode="json"), "faults": faults}


def _text(file: Path, seen: Look) -> str:
    width, height = seen.size
    kind = "gray" if seen.light.gray else "color"
    alpha = ", with transparency" if seen.alpha else ""
    lines = [f"{file}: {width}x{height}, {kind}, {seen.depth} bit{alpha}"]
    lines += [f"  {fault.text} ({fault.confidence:.0%})" for fault in seen.faults]
    lines += [f"  {shown} ({chance:.0%})" for shown, chance in _shown(seen) if chance >= 0.5]
    if len(lines) == 1:
        lines.append("  nothing wrong was measured")
    return "\n".join(lines)


def _shown(seen: Look) -> list[tuple[str, float]]:
    if seen.content is None:
        return [("too small to measure more", 1.0)]
    dot = seen.content.pixel_art
    return [
        (f"pixel art with dots of {dot} pixels", 1.0 if dot else 0.0),
        ("mostly text", seen.content.text),
        ("a drawing, not a photo", 0.0 if seen.content.text >= 0.5 else seen.content.drawing),
    ]
