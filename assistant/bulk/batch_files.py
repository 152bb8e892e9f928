"""Files of the providers' batch interfaces: input shards written, output lines of any kind read.

Input lines are those of the OpenAI Batch API. Output lines of OpenAI and vLLM come in six shapes:
a completion under ``response.body`` or as ``response`` itself; an error in ``error``, as an object
or a text, or in ``response.body.error``; a line that was never executed.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from assistant import files
from assistant.bulk.faults import is_completion
from assistant.bulk.items import Problem, is_hashed, tail
from assistant.bulk.lines import objects
from assistant.bulk.rows import URL
from assistant.errors import InputError
from assistant.text.characters import printable

MAX_LINES = 50_000
MAX_BYTES = 200_000_000
MAX_ID = 64

UNREADABLE = "unreadable_response_line"


@dataclass(frozen=True, slots=True)
class BatchReply:
    """What a provider said to one line: a completion in ``body``, or why there is none.

    ``code`` is empty exactly where ``body`` is a chat completion. ``custom_id`` is None where
    the line does not name it.
    """

    custom_id: str | None
    place: str
    status_code: int | None
    body: dict[str, Any] | None
    code: str = ""
    message: str = ""


def custom_id(id: str) -> str:
    """At most 64 characters for any id: itself, or its start and 64 bits of its SHA-256."""
    if 0 < len(id) <= MAX_ID and id.isprintable() and not is_hashed(id):
        return id
    end = tail(id)
    return printable(id)[: MAX_ID - len(end)] + end


def write_shards(
    path: Path,
    lines: Iterable[tuple[str, dict[str, Any]]],
    *,
    max_lines: int = MAX_LINES,
    max_bytes: int = MAX_BYTES,
) -> list[Path]:
    """Write request bodies by custom_id as batch input files; returns them, none without lines.

    One file is ``path``, several are ``path-00001-of-00003.jsonl`` and so on, each within the
    limits of a batch. They get their names when all of them are complete.

    Raises:
        InputError: a second model, a line longer than a file may be, an id given twice in a file,
            shards of an earlier batch in the way, or a place that cannot be written to.
    """
    parts: list[Path] = []
    try:
        for number, shard in groupby(_sharded(lines, max_lines, max_bytes), key=itemgetter(0)):
            part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.{number}")
            parts.append(part)
            files.write(part, partial(_fill, shard))
        names = _names(path, len(parts))
        _refuse_leftovers(path, names)
        for part, name in zip(parts, names, strict=True):
            part.replace(name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{path}: {reason}", hint="name another file") from error
    finally:
        for part in parts:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    return names


def _fill(shard: Iterable[tuple[int, bytes]], file: BinaryIO) -> None:
    file.writelines(data for _, data in shard)


def _sharded(
    lines: Iterable[tuple[str, dict[str, Any]]], max_lines: int, max_bytes: int
) -> Iterator[tuple[int, bytes]]:
    """Number of the shard and bytes of each line."""
    number = size = 0
    ids: set[str] = set()
    first: Any = None
    for id, body in lines:
        model = body.get("model")
        first = first or model
        if not model or model != first:
            raise InputError(
                f"{printable(id)}: the model {model!r} in a batch for {first!r}",
                hint="a batch has one model; emit one batch a model",
            )
        line = {"custom_id": id, "method": "POST", "url": URL, "body": body}
        # ASCII, so that no reader takes U+2028 or U+0085 in a text for the end of a line
        data = json.dumps(line, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        if len(data) > max_bytes:
            raise InputError(
                f"{printable(id)}: {len(data):,} bytes in one line, a batch takes {max_bytes:,}",
                hint="shorten its prompt",
            )
        if len(ids) == max_lines or size + len(data) > max_bytes:
            number, size = number + 1, 0
            ids.clear()
        if id in ids:
            raise InputError(
                f"{printable(id)}: this custom_id is given twice", hint="give each row its own id"
            )
        ids.add(id)
        size += len(data)
        yield number, data


def _names(path: Path, count: int) -> list[Path]:
    if count <= 1:
        return [path][:count]
    shards = range(1, count + 1)
    return [path.with_name(f"{path.stem}-{n:05}-of-{count:05}{path.suffix}") for n in shards]


def _refuse_leftovers(path: Path, names: list[Path]) -> None:
    """No file of an earlier batch may stand beside the new ones: it would be sent as well."""
    ours = re.compile(rf"{re.escape(path.stem)}(-\d{{5}}-of-\d{{5}})?{re.escape(path.suffix)}")
    beside = (p for p in sorted(path.parent.glob(f"*{path.suffix}")) if ours.fullmatch(p.name))
    if names and (left := next((p for p in beside if p.name not in {n.name for n in names}), None)):
        raise InputError(
            f"{left}: belongs to an earlier batch", hint="move or delete it, or name another file"
        )


def read_output(path: Path) -> Iterator[BatchReply]:
    """The reply in each line of an output or error file, in the file's order, which means nothing.

    No content raises: a line that cannot be read is a reply with the code
    ``unreadable_response_line``.

    Raises:
        InputError: the file cannot be opened.
    """
    try:
        for place, row in objects(path, printable(str(path)), lenient=True):
            if isinstance(row, Problem):
                yield BatchReply(None, place, None, None, UNREADABLE, row.message)
            else:
                yield _reply(row, place)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InputError(f"{path}: {reason}", hint="check the path") from error


def _reply(row: dict[str, Any], place: str) -> BatchReply:
    """The order of the tests matters: it tells all six shapes apart."""
    id, response, error = row.get("custom_id"), row.get("response"), row.get("error")
    if not isinstance(id, str) or not id:
        return BatchReply(None, place, None, None, UNREADABLE, "no custom_id")
    status = response.get("status_code") if isinstance(response, dict) else None
    if isinstance(status, bool) or not isinstance(status, int):
        status = None
    if error is not None:
        return BatchReply(id, place, status, None, *_said(error, status))
    if response is None:
        return BatchReply(id, place, None, None, "no_response", "the line has no response")
    if isinstance(response, dict) and "body" in response and status is not None:
        body = response["body"]
        if status != 200 or (isinstance(body, dict) and body.get("error")):
            said = body.get("error", body) if isinstance(body, dict) else body
            return BatchReply(id, place, status, None, *_said(said, status))
    else:
        body, status = response, 200
    if is_completion(body):
        return BatchReply(id, place, status, body)
    return BatchReply(id, place, None, None, UNREADABLE, "no chat completion in the response")


def _said(error: Any, status: int | None) -> tuple[str, str]:
    """Code and message of an error: an object, a plain text or nothing."""
    code = f"http_{status}" if status is not None else "failed"
    if isinstance(error, dict):
        # vLLM's code is the status, a number: its type says more
        named = next((error[k] for k in ("code", "type") if isinstance(error.get(k), str)), "")
        return named or code, _line(error.get("message") or error)
    return code, _line(error)


def _line(said: Any) -> str:
    text = said if isinstance(said, str) else json.dumps(said) if said is not None else ""
    return printable(" ".join(text.split()))[:1000] or "no reason given"
