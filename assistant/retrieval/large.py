"""The index of a large catalog: a part for each of its boxes, made when it is not there yet."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.catalog.large import LargeCatalog
from assistant.encoder.embedding import EmbeddingModel
from assistant.errors import CatalogError, InputError
from assistant.files import write_text
from assistant.retrieval import part as parts_
from assistant.retrieval.build import Change
from assistant.retrieval.inverted import RECALL
from assistant.retrieval.part import Part, Progress
from assistant.retrieval.parts import PartFacets, PartWords, Places
from assistant.retrieval.vectors import Remembered

FOLDER = "large"
RECALL_FILE = "recall.json"


@dataclass(frozen=True, eq=False)
class Parts:
    """What ``open_parts`` found or made."""

    parts: tuple[Part, ...]
    places: Places
    recall: float
    change: Change | None

    def words(self) -> PartWords:
        """Search by words."""
        return PartWords(self.parts, self.places)

    def facets(self, kind: str | None) -> PartFacets:
        """Search by what is stated, of one kind of records or of all."""
        return PartFacets(self.parts, self.places, kind)


def open_parts(  # noqa: PLR0913 - as open_index, whose arguments these are
    catalog: LargeCatalog,
    root: Path,
    model: EmbeddingModel | None,
    *,
    on_build: Callable[[int], None] | None = None,
    progress: Progress | None = None,
    rebuild: bool = False,
    recall: float | None = None,
) -> Parts:
    """The parts of a catalog below the folder ``root`` of all indexes, brought up to date.

    ``recall`` is remembered for the next time. Without a model they hold words and facts only.

    Raises:
        CatalogError: there is no sound index and ``root`` cannot be written.
    """
    from filelock import FileLock

    folder, change = root / FOLDER, None
    found = [] if rebuild else _opened(catalog, folder, model)
    if rebuild or any(part is None for part in found):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / "lock"):
                change = _update(catalog, folder, model, on_build, progress, rebuild=rebuild)
        except (OSError, InputError) as error:
            raise CatalogError(
                f"the index cannot be written to {folder}: {error}",
                hint="set SRA_CACHE to a writable folder with room for the index",
            ) from error
        found = _opened(catalog, folder, model)
    sound = tuple(part for part in found if part)
    if len(sound) < len(catalog.boxes):
        raise CatalogError(
            f"the index just written to {folder} cannot be read back",
            hint="check the disk, or set SRA_CACHE to another folder",
        )
    return Parts(sound, Places(catalog), _recall(folder, recall), change)


def is_made(catalog: LargeCatalog, root: Path, model: EmbeddingModel | None) -> bool:
    """Whether every part is there."""
    return all(_opened(catalog, root / FOLDER, model))


def _opened(catalog: LargeCatalog, folder: Path, model: EmbeddingModel | None) -> list[Part | None]:
    pairs = zip(catalog.boxes, catalog.starts.tolist(), strict=False)
    return [parts_.opened(folder, box, start, model) for box, start in pairs]


def _update(
    catalog: LargeCatalog,
    folder: Path,
    model: EmbeddingModel | None,
    on_build: Callable[[int], None] | None,
    progress: Progress | None,
    *,
    rebuild: bool,
) -> Change:
    if rebuild:
        for box in catalog.boxes:
            for path in folder.glob(f"{parts_.file_of(folder, box, model).stem}.*"):
                path.unlink()
    found = _opened(catalog, folder, model)
    missing = [box for box, part in zip(catalog.boxes, found, strict=True) if part is None]
    total, done, embedded = sum(map(len, missing)), 0, 0
    if on_build and total:
        on_build(total)
    files = [] if rebuild or model is None else folder.glob("*-*.json")  # of older boxes too
    known = Remembered([there for file in files if (there := parts_.files_at(file, model))])
    for box in missing:
        before = done

        def told(rows: int, _of: int, before: int = before) -> None:
            if progress:
                progress(before + rows, total)

        embedded += parts_.build(folder, box, model, known, told)
        done += len(box)
    _tidy(catalog, folder)
    return Change(kept=len(catalog) - total, added=total, embedded=embedded)


def _tidy(catalog: LargeCatalog, folder: Path) -> None:
    """Remove indexes of boxes that are gone, and of writers that were killed a day ago."""
    boxes = {path.stem for path in catalog.folder.glob("*.jsonl")}
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            name = path.name.lstrip(".").partition("-")[0]
            if path.name not in ("lock", RECALL_FILE) and name not in boxes:
                path.unlink()


def _recall(folder: Path, asked: float | None) -> float:
    file = folder / RECALL_FILE
    if asked is not None:
        write_text(file, json.dumps({"recall": asked}) + "\n")
        return asked
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return float(json.loads(file.read_bytes())["recall"])
    return RECALL
