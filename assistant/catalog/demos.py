"""Cards of ``demos/``: which paper's idea can be seen at work here, and what that shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from assistant.catalog.load import BrokenCatalogError, Document, Problem, parse_yaml, validate_as
from assistant.catalog.stated import Line, Record

FOLDER = "demos"


class Card(Record):
    """What a demonstration is: ``name`` is what people type, ``module`` what runs in
    ``assistant/demos``, ``record`` the paper, ``margin`` the least gain of its first figure."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    module: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    record: Line
    idea: Line
    shows: Line
    is_not: Line
    measured: Line
    margin: float


def files(root: Path) -> list[Path]:
    """The cards of a catalog folder; it may bring none."""
    return sorted((root / FOLDER).glob("*.yaml"))


def read(root: Path) -> tuple[list[tuple[Card, Document]], list[Problem]]:
    """Every sound card with its place, and every problem met on the way."""
    found: list[tuple[Card, Document]] = []
    problems: list[Problem] = []
    for path in files(root):
        try:
            document = parse_yaml(path)
            card = validate_as(Card, document.data, document)
        except BrokenCatalogError as error:
            problems.extend(error.problems)
            continue
        if card.name != path.stem:
            said = f"{card.name} is not the name of its file"
            problems.append(Problem(path, document.line(["name"]), "name", said))
        found.append((card, document))
    return found, problems


def by_record(root: Path, is_held: Callable[[str], bool]) -> tuple[dict[str, str], list[Problem]]:
    """The names of demonstrations by the records that they show, and every problem."""
    shown, problems = read(root)
    for card, document in shown:
        if not is_held(card.record):
            said = f"the catalog holds no {card.record}"
            problems.append(Problem(document.path, document.line(["record"]), "record", said))
    return {card.record: card.name for card, _ in shown}, problems
