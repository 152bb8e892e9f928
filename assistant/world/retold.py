"""What a question tells of, said back to its asker: "I enlarged my photo, how come it is sharp?"
tells that "you enlarged your photo"."""

from __future__ import annotations

import re

from assistant.links import candidates
from assistant.text.sentences import sentences

_FEWEST, _MOST = 5, 32  # words of a sentence that can be said back
_GREETING = re.compile(r"^(?:(?:hi|hello|hey|dear \w+|but|and|so|well|ok|wow)\b[,!.:]?\s+)+", re.I)
_THEN_ASKS = re.compile(
    r"(?:\s*[—–]\s*|[,;:]\s+|\.{3}\s*|…\s*|\s-\s)(?:(?:so|and|but|yet)\s+)?"
    r"(?:how|why|what|which|who|where|is|are|does|do|did|can|could|should|would)\b[^.!?]*\?$",
    re.I,
)
_NO_TALE = re.compile(  # a wish or a state of mind, and what is said to us
    r"^(?:(?:please|tell|explain|describe|show|let|give|help|thanks?|sorry|compare|imagine)\b|"
    r"(?:i|we)(?:['’](?:m|d|re|ll)| am| are| was| were)? (?:just )?"
    r"(?:wonder|want|need|curious|wish|like to|would|trying to understand|"
    r"looking for|know\b|ask\b)\w*|(?:if|how|why|what|which)\b)",
    re.I,
)
_LIVED = re.compile(
    r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|me)\b|\b(?:\w{2,}ed|was|were|had|did|made|felt|came|got|became|"
    r"kept|went|gave|took|brought|turned|left|lost|grew|saw|found)\b"
)
_DEED = re.compile(  # what makes a picture anew: before it stands what came of it
    r"\b(?:enlarg|upscal|upsampl|upsiz|resiz|zoom|blow|blew|doubl|tripl|quadrupl|super|sharpen|"
    r"restor|coloriz|color|denois|deblur|remov|clean|repair|fix|convert|turn|edit|process|appl|"
    r"generat|render|ran\b|run\b|used?\b|using|tried|trying|upload|fed\b|put\b|asked|made|"
    r"boost|improv|enhanc|typed|wrote|describ|gave|enter|prompt|add|dr[ae]w|paint|creat|transform|"
    r"swap|chang|switch|replac|expand|combin|merg)\w*",
    re.I,
)
_SAW = (
    r"(?:(?:still|even|also|really|actually|somehow|all|both|now) )*"
    r"(?:was|were|came|became|remained|stayed|looked|look|looks|kept|turned|seemed|felt|managed|"
    r"appeared|showed|disappeared|vanished|did|didn['’]t|lost|gained|improved|ended)\b"
)
_JOINT = r"(?:,? (?:and|but|yet)|,) "
_CLAUSE = re.compile(rf"{_JOINT}it ({_SAW}.*)", re.I)  # "they" may be what was taken away
_OWN_SUBJECT = re.compile(
    rf"{_JOINT}((?:the|its|their|every|each|no|your) (?:[\w’'-]+ ){{1,7}}?{_SAW}.*)", re.I
)
_OTHERS = re.compile(r"\b(?:you|your)\b", re.I)  # who is meant would change
_PLAIN = re.compile(r"[\w\s,.;:'’‘“”\"()%×+&/!–—…-]+")
_STRANGE = re.compile(  # names of works and addresses
    r"\b(?:[a-z]*[A-Z][a-z]*[A-Z]\w*[a-z]\w*|[A-Z]{5,}\w*|[A-Za-z]+-\d[\w.]*|\w+\.[a-z]{2,}\b)"
)
_QUOTED = re.compile(r"(“[^”]*”|\"[^\"]*\")")
_PERSONS = tuple(
    (re.compile(rf"\b{old}\b"), new)
    for old, new in (
        ("(?:I|we) (?:was|were)", "you were"), ("(?:I|[Ww]e) (?:am|are)", "you are"),
        ("(?:I|[Ww]e)(?=['’](?:m|re)\\b)", "you"), ("(?<=you)['’]m", "'re"),
        ("(?:I|[Ww]e)", "you"), ("(?:[Mm]y|[Oo]ur)", "your"), ("(?:me|us)", "you"),
        ("(?:mine|ours)", "yours"), ("(?:myself|ourselves)", "yourself"), ("and was", "and were"),
    )
)  # fmt: skip


def retold(question: str) -> str:
    """The first sentence of a question that tells what the asker did or saw, in the second person
    and without its end; empty where none does, or none can be said back as it stands: with links,
    markup, another person, or names of works in it."""
    for sentence in sentences(" ".join(question.split())):
        told = _GREETING.sub("", _THEN_ASKS.sub("", sentence.strip()).strip())
        told = re.sub(r"[.!…,;:\s]+([”\"’]?)$", r"\1", told)
        words = len(told.split())
        if "?" in told or _NO_TALE.match(told) or not _LIVED.search(told):
            continue
        if _FEWEST <= words <= _MOST and _inert(told):
            return _second_person(told)
    return ""


def outcome(told: str) -> str:
    """What came of it, of a sentence that tells that something was done to a picture: "the result
    stayed sharp"; empty where it tells of no such thing, as of how the picture was before."""
    own, left = _OWN_SUBJECT.search(told), _CLAUSE.search(told)
    found = min((f for f in (own, left) if f), key=lambda f: f.start(), default=None)
    if found is None or not _DEED.search(told[: found.start()]):
        return ""
    if found is own:
        return found[1]
    return f"the result {found[1]}"


def deed(told: str) -> bool:
    """Whether a sentence, said back, begins with what the asker did to a picture."""
    return told.startswith("You ") and bool(_DEED.search(" ".join(told.split()[:4])))


def _inert(told: str) -> bool:
    return (
        bool(_PLAIN.fullmatch(told))
        and not _OTHERS.search(told)
        and not _STRANGE.search(told)
        and not any(candidates(told))
    )


def _second_person(told: str) -> str:
    """The sentence with its persons changed, but for what it quotes."""
    pieces = _QUOTED.split(told)
    for pattern, new in _PERSONS:
        pieces[::2] = (pattern.sub(new, piece) for piece in pieces[::2])
    told = "".join(pieces)
    return told[:1].upper() + told[1:]
