"""Files: whole or not there, and never in place of a device."""

from __future__ import annotations

import os
import threading
from errno import ENAMETOOLONG, ENOTDIR
from os import strerror
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.files import make_folder, read_text, write_text


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_text_is_written_as_utf8_with_line_feeds_into_folders_that_are_made(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a/b/c.md"
    write_text(file, "3× →\nend\n")
    assert b"3\xc3\x97 \xe2\x86\x92\nend\n" == file.read_bytes()
    assert ["c.md"] == names(file.parent)


def test_text_is_read_without_a_byte_order_mark_and_with_line_feeds(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"\xef\xbb\xbf3\xc3\x97\r\nend")
    assert "3×\nend" == read_text(file)


@pytest.mark.parametrize(("data", "said"), [(b"a\n\xff", "a.md:2: "), (None, "a.md: ")])
def test_what_cannot_be_read_is_named_by_file_and_line(
    tmp_path: Path, data: bytes | None, said: str
) -> None:
    file = tmp_path / "a.md"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(InputError) as error:
        read_text(file)
    assert error.value.message.startswith(str(tmp_path / said))


def test_a_reader_sees_the_old_or_the_new_text_and_nothing_between(tmp_path: Path) -> None:
    file, sizes, stop = tmp_path / "a.txt", set(), threading.Event()
    write_text(file, "x" * 100_000)

    def read() -> None:
        while not stop.is_set():
            sizes.add(len(file.read_bytes()))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(40):
        write_text(file, "x" * (100_000 + n % 2))
    stop.set()
    reader.join()
    assert {100_000, 100_001} >= sizes
    assert sizes


def test_a_failing_write_keeps_the_old_text_and_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "The disk is full")

    file = tmp_path / "a.txt"
    write_text(file, "old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError) as error:
        write_text(file, "new")
    assert f"{file}: cannot be written: the disk is full" == error.value.message
    assert ("old", ["a.txt"]) == (file.read_text(), names(tmp_path))


def test_an_interrupted_write_keeps_the_old_text_and_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "a.txt"
    write_text(file, "old")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(file, "new")
    assert ("old", ["a.txt"]) == (file.read_text(), names(tmp_path))


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.md").symlink_to(tmp_path / "real/a.md")
    write_text(tmp_path / "link.md", "new")
    assert (True, "new") == (
        (tmp_path / "link.md").is_symlink(),
        (tmp_path / "real/a.md").read_text(),
    )


def test_a_named_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    reader.start()
    write_text(pipe, "an answer")
    reader.join(timeout=10)
    assert (["an answer"], True) == (read, pipe.is_fifo())


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (".", "it is a folder"),
        ("/", "it is a folder"),
        ("file/a.txt", strerror(ENOTDIR).lower()),
        ("x" * 300, strerror(ENAMETOOLONG).lower()),
    ],
)
def test_a_place_that_cannot_be_written_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    with pytest.raises(InputError) as error:
        write_text(Path(place), "text")
    assert f"{Path(place)}: cannot be written: {reason}" == error.value.message
    assert (2, "name another place") == (error.value.code, error.value.hint)


def test_a_folder_is_made_with_its_parents_and_stays_empty(tmp_path: Path) -> None:
    make_folder(tmp_path / "a/b")
    make_folder(tmp_path / "a/b")
    assert [] == names(tmp_path / "a/b")


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError) as error:
        make_folder(tmp_path / place)
    reason = strerror(ENOTDIR).lower()
    assert f"{tmp_path / place}: cannot be written: {reason}" == error.value.message


def test_a_folder_without_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *arguments: object) -> None:
        raise PermissionError(13, "Not for you")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(InputError) as error:
        make_folder(tmp_path / "a")
    assert f"{tmp_path / 'a'}: cannot be written: not for you" == error.value.message
