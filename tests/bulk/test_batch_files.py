"""Batch files: what is written is what providers take, and every shape they return is read."""

from __future__ import annotations

import json
from errno import EISDIR, ENOENT
from os import strerror
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.bulk.batch_files import (
    UNREADABLE,
    BatchReply,
    custom_id,
    read_output,
    write_shards,
)
from assistant.bulk.sources import find, read
from assistant.errors import InputError

INPUT_LINE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["custom_id", "method", "url", "body"],
    "properties": {
        "custom_id": {"type": "string", "minLength": 1, "maxLength": 64},
        "method": {"const": "POST"},
        "url": {"const": "/v1/chat/completions"},
        "body": {
            "type": "object",
            "required": ["model", "messages"],
            "properties": {
                "model": {"type": "string", "minLength": 1},
                "messages": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["role", "content"],
                        "properties": {
                            "role": {"enum": ["system", "developer", "user", "assistant"]},
                            "content": {"type": "string"},
                        },
                    },
                },
                "max_completion_tokens": {"type": "integer", "minimum": 1},
            },
        },
    },
}
COMPLETION = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "So."}, "finish_reason": "stop"}
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


def body(text: str, model: str = "m") -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    return {"model": model, "messages": messages, "max_completion_tokens": 9}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


# --- input shards --------------------------------------------------------------------------


def test_a_batch_file_is_what_the_format_asks_for(tmp_path: Path) -> None:
    """Each line is valid and in its place, and ends where any reader takes it to end."""
    texts = ["Why?", 'Größer "3×"\nin two lines', "a\u2028b\x85c", "😀"]
    path = tmp_path / "batch.jsonl"
    given = [(custom_id(f"id/{n}" * 40), body(text)) for n, text in enumerate(texts)]
    assert [path] == write_shards(path, iter(given))
    data = path.read_bytes()
    assert len(texts) == data.count(b"\n") == len(data.decode().splitlines())
    for line in rows(path):
        jsonschema.validate(line, INPUT_LINE)
    assert given == [(line["custom_id"], line["body"]) for line in rows(path)]
    assert ["batch.jsonl"] == names(tmp_path)


def test_a_batch_file_is_an_input_of_bulk(tmp_path: Path) -> None:
    """What is emitted can also be answered online."""
    path = tmp_path / "batch.jsonl"
    write_shards(path, [("a", body("Why?"))])
    (item,) = (one for source in find([str(path)], tmp_path / "out") for one in read(source))
    assert ("a", body("Why?")) == (item.id, item.body)  # type: ignore[union-attr]  # no fault


def test_shards_keep_the_limit_of_lines(tmp_path: Path) -> None:
    """Seven lines in shards of three make three files; all have their names."""
    given = [(str(n), body("Why?")) for n in range(7)]
    shards = write_shards(tmp_path / "b.v1.jsonl", iter(given), max_lines=3)
    expected = [f"b.v1-0000{n}-of-00003.jsonl" for n in (1, 2, 3)]
    assert expected == [shard.name for shard in shards] == names(tmp_path)
    assert [["0", "1", "2"], ["3", "4", "5"], ["6"]] == [
        [line["custom_id"] for line in rows(shard)] for shard in shards
    ]


def test_shards_keep_the_limit_of_bytes(tmp_path: Path) -> None:
    """Bytes are counted, not characters, and a full shard is full to the byte."""
    given = [(str(n), body("ä" * 10)) for n in range(4)]
    (whole,) = write_shards(tmp_path / "whole.jsonl", given)
    size = whole.stat().st_size
    assert [size // 2] * 2 == [
        shard.stat().st_size
        for shard in write_shards(tmp_path / "a.jsonl", given, max_bytes=size // 2)
    ]
    assert 4 == len(write_shards(tmp_path / "b.jsonl", given, max_bytes=size // 2 - 1))


def test_without_lines_there_is_no_file(tmp_path: Path) -> None:
    """Nothing to ask is no batch."""
    assert ([], []) == (write_shards(tmp_path / "b.jsonl", []), names(tmp_path))


@pytest.mark.parametrize(
    ("last", "message"),
    [
        (("x", body("Why?", "n")), "x: the model 'n' in a batch for 'm'"),
        (("x", {"messages": []}), "x: the model None in a batch for 'm'"),
        (("2", body("How?")), "2: this custom_id is given twice"),
        (("x", body("x" * 900)), "x: 1,052 bytes in one line, a batch takes 900"),
    ],
)
def test_a_line_that_no_batch_takes_leaves_nothing_behind(
    tmp_path: Path, last: tuple[str, dict[str, Any]], message: str
) -> None:
    """Not even the shards before it."""
    given = [*((str(n), body("Why?")) for n in range(3)), last]
    with pytest.raises(InputError) as error:
        write_shards(tmp_path / "b.jsonl", given, max_lines=2, max_bytes=900)
    assert message == error.value.message
    assert [] == names(tmp_path)


def test_an_interruption_leaves_the_batch_that_was_there(tmp_path: Path) -> None:
    """Ctrl-C while the lines are made."""

    def lines() -> Any:
        yield "1", body("How?")
        yield "2", body("How?")
        raise KeyboardInterrupt

    path = tmp_path / "b.jsonl"
    write_shards(path, [("0", body("Why?"))])
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        write_shards(path, lines(), max_lines=1)
    assert {"b.jsonl": before} == {p.name: p.read_bytes() for p in tmp_path.iterdir()}


def test_shards_of_an_earlier_batch_are_not_left_among_the_new_ones(tmp_path: Path) -> None:
    """Both would be sent, and paid twice; the same names are written anew."""
    given = [(str(n), body("Why?")) for n in range(3)]
    path = tmp_path / "b.jsonl"
    write_shards(path, given, max_lines=1)
    write_shards(path, given, max_lines=1)
    (tmp_path / "b-2.jsonl").touch()
    before = names(tmp_path)
    for limit in (2, 9):
        with pytest.raises(InputError, match=r"b-00001-of-00003\.jsonl: belongs to an earlier"):
            write_shards(path, given, max_lines=limit)
    assert before == names(tmp_path)


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """A folder in the way of the file."""
    (tmp_path / "b.jsonl").mkdir()
    with pytest.raises(InputError, match=rf"b\.jsonl: {strerror(EISDIR).lower()}"):
        write_shards(tmp_path / "b.jsonl", [("1", body("Why?"))])
    assert ["b.jsonl"] == names(tmp_path)


@given(st.text(max_size=200))
def test_a_custom_id_is_short_and_printable_and_stays_what_it_is(id: str) -> None:
    """A plain id is kept, and an id made from another never looks like a plain one."""
    made = custom_id(id)
    assert len(made) <= 64
    assert made.isprintable()
    assert (made == id) == (custom_id(made) == made)


def test_long_ids_that_differ_at_their_end_stay_different() -> None:
    """64 bits of their digest tell them apart; up to 64 characters nothing is added."""
    assert "x" * 64 == custom_id("x" * 64)
    assert 3 == len({custom_id("x" * 80 + end) for end in ("", "1", "2")})
    assert custom_id("x" * 80).startswith("x" * 47 + "~")


# --- output lines --------------------------------------------------------------------------


def line(id: str | None, response: Any, error: Any = None) -> dict[str, Any]:
    return {"id": "batch_req_1", "custom_id": id, "response": response, "error": error}


def status(code: int, body: Any) -> dict[str, Any]:
    return {"status_code": code, "request_id": "r", "body": body}


REFUSED = {
    "error": {"message": "too\n long", "type": "invalid", "param": None, "code": "context_length"}
}
EXPIRED = {"code": "batch_expired", "message": "This request could not be executed in time."}
VLLM = {"object": "error", "message": "no such model", "type": "NotFoundError", "code": 404}


def replies(path: Path, *lines: Any) -> list[BatchReply]:
    path.write_text("".join(f"{x if isinstance(x, str) else json.dumps(x)}\n" for x in lines))
    return list(read_output(path))


def test_all_shapes_are_read_from_one_file(tmp_path: Path) -> None:
    """OpenAI's A, B and C, vLLM's D, E and F, with an error text and an error object."""
    path = tmp_path / "out.jsonl"
    found = replies(
        path,
        line("A", status(200, COMPLETION)),
        line("B", status(400, REFUSED)),
        line("C", None, EXPIRED),
        line("D", COMPLETION),
        {**line("E", status(200, COMPLETION)), "id": "vllm-1"},
        line("F1", status(400, None), "bad request"),
        line("F2", status(404, None), VLLM),
    )
    ok = ("", "")
    assert [
        BatchReply("A", f"{path}:1", 200, COMPLETION, *ok),
        BatchReply("B", f"{path}:2", 400, None, "context_length", "too long"),
        BatchReply("C", f"{path}:3", None, None, "batch_expired", EXPIRED["message"]),
        BatchReply("D", f"{path}:4", 200, COMPLETION, *ok),
        BatchReply("E", f"{path}:5", 200, COMPLETION, *ok),
        BatchReply("F1", f"{path}:6", 400, None, "http_400", "bad request"),
        BatchReply("F2", f"{path}:7", 404, None, "NotFoundError", "no such model"),
    ] == found


def test_a_half_expired_batch_gives_what_was_paid_for_and_names_the_rest(tmp_path: Path) -> None:
    """Output and error file together account for each line."""
    done = replies(tmp_path / "out.jsonl", *(line(str(n), status(200, COMPLETION)) for n in (3, 1)))
    rest = replies(tmp_path / "err.jsonl", *(line(str(n), None, EXPIRED) for n in (0, 2)))
    assert [("3", True), ("1", True), ("0", False), ("2", False)] == [
        (reply.custom_id, reply.code == "") for reply in (*done, *rest)
    ]
    assert {"batch_expired"} == {reply.code for reply in rest}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (line("a", None), "no_response"),
        (line("a", status(500, None)), "http_500"),
        (line("a", status(429, {"error": {"message": "slow", "code": None, "type": None}})),
         "http_429"),
        (line("a", status(200, REFUSED)), "context_length"),
        (line("a", status(200, COMPLETION), "late"), "http_200"),
        (line("a", None, {}), "failed"),
        (line("a", status(201, COMPLETION)), "http_201"),
    ],
)  # fmt: skip
def test_a_failure_is_found_wherever_it_stands(
    tmp_path: Path, given: dict[str, Any], code: str
) -> None:
    """It has a code and a reason, and never a completion."""
    (reply,) = replies(tmp_path / "o.jsonl", given)
    assert ("a", None, code) == (reply.custom_id, reply.body, reply.code)
    assert reply.message


@pytest.mark.parametrize(
    "given",
    [
        "{torn",
        "[]",
        "[" * 100_000,
        {"response": status(200, COMPLETION)},
        line(None, status(200, COMPLETION)),
        line("a", "text"),
        line("a", []),
        line("a", {}),
        line("a", {"body": COMPLETION}),
        line("a", status(200, None)),
        line("a", status(200, {"choices": []})),
        line("a", status(200, {"choices": [{"text": "So."}]})),
        line("a", {**status(200, COMPLETION), "status_code": "200"}),
        line("a", {**status(200, COMPLETION), "status_code": True}),
        line("a", status(200, {"object": "list", "data": []})),
    ],
)
def test_a_line_of_no_known_shape_is_reported_by_file_and_line(tmp_path: Path, given: Any) -> None:
    """Content never raises; the lines around it are read."""
    good = line("g", COMPLETION)
    found = replies(tmp_path / "o.jsonl", good, "", given, good)
    assert ["", UNREADABLE, ""] == [reply.code for reply in found]
    assert (f"{tmp_path / 'o.jsonl'}:3", None) == (found[1].place, found[1].body)


def test_an_answer_is_not_thrown_away_for_one_character(tmp_path: Path) -> None:
    """NaN among log probabilities reads as null, half of a surrogate pair as a question mark."""
    text = json.dumps(line("a", COMPLETION)).replace('"So."', '"So \\ud83d."')
    (reply,) = replies(tmp_path / "o.jsonl", text.replace('"index": 0', '"logprobs": NaN'))
    assert reply.body
    choice = reply.body["choices"][0]
    assert ("So ?.", None) == (choice["message"]["content"], choice["logprobs"])


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda some: st.lists(some) | st.dictionaries(
        st.sampled_from(["error", "body", "choices", "message", "status_code", "code"]), some
    ),
))  # fmt: skip
def test_no_response_raises(tmp_path_factory: pytest.TempPathFactory, response: Any) -> None:
    """Whatever stands in a line, it gives one reply, and only a completion is one."""
    path = tmp_path_factory.mktemp("any") / "o.jsonl"
    (reply,) = replies(path, json.dumps(line("a", response, None)))
    assert (reply.code == "") == (reply.body is not None)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With a hint, as any bad input."""
    with pytest.raises(InputError, match=rf"gone\.jsonl: {strerror(ENOENT).lower()}"):
        list(read_output(tmp_path / "gone.jsonl"))
