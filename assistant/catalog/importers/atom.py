"""An answer of the arXiv API (Atom), as the rows of the arXiv snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from assistant.catalog.importers.fields import one_line
from assistant.catalog.load import Document, Problem
from assistant.files import read_text

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


def entries(path: Path) -> Iterator[Document | Problem]:
    """The papers of a feed with the lines they begin on; an error of the API is a problem."""
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # nothing that could grow is expanded
        yield Problem(path, 1, "", "a document type is not read here")
        return
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a document type it is safe
    except (ElementTree.ParseError, ValueError) as error:
        line = getattr(error, "position", (1, 0))[0]
        yield Problem(path, line, "", f"not XML: {error}")
        return
    starts = [text.count("\n", 0, m.start()) + 1 for m in re.finditer(r"<(?:\w+:)?entry\b", text)]
    for entry, line in zip(root.iter(f"{_ATOM}entry"), starts, strict=False):
        said = {name: one_line(entry.findtext(f"{_ATOM}{name}")) for name in ("id", "title")}
        summary = one_line(entry.findtext(f"{_ATOM}summary"))
        number = said["id"].partition("/abs/")[2]
        if not number:
            yield Problem(
                path, line, "id", f"the API says: {summary or said['title'] or said['id']}"
            )
            continue
        data = {
            "id": re.sub(r"v\d+$", "", number),
            "title": said["title"],
            "abstract": summary,
            "categories": [c.get("term", "") for c in entry.iter(f"{_ATOM}category")],
            "comments": one_line(entry.findtext(f"{_ARXIV}comment")),
        }
        yield Document(path, data, None, line)
