"""Item and Request: the closed world of one answer, as values."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, field_validator

from assistant.text.characters import BINARY

RECOMMENDED = "### Recommended AI Models:"
RELATED = "### Related Papers:"
LABEL = re.compile(r"(Model|Paper|GitHub|Summary):(?: (.*))?$")
MARKS = (RECOMMENDED, RELATED, "Answer:")

ABSENT = frozenset({"", "none", "null", "n/a", "-"})


def _text(value: Any) -> Any:
    """Text without control characters, each line ended by a line feed."""
    if not isinstance(value, str):
        return value
    return BINARY.sub("", value).replace("\r\n", "\n").replace("\r", "\n")


def _line(value: Any) -> Any:
    return _text(value).strip() if isinstance(value, str) else value


def _link(value: Any) -> Any:
    """None where a link line says that there is none."""
    line = _line(value)
    return None if isinstance(line, str) and line.lower() in ABSENT else line


_Text = Annotated[str, BeforeValidator(_text)]
_Line = Annotated[str, BeforeValidator(_line), StringConstraints(min_length=1, pattern=r"^[^\n]+$")]
_Link = Annotated[_Line | None, BeforeValidator(_link)]


class Item(BaseModel):
    """One provided model or paper, as given up to surrounding spaces; absent links are None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Line
    paper: _Link = None
    github: _Link = None
    summary: _Text | None = None

    @field_validator("summary")
    @classmethod
    def _one_paragraph(cls, summary: str | None) -> str | None:
        """Fold what would read as another entry of the file into one running line."""
        if summary is None:
            return None
        lines = summary.strip("\n").split("\n")
        if any(not line.strip() or LABEL.match(line) or line.rstrip() in MARKS for line in lines):
            return " ".join(" ".join(lines).split()) or None
        return "\n".join(lines)

    @property
    def links(self) -> tuple[str, ...]:
        """Paper and code link, in this order."""
        return tuple(link for link in (self.paper, self.github) if link)


class Request(BaseModel):
    """A question plus its recommended models and related papers: one closed world."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: _Text
    recommended: tuple[Item, ...]
    related: tuple[Item, ...] = ()

    @field_validator("question")
    @classmethod
    def _is_asked(cls, question: str) -> str:
        """Indent what would read as the heading of the file itself."""
        if not question.strip():
            raise ValueError("the question is empty")
        lines = question.split("\n")
        return "\n".join(f" {line}" if line.rstrip() in MARKS else line for line in lines)

    @property
    def items(self) -> tuple[Item, ...]:
        """Recommended models, then related papers."""
        return self.recommended + self.related

    @property
    def digest(self) -> str:
        """SHA-256 of the content; equal requests have equal digests."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
