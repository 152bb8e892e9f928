"""Which prompt files to answer, and where each answer goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import InputError

SUFFIXES = (".md", ".json")


def beside(target: Path, suffix: str) -> Path:
    """The file of an answer: ``target`` has no suffix, though its name may hold dots."""
    return target.with_name(target.name + suffix)


def plan(inputs: Sequence[Path], out: Path, pattern: str = "*.txt") -> list[tuple[Path, Path]]:
    """Each prompt file with the path of its answer, without suffix.

    A folder stands for the files below it that match ``pattern``; its layout is kept, and what
    lies in ``out`` is not read. A file that is named twice is answered once.

    Raises:
        InputError: an input does not exist, nothing matches, two answers would share a name
            (also on a disk that ignores case), or an answer would replace an input.
    """
    pairs: dict[str, tuple[Path, Path]] = {}
    for source, target in _found(inputs, out, pattern):
        first, _ = pairs.setdefault(str(target).casefold(), (source, target))
        if first != source and first.resolve() != source.resolve():
            raise InputError(
                f"{first} and {source} would both be answered in {target}.md",
                hint="give their common folder instead, rename one, or run them apart",
            )
    if not pairs:
        where = ", ".join(map(str, inputs))
        raise InputError(f"no file matches {pattern!r} in {where}", hint="see --glob")
    sources = {source.resolve(): source for source, _ in pairs.values()}
    for _, target in pairs.values():
        for suffix in SUFFIXES:
            if lost := sources.get(beside(target, suffix).resolve()):
                raise InputError(
                    f"{lost}: an answer would replace this file", hint="name another --out"
                )
    return list(pairs.values())


def _found(inputs: Sequence[Path], out: Path, pattern: str) -> Iterator[tuple[Path, Path]]:
    for path in inputs:
        if path.is_dir():
            for file in _matching(path, out, pattern):
                yield file, out / file.relative_to(path).with_suffix("")
        elif path.exists():
            yield path, out / path.stem
        else:
            raise InputError(f"{path}: no such file or folder", hint="check the path")


def _matching(folder: Path, out: Path, pattern: str) -> list[Path]:
    """The files of ``folder``; those of an output folder inside it are answers, not inputs."""
    answers, own = out.resolve(), folder.resolve()
    inside = answers != own and own in answers.parents
    try:
        found = sorted(file for file in folder.rglob(pattern) if file.is_file())
    except (ValueError, NotImplementedError) as error:
        raise InputError(
            f"--glob {pattern!r}: {str(error).lower()}", hint="a pattern such as '*.txt'"
        ) from error
    return [file for file in found if not (inside and answers in file.resolve().parents)]
