from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAM = ROOT / "eval/claims/sentences.jsonl"


def lines(*files: Path) -> Iterator[dict[str, object]]:
    for file in files:
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def test_what_the_check_is_examined_on_is_not_trained_on() -> None:
    """No world of the exam has a training sentence, and no sentence stands in both."""
    trained = list(lines(*sorted((ROOT / "training/claims").glob("*.jsonl"))))
    asked = list(lines(EXAM))
    assert trained
    assert not {one["world"] for one in trained} & {one["world"] for one in asked}
    assert not {one["text"] for one in trained} & {one["text"] for one in asked}


def test_each_training_sentence_stands_once_in_a_world_that_exists() -> None:
    """A sentence is labelled once, over a world of the file."""
    worlds = json.loads((ROOT / "training/claims/worlds.json").read_text(encoding="utf-8"))
    found = [
        (one["world"], one["text"])
        for one in lines(*sorted((ROOT / "training/claims").glob("*.jsonl")))
    ]
    assert {world for world, _ in found} <= set(worlds)
    assert len(found) - len(set(found)) <= len(found) // 100
