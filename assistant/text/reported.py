"""What a work says of itself, told of it: "We propose Foo, a network" becomes "Foo is a network".

Only the person changes and who is meant is named; every other word stays as it was given.
"""

from __future__ import annotations

import re

from assistant.text.sentences import sentences
from assistant.text.titles import CALLED, HEAD, MAKES, MAX_NAME, known_as, safe, short_title

MAX_QUOTED = 45  # words of a sentence that is quoted
MIN_BEGUN = 8  # words before a colon that say something alone
MIN_NOTE, MAX_NOTE = 4, 15  # words of a note
_LINKING = re.compile(
    r"^(?:(?:However|Moreover|Furthermore|Additionally|In addition|Specifically|In particular|"
    r"Finally|Besides|Meanwhile|To this end|Therefore|Thus|Hence|Consequently|Also|Then|Here),? )+"
    r"(?=(?:we|our|the proposed)\b)",
    re.I,
)
_AGAINST = re.compile(
    r"^(?:While|Although|Though|Unlike|Different from|In contrast to|Inspired by|Motivated by|"
    r"Based on|Under|To) [^,]{3,120}, "
    r"(?=we (?:propose|present|introduce|develop|design|pursue) an? )",
    re.I,
)
_HERE = re.compile(
    r"^In (?:this (?:paper|work|study|article|report|survey)|our \w+),\s*(?=we\b)|"
    r"^In this (?:paper|work|study|article|report|survey),\s*",
    re.I,
)
_METHOD = re.compile(rf"^(?:Our (?:proposed |new |novel )?|The proposed ){HEAD}(?= \w+s\b)")
_MADE = re.compile(
    MAKES + r"(?P<what>[^,:]{2,60}?)(?:[,:]? (?=(?:[Aa]n?|[Tt]he) )|"
    r", which (?P<which>(?!is\b)[a-z]+s) )"
)
_A_METHOD = re.compile(
    MAKES + r"(?=an? (?:(?!(?:with|for|of|that|which|by|to|in|on|based|where|and)\b(?!,))"
    rf"(?:and )?[\w-]+,? (?:and )?){{0,9}}?{HEAD}\b)"
)
_MADES = (
    "proposes",
    "presents",
    "introduces",
    "develops",
    "designs",
    "builds",
    "describes",
    "devises",
    "pursues",
)
_CLAUSE = re.compile(
    r",? (?:that|which|where|while|by|with|using|based on|to|for)\b(?!-)|, and\b|[,;:]"
)
_NOTED = re.compile(
    r"[$\\`<>{}|\[\]#*_\"“]|\b(?:novel|new|that|which)$|\b(?:these|this|such)\b|"
    r"\b(?:is|are|be) \w+$|\b(?:that|which) (?:is|are)$|https?:|\bwww\."
)
_MAKING = re.compile(MAKES, re.I)
_BARE = re.compile(rf"^an? (?:(?:novel|new|simple|effective|efficient|and|yet|but),? )*{HEAD}$")
_WORK = re.compile(
    r"^(?:This|The|Our) (?:exploratory |present |proposed |new )?"
    r"(?:paper|work|study|article|survey|report|review)(?= \w+s\b)",
    re.I,
)
_WE = re.compile(r"\b(We|we)\b")
_OURS = re.compile(
    r"\b(?:we|our|us)\b|(?:,| and) (?:then |also |further )?(?:propose|present|introduce|develop|"
    r"design|highlight|advocate|show|demonstrate|use|train|evaluate|apply|collect|analy[sz]e|"
    r"observe|find|compare|prove|provide|conduct|employ|leverage|adopt|study|explore)\b",
    re.I,
)
_THEN = re.compile(r"\b(?:we|our|us)\b| and (?:then |also |further )?\w+s\b", re.I)
_ASIDE = re.compile(r" that, (?:on the contrary|in fact|however|therefore|thus|indeed), ")
_US = re.compile(r"\b(?<!\.)us\b")
_ITS = re.compile(
    r"^Its (?P<what>(?:\w+ )?(?:method|approach|framework|model|network|system|pipeline|data ?set|"
    r"results?|experiments?|evaluations?|design|architecture|proposal|idea|contribution|"
    r"implementation|algorithm))\b"
)
_THIS = re.compile(r"\bthis (?=(?:paper|work|study|article|survey|report)\b)")
_LEFT = re.compile(r"\b(?:I|my|ours|ourselves|mine)\b")
_BEFORE = re.compile(  # what was there before the work
    r"\b(?:ha(?:ve|s) \w+ed|ha(?:ve|s) (?:been|become|shown|made)|recent(?:ly)?|existing|currently|"
    r"previous|the (?:field|success|task|problem) of)\b"
)
_PLAIN = re.compile(r"(?:An?|The|Its|Experiments?|Results?|Evaluations?|Extensive|On|For|By) ")


def begun(sentence: str) -> str:
    """What a sentence too long to quote says before its colon; nothing of a shorter one."""
    before, colon, _ = sentence.partition(": ")
    whole = colon and len(before.split()) >= MIN_BEGUN and "follow" not in before
    return f"{before}." if whole and len(sentence.split()) > MAX_QUOTED else ""


def opened(sentence: str) -> str:
    """A sentence on what was done without what links it to the one before."""
    told = _AGAINST.sub("", _LINKING.sub("", sentence))
    return told[:1].upper() + told[1:]


def gist(title: str, summary: str) -> str:
    """What a work is in a few words: what its text says that it makes, up to the next clause."""
    text = " ".join(summary.split())
    name = known_as(title, text)
    for sentence in sentences(text):
        told = reported(sentence, title, name)
        found = makes(sentence) and re.match(
            rf"(?:{re.escape(name)}|{re.escape(short_title(title))}) (?P<verb>\w+) (?P<what>.+)",
            told,
        )
        if not found or not safe(sentence):
            continue
        what = found["what"].strip().rstrip(".").removeprefix(f"{name}, ")
        if found["verb"] not in ("is", *_MADES):
            what = f"{found['verb']} {what}"
        ends = [len(what), *(m.start() for m in _CLAUSE.finditer(what))]
        fitting = [end for end in ends if MIN_NOTE <= len(what[:end].split()) <= MAX_NOTE]
        note = what[: max(fitting, default=0)]
        if note[:1].islower() and note.count("(") == note.count(")") and not _NOTED.search(note):
            return note
    return ""


def makes(sentence: str) -> bool:
    """Whether a sentence says what a work proposes."""
    return bool(_MAKING.match(_HERE.sub("", opened(sentence))))


def reported(sentence: str, title: str, name: str = "") -> str:
    """A sentence of the text given with ``title`` in the third person, with the work named: as
    ``name`` says, else as its title does."""
    name, told = name or short_title(title), _HERE.sub("", opened(sentence))
    told = _ASIDE.sub(" that ", told[:1].upper() + told[1:])
    called = re.escape(name)
    told = re.sub(rf"^The {HEAD}, {CALLED} {called},", name, told)
    told = re.sub(rf"\b[Oo]ur (?:proposed )?(?={called} {HEAD}\b)", "the ", told)
    told = re.sub(rf"\b[Oo]ur (?:proposed )?(?={called}\b)", "", told)
    told = _made(told, title, name)
    if _WORK.match(told):
        told = _WORK.sub(lambda _: name, told, count=1)
    elif name != title.strip() and _METHOD.match(told):
        told = _METHOD.sub(lambda _: name, told, count=1)
    told = _third_person(told, f"the authors of {name}")
    told = _ITS.sub(lambda found: f"The {found['what']} of {name}", told)
    if name.casefold() not in told.casefold() and not told.startswith(short_title(title)):
        plain = _PLAIN.match(told) and not _BEFORE.search(told)
        told = f"In {name}, {told[:1].lower()}{told[1:]}" if plain else ""
    return told[:1].upper() + told[1:] if told and not _LEFT.search(told) else ""


def following(sentence: str, title: str, name: str = "") -> str:
    """The same where the sentence before named the work."""
    name = name or short_title(title)
    told = reported(sentence, title, name)
    if not told.startswith((f"{name} ", f"{name}'s ")):
        told = _HERE.sub("", opened(sentence))
        told = _WORK.sub("It", told[:1].upper() + told[1:], count=1)
        told = _third_person(told, "its authors")
    if told.startswith((f"{name} ", f"{name}'s ")):
        told = "It" + told[len(name) :] if told[len(name)] == " " else "Its" + told[len(name) + 2 :]
    return told if not _LEFT.search(told) else ""


def _made(told: str, title: str, name: str) -> str:
    """What a work makes told of what it is called after: "We propose Foo, a network" and "We
    propose a network, called Foo" as "Foo is a network", a thing without a name as made by it."""
    made = _MADE.match(told)
    if made and _named(made["what"], name):
        rest = told[made.end() :]
        return f"{name} {made['which'] or 'is'} {rest[:1].lower()}{rest[1:]}"
    called = re.escape(name)
    kind = re.match(
        MAKES + r"(?P<kind>an? [^()]*?(?:\([^()]*\)[^()]*?)?)(?:"
        rf",? {CALLED} (?:[\w-]+ ){{0,7}}?\(?{called}\)?|, (?:[\w-]+ ){{0,7}}?\(?{called}\)?"
        rf"| \({called}s?\)| {called}),?(?P<rest> .*|\.)$",
        told,
    )
    if kind:
        which = re.match(r" (?:which|that) (?=(?!is\b)[a-z]+s\b)", kind["rest"])
        if which and _BARE.match(kind["kind"]):
            return f"{name} {kind['rest'][which.end() :]}"
        comma = "," if kind["rest"].startswith(" which") else ""
        return f"{name} is {kind['kind']}{comma}{kind['rest']}"
    making = _MAKING.match(told)
    ours = _OURS if told.startswith("We ") else _THEN
    if not making or ours.search(told[making.end() :]):
        return told  # what else is done needs the same speaker
    thing = told[making.end() :]
    if (name != title.strip() or len(name.split()) < MAX_NAME) and _A_METHOD.match(told):
        return f"{name} is {thing}"
    maker = short_title(title) if thing.startswith(name) else name
    return f"{maker} {making['makes'].replace('study', 'studie')}s {thing}"


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
