"""Lines and JSON objects of a file of any size; never more than one line is held."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from assistant.bulk.items import Problem

MAX_LINE = 10_000_000  # bytes; the longest prompt is a hundredth of it


def lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each line, without a byte order mark; None for one that is too long."""
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE)
        yield number, None


def decode(line: bytes | None, place: str) -> str | Problem:
    """The text of a line, or why there is none."""
    if line is None:
        limit = f"the line is longer than {MAX_LINE:,} bytes"
        return Problem(place, "prompt_too_long", f"{limit}; shorten or split it")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return Problem(place, "not_utf8", "no UTF-8 text; save the file as UTF-8")


def objects(
    path: Path, name: str, *, lenient: bool = False
) -> Iterator[tuple[str, dict[str, Any] | Problem]]:
    """The place ``name:line`` and the object of each line of a JSONL file; blank lines are passed.

    What is no JSON by the letter (NaN, a lone surrogate) is a problem; ``lenient`` reads it as null
    and ``?``, because a text that was paid for is not thrown away for one character.
    """
    decoder = _LENIENT if lenient else _STRICT
    with path.open("rb") as file:
        for number, line in lines(file):
            place = f"{name}:{number}"
            text = decode(line, place)
            if isinstance(text, Problem):
                yield place, text
            elif text.strip():
                yield place, _object(text.strip(), place, decoder)


def _object(text: str, place: str, decoder: json.JSONDecoder) -> dict[str, Any] | Problem:
    try:
        row = decoder.decode(text)
        if "\\ud" in text or "\\uD" in text:  # perhaps half of a pair, which no file can hold
            errors = "replace" if decoder is _LENIENT else "strict"
            row = decoder.decode(json.dumps(row, ensure_ascii=False).encode(errors=errors).decode())
    except RecursionError:
        reason = "nested too deeply"
    except UnicodeEncodeError:
        reason = "half of a surrogate pair is no text"
    except json.JSONDecodeError as error:
        reason = f"{error.msg[0].lower()}{error.msg[1:]} at column {error.colno}"
    except ValueError as error:
        reason = str(error)
    else:
        if isinstance(row, dict):
            return row
        reason = "no object"
    return Problem(place, "invalid_json_line", f"{reason}; write one JSON object a line")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


_STRICT = json.JSONDecoder(parse_constant=_refuse)
_LENIENT = json.JSONDecoder(parse_constant=lambda _: None)
