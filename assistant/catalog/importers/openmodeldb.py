"""OpenModelDB: a clone, its data folder, or the one file ``models.json`` of its static API.

The format is a fact; its records stay with the user (GPL-3.0), nothing of them is shipped.
Schema: src/lib/schema.ts of OpenModelDB/open-model-database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.catalog.importers.fields import cut, of_task, one_line, plain, record, slug
from assistant.catalog.load import Document, Problem
from assistant.catalog.records import Entry, Model, Provenance
from assistant.catalog.vocabulary import Vocabulary, Words
from assistant.errors import InputError
from assistant.files import read_text

_SUBJECTS = {
    "anime": "anime",
    "cartoon": "cartoon",
    "manga": "manga",
    "photo": "photo",
    "faces": "face",
    "text": "document",
    "pixel-art": "pixel-art",
    "game-textures": "game-texture",
    "game-screenshots": "game-screenshot",
    "cgi": "cgi",
    "ai-generated": "ai-generated",
    "video-frame": "video",
}
_HANDLES = {
    "compression-removal": "compression",
    "jpeg": "compression",
    "dds": "texture-compression",
    "denoise": "noise",
    "deblur": "blur",
    "dehalo": "halo",
    "debanding": "banding",
    "dedither": "dither",
    "dehalftone": "halftone",
    "anti-aliasing": "aliasing",
}
_TASKS = {  # what a model of scale 1 does, the most telling tag first
    "colorization": "colorization",
    "inpainting": "inpainting",
    "deblur": "deblurring",
    "denoise": "denoising",
    "jpeg": "compression-removal",
    "compression-removal": "compression-removal",
    "dds": "compression-removal",
}
_LIGHT = ("compact", "span", "real-cugan", "cugan", "mosr", "swift-srgan", "sr-res-net", "omnisr")
_DESCRIPTION = 1000  # characters; descriptions say what a model is for all the way down


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """Every model of the database; the file name (or key) is the id."""
    for model_id, data, file in _models(path):
        place = Document(file, data, None)
        if not isinstance(data, dict):
            yield Problem(file, 1, "", f"{model_id}: expected the fields of a model")
            continue
        try:
            yield record(Model, _fields(model_id, data, vocabulary), place, vocabulary)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            missing = str(error.args[0]) if isinstance(error, KeyError) else ""
            message = "needed here" if missing else f"a value of the wrong kind: {error}"
            yield Problem(file, 1, missing, f"{model_id}: {message}")


def _models(path: Path) -> Iterator[tuple[str, Any, Path]]:
    if path.is_file():
        data = _json(path)
        if not isinstance(data, dict):
            raise InputError(f"{path}: not the models.json of OpenModelDB", hint="name a clone")
        yield from ((key, value, path) for key, value in data.items())
        return
    places = (path / "data/models", path / "models", path)
    folder = next((p for p in places if any(p.glob("*.json"))), None)
    if folder is None:
        raise InputError(
            f"{path}: no models/*.json", hint="name a clone of OpenModelDB or models.json"
        )
    for file in sorted(folder.glob("*.json")):
        try:
            yield file.stem, _json(file), file
        except InputError:  # this one is no object either way: read() names it
            yield file.stem, None, file


def _json(file: Path) -> Any:
    try:
        return json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: not JSON", hint="check the file") from error


def _fields(model_id: str, data: dict[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    tags = tuple(data.get("tags") or ())
    description = plain(data.get("description"))
    name = one_line(data["name"])
    scale = float(data["scale"])
    resources = data.get("resources") or ()
    sizes = [resource["size"] for resource in resources if resource.get("size")]
    architecture = data.get("architecture") or ""
    subjects = tuple(dict.fromkeys(_SUBJECTS[tag] for tag in tags if tag in _SUBJECTS))
    handles = tuple(dict.fromkeys(_HANDLES[tag] for tag in tags if tag in _HANDLES))
    said = Words(f"{name} {description}")
    handles += tuple(
        t.id for t in vocabulary.degradations if t.id not in handles and t.score(said)[0] >= 3
    )
    drawn = "RGB picture" if data.get("inputChannels") == 3 else "picture"
    return {
        "id": slug(model_id),
        "title": name,
        "name": name,
        "architecture": architecture or None,
        "scales": (scale,),
        "subjects": subjects,
        "general": "general-upscaler" in tags or not subjects,
        "handles": handles,
        "efficient": True if architecture in _LIGHT else None,
        "does": cut(description, _DESCRIPTION) or f"{name}, {scale:g}x",
        "license": data.get("license") or None,
        "tags": tags,
        "trained_on": tuple(filter(None, [plain(data.get("dataset"))])),
        "channels": data.get("inputChannels"),
        "size_mb": round(min(sizes) / 1e6, 3) if sizes else None,
        "platforms": tuple(dict.fromkeys(resource["platform"] for resource in resources)),
        "released": data.get("date"),
        "provenance": Provenance(source="openmodeldb", source_id=model_id, license="GPL-3.0-only"),
        **of_task(vocabulary, _task(scale, tags)),
        "input": drawn,
        "output": "RGB picture" if scale == 1 else "enlarged RGB picture",
    }


def _task(scale: float, tags: tuple[str, ...]) -> str | None:
    """The task of a model; one of scale 1 that no tag explains is left without."""
    if scale > 1:
        return "super-resolution"
    return next((_TASKS[tag] for tag in _TASKS if tag in tags), None)
