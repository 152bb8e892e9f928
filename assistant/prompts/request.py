"""Item and Request: the closed world of one answer, as values."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, field_validator

RECOMMENDED = "### Recommended AI Models:"
RELATED = "### Related Papers:"
LABEL = re.compile(r"(Model|Paper|GitHub|Summary):(?: (.*))?$")
MARKS = (RECOMMENDED, RELATED, "Answer:")

ABSENT = frozenset({"", "none", "null", "n/a", "-"})
BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")  # no text holds these, so no prompt file may


def _link(value: Any) -> Any:
    """None where a link line says that there is none."""
    if not isinstance(value, str):
        return value
    value = BINARY.sub("", value).strip()
    return None if value.lower() in ABSENT else value


def _name(value: Any) -> Any:
    return BINARY.sub("", value).strip() if isinstance(value, str) else value


_Line = StringConstraints(min_length=1, pattern=r"^[^\r\n]+$")
_Name = Annotated[str, _Line, BeforeValidator(_name)]
_Link = Annotated[Annotated[str, _Line] | None, BeforeValidator(_link)]


def _lines(text: str) -> list[str]:
    """Lines of a text without control characters, whatever ends them."""
    return BINARY.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")


class Item(BaseModel):
    """One provided model or paper, as given up to surrounding spaces; absent links are None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    paper: _Link = None
    github: _Link = None
    summary: str | None = None

    @field_validator("summary")
    @classmethod
    def _one_paragraph(cls, summary: str | None) -> str | None:
        """Fold what would read as another entry of the file into one running line."""
        if summary is None:
            return None
        lines = _lines(summary)
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

    question: str
    recommended: tuple[Item, ...]
    related: tuple[Item, ...] = ()

    @field_validator("question")
    @classmethod
    def _is_asked(cls, question: str) -> str:
        """Indent what would read as the heading of the file itself."""
        if not question.strip():
            raise ValueError("the question is empty")
        lines = _lines(question)
        return "\n".join(f" {line}" if line.rstrip() in MARKS else line for line in lines)

    @property
    def items(self) -> tuple[Item, ...]:
        """Recommended models, then related papers."""
        return self.recommended + self.related

    @property
    def digest(self) -> str:
        """SHA-256 of the content; equal requests have equal digests."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
