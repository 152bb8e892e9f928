"""What a work says of itself, told of it: "We propose Foo, a network" becomes "Foo is a network".

Only the person changes and who is meant is named; every other word stays as it was given.
"""

from __future__ import annotations

import re

MAX_NAME = 4  # words before the colon of a title that are a name and not half a title
_LINKING = re.compile(
    r"^(?:(?:However|Moreover|Furthermore|Additionally|In addition|Specifically|In particular|"
    r"Finally|Besides|Meanwhile|To this end|Therefore|Thus|Hence|Consequently|Also|Then|Here),? )+"
    r"(?=(?:we|our|the proposed)\b)",
    re.I,
)
_HERE = re.compile(
    r"^In (?:this (?:paper|work|study|article|report|survey)|our \w+),\s*(?=we\b)|"
    r"^In this (?:paper|work|study|article|report|survey),\s*",
    re.I,
)
_METHOD = re.compile(
    r"^(?:Our (?:proposed |new |novel )?|The proposed )(?:method|approach|framework|model|system|"
    r"network|architecture|pipeline|technique|algorithm)(?= \w+s\b)"
)
_MADE = re.compile(
    r"^We (?:\w+ly )?(?:propose|present|introduce|develop|design|build|describe) "
    r"(?P<what>[^,]{2,60}?)(?:,? (?=(?:an?|the) )|, which (?P<which>(?!is\b)[a-z]+s) )"
)
_WORK = re.compile(
    r"^(?:This|The|Our) (?:exploratory |present |proposed |new )?"
    r"(?:paper|work|study|article|survey|report|review)(?= \w+s\b)",
    re.I,
)
_WE = re.compile(r"\b(We|we)\b")
_US = re.compile(r"\b(?<!\.)us\b")
_ITS = re.compile(
    r"^Its (?P<what>(?:\w+ )?(?:method|approach|framework|model|network|system|pipeline|data ?set|"
    r"results?|experiments?|evaluations?|design|architecture))\b"
)
_THIS = re.compile(r"\bthis (?=(?:paper|work|study|article|survey|report)\b)")
_LEFT = re.compile(r"\b(?:I|my|ours|ourselves|mine)\b")
_PLAIN = re.compile(r"(?:An?|The|Its|Experiments?|Results?|Evaluations?|Extensive|On|For|By) ")


def opened(sentence: str) -> str:
    """A sentence on what was done without the word that links it to the one before."""
    told = _LINKING.sub("", sentence)
    return told[:1].upper() + told[1:]


def short_title(title: str) -> str:
    """What comes before the colon of a title where that is a name, else the whole title."""
    name, colon, _ = title.partition(":")
    return name.strip() if colon and len(name.split()) <= MAX_NAME else title.strip()


def reported(sentence: str, title: str) -> str:
    """A sentence of the text given with ``title`` in the third person, with the work named."""
    name, told = short_title(title), _HERE.sub("", opened(sentence))
    told = told[:1].upper() + told[1:]
    made = _MADE.match(told)
    if made and _named(made["what"], name):
        told = f"{name} {made['which'] or 'is'} {told[made.end() :]}"
    elif _WORK.match(told):
        told = _WORK.sub(lambda _: name, told, count=1)
    elif name != title.strip() and _METHOD.match(told):
        told = _METHOD.sub(lambda _: name, told, count=1)
    told = _third_person(told, f"the authors of {name}")
    told = _ITS.sub(lambda found: f"The {found['what']} of {name}", told)
    if name.casefold() not in told.casefold():
        told = f"In {name}, {told[:1].lower()}{told[1:]}" if _PLAIN.match(told) else ""
    return told[:1].upper() + told[1:] if told and not _LEFT.search(told) else ""


def following(sentence: str, title: str) -> str:
    """The same where the sentence before named the work."""
    told = _HERE.sub("", opened(sentence))
    told = _WORK.sub("It", told[:1].upper() + told[1:], count=1)
    told = _third_person(told, "its authors")
    name = short_title(title)
    if told.startswith((f"{name} ", f"{name}'s ")):
        told = "It" + told[len(name) :] if told[len(name)] == " " else "Its" + told[len(name) + 2 :]
    return told if not _LEFT.search(told) else ""


def _named(what: str, name: str) -> bool:
    """Whether what was made is what the title is called after."""
    what = what.split("(", maxsplit=1)[0].strip().casefold()
    return what == name.casefold() or name.casefold().startswith(f"{what} ")


def _third_person(text: str, authors: str) -> str:
    """The first "we" as these authors, each further one as "they"; what is ours as theirs behind
    them, else as that of the work."""
    before, told = text, ""
    if first := _WE.search(text):
        before = text[: first.start()]
        told = (authors if before else authors[:1].upper() + authors[1:]) + _owned(
            _WE.sub("they", text[first.end() :]), "their"
        )
    return _THIS.sub("the ", _US.sub("them", _owned(before, "its") + told))


def _owned(text: str, whose: str) -> str:
    """Whose it is in place of "our"."""
    return re.sub(r"\bour\b", whose, re.sub(r"\bOur\b", whose.capitalize(), text))
