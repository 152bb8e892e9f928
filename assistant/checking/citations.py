"""Links and markers: which provided item they stand for, and prose without them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer import Finding
from assistant.checking.owners import Owners
from assistant.links import Candidate, candidates, identify
from assistant.references import key_of, title_text
from assistant.text.characters import view
from assistant.text.markers import MARKER
from assistant.world import Provided, World

_HOST = re.compile(
    r"(?<![\w-])(?:[a-z0-9-]{1,40}(?:\.| dot | ?\(dot\) ?)){1,4}"
    r"(?:com|org|net|edu|io|ai|dev|app|info|example|xyz|cc|gg|site|online|tech|cloud)\b(?![-\w])",
    re.I,
)
_TARGET = re.compile(r"\] ?\( ?[^\s)]{1,80}")
_ENTRY = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(?:\[\^?(\d{1,3})\]:?|(\d{1,3})[.)])(?=\s)")
_GAP = "\0"  # stands where a link stood; no visible text holds it
_LABELS = (
    r"(?:paper|pdf|code|github|arxiv|link|repo(?:sitory)?|source|project|page|url|see|at|and)s?"
)
_FILLING = rf"(?:\s|[,;:·|/&]|\0|\b{_LABELS}\b){{0,30}}"
_CLEANING = (
    (re.compile(rf"\[(?:\0|{_LABELS})\]\(<?\0>?[^()\n]{{0,80}}\)", re.I), _GAP),
    (re.compile(r"\[([^\[\]\n\0]{1,200})\]\(<?\0>?[^()\n]{0,80}\)"), r"\1"),
    (re.compile(rf" ?[(\[<]{_FILLING}\0{_FILLING}[)\]>]", re.I), ""),
    (re.compile(r"<\0>"), _GAP),
    (re.compile(rf"(?:[,;·|] ?|- )?\b{_LABELS} ?: ?\0", re.I), _GAP),
    (re.compile(r",? (?:see|at|via|from|on|under|in|here|and|or):? ?\0", re.I), ""),
    (re.compile(r" ?[·|] ?\0|\0 ?[·|] ?"), ""),
    (re.compile(r" ?\0"), ""),
    (re.compile(r" +([.,;:!?])"), r"\1"),
    (re.compile(r"(?<=\S)  +"), " "),
)
_DANGLING = re.compile(
    r"\b(?:is|are|be|at|on|in|from|see|under|via|here|available|found|hosted|published|released|and)"
    r"\W*$",
    re.I,
)


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
        spelled: set[str] = set()
        for p in world.provided:
            urls = p.links
            spelled.update(urls)
            for url in urls:
                found, key = identify(url), key_of(url)
                link = self.by_key.get(key) or Link(url, (), found.version if found else None)
                self.by_key[key] = Link(link.url, (*link.owners, p), link.version)
        self.spellings = frozenset(spelled)

    def resolve(self, text: str) -> Link | None:
        """The provided link that ``text`` is, however spelled; None for an outside link."""
        return self.by_key.get(key_of(text))

    def judge(self, candidate: Candidate) -> tuple[Link | None, Finding | None]:
        """The link a candidate stands for and what is wrong with how it stands there."""
        text = candidate.text
        link, identity = self.resolve(text), identify(text)
        if link is None:
            key = identity.key.lower() if identity else ""
            deep = any(
                key.startswith(f"url:github.com/{known.removeprefix('github:')}/")
                for known in self.by_key
                if known.startswith("github:")
            )
            return None, Finding(kind="link_deep" if deep else "link_outside", span=text[:300])
        if text == link.url:
            return link, None
        differs = (
            identity and identity.version and link.version and identity.version != link.version
        )
        kind = "version_differs" if differs else "link_respelled"
        return link, Finding(kind=kind, span=text[:300], evidence=link.url, action="repaired")

    def find(self, text: str) -> list[Candidate]:
        """Everything in ``text`` that reads as a link."""
        return list(candidates(text, self.spellings))

    def hidden(self, text: str) -> str | None:
        """A link, a bare host or a target in the view of a text whose links are blanked."""
        found = next(candidates(text), None) or _HOST.search(text) or _TARGET.search(text)
        if found is None:
            return None
        return found.text if isinstance(found, Candidate) else found.group()


class Markers:
    """``[2]`` in prose: the entry of part 3 with that number, and the item it names."""

    def __init__(self, references: str, links: Links, owners: Owners) -> None:
        self.items: dict[str, Provided | None] = {}
        for line in references.split("\n"):
            if entry := _ENTRY.match(line):
                number = entry.group(1) or entry.group(2)
                named = [p for group in owners.named(view(line)) for p in group]
                linked = [link for c in links.find(line) if (link := links.resolve(c.text))]
                named += [p for link in linked for p in link.owners]
                self.items[number] = named[0] if named else None

    def find(self, text: str) -> list[tuple[int, int, list[Provided] | None]]:
        """Places of markers in ``text`` with their items; None for an invented one."""
        found: list[tuple[int, int, list[Provided] | None]] = []
        for match in MARKER.finditer(text):
            ids = re.findall(r"\d+", match["numbers"] or "")
            known = [p for n in ids if (p := self.items.get(n)) is not None]
            sound = ids and len(known) == len(ids)
            found.append((match.start(), match.end(), known if sound else None))
        return found

    def named(self, text: str) -> str:
        """``text`` with what its item is called in the place of each marker."""
        for start, end, items in reversed(self.find(text)):
            names = ", ".join(title_text(p.name) for p in items or ())
            text = text[:start] + (f" ({names})" if names else "") + text[end:]
        return text


def mask(text: str, spans: list[Candidate]) -> str:
    """``text`` with the spans blanked, positions kept."""
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], " " * (span.end - span.start)]
        at = span.end
    return "".join([*pieces, text[at:]])


def without(text: str, spans: list[Candidate]) -> str:
    """``text`` without the links and without the brackets and labels they leave empty.

    Empty where nothing but the place of the link was said.
    """
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], _GAP]
        at = span.end
    result = "".join([*pieces, text[at:]])
    tail = result[len(result.rstrip()) :]
    for pattern, replacement in _CLEANING:
        result = pattern.sub(replacement, result)
    result = result.rstrip()
    words = re.findall(r"[^\W\d_]{2,}", result)
    if len(words) < 3 and not re.search(r"[^\W\d_]{2,}[^:]*$", result.rstrip(" .:*")):
        return ""
    if _DANGLING.search(result) or (result.endswith(":") and not text.rstrip().endswith(":")):
        return ""
    return result + tail
