"""A validated catalog kept as one JSON file, so that YAML is parsed only when it changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from assistant.catalog import records, stated
from assistant.catalog.demos import files
from assistant.catalog.load import KINDS
from assistant.catalog.records import Concept, Model, Paper
from assistant.catalog.stated import Record
from assistant.catalog.vocabulary import Vocabulary
from assistant.content import folder
from assistant.errors import AssistantError
from assistant.files import write_text
from assistant.version import __version__

KEPT = 4  # catalogs; older files are removed
_OneOf = Annotated[Model | Paper | Concept, Field(discriminator="kind")]


class Content(Record):
    """What the file holds: the records, the vocabulary, the names of demonstrations by record, and
    the digest of the first two."""

    entries: tuple[_OneOf, ...]
    vocabulary: Vocabulary
    demos: dict[str, str]
    digest: str


_CONTENT = TypeAdapter(Content)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The place of one catalog's file; its name says from which state of which files it is."""

    file: Path

    @classmethod
    def of(cls, root: Path, cache: Path) -> Compiled:
        """The file for the folder ``root`` as it is now."""
        code = [Path(str(one.__file__)).stat().st_mtime_ns for one in (records, stated)]
        state = [[str(root.resolve()), __version__, *code], *state_of(root)]
        name = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]
        return cls(cache / "catalog" / f"{name}.json")

    def read(self) -> Content | None:
        """The content, or None where there is no sound file."""
        try:
            checksum, _, body = self.file.read_text("utf-8").partition("\n")
            if hashlib.sha256(body.encode()).hexdigest() != checksum:
                return None
            return _CONTENT.validate_json(body)
        except (OSError, ValueError, ValidationError):
            return None

    def write(self, content: Content) -> None:
        """Keep a validated catalog; a cache that cannot be written is no error."""
        body = json.dumps(content.model_dump(mode="json"), ensure_ascii=False)
        checksum = hashlib.sha256(body.encode()).hexdigest()
        with contextlib.suppress(AssistantError, OSError):
            write_text(self.file, f"{checksum}\n{body}")
            files = sorted(self.file.parent.glob("*.json"), key=lambda p: p.stat().st_mtime)
            for old in files[:-KEPT]:
                old.unlink()


def state_of(root: Path) -> list[list[Any]]:
    """Name, length and time of all files that the catalog folder ``root`` is read from."""
    words = [place / "vocabulary.yaml" for place in (root, folder("catalog"))]
    paths = sorted(p for kind in KINDS for p in (root / kind).glob("*") if p.is_file())
    stats = [(p, p.stat()) for p in [*paths, *files(root), *filter(Path.is_file, words)]]
    return [[str(path), stat.st_size, stat.st_mtime_ns] for path, stat in stats]
