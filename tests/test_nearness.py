"""What tells answers from what grazes a question, on questions that it was not taught."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.catalog import Catalog
from assistant.errors import CatalogError
from assistant.nearness import Nearness, shipped, told
from training.bearing_questions import parted, tasks


def test_of_unseen_questions_most_get_a_sentence_that_answers_or_is_near() -> None:
    near, sure, right = [], [], []
    for task in parted(tasks())[0]:
        for asked in [q for q in task.questions if not q.own][:4]:
            question = shipped().asked(asked.text)
            best = max(task.facts, key=lambda text: shipped().of(text, question))
            near.append(best in (*asked.best, *asked.near))
            sure.append(shipped().of(best, question))
            right.append(near[-1])
    assert np.mean(near) > 0.58
    likely = [hit for hit, p in zip(right, sure, strict=True) if p >= 0.5]
    assert np.mean(likely) > np.mean(near)


def test_every_sentence_of_the_catalog_has_its_vector(catalog: Catalog) -> None:
    assert shipped().kept.holds(list(told(catalog)))


def test_what_does_not_open_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "bearing.json").write_text(json.dumps({"slope": 1.0}), "utf-8")
    with pytest.raises(CatalogError, match="damaged") as caught:
        Nearness(tmp_path)
    assert caught.value.hint == "reinstall: make install"
