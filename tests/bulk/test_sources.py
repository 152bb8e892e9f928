"""Inputs of bulk: which files are read, in which order, and what stands in them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tracemalloc
from collections.abc import Callable
from errno import ENAMETOOLONG, ENOENT
from os import strerror
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bulk import lines, tables
from assistant.bulk.items import MAX_NAME, Item, Problem, file_name
from assistant.bulk.sources import Source, find, read
from assistant.errors import InputError

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.txt"))
BATCH: dict[str, Any] = {
    "custom_id": "b1",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be exact."},
            {"role": "user", "content": [{"type": "text", "text": "Why is it sharp?"}]},
        ],
        "temperature": 0.5,
    },
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, so that names in messages are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


def write(name: str, text: str | bytes = "Why is it sharp?\n") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def found(*inputs: str, out: str = "out", pattern: str = "*.txt") -> list[str]:
    return [source.path.as_posix() for source in find(inputs, Path(out), pattern)]


def entries(*inputs: str) -> list[Item | Problem]:
    return [one for source in find(inputs, Path("out")) for one in read(source)]


def problems(*inputs: str) -> list[str]:
    return [f"{one.place}: {one.code}" for one in entries(*inputs) if isinstance(one, Problem)]


def items(*inputs: str) -> list[Item]:
    every = entries(*inputs)
    assert [] == [str(one) for one in every if isinstance(one, Problem)]
    return [one for one in every if isinstance(one, Item)]


# --- which files ---------------------------------------------------------------------------


def test_a_folder_is_read_in_the_order_people_count() -> None:
    """File 2 comes before file 10, at every depth."""
    names = ["in/1.txt", "in/2.txt", "in/10.txt", "in/a2/x.txt", "in/a10/x.txt"]
    for name in reversed(names):
        write(name)
    assert names == found("in")


def test_files_folders_and_globs_mix_and_a_file_named_twice_counts_once() -> None:
    """The order is that of the command line; a second name of a file adds nothing."""
    for name in ("in/a.txt", "in/b.txt", "more/c.prompt", "more/d.jsonl", "more/e.md"):
        write(name)
    Path("again.txt").symlink_to("in/a.txt")
    given = found("more/c.prompt", "in", "more/*.jsonl", "./in/a.txt", "again.txt")
    assert ["more/c.prompt", "in/a.txt", "in/b.txt", "more/d.jsonl"] == given


@pytest.mark.parametrize("name", ["**/*.txt", "*/*.txt", "in/?.txt", "{}/in/[ab].txt"])
def test_a_quoted_glob_stands_for_the_files_it_matches(folder: Path, name: str) -> None:
    """Relative and absolute patterns match files only, never hidden ones."""
    for file in ("in/a.txt", "in/b.txt", "in/.c.txt", ".git/d.txt", "in/e.md"):
        write(file)
    (folder / "in/f.txt").mkdir()
    matched = found(name.format(folder))
    assert ["a.txt", "b.txt"] == [Path(file).name for file in matched]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file() -> None:
    """A name that exists is never expanded."""
    write("a[1].txt")
    write("a1.txt")
    assert ["a[1].txt"] == found("a[1].txt")


def test_what_lies_in_the_output_folder_is_no_input() -> None:
    """An output folder below an input folder is passed over, whatever it holds."""
    write("in/a.txt")
    write("in/out/answers/old.txt")
    write("in/out/notes.txt")
    assert ["in/a.txt"] == found("in", out="in/out")
    assert ["in/a.txt"] == found("in/**/*.txt", out="in/out")


def test_prompts_in_the_output_folder_itself_are_read_but_not_what_a_run_writes() -> None:
    """Answers may stand beside their prompt files."""
    for name in ("a.txt", "answers/a.md", "results.jsonl", "run.json", "stdin.jsonl"):
        write(f"in/{name}")
    assert ["in/a.txt"] == found("in", out="in", pattern="*")


def test_the_pattern_chooses_the_files_of_a_folder_and_the_suffix_how_they_are_read() -> None:
    """JSONL and CSV are told by suffix, in any letter case; everything else is a text."""
    for name in ("in/a.jsonl", "in/b.NDJSON", "in/c.csv", "in/d.md", "in/e"):
        write(name)
    kinds = [source.kind for source in find(["in"], Path("out"), "*")]
    assert ["jsonl", "jsonl", "csv", "text", "text"] == kinds


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.txt", "gone.txt: no such file or folder"),
        ("gone-*.txt", "gone-*.txt: no file matches"),
        ("empty", "empty: no file matches '*.txt'"),
        ("a.json", "a.json: JSON is read line by line"),
        ("", "an input is empty"),
        ("How does it work" * 50, strerror(ENAMETOOLONG).lower()),
        ("pipe", "pipe: no regular file"),
        pytest.param(
            "in/**x",
            "'**x': invalid pattern",
            marks=pytest.mark.skipif(sys.version_info >= (3, 13), reason="** is * there"),
        ),
    ],
)
def test_an_input_that_cannot_be_used_is_named_with_a_remedy(name: str, message: str) -> None:
    """Nothing is passed over silently, not even one input among good ones."""
    Path("empty").mkdir()
    write("a.json", "{}")
    write("in/good.txt")
    os.mkfifo("pipe")
    with pytest.raises(InputError) as error:
        find(["in", name], Path("out"))
    assert message in error.value.message
    assert error.value.hint
    assert "\n" not in error.value.message


# --- standard input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"Why is it sharp?\n", "stdin.txt"),
        (GOLDEN[0].read_bytes(), "stdin.txt"),
        (b'\xef\xbb\xbf\n {"id": 1, "question": "Why?"}\n', "stdin.jsonl"),
        (b"{broken", "stdin.jsonl"),
        (b"\xef\xbb\xbfid,question\r\n1,Why?\r\n", "stdin.csv"),
        (b'"Question";"n"\nWhy?;1\n', "stdin.csv"),
        (b"Is it sharp, clear, or both?", "stdin.txt"),
        (b"", "stdin.txt"),
    ],
)
def test_standard_input_is_kept_under_a_name_that_tells_what_it_is(
    pipe: Callable[[bytes], None], data: bytes, name: str
) -> None:
    """The kind is read from the content; the file holds the same bytes and no other is left."""
    pipe(data)
    (source,) = find(["-", "-"], Path("out"))
    assert (Path("out") / name, "stdin") == (source.path, source.name)
    assert {name: data} == {path.name: path.read_bytes() for path in Path("out").iterdir()}


def test_standard_input_is_read_whole_and_named_in_messages(
    pipe: Callable[[bytes], None],
) -> None:
    """More than one buffer arrives, and a place reads stdin:LINE."""
    pipe(b'{"id": "x", "question": "Why?"}\n' * 5_000 + b"[]\n")
    (source,) = find(["-"], Path("out"))
    every = list(read(source))
    assert 5_001 == len(every)
    assert "stdin:5001: invalid_json_line: no object; write one JSON object a line" == str(
        every[-1]
    )


# --- texts ---------------------------------------------------------------------------------


def test_a_prompt_file_is_taken_as_it_stands_and_a_question_without_its_blanks() -> None:
    """The id is the stem, which may hold dots."""
    shutil.copy(GOLDEN[0], "a.v1.txt")
    write("b.txt", "\ufeff\n Why is it sharp?\r\n")
    assert [
        Item("a.v1", "a.v1.txt", "prompt", GOLDEN[0].read_text("utf-8")),
        Item("b", "b.txt", "question", "Why is it sharp?"),
    ] == items("a.v1.txt", "b.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "a.txt: empty_file"),
        (b"\xef\xbb\xbf \r\n", "a.txt: empty_file"),
        ("Größer".encode("latin-1"), "a.txt:1: not_utf8"),
        ("Why?\n".encode("utf-16"), "a.txt:1: not_utf8"),
        (b"one\ntwo\n\x00\x01", "a.txt:3: not_text"),
        (b"x" * 2_000_001, "a.txt: prompt_too_long"),
    ],
)
def test_a_text_that_is_none_is_a_problem_with_its_line(text: bytes, expected: str) -> None:
    """Empty, in another encoding, binary, endless: each has its code."""
    write("a.txt", text)
    assert [expected] == problems("a.txt")


def test_a_file_that_is_gone_or_closed_to_us_is_a_problem() -> None:
    """It may have been there when the inputs were found."""
    (problem,) = read(Source(Path("gone.txt"), "text", "gone.txt"))
    assert f"gone.txt: unreadable_file: {strerror(ENOENT).lower()}; check the file" == str(problem)


# --- rows ----------------------------------------------------------------------------------


def test_lines_of_questions_prompts_and_batches_mix() -> None:
    """Whole numbers are ids too; a prompt file may stand in a line; a body is kept verbatim."""
    prompt = GOLDEN[1].read_text("utf-8")
    rows: list[dict[str, Any]] = [
        {"id": 7, "question": " Why? ", "reference": "Because.", "extra": [1]},
        {"id": "p", "question": prompt},
        BATCH,
    ]
    text = "\ufeff" + "\r\n\r\n".join(json.dumps(row) for row in rows)
    write("a.jsonl", text)
    assert [
        Item("7", "a.jsonl:1", "question", "Why?", None, "Because."),
        Item("p", "a.jsonl:3", "prompt", prompt),
        Item("b1", "a.jsonl:5", "batch", "Why is it sharp?", BATCH["body"]),
    ] == items("a.jsonl")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "invalid_json_line"),
        ("[" * 100_000, "invalid_json_line"),
        ('{"id": NaN}', "invalid_json_line"),
        ('{"id": 1, "question": "\\ud800"}', "invalid_json_line"),
        ("9" * 5_000, "invalid_json_line"),
        ('"text"', "invalid_json_line"),
        ('{"question": "Why?"}', "missing_field"),
        ('{"id": " ", "question": "Why?"}', "missing_field"),
        ('{"id": 1}', "missing_field"),
        ('{"id": true, "question": "Why?"}', "invalid_field"),
        ('{"id": 1.5, "question": "Why?"}', "invalid_field"),
        ('{"id": 1, "question": ["Why?"]}', "invalid_field"),
        ('{"id": 1, "question": "Why?", "reference": 1}', "invalid_field"),
        ('{"id": 1, "question": "\\n"}', "empty_prompt"),
    ],
)
def test_a_line_that_asks_nothing_is_a_problem(line: str, code: str) -> None:
    """The lines around it are read."""
    good = '{"id": "%s", "question": "Why?"}\n'
    write("a.jsonl", good % "x" + line + "\n" + good % "y")
    assert [f"a.jsonl:2: {code}"] == problems("a.jsonl")
    assert ["x", "y"] == [one.id for one in entries("a.jsonl") if isinstance(one, Item)]


def test_a_pair_of_surrogates_is_a_character() -> None:
    """Only half of one is refused."""
    write("a.jsonl", '{"id": 1, "question": "Sharp \\ud83d\\ude00 \\\\ud800?"}')
    assert "Sharp 😀 \\ud800?" == items("a.jsonl")[0].text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"custom_id": None}, "missing_field"),
        ({"custom_id": 0}, "invalid_field"),
        ({"method": None}, "missing_field"),
        ({"method": "GET"}, "invalid_field"),
        ({"url": None}, "missing_field"),
        ({"url": "/v1/embeddings"}, "url_mismatch"),
        ({"body": None}, "missing_field"),
        ({"body": []}, "invalid_field"),
        ({"body": {}}, "missing_field"),
        ({"body.model": 3}, "invalid_field"),
        ({"body.stream": True}, "invalid_field"),
        ({"body.n": 2}, "invalid_field"),
        ({"body.messages": []}, "missing_field"),
        ({"body.messages": "Why?"}, "invalid_field"),
        ({"body.messages": ["Why?"]}, "invalid_field"),
        ({"body.messages": [{"role": "tool", "content": "x"}]}, "invalid_field"),
        ({"body.messages": [{"role": "user", "content": None}]}, "invalid_field"),
        (
            {"body.messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "invalid_field",
        ),
        ({"body.messages": [{"role": "user", "content": []}]}, "invalid_field"),
        ({"body.messages": [{"role": "assistant", "content": "x"}]}, "invalid_field"),
        ({"body.messages": [{"role": "user", "content": " "}]}, "empty_prompt"),
    ],
)
def test_a_batch_line_is_checked_as_its_provider_would(change: dict[str, Any], code: str) -> None:
    """Each wrong or missing field is named before anything is sent."""
    line = json.loads(json.dumps(BATCH))
    for name, value in change.items():
        place, _, key = name.rpartition(".")
        (line[place] if place else line)[key] = value
    write("a.jsonl", json.dumps(line))
    assert [f"a.jsonl:1: {code}"] == problems("a.jsonl")


def test_all_problems_of_one_line_are_named() -> None:
    """One pass suffices to mend it."""
    write("a.jsonl", json.dumps({**BATCH, "custom_id": "", "method": "PUT", "url": "/v1/x"}))
    assert ["missing_field", "invalid_field", "url_mismatch"] == [
        text.split(": ")[1] for text in problems("a.jsonl")
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_record_has_the_line_it_starts_on(end: str, delimiter: str) -> None:
    """Quoted line breaks, a byte order mark, blank lines, more columns, any case of names."""
    table = [
        "\ufeffnote,ID, Question ,reference",
        'n,1,"Why',
        'is ""it"" sharp?",',
        "",
        "n,2,How?,So",
    ]
    write("a.csv", end.join(line.replace(",", delimiter) for line in table))
    assert [
        Item("1", "a.csv:2", "question", f'Why{end}is "it" sharp?'),
        Item("2", "a.csv:5", "question", "How?", None, "So"),
    ] == items("a.csv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", ["a.csv: empty_file"]),
        (b"id,question\n", ["a.csv: empty_file"]),
        (b"name,question\n1,Why?\n", ["a.csv:1: missing_field"]),
        (b"a,b\n1,Why?\n", ["a.csv:1: missing_field", "a.csv:1: missing_field"]),
        (b"id,id,question\n1,1,Why?\n", ["a.csv:1: missing_field"]),
        (b"id,question\n,\n1\n2, \n", ["a.csv:2: missing_field", "a.csv:2: empty_prompt",
            "a.csv:3: missing_field", "a.csv:4: empty_prompt"]),
        (b"id,question\n1,Why, how?\n2,Why?\n", ["a.csv:2: invalid_csv_row"]),
        (b'id,question\n1,Why?\n2,"Why\n3,How?\n', ["a.csv:3: invalid_csv_row"]),
        (b'id,question\n1,"Why"s\n2,Why?\n', ["a.csv:2: invalid_csv_row"]),
        (b"id,question\n1,Gr\xf6\xdfer?\n2,Why?\n", ["a.csv:2: not_utf8"]),
        (b'id,question\n1,"Why?\nGr\xf6\xdfer?"\n2,Why?\n', ["a.csv:3: not_utf8"]),
        (b"\xff\xfei\0d\0", ["a.csv:1: not_utf8"]),
    ],
)  # fmt: skip
def test_a_broken_table_is_a_problem_by_line(text: bytes, expected: list[str]) -> None:
    """A missing column is said once; a row that would lose a part of its text is refused."""
    write("a.csv", text)
    assert expected == problems("a.csv")
    refused = {place.rsplit(": ", 1)[0] for place in expected}
    assert not any("\ufffd" in str(one) or one.place in refused
                   for one in entries("a.csv") if isinstance(one, Item))  # fmt: skip


def test_quotes_that_never_end_are_refused_where_they_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What follows is neither held in memory nor taken for rows."""
    monkeypatch.setattr(tables, "MAX_LINE", 1_000)
    write("a.csv", 'id,question\n1,Why?\n2,"Why?\n' + "3,How?\n" * 1_000)
    assert ["a.csv:2", "a.csv:3"] == [one.place for one in entries("a.csv")]
    assert ["a.csv:3: invalid_csv_row"] == problems("a.csv")


def test_a_line_without_an_end_is_refused_and_the_next_one_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is never held in memory."""
    monkeypatch.setattr(lines, "MAX_LINE", 1_000_000)
    long = b'{"id": 1, "question": "' + b"x" * 25_000_000 + b'"}\n'
    write("a.jsonl", long + b'{"id": 2, "question": "Why?"}')
    tracemalloc.start()
    first, second = entries("a.jsonl")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(first, Problem)
    assert ("a.jsonl:1", "prompt_too_long") == (first.place, first.code)
    assert Item("2", "a.jsonl:2", "question", "Why?") == second
    assert peak < 5_000_000


@pytest.mark.long
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_memory_does_not_grow_with_the_file(name: str) -> None:
    """Twenty thousand rows take no more than two thousand."""

    def peak(count: int) -> int:
        row = '{"id": %d, "question": "Why?"}\n' if name == "a.jsonl" else "%d,Why?\n"
        write(name, "id,question\n" * (name == "a.csv") + "".join(row % n for n in range(count)))
        (source,) = find([name], Path("out"))
        tracemalloc.start()
        assert count == sum(1 for _ in read(source))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(20_000) < peak(2_000) + 50_000


# --- names of answers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "id", ["a", "how1-0874aeb8", "000_fe27a0cbfd0d1bf2", "a.v1", "ä b", "日本"]
)
def test_a_plain_id_is_its_own_file_name(id: str) -> None:
    """Names that people gave are kept."""
    assert id == file_name(id)


@pytest.mark.parametrize(
    ("id", "start"),
    [
        ("a/b", "a_b~"),
        ("..", "~"),
        ("../../etc/passwd", "_.._etc_passwd~"),
        ("a\x00b\nc", "a_b_c~"),
        ("CON", "_CON~"),
        ("nul.txt", "_nul.txt~"),
        ("com1 .x", "_com1 .x~"),
        (".hidden", "hidden~"),
        ("a.", "a~"),
        ("a.k2", "a.k2~"),
        ("a~0123456789abcdef", "a~0123456789abcdef~"),
        ("x" * 5_000, "x" * 80 + "~"),
        ("ä" * 150, "ä" * 40 + "~"),
        ("\udcff", "_~"),
        ("", "~"),
    ],
)
def test_any_other_id_gets_a_safe_name_with_a_digest(id: str, start: str) -> None:
    """It is readable, below the limits of file systems and no name of anything else."""
    name = file_name(id)
    assert re.fullmatch(re.escape(start) + "[0-9a-f]{16}", name)
    assert name != file_name(name)


@given(st.text(min_size=1, max_size=300))
def test_no_id_leaves_its_folder_or_breaks_a_name(id: str) -> None:
    """A name is one path component of text that every system takes."""
    name = file_name(id)
    assert Path(name).name == name
    assert len(name.encode()) <= MAX_NAME
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert name[0] not in ". "


def test_a_link_out_of_the_folder_is_a_problem_and_one_inside_is_followed() -> None:
    """Whoever may write to a folder cannot have any file of ours sent to a language model."""
    write("secret.txt")
    write("in/a.txt", "One?")
    Path("in/b.txt").symlink_to("a.txt")
    Path("in/c.txt").symlink_to("../secret.txt")
    assert ["in/c.txt: leads_out"] == problems("in")
    assert ["in/c.txt: leads_out"] == problems("in/?.txt")
    assert ["c"] == [item.id for item in items("in/c.txt")]
