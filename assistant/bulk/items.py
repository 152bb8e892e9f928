"""What a bulk run answers, what is wrong with its inputs, and the file names of answers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal

from assistant.prompts import is_prompt

Kind = Literal["prompt", "question", "batch"]
"""A prompt file, a plain question, or a line of OpenAI's Batch API."""

MAX_NAME = 200  # bytes; a file name holds 255, and samples and temporary names add to it

_HASHED = re.compile(r"~[0-9a-f]{16}$")
_SAMPLE = re.compile(r"\.k\d+$", re.IGNORECASE)  # answers/ID.k2.md is the second sample of ID
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ .]*(\.|$)", re.I)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to answer.

    ``id`` is the stem of its file, its custom_id or its id. ``place`` is ``file`` or ``file:line``,
    for messages. ``text`` is a prompt file as it stands (without a byte order mark), the question,
    or the last user message of a batch line, whose ``body`` is kept as given.
    """

    id: str
    place: str
    kind: Kind
    text: str
    body: dict[str, Any] | None = None
    reference: str | None = None

    @property
    def is_prompt(self) -> bool:
        """Whether ``text`` is a whole prompt file, with its models and papers."""
        return self.kind == "prompt" or (self.kind == "batch" and is_prompt(self.text))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of the input; ``message`` ends with the remedy."""

    place: str
    code: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {self.message}"


def file_name(id: str) -> str:
    """A file stem for any id, safe on every system.

    A plain id stays as it is; another one (a path, a control character, a device of Windows, a name
    too long or like that of a further sample) keeps what it can and ends with 64 bits of its
    SHA-256, as no plain one does: two ids share a name only if these bits are equal.
    """
    plain = (
        id
        and not _UNSAFE.search(id)
        and not _HASHED.search(id)
        and not _SAMPLE.search(id)
        and not _DEVICE.match(id)
        and id[0] not in ". "
        and id[-1] not in ". "
        and len(id.encode()) <= MAX_NAME
    )
    if plain:
        return id
    kept = _UNSAFE.sub("_", id[:MAX_NAME]).strip(". ")
    if _DEVICE.match(kept):
        kept = f"_{kept}"
    return kept.encode()[:80].decode(errors="ignore") + tail(id)


def is_hashed(id: str) -> bool:
    """Whether ``id`` ends like what ``tail`` returns."""
    return _HASHED.search(id) is not None


def tail(id: str) -> str:
    """``~`` and 64 bits of the SHA-256 of ``id``: the end of a name made for it."""
    return "~" + hashlib.sha256(id.encode(errors="surrogatepass")).hexdigest()[:16]
