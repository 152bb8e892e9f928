"""Sentences made of others: with their polarity turned, a number, a word or two words changed, or
only a part. What makes a true one false, and facts such as a writer would say them."""

from __future__ import annotations

import random
import re

from assistant.checking.vocabulary import TURNED

_VERBS = """
give take keep use need read make work learn remove restore enlarge double triple fill find draw
look show add change reduce improve handle support come run have contain hold require produce offer
replace split merge weigh map predict estimate train return leave let ask mean cover detect separate
start end apply combine compare sharpen brighten clean smooth help say list give join treat process
separate rely depend guide generate paint color colorize copy transfer search share pass feed
compute measure correct recover hide reach win cut stay fit belong mix turn go tell know see lie
record lack name state denoise deblur upscale
"""
_SPECIAL = {"have": "has", "go": "goes"}
_AUXILIARY = re.compile(r"\b(is|are|was|were|can|will|should|must|may|might|could)\b(?! not)")
_WORD = re.compile(r"\b([a-z]+)\b")
_NOUN_BEFORE = re.compile(r"\b(a|an|the|of|and|its|to|two|three|these|those)\s$", re.I)
_DENIALS = [  # what denies, and what is left without it
    (r"\b(does|do|did) not\b", r"\1"),
    (r"\b(does|do|did|is|are|was|were)n't\b", r"\1"),
    (r"\bcannot\b|\bcan't\b|\bcan not\b", "can"),
    (r"\bwon't\b", "will"),
    (r"\b(is|are|was|were|has|have|will|should|must|may|need|be) not\b", r"\1"),
    (r"\bnever\b", "always"),
    (r"\bwithout\b", "with"),
    (r"\bneither\b", "either"),
    (r"\bNothing\b", "Something"),
    (r"\bnothing\b", "something"),
    (r"\bNo\b", "A"),
    (r"\bno\b", "a"),
    (r"\bnone\b", "all"),
    (r"\bfails to\b", "manages to"),
    (r"\blacks\b", "has"),
    (r"\bunable to\b", "able to"),
    (r", not\b", ", as well as"),
    (r"\bnot\b", ""),
]


def _third(verb: str) -> str:
    """The form of a verb after "it"."""
    if verb.endswith("y") and verb[-2] not in "aeo":
        return verb[:-1] + "ies"
    return _SPECIAL.get(verb) or verb + ("es" if re.search("(ss|sh|ch|x|s)$", verb) else "s")


OPPOSED = {
    one: two for pair in TURNED.split(",") for one, two in (pair.split(), pair.split()[::-1])
}
"""Words with their opposites, both ways."""
_PLAIN = {_third(verb): verb for verb in _VERBS.split()}


def turned(text: str, rng: random.Random) -> str | None:
    """The text without one of its denials, or with one where it has none; None where neither
    can be done by its words alone."""
    found = [(m, left) for denial, left in _DENIALS for m in re.finditer(denial, text)]
    if found:
        m, left = rng.choice(found)
        return re.sub("  +", " ", text[: m.start()] + m.expand(left) + text[m.end() :])
    places: list[tuple[int, int, str]] = []
    for m in _AUXILIARY.finditer(text):
        ways = [f"{m[1]} not", f"{m[1]} not", f"{m[1]} never"]
        places.append((m.start(), m.end(), "cannot" if m[1] == "can" else rng.choice(ways)))
    for m in _WORD.finditer(text):
        if m[1] in _PLAIN and not _NOUN_BEFORE.search(text[: m.start()]):
            verb = _PLAIN[m[1]]
            ways = [
                *[f"does not {verb}"] * 3,
                f"never {m[1]}",
                f"fails to {verb}",
                f"cannot {verb}",
            ]
            places.append((m.start(), m.end(), rng.choice(ways)))
    places += [(m.start(), m.end(), "without") for m in re.finditer(r"\bwith\b", text)]
    if not places:
        return None
    start, end, said = rng.choice(places[:2])
    return text[:start] + said + text[end:]


_NUMBER = re.compile(
    r"(?<![\w.])\d+(?:[.,]\d+)?|\b(?:one|two|three|four|five|six|eight|ten|twenty)\b"
)
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "eight", "ten", "twenty")
_LONG_WORD = re.compile(r"(?<![\w-])[a-z]{5,}(?![\w-])")
_ASIDE = re.compile(r" \([^()]*\)")
_CLAUSES = re.compile(r"; |, (?:and|but|so|while|where|which|though|because) | (?:because|while) ")


def renumbered(text: str, rng: random.Random) -> str | None:
    """The text with another number in place of one."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    m = rng.choice(found)
    if m[0].isalpha():
        other = rng.choice([word for word in _NUMBER_WORDS if word != m[0]])
    else:
        other = f"{float(m[0].replace(',', '')) * rng.choice((0.5, 2, 3, 1.5, 10)):g}"
    return text[: m.start()] + other + text[m.end() :]


def opposed(text: str, rng: random.Random) -> str | None:
    """The text with one of its words replaced by its opposite."""
    found = [m for m in _WORD.finditer(text) if m[1] in OPPOSED]
    if not found:
        return None
    m = rng.choice(found)
    return text[: m.start()] + OPPOSED[m[1]] + text[m.end() :]


def crossed(text: str, rng: random.Random) -> str | None:
    """The text with two of its words in each other's place."""
    found = list(_LONG_WORD.finditer(text))
    if len(found) < 2:
        return None
    one, two = sorted(rng.sample(found, 2), key=lambda m: m.start())
    if one[0] == two[0]:
        return None
    between = text[one.end() : two.start()]
    return text[: one.start()] + two[0] + between + one[0] + text[two.end() :]


def contrary(text: str, rng: random.Random) -> str | None:
    """Something that the text does not say, in nearly its words."""
    return rng.choice((turned, turned, renumbered, opposed, opposed, crossed))(text, rng)


def part(text: str, owner: str, rng: random.Random) -> str:
    """The text or a part of it, as one who says the same could put it."""
    said = _ASIDE.sub("", text) if rng.random() < 0.5 else text
    clauses = [one.strip(" .") for one in _CLAUSES.split(said)]
    if len(clauses) > 1 and rng.random() < 0.5:
        said = clauses[0] if rng.random() < 0.6 else rng.choice(clauses[1:])
        said = said[:1].upper() + said[1:] + "."
    if owner and said.startswith(owner + " ") and rng.random() < 0.5:
        said = rng.choice(("It", "The model")) + said[len(owner) :]
    return said
