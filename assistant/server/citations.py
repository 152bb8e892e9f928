"""Bare links of an answer as Markdown links, and where in the text each stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.links import candidates

_LABEL = re.compile(r"(?:\b(Paper|Code|Model page): )$")
_WHOLE = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Citation:
    """A link in the text: ``text[start:end]`` is the whole Markdown link, in code points."""

    start: int
    end: int
    url: str


class Linked:
    """A text that grows piece by piece; ``Paper: URL`` becomes ``[Paper](URL)``."""

    def __init__(self) -> None:
        self.text = ""
        self.citations: list[Citation] = []

    def add(self, piece: str) -> str:
        """The piece as it is sent. A link never goes over the end of a piece."""
        begin, done = len(self.text), ""
        position = 0
        for found in candidates(piece):
            if not _WHOLE.fullmatch(found.text) or piece[: found.start].endswith(("](", "](<")):
                continue
            before = piece[position : found.start]
            label = _LABEL.search(before)
            done += before[: label.start()] if label else before
            target = f"<{found.text}>" if re.search(r"[()]", found.text) else found.text
            link = f"[{label[1] if label else found.text}]({target})"
            start = begin + len(done)
            self.citations.append(Citation(start, start + len(link), found.text))
            done += link
            position = found.end
        done += piece[position:]
        self.text += done
        return done

    def annotations(self, titles: Mapping[str, str]) -> list[dict[str, Any]]:
        """The flat form of the Responses API; ``titles`` says whose a link is."""
        return [
            {
                "type": "url_citation",
                "start_index": c.start,
                "end_index": c.end,
                "title": titles.get(c.url, c.url),
                "url": c.url,
            }
            for c in self.citations
        ]

    def nested(self, titles: Mapping[str, str]) -> list[dict[str, Any]]:
        """The form of chat completions."""
        return [{"type": a.pop("type"), "url_citation": a} for a in self.annotations(titles)]

    def sources(self, titles: Mapping[str, str]) -> dict[str, Any]:
        """What Perplexity's clients read: each link once."""
        urls = list(dict.fromkeys(c.url for c in self.citations))
        listed = [{"title": titles.get(u, u), "url": u, "date": None, "snippet": ""} for u in urls]
        return {"citations": urls, "search_results": listed}
