"""Answers graded by workers that get lost: the very grades of one machine."""

from __future__ import annotations

from pathlib import Path

from cluster.scripted import Scripted

from assistant.catalog import Catalog
from assistant.cluster import Workers
from assistant.grading.inputs import Written
from assistant.grading.run import Unmatched, grade
from assistant.prompts import parse

GOLDEN = Path(__file__).parents[1] / "golden" / "000_f88148777f1205fe.txt"


def test_lost_workers_change_no_grade(catalog: Catalog) -> None:
    request = parse(GOLDEN.read_text("utf-8"), "")
    texts = [f"1. Task\n\nUpscale it {n} times.\n\n2. Workflow\n\nRun it." for n in range(2, 22)]
    jobs = [(Written(f"a#{n}", text), "a", request, None) for n, text in enumerate(texts)]
    one = grade("one", jobs, Unmatched(), catalog, encode=False, processes=1)
    with Workers(lambda: catalog, Scripted(2, lost=(1, 3))) as workers:
        two = grade("one", jobs, Unmatched(), catalog, encode=False, workers=workers)
    assert one.graded == two.graded
    assert 2 == workers.lost
