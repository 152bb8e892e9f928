"""Pictures from files to files: which to run, where each result goes, reading and writing."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant import files
from assistant.errors import InputError
from assistant.imaging import comparison, pictures, saving
from assistant.imaging.look import Look, look
from assistant.imaging.samples import SUFFIXES
from assistant.imaging.saving import FORMATS
from assistant.workflow.graph import Workflow
from assistant.workflow.inference import Told
from assistant.workflow.layout import sources
from assistant.workflow.receipt import Receipt
from assistant.workflow.runner import RejectedError, Result, Runner


@dataclass(frozen=True)
class Wanted:
    """What to do with each result; ``if_it_exists`` is the advice where one is there already."""

    compare: Path | None = None
    reference: Path | None = None
    strip: bool = False
    force: bool = False
    if_it_exists: str = "--force overwrites it"


@dataclass(frozen=True)
class Hears:
    """Who hears of finished tiles, and of what speaks against a run before it starts."""

    told: Told = lambda _label, _done, _of: None
    doubt: Callable[[str], None] = lambda _said: None


AUTO = "auto"  # in the names of results, whose models differ from picture to picture
LONGEST_NAME = 200  # bytes; systems take 255, and a temporary name is longer
_LETTERS = re.compile(r"\.[a-z][a-z0-9]{1,4}")  # a suffix; "v1.2" is a folder
HEARS = Hears()  # nobody
Planner = Callable[[Look], Workflow]


@dataclass(frozen=True)
class Job:
    """A picture file and, for each output node of the workflow, the file it becomes."""

    source: Path
    targets: dict[str, Path]


def plan(
    inputs: Sequence[str],
    workflow: Workflow,
    out: Path | None = None,
    form: str = "png",
    name: str | None = None,
    models: Collection[str] = (),
) -> list[Job]:
    """One job a picture, in a stable order; results of one output may be called ``name``.

    A folder stands for the pictures below it and a pattern for the files that match. Without
    ``out`` a result lies beside its picture, those of a folder in a folder beside it; ``out`` is
    a file for a single result and else a folder. Results of an earlier run with any of ``models``
    are no inputs beside their pictures.

    Raises:
        InputError: the workflow cannot be executed, an input does not exist, there is no picture,
            ``out`` is a picture format that is not written, or two results would share a name
            (also on a disk that ignores case).
    """
    sources(workflow)
    names = labels(workflow) if name is None else {workflow.nodes[-1].id: name}
    suffix = _suffix(form)
    with _looking():
        folder = out is None or _is_folder(out)
        named = list(dict.fromkeys(_found(inputs, out, "+".join(names.values()))))
    named = _fresh(named, {*models, *names.values()})
    if not named:
        raise InputError(f"no picture in {', '.join(inputs)}", hint="name files or a folder")
    if out and not folder:
        if len(named) > 1 or len(names) > 1:
            raise InputError(
                f"{out}: one file cannot hold {len(named) * len(names)} results",
                hint="name a folder with -o",
            )
        return [Job(named[0][0], {next(iter(names)): out})]
    jobs = [
        Job(
            source,
            {
                node: stem.with_name(_fitting(f"{stem.name}_{name}{suffix}"))
                for node, name in names.items()
            },
        )
        for source, stem in named
    ]
    jobs = [_named_apart(job, jobs) for job in jobs]
    _check_names(jobs)
    return jobs


def found(inputs: Sequence[str]) -> list[Path]:
    """The picture files that ``inputs`` name: files, folders or patterns, each once.

    Raises:
        InputError: an input does not exist, or there is no picture.
    """
    with _looking():
        files = list(dict.fromkeys(file for file, _ in _found(inputs, None, "copy")))
    if not files:
        raise InputError(f"no picture in {', '.join(inputs)}", hint="name files or a folder")
    return files


def labels(workflow: Workflow) -> dict[str, str]:
    """For each output node a name made of the models that lead there."""
    found: dict[str, str] = {}
    for way in workflow.paths:
        parts = [node.model or node.label for node in way if node.role == "model"]
        name = "+".join(parts) or "copy"
        if any(node.role == "resize" for node in way):
            factor = 1.0
            for node in way:
                factor *= node.scale or 1
            name += f"_{factor:.4g}x"
        name = re.sub(r"[^\w.+-]+", "-", name)
        found[way[-1].id] = f"{name}-{way[-1].id}" if name in found.values() else name
    return found


def _suffix(form: str) -> str:
    suffix = f".{form.lower().lstrip('.')}"
    if suffix not in FORMATS:
        known = ", ".join(name.lstrip(".") for name in FORMATS)
        raise InputError(f"unknown picture format {form!r}", hint=f"known are {known}")
    return suffix


@contextlib.contextmanager
def _looking() -> Iterator[None]:
    """Turn what the system says of a path that cannot be looked at into one line."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(f"{error.filename}: {reason}", hint="check the path") from error


def _is_folder(out: Path) -> bool:
    """Whether results go into ``out``; what it cannot be is refused."""
    if out == Path("-"):
        raise InputError("pictures are not written to standard output", hint="name a file with -o")
    suffix = out.suffix.lower()
    if out.is_dir() or not _LETTERS.fullmatch(suffix):
        return True
    _suffix(suffix)  # refuses what is not written
    return False


def _found(inputs: Sequence[str], out: Path | None, name: str) -> Iterator[tuple[Path, Path]]:
    """Each picture with the path of its result, without label and suffix."""
    for given in inputs:
        path = Path(given)
        if path.is_dir():
            whole = Path(os.path.abspath(path))  # noqa: PTH100 - of links it keeps the name
            place = out or whole.parent / f"{whole.name}_{name}"
            for file in sorted(path.rglob("*")):
                inside = place.absolute() in file.absolute().parents and place != path
                if file.suffix.lower() in SUFFIXES and file.is_file() and not inside:
                    yield file, place / file.relative_to(path).with_suffix("")
        elif path.exists():
            yield path, (out / path.stem if out else path.with_suffix(""))
        elif matching := [file for file in map(Path, sorted(_glob(given))) if file.is_file()]:
            for file in matching:
                yield file, (out / file.stem if out else file.with_suffix(""))
        else:
            raise InputError(f"{given}: no such file or folder", hint="check the path")


def _fresh(named: list[tuple[Path, Path]], models: Collection[str]) -> list[tuple[Path, Path]]:
    """Pictures without what an earlier run made of one of them: by its name, of a picture's and
    of models, in whatever folder and format it lies."""
    stems = {name for path, _ in named for name in (path.stem, path.name.casefold())}
    known = "|".join(sorted(map(re.escape, {AUTO, "copy", *models}), key=len, reverse=True))
    mark = re.compile(rf"(.+)_(?:{known})(?:\+(?:{known}))*(?:_[\d.]+x)?(?:-\w+)?(?:\.rejected)?")

    def made(path: Path) -> bool:
        found = mark.fullmatch(path.stem)
        return found is not None and (found[1] in stems or made(path.with_stem(found[1])))

    return [one for one in named if not made(one[0])]


def _glob(pattern: str) -> list[str]:
    return glob.glob(pattern, recursive=True)  # noqa: PTH207 - the pattern may be absolute


def _named_apart(job: Job, jobs: Sequence[Job]) -> Job:
    """The job, its results named with the suffix of its picture where another has the same stem."""
    mine = {str(target).casefold() for target in job.targets.values()}
    others = (other for other in jobs if other.source != job.source)
    if all(mine.isdisjoint(str(t).casefold() for t in other.targets.values()) for other in others):
        return job
    kind = job.source.suffix.lstrip(".").lower()
    stem = job.source.stem
    return replace(
        job,
        targets={
            node: target.with_name(f"{stem}.{kind}{target.name.removeprefix(stem)}")
            for node, target in job.targets.items()
        },
    )


def _fitting(name: str) -> str:
    """A file name that file systems take: the beginning of a long one and a digest of it all."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    stem, suffix = Path(name).stem, Path(name).suffix
    kept = stem.encode()[: LONGEST_NAME - len(digest) - len(suffix) - 1].decode("utf-8", "ignore")
    return f"{kept}-{digest}{suffix}"


def _check_names(jobs: Sequence[Job]) -> None:
    taken: dict[str, Path] = {}
    for job in jobs:
        for target in job.targets.values():
            first = taken.setdefault(str(target).casefold(), job.source)
            if first != job.source:
                raise InputError(
                    f"{first} and {job.source} would both be written to {target}",
                    hint="rename one, or run them apart",
                )


def process(
    runner: Runner,
    graph: Workflow | Planner,
    job: Job,
    wanted: Wanted,
    hears: Hears = HEARS,
) -> list[Receipt]:
    """One picture: read, look, run, write; a receipt for each result.

    ``graph`` may be what plans one for each picture, from what was measured of it.

    Raises:
        AssistantError: the picture or a result cannot be read, run or written.
        RejectedError: a result is none; with ``force`` it was written under ``.rejected``.
    """
    written = [*job.targets.values(), *([wanted.compare] if wanted.compare else [])]
    if wanted.compare:
        comparison.check(wanted.compare)
        if wanted.compare.absolute() in [target.absolute() for target in job.targets.values()]:
            raise InputError(
                f"{wanted.compare}: the result and the comparison cannot be one file",
                hint="name two files with -o and --compare",
            )
    with _looking():
        for target in written:
            if target.exists() and not wanted.force:
                raise InputError(f"{target}: exists already", hint=wanted.if_it_exists)
    picture = pictures.read(job.source)
    seen = look(picture)
    if not isinstance(graph, Workflow):
        graph = graph(seen)
    for node, size in runner.check(graph, picture.size).items():
        saving.check(job.targets[node], size, picture)
    for doubt in runner.doubts(graph, seen):
        hears.doubt(f"{job.source.name}: {doubt}")
    truth = pictures.read(wanted.reference) if wanted.reference else None
    for folder in {target.parent for target in written}:
        files.make_folder(folder)
    try:
        results = runner.run(graph, picture, reference=truth, told=hears.told, seen=seen)
    except RejectedError as error:
        if wanted.force:
            target = job.targets[error.output]
            kept = target.with_name(f"{target.stem}.rejected{target.suffix}")
            saving.write(error.picture, kept)
            error.message += f"; kept as {kept}"
        raise
    receipts = [_written(result, job.targets[result.output], wanted) for result in results]
    if wanted.compare:
        shown = [(result.receipt.model, result.picture) for result in results]
        comparison.write(wanted.compare, picture, shown, results[0].receipt.scale_measured)
    return receipts


def _written(result: Result, target: Path, wanted: Wanted) -> Receipt:
    picture = result.picture.stripped() if wanted.strip else result.picture
    notes = saving.write(picture, target)
    more: dict[str, Any] = {"file": str(target), "notes": (*result.receipt.notes, *notes)}
    if wanted.reference:
        more["reference"] = str(wanted.reference)
    return result.receipt.model_copy(update=more)
