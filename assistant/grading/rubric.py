"""A rubric: what an answer to one question must say, and must not, as words to look for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import InputError
from assistant.text.characters import view
from assistant.text.parts import Section


class Point(BaseModel):
    """One point: met where any of ``any_of`` stands in its part (0 is the whole answer)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: str
    any_of: tuple[str, ...]
    part: int = 0


class Rubric(BaseModel):
    """Points that a good answer makes (``must``), false ones (``must_not``), and whether the
    recommended model fits as a person sees it; without it, our own reader of questions decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["fits", "partly", "mismatch"] | None = None
    must: tuple[Point, ...] = ()
    must_not: tuple[Point, ...] = ()


class Kept(BaseModel):
    """The share of a rubric's points that an answer keeps, and those that it does not."""

    model_config = ConfigDict(frozen=True)

    share: float
    missed: tuple[str, ...]
    broken: tuple[str, ...]


def read_rubric(path: Path) -> Rubric:
    """Read ``ID.rubric.yaml``; raises InputError by file where it is no rubric."""
    try:
        data: Any = yaml.safe_load(path.read_text("utf-8"))
        return Rubric.model_validate(data)
    except (OSError, yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:160]
        raise InputError(f"{path}: no rubric: {reason}", hint="see eval/README.md") from error


def kept(rubric: Rubric, text: str, parts: dict[int, Section]) -> Kept:
    """Look for every point in its part; words match in any case, at word bounds."""
    read = {0: view(text), **{n: view(parts[n].of(text)) for n in parts if n}}
    missed = tuple(p.says for p in rubric.must if not _met(p, read))
    broken = tuple(p.says for p in rubric.must_not if _met(p, read))
    total = len(rubric.must) + len(rubric.must_not)
    share = 1.0 - (len(missed) + len(broken)) / total if total else 1.0
    return Kept(share=share, missed=missed, broken=broken)


def _met(point: Point, read: dict[int, str]) -> bool:
    text = read.get(point.part, "")
    return any(_stands(view(words), text) for words in point.any_of)


def _stands(words: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.I))
