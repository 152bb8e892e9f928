"""Names, architectures and tags of a catalog that a question speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.catalog import Labels, Span, Words
from assistant.catalog.labels import squash
from assistant.question.coined import coined
from assistant.question.polarity import moot, refused, ruled_out

_TOKEN = re.compile(r"[^\s,;:!?()\[\]\"'`/]+")
_LONGEST = 5  # words of a name
_NOUN = frozenset(
    {"model", "models", "network", "networks", "net", "architecture", "arch", "checkpoint",
     "checkpoints", "variant", "version", "weights"}
)  # fmt: skip
_ASKED_FOR = re.compile(
    r"^\W*(?:show(?: me)?|tell me (?:more )?about|what is|what's|whats|describe|explain"
    r"|details (?:on|of)|info(?:rmation)? (?:on|about)|who made|how (?:good|fast) is|find|get)"
    r"\s+(?P<name>.{1,200}?)[\s?.!]*$",
    re.I | re.S,
)


class Spoken(NamedTuple):
    """What was found: record ids, architectures, tags, what of it is refused, and the words."""

    named: tuple[str, ...]
    architectures: tuple[str, ...]
    tags: tuple[str, ...]
    refused: tuple[str, ...]
    words: dict[str, tuple[str, ...]]


class _Piece(NamedTuple):
    text: str
    key: str
    distinct: bool  # written as a name, not as a plain word
    span: Span


def read_labels(text: str, labels: Labels) -> Spoken:
    """Find the catalog's own words in ``text``, which is as the user wrote it.

    A name that is also a plain word (*span*, *compact*) counts where it is written as a name
    or stands before *model* or *network*.
    """
    words = Words(text)
    named: dict[str, str] = {}
    architectures: dict[str, str] = {}
    tags: dict[str, str] = {}
    rejected: dict[str, str] = {}
    asked_for = _ASKED_FOR.match(text)
    if asked_for and (ids := labels.names.get(squash(asked_for["name"]))):
        named.update(dict.fromkeys(ids, asked_for["name"]))
    for piece in _pieces(text, labels):
        no, tag = refused(words, piece.span), _tag(piece.key, labels)
        if tag and not moot(words, piece.span):
            (rejected if no else tags)[tag] = piece.text
        if not piece.distinct or _shouted(piece.text, text):
            continue
        no = ruled_out(words, piece.span)
        if architecture := labels.architectures.get(piece.key):
            (rejected if no else architectures)[architecture] = piece.text
        elif not no:
            named.update(dict.fromkeys(labels.names.get(piece.key, ()), piece.text))
    said = {"named": named, "architectures": architectures, "tags": tags, "refused": rejected}
    return Spoken(
        tuple(named),
        tuple(architectures),
        tuple(tag for tag in tags if tag not in rejected),
        tuple(rejected),
        {field: tuple(dict.fromkeys(found.values())) for field, found in said.items() if found},
    )


def _shouted(name: str, text: str) -> bool:
    """Whether a name in capitals is a plain word said loudly: *gave him hair. HAIR.*"""
    return name.isupper() and re.search(rf"\b{re.escape(name.lower())}\b", text) is not None


def _tag(key: str, labels: Labels) -> str | None:
    return labels.tags.get(key) or labels.tags.get(f"{key}s") or labels.tags.get(key.rstrip("s"))


def _pieces(text: str, labels: Labels) -> Iterator[_Piece]:
    """Every run of up to five words that is a label."""
    tokens = [
        (token, match.start(), squash(token))
        for match in _TOKEN.finditer(text)
        if (token := match.group().rstrip(".-"))
    ]
    for first, (token, start, _) in enumerate(tokens):
        key = ""
        for last in range(first, min(len(tokens), first + _LONGEST)):
            key += tokens[last][2]
            if not (key in labels.names or key in labels.architectures or _tag(key, labels)):
                continue
            end = tokens[last][1] + len(tokens[last][0])
            opening = text[max(0, start - 9) : start].rstrip()[-1:] in ("", ".", "!", "?", "\n")
            following = tokens[last + 1][0].lower() if last + 1 < len(tokens) else ""
            distinct = (
                _is_name(token, opening=opening)
                or following in _NOUN
                or (first == last and coined(key))
            )
            yield _Piece(text[start:end], key, distinct, Span(start, end))


def _is_name(token: str, *, opening: bool) -> bool:
    """Whether a word is written as a name: RCAN, SwinIR, x4plus, Remacri within a sentence."""
    if any(char.isdigit() or char == "_" for char in token) or token[1:] != token[1:].lower():
        return len(token) > 1
    return token[:1].isupper() and not opening
