r"""A BibTeX file, read without a package: ``@type{key, field = {..} | "..." | name # name}``.

``@string`` names are resolved, ``@comment`` and ``@preamble`` passed over, accents such as
``\"{U}`` and braces become plain letters. An entry that does not close is a problem, and reading
goes on at the next one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from assistant.catalog.importers.fields import named_in, one_line, paper, paper_link
from assistant.catalog.load import Document, Problem
from assistant.catalog.records import Entry, Provenance
from assistant.catalog.vocabulary import Vocabulary
from assistant.files import read_text

_ENTRY = re.compile(r"(?m)^[ \t]*@\s*([A-Za-z]+)\s*([{(])")
_KEY = re.compile(r"\s*([^\s,{}]+)\s*,")
_FIELD = re.compile(r"\s*,*\s*([A-Za-z][\w.:+-]*)\s*=\s*")
_NAME = re.compile(r"[^\s,#{}\"]+")
_ACCENT = re.compile(r"""\\([`'^"~=.uvHcrk])\s*(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))""")
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "c": "\u0327",
    "k": "\u0328",
}  # fmt: skip
_LETTERS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "aa": "å"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """Every entry that has a title and a link (``eprint``, ``doi`` or ``url``)."""
    text = read_text(path)
    names = {month: month for month in _MONTHS}
    heads = list(_ENTRY.finditer(text))
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        kind = head[1].lower()
        line = text.count("\n", 0, head.start()) + 1
        body = text[head.end() : after.start() if after else len(text)]
        if kind in ("comment", "preamble"):
            continue
        try:
            key, fields = _fields(body, names, keyed=kind != "string")
        except ValueError as error:
            yield Problem(path, line, "", f"@{head[1]}: {error}")
            continue
        if kind == "string":
            names.update(fields)
        else:
            yield _paper(Document(path, fields, None, line), key, vocabulary)


def _fields(body: str, names: dict[str, str], *, keyed: bool) -> tuple[str, dict[str, str]]:
    """The key and the fields of one entry; raises ValueError with what is wrong."""
    key, at = "", 0
    if keyed:
        found = _KEY.match(body)
        if found is None:
            raise ValueError("expected a key and a comma")
        key, at = found[1], found.end()
    fields: dict[str, str] = {}
    while found := _FIELD.match(body, at):
        value, at = _value(body, found.end(), names)
        while more := re.compile(r"\s*#\s*").match(body, at):
            tail, at = _value(body, more.end(), names)
            value += tail
        fields.setdefault(found[1].lower(), value)
    if not re.compile(r"[\s,]*[})]").match(body, at):
        raise ValueError(f"{key or 'the entry'} does not close")
    return key, fields


def _value(body: str, at: int, names: dict[str, str]) -> tuple[str, int]:
    """One value and where it ends."""
    opening = body[at : at + 1]
    if opening not in ("{", '"'):
        found = _NAME.match(body, at)
        if found is None:
            raise ValueError("a field has no value")
        return names.get(found[0].lower(), found[0]), found.end()
    depth = 0
    for end in range(at + 1, len(body)):
        character = body[end]
        if body[end - 1] == "\\":
            continue
        if depth == 0 and character == ("}" if opening == "{" else '"'):
            return body[at + 1 : end], end + 1
        depth += {"{": 1, "}": -1}.get(character, 0)
    raise ValueError("a value does not close")


def _decoded(latex: str) -> str:
    def letter(found: re.Match[str]) -> str:
        return unicodedata.normalize("NFC", (found[2] or found[3]) + _ACCENTS[found[1]])

    text = _ACCENT.sub(letter, latex)
    text = re.sub(r"\\(ss|ae|aa|[oOlL])(?![A-Za-z])\s?", lambda m: _LETTERS[m[1]], text)
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    return one_line(re.sub(r"[{}]", "", text).replace("~", " ").replace("--", "–"))


def _paper(entry: Document, key: str, vocabulary: Vocabulary) -> Entry | Problem:
    fields: dict[str, str] = entry.data
    raw = {name: one_line(value.replace("\\_", "_").strip("{}")) for name, value in fields.items()}
    url = re.sub(r"^\\url\{(.*)$", r"\1", raw.get("url", ""))
    said = " ".join(raw.get(name, "") for name in ("journal", "note", "howpublished", "url"))
    arxiv = raw.get("eprint", "") or named_in(said, "arxiv")
    given = {
        "key": key,
        "title": _decoded(fields.get("title", "")),
        "abstract": _decoded(fields.get("abstract", "")),
        "year": raw.get("year", ""),
        "link": paper_link(url, arxiv, raw.get("doi", "")),
        "github": named_in(f"{raw.get('code', '')} {said}", "github"),
    }
    return paper(entry, vocabulary, Provenance(source="bibtex", source_id=key), given)
