"""What a question may rank the compared by, and what decides it from their records."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.fit import listing
from assistant.world.compared import Side, does_of, it_clause
from assistant.world.deciding import Pick, blind, cheapest, faithful, free, newest, published

_DENIED = re.compile(r"\b(?:no|not|never|without)\b|n't\b", re.I)


class Criterion(NamedTuple):
    """Something that a question may rank by: the words that ask for it, what it is called, and
    what decides it from records; with ``pro`` and ``con`` the sentences that speak for and
    against an item."""

    asked: str
    called: str
    decide: Callable[[Sequence[Side], str], Pick | None] | None = None
    pro: str = ""
    con: str = ""
    turned: str = ""
    """Words of a question that want what ``con`` says."""

    def favors(self, text: str, *, limit: bool) -> bool:
        """Whether a sentence speaks for its item; a limit never does."""
        return not limit and bool(self.pro and re.search(self.pro, text, re.I))

    def opposes(self, text: str) -> bool:
        """Whether a sentence speaks against its item."""
        return bool(self.con and re.search(self.con, text, re.I))


def _spoken(sides: Sequence[Side], criterion: Criterion, question: str) -> Pick | None:
    """By sentences of the records: one item with a sentence for it, where another has none."""
    pro, con = dict[str, str](), dict[str, str]()
    for side in sides:
        told = [(does_of(side), False), *((f.text, f.kind == "limit") for f in side.entry.facts)]
        if text := next((t for t, limit in told if criterion.favors(t, limit=limit)), ""):
            pro[side.name] = text
        elif text := next((t for t, _ in told if criterion.opposes(t)), ""):
            con[side.name] = text
    turned = criterion.turned and re.search(rf"\b{criterion.turned}", question, re.I)
    if turned and not _DENIED.search(question):
        pro, con = con, pro
    if len(pro) != 1:
        return None
    [side] = (s for s in sides if s.name in pro)
    others = listing([s.name for s in sides if s is not side])
    why_not = next(iter(con.values()), f"nothing like it is recorded of {others}").rstrip(".")
    return Pick(side, f"{it_clause(pro[side.name], side.name)}; {why_not}")


CRITERIA = {
    "license": Criterion(
        r"licen[sc]\w*|commercial\w*|sell(?:s|ing)?|business|mit|apache|gpl|permissive",
        "their licenses", free,
    ),
    "year": Criterion(r"new(?:er|est)|old(?:er|est)|latest|recent", "when they appeared", newest),
    "figures": Criterion(
        r"psnr|ssim|lpips|dists|niqe|fid|figures?|scores?|benchmarks?|db|set5|set14|urban100"
        r"|manga109|bsd100|numbers|how much quality|quality (?:\w+ ){0,3}(?:lose|lost|loss)"
        r"|(?:lose|losing|loss of) quality",
        "published figures", published,
        pro=r"(?:raises?|higher|better|best|highest) (?:its |in )?(?:fidelity|PSNR|SSIM)",
        con=r"lower (?:in )?PSNR",
    ),
    "data": Criterion(
        r"pairs?|paired|clean (?:pictures?|images?|targets?|versions?|data)|ground truth"
        r"|unsupervised|self-supervised|training data|train (?:it )?(?:myself|on my)",
        "the data they need",
        pro=r"needs? no (?:clean(?!-?up)|pairs?|training)|without (?:clean|pairs?)"
        r"|(?:noisy|damaged) pictures (?:themselves|only|alone)",
        con=r"\bpairs?\b|\bpaired\b",
        turned=r"(?:have|got|with)(?: \w+)? (?:pairs|paired|clean (?:pictures?|images?|targets?))",
    ),
    "faithful": Criterion(
        r"invent\w*|faithful\w*|fidelity|hallucinat\w*|true|truth|honest\w*|likeness|identity"
        r"|ma(?:kes?|de)[- ]up|trust\w*|evidence|closer?|fakes?|original|recogni[sz]\w*|measur\w+"
        r"|changes?|changed",
        "faithfulness", faithful,
        pro=r"clos(?:er|e) to the (?:input|original)|faithful|fidelity|\bno invented",
        con=r"invent|may d(?:iffer|raw)|somebody else|made up|hallucinat|cannot recover",
    ),
    "flicker": Criterion(
        r"flicker\w*|shimmer\w*|boil\w*|puls(?:e|es|ing)|temporal\w*|from frame to frame",
        "steadiness over time",
        pro=r"\bflicker|\bfrom frame to frame\b|\bneighboring frames\b"
        r"|\btemporal\w* (?:consisten|stab|stead)\w*",
        con=r"\bflicker|\beach frame by itself\b|\bframe by frame\b",
    ),
    "cost": Criterion(
        r"electric\w*|energy|power|battery|watts?|comput\w*|cheap\w*|costs?|memory|ram|vram|gb"
        r"|small\w*|light(?:er|est|weight)?|heav\w+|parameters?|params|compact|size|mb|fewest"
        r"|fast\w*|quick\w*|slow\w*|speed|latency|runtime|seconds|fps|laptops?|phones?|cpus?"
        r"|weak|gpus?|(?:graphics )?cards?|multiply-adds|flops",
        "what they cost to run", cheapest,
        pro=r"less computation|lightweight|light network|quick|\bsmall network"
        r"|single (?:step|pass)",
        con=r"\bheavy\b|\bslow\b|many steps|needs? (?:a |much )?(?:GPU|graphics|memory|VRAM)",
    ),
    "damage": Criterion(
        r"real(?:[- ]world)?(?: \w+)? (?:photos?|pictures?|damage)|phones?|old|jpe?g|compress\w*"
        r"|nois[ey]\w*|whatsapp|unknown|dirty|scans?|scanned|blurry|bad",
        "the damage asked for", blind,
    ),
}  # fmt: skip


def decided(key: str, sides: Sequence[Side], question: str) -> Pick | None:
    """The side to take by one of ``CRITERIA``; None where the records do not rank them by it."""
    criterion = CRITERIA[key]
    found = criterion.decide(sides, question) if criterion.decide else None
    return found or _spoken(sides, criterion, question)
