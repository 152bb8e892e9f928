"""Model cards on disk: their block of fields, their text, and what is wrong with some."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError

Read = Callable[..., tuple[list[Any], list[Any]]]

CARD = """---
license: apache-2.0
pipeline_tag: image-to-image
tags: [super-resolution, arxiv:1807.02758, 7]
datasets: [eugenesiow/Div2k]
model-index:
  - name: blah
    results:
      - dataset: {name: Set5, type: set5}
        metrics: [{type: psnr, value: 38.5}]
      - dataset: {name: Set14}
---
# Blah

![badge](https://a.org/badge.svg)

Blah **enlarges** a picture, see [the code](https://github.com/a/blah).
It is small.

| a | table |
"""


def test_a_card_becomes_a_model_with_its_claims(read: Read, tmp_path: Path) -> None:
    (tmp_path / "hub/someone/blah-x3").mkdir(parents=True)
    (tmp_path / "hub/someone/blah-x3/README.md").write_text(CARD)
    models, problems = read("huggingface", tmp_path / "hub")
    model = models[0]
    assert ("someone-blah-x3", "blah-x3", "apache-2.0") == (model.id, model.name, model.license)
    assert ("super-resolution", (3.0,)) == (model.task, model.scales)
    assert "Blah enlarges a picture, see the code. It is small." == model.does
    assert (
        "https://arxiv.org/abs/1807.02758",
        "https://github.com/a/blah",
        "https://huggingface.co/someone/blah-x3",
    ) == model.links
    assert [("psnr", 38.5, "Set5", "record: model card")] == [
        (f.metric, f.value, f.dataset, f.place) for f in model.figures
    ]
    assert [("model-index", 6)] == [(p.field, p.line) for p in problems]


@pytest.mark.parametrize(
    ("place", "id"),
    [
        ("models--owner--name/snapshots/abc", "owner-name"),
        ("owner__name", "owner-name"),
        ("name", "name"),
    ],
)
def test_the_folder_says_whose_model_it_is(read: Read, place: str, id: str) -> None:
    assert [id] == [m.id for m in read("huggingface", CARD, f"{place}/README.md")[0]]


@pytest.mark.parametrize(
    ("block", "named"),
    [
        ("license: other\nlicense_name: mine", "mine"),
        ("license: other", "other"),
        ("tags: x", None),
        ("", None),
    ],
)
def test_a_license_is_kept_as_the_card_names_it(read: Read, block: str, named: str | None) -> None:
    models, problems = read("huggingface", f"---\n{block}\n---\nText.\n", "a/README.md")
    assert ([named], []) == ([model.license for model in models], problems)


def test_a_card_without_fields_is_a_card(read: Read) -> None:
    model = read("huggingface", "# Title\n\nIt sharpens a blurred picture.\n", "a/README.md")[0][0]
    assert ("a", "It sharpens a blurred picture.", None) == (model.id, model.does, model.task)


@pytest.mark.parametrize(
    ("block", "line"),
    [("license: [a", 3), ("a: 1\na: 2", 3), ("- a", 2), ("license: {a: b}", 2), ("x: &a [*a]", 2)],
)
def test_a_broken_card_is_named_and_hides_no_other(
    read: Read, tmp_path: Path, block: str, line: int
) -> None:
    for name, fields in {"bad": block, "good": "license: mit"}.items():
        (tmp_path / "hub" / name).mkdir(parents=True)
        (tmp_path / "hub" / name / "README.md").write_text(f"---\n{fields}\n---\nText.\n")
    models, problems = read("huggingface", tmp_path / "hub")
    assert ["good"] == [model.id for model in models]
    assert [("bad", line)] == [(p.file.parent.name, p.line) for p in problems]


def test_a_folder_without_cards_is_named(read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no README\.md"):
        read("huggingface", tmp_path)
