"""Which pictures to run, and the files that their results become."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import math
import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import InputError
from assistant.imaging.samples import SUFFIXES
from assistant.imaging.saving import FORMATS
from assistant.workflow.graph import Workflow
from assistant.workflow.layout import sources

AUTO = "auto"  # in the names of results, whose models differ from picture to picture
LONGEST_NAME = 200  # bytes; systems take 255, and a temporary name is longer
_LETTERS = re.compile(r"\.[a-z][a-z0-9]{1,4}")  # a suffix; "v1.2" is a folder


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
    folder = out is None or _is_folder(out)
    named = _named(inputs, out, "+".join(names.values()), {*models, *names.values()})
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
    return _named_apart(jobs)


def found(inputs: Sequence[str]) -> list[Path]:
    """The picture files that ``inputs`` name: files, folders or patterns, each once.

    Raises:
        InputError: an input does not exist, or there is no picture.
    """
    return list(dict.fromkeys(file for file, _ in _named(inputs, None, "copy")))


def labels(workflow: Workflow) -> dict[str, str]:
    """For each output node a name made of the models that lead there."""
    found: dict[str, str] = {}
    for way in workflow.paths:
        parts = [node.model or node.label for node in way if node.role == "model"]
        name = "+".join(parts) or "copy"
        if any(node.role == "resize" for node in way):
            name += f"_{math.prod(node.scale or 1 for node in way):.4g}x"
        name = re.sub(r"[^\w.+-]+", "-", name)
        found[way[-1].id] = f"{name}-{way[-1].id}" if name in found.values() else name
    return found


@contextlib.contextmanager
def looking() -> Iterator[None]:
    """Turn what the system says of a path that cannot be looked at into one line."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(f"{error.filename}: {reason}", hint="check the path") from error


def _suffix(form: str) -> str:
    suffix = f".{form.lower().lstrip('.')}"
    if suffix not in FORMATS:
        known = ", ".join(name.lstrip(".") for name in FORMATS)
        raise InputError(f"unknown picture format {form!r}", hint=f"known are {known}")
    return suffix


@looking()
def _is_folder(out: Path) -> bool:
    """Whether results go into ``out``; what it cannot be is refused."""
    if out == Path("-"):
        raise InputError("pictures are not written to standard output", hint="name a file with -o")
    suffix = out.suffix.lower()
    if out.is_dir() or not _LETTERS.fullmatch(suffix):
        return True
    _suffix(suffix)  # refuses what is not written
    return False


@looking()
def _named(
    inputs: Sequence[str], out: Path | None, name: str, models: Collection[str] | None = None
) -> list[tuple[Path, Path]]:
    """Each picture once, as ``_found``; with ``models`` without the results of earlier runs."""
    named = list(dict.fromkeys(_found(inputs, out, name)))
    if models is not None:
        named = _fresh(named, models)
    if not named:
        raise InputError(f"no picture in {', '.join(inputs)}", hint="name files or a folder")
    return named


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
            continue
        pattern = glob.iglob(given, recursive=True)  # noqa: PTH207 - it may be absolute
        files = [path] if path.exists() else [f for f in map(Path, sorted(pattern)) if f.is_file()]
        if not files:
            raise InputError(f"{given}: no such file or folder", hint="check the path")
        for file in files:
            yield file, (out / file.stem if out else file.with_suffix(""))


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


def _named_apart(jobs: Sequence[Job]) -> list[Job]:
    """The jobs; where results would share a name, they have the suffixes of their pictures."""
    owners = _owners(jobs)

    def apart(job: Job, target: Path) -> Path:
        kind, stem = job.source.suffix.lstrip(".").lower(), job.source.stem
        return target.with_name(f"{stem}.{kind}{target.name.removeprefix(stem)}")

    named = [
        replace(job, targets={node: apart(job, target) for node, target in job.targets.items()})
        if any(len(owners[_key(target)]) > 1 for target in job.targets.values())
        else job
        for job in jobs
    ]
    owners = _owners(named)
    for job in named:
        for target in job.targets.values():
            if (first := next(iter(owners[_key(target)]))) != job.source:
                raise InputError(
                    f"{first} and {job.source} would both be written to {target}",
                    hint="rename one, or run them apart",
                )
    return named


def _owners(jobs: Sequence[Job]) -> dict[str, dict[Path, None]]:
    """The pictures that would be written under each name, the first one first."""
    found: dict[str, dict[Path, None]] = {}
    for job in jobs:
        for target in job.targets.values():
            found.setdefault(_key(target), {})[job.source] = None
    return found


def _key(target: Path) -> str:
    return str(target).casefold()


def _fitting(name: str) -> str:
    """A file name that file systems take: the beginning of a long one and a digest of it all."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    stem, suffix = Path(name).stem, Path(name).suffix
    kept = stem.encode()[: LONGEST_NAME - len(digest) - len(suffix) - 1].decode("utf-8", "ignore")
    return f"{kept}-{digest}{suffix}"
