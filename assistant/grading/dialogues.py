"""Scripted conversations of ``eval/dialogues`` and what each reply must do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Protocol

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.catalog import Catalog
from assistant.errors import InputError

_LISTED = re.compile(r"^(?:- \*\*|\| )([^*|]+?)(?:\*\*| \|)", re.M)


class Talk(Protocol):
    """A conversation, as ``assistant.chat.Chat`` holds it."""

    @property
    def models(self) -> tuple[str, ...]:
        """The ids of the models in force."""

    @property
    def state(self) -> Any:
        """What the conversation holds so far."""

    def say(self, text: str) -> Any:
        """The reply to a message."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen after a turn: the reply and the models in force with their names, tasks and
    the factors that are wished."""

    route: str
    text: str
    models: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    tasks: tuple[str | None, ...] = ()
    scales: tuple[float, ...] = ()

    @property
    def listed(self) -> list[str]:
        """The names that the reply lists, in bullets or the rows of a table."""
        return [name for name in _LISTED.findall(self.text) if name.strip("-: ")]

    def speaks_of(self, name: str) -> bool:
        """Whether the reply holds this name, whatever its factor."""
        return name.casefold() in self.text.casefold()


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Value):
    """One message and what its reply must do; see ``eval/dialogues/README.md``."""

    say: str
    route: tuple[str, ...] = ()
    model: str | None = None
    task: str | None = None
    steps: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    factor: float | None = None
    same: bool | None = None
    takes: int | None = None
    items: tuple[int, ...] = ()
    of: int | None = None
    back_to: int | None = None
    first_step: bool = False
    has: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    hasnt: tuple[str, ...] = ()

    @field_validator("route", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    def faults(self, now: Seen, before: Sequence[Seen] = ()) -> list[str]:
        """What is wrong with a turn, of which ``before`` holds the earlier ones."""
        return [*self._of_plan(now), *self._of_reference(now, before), *self._of_words(now)]

    def _of_plan(self, now: Seen) -> Iterator[str]:
        """Models, steps and factor that are in force afterwards."""
        if self.model and not any(fnmatchcase(one, self.model) for one in now.models):
            yield f"model {', '.join(now.models) or None}, not {self.model}"
        if self.task and self.task not in now.tasks[:1]:
            yield f"task {now.tasks[0] if now.tasks else None}, not {self.task}"
        if self.steps and now.tasks != self.steps:
            yield f"steps {now.tasks}, not {self.steps}"
        if missing := set(self.tasks) - set(now.tasks):
            yield f"steps {now.tasks} without {', '.join(sorted(missing))}"
        if self.factor and now.scales != (self.factor,):
            yield f"factor {now.scales}, not {self.factor:g}"

    def _of_reference(self, now: Seen, before: Sequence[Seen]) -> Iterator[str]:
        """What stands to what was shown or in force in turns ``before``."""
        last = before[-1] if before else Seen("", "")
        listed = next((one.listed for one in reversed(before) if one.listed), [])
        if self.same is not None and (now.models == last.models) != self.same:
            yield f"model {', '.join(now.models)}, {'not the same' if self.same else 'no other'}"
        for place in self.items:
            name = _nth(listed, place)
            if name is None or not now.speaks_of(name):
                yield f"does not speak of number {place} of those listed, {name}"
        if self.takes is not None:
            name = _nth(listed, self.takes)
            if name not in (*now.names, *now.models):
                yield f"model {', '.join(now.models)}, not number {self.takes}, {name}"
        if self.of is not None and not any(map(now.speaks_of, before[self.of - 1].names)):
            yield f"does not speak of {', '.join(before[self.of - 1].names)}"
        if self.back_to is not None and now.models != before[self.back_to - 1].models:
            yield f"model {', '.join(now.models)}, not that of turn {self.back_to}"
        if self.first_step and not (now.names and now.speaks_of(now.names[0])):
            yield "does not speak of the model of the first step"

    def _of_words(self, now: Seen) -> Iterator[str]:
        if self.route and now.route not in self.route:
            yield f"route {now.route}, not {' or '.join(self.route)}"
        yield from (f"lacks {words!r}" for words in self.has if not now.speaks_of(words))
        yield from (f"holds {words!r}" for words in self.hasnt if now.speaks_of(words))
        if self.any and not any(map(now.speaks_of, self.any)):
            yield f"holds none of {', '.join(self.any)}"


class Dialogue(_Value):
    """A conversation by its name."""

    name: str
    turns: tuple[Expected, ...]

    def held(self, chat: Talk, catalog: Catalog) -> Iterator[tuple[Expected, Any, list[str]]]:
        """Hold the conversation: each message, its reply and what is wrong with it."""
        before: list[Seen] = []
        for expected in self.turns:
            reply = chat.say(expected.say)
            now = _seen(reply, chat, catalog)
            yield expected, reply, expected.faults(now, before)
            before.append(now)


def _seen(reply: Any, chat: Talk, catalog: Catalog) -> Seen:
    """What can be seen of a conversation after a reply."""
    models = [entry for name in chat.models if (entry := catalog.get(name))]
    return Seen(
        reply.route,
        reply.text,
        tuple(entry.id for entry in models),
        tuple(entry.name for entry in models),
        tuple(entry.task for entry in models),
        chat.state.wish.scales,
    )


def _nth(names: Sequence[str], place: int) -> str | None:
    """The name at a place that is counted from 1, or from the end."""
    index = place - 1 if place > 0 else place
    return names[index] if -len(names) <= index < len(names) else None


def read_dialogues(folder: Path) -> list[Dialogue]:
    """The dialogues of all YAML files of a folder, in order of file and place; of a file its own.

    Raises:
        InputError: no file, or one that cannot be used; names it.
    """
    found: list[Dialogue] = []
    for path in [folder] if folder.is_file() else sorted(folder.glob("*.yaml")):
        try:
            data = yaml.safe_load(path.read_text("utf-8"))
            found += [Dialogue.model_validate(one) for one in data]
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError, TypeError) as error:
            first = str(error).splitlines()[0]
            raise InputError(f"{path}: {first}", hint="see eval/dialogues/README.md") from error
    if not found:
        raise InputError(f"{folder} holds no dialogues", hint="name a folder with YAML files")
    return found
