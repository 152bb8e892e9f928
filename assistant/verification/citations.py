"""Links: only provided ones, in their provided spelling, once each, beside their owner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer import Finding
from assistant.links import Candidate, candidates, identify
from assistant.references import key_of
from assistant.world import Provided, World


@dataclass(frozen=True, slots=True)
class Link:
    """A provided link: its bytes and the items that own it."""

    url: str
    owners: tuple[Provided, ...]
    version: int | None


class Links:
    """The provided links of a world by key, and by exact spelling where no key exists."""

    def __init__(self, world: World) -> None:
        self.by_key: dict[str, Link] = {}
        for p in world.provided:
            for url in p.links:
                found, key = identify(url), key_of(url)
                link = self.by_key.get(key) or Link(url, (), found.version if found else None)
                self.by_key[key] = Link(link.url, (*link.owners, p), link.version)
        self.spellings = frozenset(url for p in world.provided for url in p.links)

    def resolve(self, text: str) -> Link | None:
        """The provided link that ``text`` is, however spelled; None for an outside link."""
        return self.by_key.get(key_of(text))

    def judge(self, candidate: Candidate) -> tuple[Link | None, Finding | None]:
        """The link a candidate stands for and what is wrong with how it stands there."""
        text = candidate.text
        link = self.resolve(text)
        if link is None:
            identity = identify(text)
            key = identity.key.lower() if identity else ""
            deep = any(
                key.startswith(f"url:github.com/{known.removeprefix('github:')}/")
                for known in self.by_key
                if known.startswith("github:")
            )
            return None, Finding(kind="link_deep" if deep else "link_outside", span=text)
        if text == link.url:
            return link, None
        identity = identify(text)
        differs = (
            identity and identity.version and link.version and identity.version != link.version
        )
        kind = "version_differs" if differs else "link_respelled"
        return link, Finding(kind=kind, span=text, evidence=link.url, action="repaired")

    def find(self, text: str) -> list[Candidate]:
        """Everything in ``text`` that reads as a link."""
        return list(candidates(text, self.spellings))


def mask(text: str, spans: list[Candidate]) -> str:
    """``text`` with the spans blanked, positions kept."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def without(text: str, spans: list[Candidate]) -> str:
    """``text`` without the spans and without the brackets and labels they leave empty."""
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    text = re.sub(r"\[([^\[\]]*)\]\(\s*\)", r"\1", text)
    text = re.sub(r"\s*(?:\(\s*[,;]?\s*\)|\[\s*\]|<\s*>)", "", text)
    text = re.sub(
        r"(?:\b(?:see|at|via|paper|code|github|arxiv|link)s?:?\s*)+(?=[.,;)]|$)",
        "",
        text,
        flags=re.I,
    )
    return re.sub(r" +([.,;:])", r"\1", text)


def check_references(text: str, links: Links) -> list[Finding]:
    """Findings on part 3: each provided link exactly once, spelled as given, by its owner."""
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for line in text.split("\n"):
        for candidate in links.find(line):
            link, finding = links.judge(candidate)
            if finding:
                findings.append(finding)
            if link is None:
                continue
            seen[link.url] = seen.get(link.url, 0) + 1
            if seen[link.url] == 2:
                findings.append(Finding(kind="link_duplicate", span=candidate.text))
            others = [p for p in _named(line, links) if p not in link.owners]
            if others and not any(p in link.owners for p in _named(line, links)):
                findings.append(
                    Finding(
                        kind="link_mispaired",
                        span=candidate.text,
                        evidence=link.owners[0].item.name,
                    )
                )
    for link in links.by_key.values():
        if link.url not in seen:
            owner = link.owners[0]
            kind = "link_missing_required" if owner.recommended else "link_missing"
            findings.append(Finding(kind=kind, span=link.url, evidence=owner.item.name))
    return findings


def _named(line: str, links: Links) -> list[Provided]:
    """Items whose full title, or title before the colon, stands in the line."""
    plain = line.replace("\\", "").casefold()
    items = {id(p): p for link in links.by_key.values() for p in link.owners}
    return [
        p
        for p in items.values()
        if p.item.name.casefold() in plain or p.item.name.split(":")[0].casefold() in plain
    ]
