"""Scripted conversations of ``eval/dialogues`` and what each reply must do."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.errors import InputError


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Value):
    """One message and what its reply must do; see ``eval/dialogues/README.md``."""

    say: str
    route: tuple[str, ...] = ()
    model: str | None = None
    task: str | None = None
    has: tuple[str, ...] = ()
    hasnt: tuple[str, ...] = ()

    @field_validator("route", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    def faults(self, route: str, text: str, model: str | None, task: str | None) -> list[str]:
        """What is wrong with a reply of this route and text, after which ``model`` is in force."""
        found = []
        if self.route and route not in self.route:
            found.append(f"route {route}, not {' or '.join(self.route)}")
        if self.model and not (model and fnmatchcase(model, self.model)):
            found.append(f"model {model}, not {self.model}")
        if self.task and task != self.task:
            found.append(f"task {task}, not {self.task}")
        folded = text.casefold()
        found += [f"lacks {words!r}" for words in self.has if words.casefold() not in folded]
        found += [f"holds {words!r}" for words in self.hasnt if words.casefold() in folded]
        return found


class Dialogue(_Value):
    """A conversation by its name."""

    name: str
    turns: tuple[Expected, ...]


def read_dialogues(folder: Path) -> list[Dialogue]:
    """The dialogues of all YAML files of a folder, in order of file and place.

    Raises:
        InputError: no file, or one that cannot be used; names it.
    """
    found: list[Dialogue] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            data = yaml.safe_load(path.read_text("utf-8"))
            found += [Dialogue.model_validate(one) for one in data]
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError, TypeError) as error:
            first = str(error).splitlines()[0]
            raise InputError(f"{path}: {first}", hint="see eval/dialogues/README.md") from error
    if not found:
        raise InputError(f"{folder} holds no dialogues", hint="name a folder with YAML files")
    return found
