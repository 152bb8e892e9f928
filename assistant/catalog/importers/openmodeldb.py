"""OpenModelDB: a clone, its data folder, or the one file ``models.json`` of its static API.

The format is a fact; its records stay with the user (GPL-3.0), nothing of them is shipped.
Schema: src/lib/schema.ts of OpenModelDB/open-model-database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.catalog.load import Problem
from assistant.catalog.records import Entry, Model, Provenance
from assistant.catalog.vocabulary import Vocabulary, Words
from assistant.errors import InputError

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


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """Every model of the database; the file name (or key) is the id."""
    for model_id, data, file in _models(path):
        try:
            yield _model(model_id, data, vocabulary)
        except (ValidationError, KeyError, TypeError, ValueError) as error:
            reason = error.errors()[0] if isinstance(error, ValidationError) else None
            field = ".".join(map(str, reason["loc"])) if reason else ""
            yield Problem(file, 1, field, f"{model_id}: {reason['msg'] if reason else error}")


def _models(path: Path) -> Iterator[tuple[str, dict[str, Any], Path]]:
    if path.is_file():
        data = json.loads(path.read_text("utf-8-sig"))
        yield from ((key, value, path) for key, value in data.items())
        return
    places = (path / "data/models", path / "models", path)
    folder = next((p for p in places if any(p.glob("*.json"))), None)
    if folder is None:
        raise InputError(
            f"{path}: no models/*.json", hint="name a clone of OpenModelDB or models.json"
        )
    for file in sorted(folder.glob("*.json")):
        yield file.stem, json.loads(file.read_text("utf-8-sig")), file


def _model(model_id: str, data: Mapping[str, Any], vocabulary: Vocabulary) -> Model:
    tags = tuple(data.get("tags") or ())
    description = _line(data.get("description") or "")
    name = _line(data["name"])
    scale = float(data["scale"])
    sizes = [r["size"] for r in data.get("resources") or () if r.get("size")]
    architecture = str(data.get("architecture") or "")
    subjects = tuple(dict.fromkeys(_SUBJECTS[tag] for tag in tags if tag in _SUBJECTS))
    handles = tuple(dict.fromkeys(_HANDLES[tag] for tag in tags if tag in _HANDLES))
    said = Words(f"{name} {description}")
    handles += tuple(
        t.id for t in vocabulary.degradations if t.id not in handles and t.score(said)[0] >= 3
    )
    return Model(
        id=re.sub(r"[^A-Za-z0-9._+-]+", "-", model_id).lstrip("._+-"),
        title=name,
        name=name,
        architecture=architecture or None,
        task=_task(scale, tags),
        scales=(scale,),
        subjects=subjects,
        general="general-upscaler" in tags or not subjects,
        handles=handles,
        efficient=True if architecture in _LIGHT else None,
        does=description or f"{name}, {scale:g}x",
        input="RGB picture" if data.get("inputChannels") == 3 else "picture",
        output="RGB picture" if scale == 1 else "enlarged RGB picture",
        license=data.get("license") or None,
        tags=tags,
        trained_on=tuple(filter(None, [_line(data.get("dataset") or "")])),
        channels=data.get("inputChannels"),
        size_mb=round(min(sizes) / 1e6, 3) if sizes else None,
        platforms=tuple(dict.fromkeys(r["platform"] for r in data.get("resources") or ())),
        released=data.get("date"),
        provenance=Provenance(source="openmodeldb", source_id=model_id, license="GPL-3.0-only"),
    )


def _task(scale: float, tags: tuple[str, ...]) -> str:
    if scale > 1:
        return "super-resolution"
    return next((_TASKS[tag] for tag in _TASKS if tag in tags), "restoration")


def _line(text: str) -> str:
    return " ".join(text.split())
