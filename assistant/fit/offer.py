"""What is known about one item: from its record, else from its name or title, else nothing."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.catalog import Entry, Model, Vocabulary, Words
from assistant.fit.inputs import kind_of_input
from assistant.question import Line, read_scales

_SCALE_IN_NAME = re.compile(r"(?:^|[-_])(?:(\d+(?:\.\d+)?)x|x(\d+))(?=$|[-_])", re.I)
_YEAR = re.compile(r"\d{4}")


class Offer(BaseModel):
    """What is known about one item: from its record, else from its name, else nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    task: str | None = None
    scales: tuple[float, ...] = ()
    any_scale: bool = False
    trained_to: float | None = None
    scale_limit: str | None = None
    """What the record says of factors that are too large."""
    subjects: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    efficient: bool | None = None
    scope: str = "photo"
    source: Literal["record", "name", "title", "nothing"] = "nothing"
    id: str | None = None
    general: bool = False
    runnable: bool = False
    blind: bool | None = None
    invents: bool | None = None
    needs_gpu: bool | None = None
    level: float | None = None
    any_level: bool = False
    tags: tuple[str, ...] = ()
    architecture: str | None = None
    license: str | None = None
    size_mb: float | None = None
    formats: tuple[str, ...] = ()
    channels: int | None = None
    parameters: int | None = None
    year: int | None = None
    takes: str = ""
    """What it takes where one picture is not enough (`kind_of_input`)."""


def offer_of(entry: Entry) -> Offer:
    """The offer that a catalog record makes."""
    model = entry if isinstance(entry, Model) else None
    year = _YEAR.match(model.released) if model and model.released else None
    return Offer(
        name=entry.name,
        task=entry.task,
        scales=entry.scales,
        any_scale=entry.any_scale,
        trained_to=entry.trained_to,
        scale_limit=next((f.text for f in entry.facts_of("limit", "scale")), None),
        subjects=entry.subjects,
        handles=entry.handles,
        efficient=entry.efficient,
        scope=entry.scope,
        source="record",
        id=entry.id,
        general=model is not None and model.general,
        runnable=model is not None and model.network is not None,
        blind=model.blind if model else None,
        invents=model.invents if model else None,
        needs_gpu=model.needs_gpu if model else None,
        level=model.level if model else None,
        any_level=model is not None and model.any_level,
        tags=entry.tags,
        architecture=model.architecture if model else None,
        license=(model.weights_license if model else None) or entry.license,
        size_mb=model.size_mb if model else None,
        formats=model.platforms if model else (),
        channels=model.channels if model else None,
        parameters=model.parameters if model else None,
        year=int(year.group()) if year else None,
        takes=kind_of_input(model.input) if model else "",
    )


def offer_of_name(name: str, vocabulary: Vocabulary) -> Offer:
    """The offer of a model that the catalog does not know: what its name says, and no more."""
    task = vocabulary.task_of_name(name)
    found = _SCALE_IN_NAME.findall(name) if task else []
    return Offer(
        name=name,
        task=task.id if task else None,
        scales=tuple(dict.fromkeys(float(before or after) for before, after in found)),
        any_scale=bool(task and not task.keeps_size and "-any-" in name.lower()),
        source="name" if task else "nothing",
    )


def offer_of_text(title: str, summary: str, vocabulary: Vocabulary) -> Offer:
    """The offer of an unknown paper: its title names the task, its text the scope and scales."""
    text = Words(f"{title}. {summary}")
    counted = [(len(term.score(text)[1]), term.id) for term in vocabulary.scopes]
    hits, scope = max(counted, default=(0, "photo"))
    task = vocabulary.task_of_title(title)
    enlarges = task is not None and not task.keeps_size
    return Offer(
        name=title,
        task=task.id if task else None,
        scales=read_scales(Line(f"{title}. {summary}")).factors if enlarges else (),
        subjects=_subjects_of(title, vocabulary),
        scope=scope if hits >= 2 else "photo",
        source="title" if task else "nothing",
    )


def _subjects_of(title: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What a title limits itself to: faces, video, medical images ..., never plain photos."""
    words = Words(title)
    limited = [term for term in vocabulary.subjects if term.id != "photo"]
    return tuple(term.id for term in limited if term.score(words)[0] >= term.weight)
