"""Item and Request: the closed world of one answer, as values."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

RECOMMENDED = "### Recommended AI Models:"
RELATED = "### Related Papers:"
LABEL = re.compile(r"(Model|Paper|GitHub|Summary):(?: (.*))?$")
MARKS = (RECOMMENDED, RELATED, "Answer:")

_Line = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\r\n]+$")]


class Item(BaseModel):
    """One provided model or paper, byte for byte as given; absent links are None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Line
    paper: _Line | None = None
    github: _Line | None = None
    summary: str | None = None

    @field_validator("summary")
    @classmethod
    def _one_paragraph(cls, summary: str | None) -> str | None:
        """Fold what would read as another entry of the file into one running line."""
        if summary is None:
            return None
        lines = summary.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
        if any(not line.strip() or LABEL.match(line) or line in MARKS for line in lines):
            return " ".join(" ".join(lines).split())
        return "\n".join(lines) or None

    @property
    def links(self) -> tuple[str, ...]:
        """Paper and code link, in this order."""
        return tuple(link for link in (self.paper, self.github) if link)


class Request(BaseModel):
    """A question plus its recommended models and related papers: one closed world."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    recommended: tuple[Item, ...]
    related: tuple[Item, ...] = ()

    @field_validator("question")
    @classmethod
    def _is_asked(cls, question: str) -> str:
        if not question.strip():
            raise ValueError("the question is empty")
        if any(line in MARKS for line in question.splitlines()):
            raise ValueError("the question holds a line that is a heading of the file itself")
        return question

    @property
    def items(self) -> tuple[Item, ...]:
        """Recommended models, then related papers."""
        return self.recommended + self.related

    @property
    def digest(self) -> str:
        """SHA-256 of the content; equal requests have equal digests."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
