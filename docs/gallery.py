"""Run the demonstrations and write docs/gallery.md; names run only these.

The sheet and the figures are kept beside each card, from where the server shows them.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

from assistant import demos
from assistant.catalog import Catalog
from assistant.catalog.demos import Card
from assistant.demos.kept import Kept, keep, sheet

PAGE = Path(__file__).with_name("gallery.md")
MOST = 150_000  # bytes of a picture
HEAD = """# Gallery

The idea of each cited paper at work on this machine, offline, in seconds to a minute or two on two
cores. None reproduces a paper's model, and each says what it is not. The figures are those that the
command above them prints (seconds and memory: of one machine). `make gallery` makes this page;
`sr-assistant run --demo list` lists what there is.
"""


def section(card: Card, catalog: Catalog) -> str:
    """One demonstration: run, its picture written, its text made."""
    start = time.perf_counter()
    shown = demos.show(card)
    seconds = round(time.perf_counter() - start, 1)
    path = sheet(card)
    picture = Image.fromarray(np.ascontiguousarray(shown.picture))
    for colors in (256, 128, 64):
        picture.quantize(colors, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST:
            break
    if path.stat().st_size > MOST:
        raise SystemExit(f"{path}: {path.stat().st_size:,} bytes, at most {MOST:,}")
    keep(card, Kept(shown.figures, seconds, picture.size))
    entry = catalog.get(card.record)
    title = f"[{entry.title}]({entry.paper})" if entry else card.record
    figures = "\n".join(f"- {figure.text}" for figure in shown.figures)
    return (
        f"## {card.name}\n\nIn the spirit of {title}.\n\n"
        f"**The idea.** {card.idea}\n\n**What this shows.** {card.shows}\n\n"
        f"**What it is not.** {card.is_not}\n\n**Measured.** {card.measured}\n\n"
        f"```console\n$ sr-assistant run --demo {card.name}\n```\n\n{figures}\n\n"
        f"![{card.name}](../catalog/demos/{card.name}.png)\n"
    )


def main(names: list[str]) -> None:
    """Make the sections of ``names`` anew, or all; the others stay as they are."""
    text = PAGE.read_text("utf-8") if PAGE.is_file() else ""
    kept = dict(re.findall(r"(?ms)^(?=## (\S+)$)(.*?)(?=^## |\Z)", text))
    catalog = Catalog.load()
    sections = []
    for card in demos.cards():
        if card.name in kept and names and card.name not in names:
            sections.append(kept[card.name].rstrip() + "\n")
            continue
        print(card.name)
        sections.append(section(card, catalog))
    PAGE.write_text("\n".join([HEAD, *sections]), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
