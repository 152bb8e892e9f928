"""Refresh generated text in README.md, docs/ and catalog/schema; ``--check`` only compares.

A block in a page stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Which model do I use for 3x on a phone?"
KEPT = 7  # lines of each part that the README shows
VERBS = [
    ["ask"],
    ["chat"],
    ["sessions", "list"],
    ["sessions", "export"],
    ["sessions", "delete"],
    ["search"],
    ["bulk"],
    ["grade"],
    ["look"],
    ["run"],
    ["weights", "list"],
    ["weights", "pull"],
    ["weights", "add"],
    ["catalog", "list"],
    ["catalog", "show"],
    ["catalog", "validate"],
    ["catalog", "index"],
    ["catalog", "export"],
    ["catalog", "stats"],
    ["catalog", "import"],
    ["bench", "retrieval"],
    ["bench", "fit"],
    ["bench", "questions"],
    ["bench", "dialogues"],
    ["serve"],
    ["mcp"],
    ["config", "show"],
    ["doctor"],
]


def run(*arguments: str) -> str:
    """What a command prints, 80 columns wide and without color."""
    from assistant.cli.app import app

    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "80", "NO_COLOR": "1"})
    if result.exit_code:
        raise SystemExit(f"{arguments}: {result.output}")
    return result.stdout.strip()


def commands() -> str:
    """The help of every verb."""
    parts = []
    for verb in VERBS:
        text = run(*verb, "--help").replace("Usage: root", "Usage: sr-assistant")
        text = re.sub(r"[ \t]+$", "", text, flags=re.M)
        parts.append(f"## `sr-assistant {' '.join(verb)}`\n\n```text\n{text}\n```")
    return "\n\n".join(parts)


def answer() -> str:
    """A real answer as a quotation two heading levels down; each part keeps its first lines."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ.setdefault("SRA_CACHE", cache)
        text = run("ask", QUESTION)
    shown: list[str] = []
    for part in re.findall(r"(?ms)^## .*?(?=^## |\Z)", text):
        lines = part.rstrip().split("\n")
        shown += lines[:KEPT] + ["", "[...]"] * (len(lines) > KEPT) + [""]
    lines = [re.sub(r"^## ", "#### ", line) for line in shown]
    return "\n".join(f"> {line}".rstrip() for line in lines[:-1])


def models() -> str:
    """The models of the built-in catalog, counted by task and scale."""
    from assistant.catalog import Catalog

    catalog = Catalog.load()
    rows = ["| task | models | papers | scales |", "|---|---|---|---|"]
    for task in catalog.vocabulary.tasks:
        found = [model for model in catalog.models if model.task == task.id]
        papers = sum(paper.task == task.id for paper in catalog.papers)
        scales = sorted({s for model in found for s in model.scales})
        factors = [f"{s:g}x" for s in scales] + ["any"] * any(m.any_scale for m in found)
        if found or papers:
            rows.append(f"| {task.id} | {len(found)} | {papers} | {', '.join(factors)} |")
    return "\n".join(rows)


def weights() -> str:
    """The weights that ship and what they gain, from their cards."""
    rows = [
        "| weights | network | parameters | Set5, PSNR-Y | gain | 20 held-back pictures, gain |",
        "|---|---|---|---|---|---|",
    ]
    for path in sorted((ROOT / "catalog/weights").glob("*-*.json")):
        card = json.loads(path.read_text("utf-8"))
        if path.stem.endswith("-real"):
            continue
        held_back, *set5 = card["measured"].values()
        told = [f"{set5[0]['psnr_y']:.2f} dB", f"+{set5[0]['gain']:.2f}"] if set5 else ["", ""]
        sizes = {"published": ""}.get(card["configuration"], card["configuration"])
        network = " ".join(filter(None, [card["architecture"], sizes]))
        row = [card["id"], network, f"{card['parameters']:,}", *told, f"+{held_back['gain']:.2f}"]
        rows.append(f"| {' | '.join(row)} |")
    return "\n".join(rows)


def real_weights() -> str:
    """What the weights for damaged pictures gain over bicubic, or over their input, by damage."""
    cards = [
        json.loads(p.read_text("utf-8"))
        for p in sorted((ROOT / "catalog/weights").glob("*-real.json"))
    ]
    rows = ["| weights | pictures | clean | JPEG 50 | noise 10 | noise 25 | noise 10, JPEG 50 |"]
    rows.append("|---|---|---|---|---|---|---|")
    for card in cards:
        for pictures in ("20 held-back pictures", "Set5"):
            cells = [
                f"{seen['gain']:+.2f}" if seen else ""
                for damage in ("clean", "JPEG 50", "noise 10", "noise 25", "noise 10, JPEG 50")
                for seen in [card["measured"].get(f"{pictures}, {damage}")]
            ]
            if any(cells):
                rows.append(f"| {card['id']} | {pictures} | {' | '.join(cells)} |")
    return "\n".join(rows)


def documented(topic: str) -> str:
    """What answers say on a topic of our own documentation: the same text, of the same records."""
    from assistant.catalog import Catalog

    entries = [c for c in Catalog.load().concepts if c.topic == topic and c.id != "coverage"]
    lines = []
    for c in entries:
        told = " ".join([c.means, c.does, *(fact.text for fact in c.facts)])
        lines.append(f"- **{c.title}.** {told}")
    return "\n".join(lines)


def page(name: str, blocks: dict[str, Callable[[], str]]) -> str:
    """A page with its blocks made anew."""
    text = (ROOT / name).read_text("utf-8")
    for block, make in blocks.items():
        pattern = re.compile(rf"(<!-- {block} -->\n).*?(<!-- /{block} -->)", re.S)
        if not pattern.search(text):
            raise SystemExit(f"{name}: no block {block}")
        made = make()
        text = pattern.sub(lambda m, made=made: f"{m.group(1)}\n{made}\n\n{m.group(2)}", text)
    return text


PAGES = {
    "README.md": {"answer": answer},
    "docs/commands.md": {"commands": commands},
    "docs/catalog.md": {"models": models},
    "docs/run.md": {
        "weights": weights,
        "real-weights": real_weights,
        "usage": functools.partial(documented, "usage"),
        "trouble": functools.partial(documented, "trouble"),
    },
}


def schema(kind: str) -> str:
    """The JSON Schema of a record file, for editors."""
    from assistant.catalog.schema import json_schema

    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write what changed, or with ``--check`` name it and fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    made = {
        **{ROOT / name: page(name, blocks) for name, blocks in PAGES.items()},
        ROOT / "catalog/schema/model.json": schema("model"),
        ROOT / "catalog/schema/paper.json": schema("paper"),
        ROOT / "catalog/schema/concept.json": schema("concept"),
    }
    stale = [p for p, text in made.items() if not p.exists() or p.read_text("utf-8") != text]
    for path in stale:
        print(f"{'stale' if check else 'refreshed'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
    if check and stale:
        print("hint: make docs")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
