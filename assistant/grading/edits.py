"""Small edits that turn a meaning: negations, opposites, numbers and names against a source.

Overlap cannot see them (on SummEdits it is below chance). Each check compares a sentence with
the source words around it; the lists are general English, written without any data set in view.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.grading.words import mass
from assistant.text.sentences import statements
from assistant.text.stems import stem, stems, words

_OPPOSITES = """
increase decrease | increase reduce | raise lower | rise fall | grow shrink | expand contract |
enlarge shrink | enlarge reduce | upscale downscale | upsample downsample | maximize minimize |
maximum minimum | improve worsen | improve degrade | improve harm | enhance degrade |
enhance reduce | enhance diminish | strengthen weaken | gain lose | gain loss | add remove |
insert delete | include exclude | accept reject | allow prevent | allow forbid | enable disable |
enable prevent | help hinder | help hurt | facilitate hinder | facilitate impede | promote prevent
| encourage discourage | support oppose | succeed fail | success failure | successful unsuccessful
| build destroy | create destroy | construct destroy | begin end | start stop | start finish |
open close | keep discard | keep lose | preserve destroy | preserve alter | retain discard |
maintain abandon | follow ignore | consider ignore | reveal hide | show hide | confirm refute |
prove disprove | agree disagree | connect disconnect | combine separate | merge split | join split
| share separate | attract repel | accelerate slow | speed slow | fast slow | faster slower |
quick slow | early late | earlier later | first last | before after | previous next |
previously subsequently | old new | young old | novel existing | modern outdated | recent old |
high low | higher lower | highest lowest | large small | larger smaller | largest smallest |
big small | bigger smaller | huge tiny | long short | longer shorter | wide narrow | deep shallow
| thick thin | strong weak | stronger weaker | heavy light | heavier lighter | hard easy |
hard soft | difficult easy | easier harder | simple complex | simpler harder | complicated simple
| good bad | better worse | best worst | great poor | superior inferior | positive negative |
right wrong | correct incorrect | true false | accurate inaccurate | precise vague | sharp blurry
| sharper blurrier | clear unclear | clean noisy | clean dirty | bright dark | rich poor |
full empty | complete incomplete | whole partial | same different | similar different |
similar dissimilar | equal unequal | identical different | alike different | uniform varied |
constant variable | static dynamic | fixed variable | fixed flexible | stable unstable |
rigid flexible | regular irregular | common rare | common uncommon | frequent rare | often rarely
| usually rarely | always never | always sometimes | everywhere nowhere | all none | all some |
most few | many few | more less | more fewer | fewer greater | much little | majority minority |
both neither | only also | general specific | global local | universal particular | broad narrow |
public private | internal external | inner outer | inside outside | within outside | above below |
over under | up down | upper lower | top bottom | front back | left right | near far |
forward backward | supervised unsupervised | labeled unlabeled | labelled unlabelled |
known unknown | seen unseen | visible invisible | explicit implicit | direct indirect |
active passive | online offline | real fake | real synthetic | real virtual | natural artificial |
human machine | manual automatic | theoretical empirical | theoretical practical |
abstract concrete | qualitative quantitative | linear nonlinear | discrete continuous |
sparse dense | symmetric asymmetric | sequential parallel | convex concave | finite infinite |
absolute relative | objective subjective | primary secondary | major minor | important unimportant
| significant insignificant | relevant irrelevant | necessary unnecessary | necessary optional |
sufficient insufficient | possible impossible | able unable | capable incapable |
efficient inefficient | effective ineffective | useful useless | reliable unreliable |
robust fragile | safe dangerous | secure vulnerable | cheap expensive | low-cost costly |
free costly | consistent inconsistent | compatible incompatible | dependent independent |
related unrelated | against for | outperform underperform | exceed trail | win lose |
cooperative competitive | presence absence | present absent | advantage disadvantage |
benefit drawback | strength weakness | abundant scarce | abundance scarcity | excess lack |
have lack | require avoid | use avoid | achieve fail | overcome suffer | mitigate aggravate |
alleviate aggravate | alleviate exacerbate | address neglect | address ignore | focus ignore |
bounded unbounded | limited unlimited | pretrained untrained | trained untrained | bias unbiased |
biased unbiased | familiar unfamiliar | homogeneous heterogeneous | monolingual multilingual |
single multiple | one many | unique duplicate | individual collective | alone together |
remember forget | understand misunderstand | attend ignore | trust distrust | like unlike |
despite due | rational irrational | conscious unconscious | ally enemy | teacher student |
parent child | buyer seller | day night | hot cold | wet dry | horizontal vertical | row column |
foreground background | exact approximate | exactly approximately | partially fully |
entirely partly | completely partly | rapidly slowly | quickly slowly | well poorly | affirm deny
| underestimate overestimate | acquire lose | widen narrow | deepen flatten | borrow lend |
import export | send receive | push pull | train test | training inference | final initial
"""
_NEGATORS = frozenset(
    re.findall(
        r"\w+",
        "no not never neither nor none nobody nothing nowhere without cannot hardly scarcely "
        "barely seldom rarely fail fails failed failing lack lacks lacking lacked avoid avoids "
        "avoided avoiding prevent prevents preventing refuse refuses refusing deny denies denying "
        "unable impossible drop drops dropped",
    )
)
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis", "de", "mis", "anti")
_NAME = re.compile(r"\b(?:[A-Z]{2,}[A-Za-z0-9]*|[A-Z][a-z0-9]+[A-Z]\w*|[A-Za-z]+\d+\w*)\b")


@dataclass(frozen=True, slots=True)
class Edit:
    """A word of a sentence that turns what its source says, and the source's word."""

    kind: str
    word: str
    source: str


@functools.cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split("|"):
        one, other = (stem(word) for word in pair.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def closest(sentence: str, source: Sequence[str]) -> tuple[str, float]:
    """The sentence of ``source`` that shares most with ``sentence``, and the share of its words."""
    wanted = sorted(set(stems(sentence)))
    total = mass(wanted)
    best, share = "", 0.0
    for candidate in source:
        held = set(stems(candidate))
        found = mass(w for w in wanted if w in held) / total if total else 0.0
        if found > share:
            best, share = candidate, found
    return best, share


def edits(sentence: str, source: str) -> list[Edit]:
    """What turns the meaning of ``sentence`` against ``source``; empty if nothing is seen."""
    best, share = closest(sentence, statements(source))
    if not best:
        return []
    ours, theirs = words(sentence), words(best)
    found = [
        *_opposed(ours, theirs, frozenset(stems(source))),
        *_negated(ours, theirs, share),
        *_swapped(ours, theirs),
    ]
    found += _figures(ours, frozenset(words(source)))
    return [*found, *_names(sentence, source)]


def _opposed(ours: list[str], theirs: list[str], source: frozenset[str]) -> Iterator[Edit]:
    """A word that the closest sentence does not hold, but the opposite, which ours does not.

    A negating prefix counts against any word of the source, if nothing of the source has it.
    """
    held, known = {stem(word) for word in ours}, {stem(word) for word in theirs}
    there = {stem(word): word for word in theirs}
    for word in ours:
        root = stem(word)
        if root in known:
            continue
        for other in sorted(_opposites().get(root, frozenset())):
            if other in there and other not in held:
                yield Edit("opposite", word, there[other])
        for prefix in _PREFIXES:
            bare = root.removeprefix(prefix)
            new = root not in source and bare in source and bare not in held
            if bare != root and len(bare) > 3 and new:
                yield Edit("opposite", word, bare)
    for word in sorted(set(theirs)):
        root = stem(word)
        for prefix in _PREFIXES:
            bare = root.removeprefix(prefix)
            if bare != root and len(bare) > 3 and bare in held - source and root not in held:
                yield Edit("opposite", bare, word)


def _negated(ours: list[str], theirs: list[str], share: float) -> Iterator[Edit]:
    """A negation on one side only: of a word of the other side, or where both say much the same."""
    if turned := _withs(ours, theirs):
        yield turned
        return
    there = Counter(stem(w) for w in theirs if _negates(w))
    here = Counter(stem(w) for w in ours if _negates(w))
    mine = [n for n, w in enumerate(ours) if stem(w) in here - there]
    other = [w for w in theirs if stem(w) in there - here]
    if mine and here.total() > there.total():
        held = {stem(w) for w in theirs if len(w) > 3}
        for n in mine:
            if any(stem(w) in held for w in ours[n + 1 : n + 4]):
                yield Edit("negation", ours[n], "")
                return
    if there.total() > here.total() and share >= 0.75 and len(theirs) <= 1.5 * len(ours):
        yield Edit("negation", "", other[0])


def _withs(ours: list[str], theirs: list[str]) -> Edit | None:
    """``with X`` on one side where the other has ``without X``, X being the next word."""
    for said, given in (("with", "without"), ("without", "with")):
        mine = {b for a, b in pairwise(ours) if a == said}
        other = {b for a, b in pairwise(theirs) if a == given}
        if mine & other - {"the", "a", "an", "any"}:
            return Edit("negation", said, given)
    return None


def _negates(word: str) -> bool:
    return word in _NEGATORS or word.endswith("n't")


def _swapped(ours: list[str], theirs: list[str]) -> Iterator[Edit]:
    """Two words that changed places: each stands where the source has the other."""
    left = {(a, b): c for a, c, b in zip(theirs, theirs[1:], theirs[2:], strict=False)}
    moved = {
        (word, there)
        for before, word, after in zip(ours, ours[1:], ours[2:], strict=False)
        if (there := left.get((before, after))) is not None and there != word
    }
    for word, there in sorted(moved):
        if (there, word) in moved and word < there:
            yield Edit("swapped", word, there)


def _figures(ours: list[str], known: frozenset[str]) -> Iterator[Edit]:
    for word in ours:
        if word[0].isdigit() and word not in known and word.rstrip("%") not in known:
            yield Edit("number", word, "")


def _names(sentence: str, source: str) -> Iterator[Edit]:
    known = {name.casefold() for name in re.findall(r"[^\W_]+", source)}
    for found in _NAME.finditer(sentence):
        if found.group().casefold() not in known:
            yield Edit("name", found.group(), "")
