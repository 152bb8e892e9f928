"""OpenModelDB: a clone, its folder or its one file. The fixture is invented, none of the data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import check
from assistant.catalog.merge import run
from assistant.errors import InputError

Read = Callable[..., tuple[list[Any], list[Any]]]

DRAWN = {
    "name": "Drawn  Lines",
    "author": "nobody",
    "license": "CC-BY-4.0",
    "tags": ["anime", "jpeg", "general-upscaler"],
    "description": "Purpose: **anime**\n\n- see [the page](https://a.org/b)\n- or https://a.org/c",
    "date": "2024-01-31",
    "architecture": "compact",
    "scale": 2,
    "inputChannels": 3,
    "outputChannels": 3,
    "resources": [
        {"platform": "pytorch", "type": "pth", "size": 2_500_000, "urls": []},
        {"platform": "onnx", "type": "onnx", "size": 1_250_000, "urls": []},
    ],
    "Datasize": "a field that nobody knows",
}
MODELS = {
    "2x-Drawn": DRAWN,
    "1x-Clean": {"name": "Clean", "scale": 1, "license": None, "tags": ["denoise"]},
    "1x-Bare": {"name": "Bare", "scale": 1},
}


def clone(root: Path, **more: str) -> Path:
    folder = root / "clone/data/models"
    folder.mkdir(parents=True)
    for name, text in {**{k: json.dumps(v) for k, v in MODELS.items()}, **more}.items():
        (folder / f"{name}.json").write_text(text, "utf-8")
    return root / "clone"


@pytest.mark.parametrize("place", ["", "data", "data/models"])
def test_a_clone_and_its_folders_read_the_same(read: Read, tmp_path: Path, place: str) -> None:
    models, problems = read("openmodeldb", clone(tmp_path) / place)
    assert (sorted(MODELS), []) == ([model.id for model in models], problems)


def test_the_one_file_of_the_static_api_is_read(read: Read) -> None:
    models, problems = read("openmodeldb", json.dumps(MODELS), "models.json")
    assert (list(MODELS), []) == ([model.id for model in models], problems)


def test_the_fields_of_a_model_are_ours(read: Read) -> None:
    model = read("openmodeldb", json.dumps({"2x-Drawn": DRAWN}), "models.json")[0][0]
    assert ("Drawn Lines", "super-resolution", (2.0,)) == (model.name, model.task, model.scales)
    assert (("anime",), ("compression",)) == (model.subjects, model.handles)
    assert "Purpose: anime see the page or" == model.does
    assert ("CC-BY-4.0", 1.25, ("pytorch", "onnx"), "2024-01-31") == (
        model.license,
        model.size_mb,
        model.platforms,
        model.released,
    )
    assert (True, True, 3) == (model.efficient, model.general, model.channels)
    assert ("openmodeldb", "2x-Drawn", "GPL-3.0-only") == tuple(
        model.provenance.model_dump().values()
    )


def test_a_model_of_scale_one_has_the_task_its_tags_tell_or_none(read: Read) -> None:
    models, _ = read("openmodeldb", json.dumps(MODELS), "models.json")
    assert {"2x-Drawn": "super-resolution", "1x-Clean": "denoising", "1x-Bare": None} == {
        model.id: model.task for model in models
    }


def test_bad_models_are_named_by_file_and_skipped(read: Read, tmp_path: Path) -> None:
    bad = {
        "a": "{",
        "b": "[]",
        "c": '{"name": "C"}',
        "d": '{"name": "D", "scale": "two"}',
        "e": '{"name": "E", "scale": 1, "tags": 5}',
        "f": '{"name": "F", "scale": 999}',
        "g": '{"name": "G", "scale": 2, "resources": [5]}',
    }
    models, problems = read("openmodeldb", clone(tmp_path, **bad))
    assert sorted(MODELS) == [model.id for model in models]
    assert [f"{name}.json" for name in bad] == [problem.file.name for problem in problems]
    assert [("c.json", "scale"), ("f.json", "scales.0")] == [
        (p.file.name, p.field) for p in problems if p.field
    ]


@pytest.mark.parametrize("text", ["[]", "{"])
def test_a_file_that_is_not_the_database_is_named(read: Read, text: str) -> None:
    with pytest.raises(InputError, match=r"models\.json: not"):
        read("openmodeldb", text, "models.json")


def test_a_folder_without_models_is_named(read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no models/\*\.json"):
        read("openmodeldb", tmp_path)


def test_the_real_database_imports_whole_and_is_a_sound_catalog(
    shared: Path, tmp_path: Path
) -> None:
    place = shared / "data/openmodeldb"
    if not place.is_dir():
        pytest.skip(f"{place} is not there")
    wanted = len(list((place / "models").glob("*.json")))
    first, rejected = run("openmodeldb", place, tmp_path / "own")
    again, _ = run("openmodeldb", place, tmp_path / "own")
    assert (wanted, []) == (len(first.added), rejected)
    assert (0, (), wanted) == (len(again.added), again.changed, len(again.unchanged))
    assert (wanted, []) == check(tmp_path / "own")
    assert [] == [entry.id for entry in first.added if "http" in entry.does]
