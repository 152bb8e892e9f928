"""Part 3: each provided link exactly once, spelled as given, beside its owner and its label."""

from __future__ import annotations

import re

from assistant.answer import Finding
from assistant.checking.citations import Link, Links, mask
from assistant.checking.owners import Mention, Owners
from assistant.text.characters import view

_LABEL = re.compile(
    r"(?:\b(?P<paper>paper|pdf|preprint|publication|arxiv|article)"
    r"|\b(?P<code>github|code|repo(?:sitory)?|implementation))s?\W{0,12}$",
    re.I,
)
_SUPPORTS = re.compile(r"\bsupport", re.I)


def check_references(text: str, links: Links, owners: Owners) -> list[Finding]:
    """Findings on the links of part 3; the sentences around them are judged as prose is."""
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    named: list[Mention] = []
    supports = False
    for line in text.split("\n"):
        spans = links.find(line)
        mentions = [m for m in owners.mentions(view(mask(line, spans))) if m.strong]
        named = mentions or named
        if line.strip() and not spans and not mentions and not line[0].isspace():
            supports, named = bool(_SUPPORTS.search(line)), []
        at = 0
        for candidate in spans:
            link, finding = links.judge(candidate)
            if finding:
                findings.append(finding)
            if link is None:
                continue
            seen[link.url] = seen.get(link.url, 0) + 1
            if seen[link.url] == 2:
                findings.append(Finding(kind="link_duplicate", span=candidate.text))
            before = owners.mentions(view(line[at : candidate.start]))
            owner = _nearest(before) or (named[0] if named else None)
            if owner is None or not set(map(id, owner.items)) & set(map(id, link.owners)):
                here = owner is not None and (before or mentions)
                kind = "link_mispaired" if here else "link_unnamed"
                findings.append(_mispaired(candidate.text, link, kind))
            elif _mislabelled(line[at : candidate.start], link):
                findings.append(_mispaired(line[at : candidate.end][-120:], link))
            elif supports and link.owners[0].role in ("other-task", "shares-word"):
                findings.append(Finding(kind="role_overstated", span=link.owners[0].item.name))
            if owner is not None and before:
                named = [owner]
            at = candidate.end
    for link in links.by_key.values():
        if link.url not in seen:
            owner_name = link.owners[0].item.name
            kind = "link_missing_required" if link.owners[0].recommended else "link_missing"
            findings.append(Finding(kind=kind, span=link.url, evidence=owner_name))
    return findings


def _nearest(mentions: list[Mention]) -> Mention | None:
    """The last strong mention, or an earlier one of fewer of its items: `the recommended model`
    stands for all of them behind the name of one."""
    strong = [m for m in reversed(mentions) if m.strong]
    if not strong:
        return None
    last = set(map(id, strong[0].items))
    return next((m for m in strong if set(map(id, m.items)) < last), strong[0])


def _mispaired(span: str, link: Link, kind: str = "link_mispaired") -> Finding:
    return Finding(kind=kind, span=span, evidence=link.owners[0].item.name)


def _mislabelled(before: str, link: Link) -> bool:
    """Whether a paper is labelled as code or the reverse."""
    label = _LABEL.search(before[-40:])
    if label is None:
        return False
    is_paper = any(p.item.paper == link.url for p in link.owners)
    return bool(label["paper"]) != is_paper
