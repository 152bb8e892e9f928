"""What a work is called: by its title, or by the name that its own text gives what it makes."""

from __future__ import annotations

import functools
import re

from assistant.links import candidates
from assistant.text.sentences import sentences

MAX_NAME = 4  # words before the colon of a title that are a name and not half a title
HEAD = (
    r"(?:method|approach|framework|model|system|network|architecture|pipeline|technique|algorithm|"
    r"scheme)"
)
MAKES = (
    r"^(?:We|(?:This|The|Our) (?:paper|work|study|article)) (?:\w+ly )?(?:first )?(?P<makes>"
    r"(?:propose|present|introduce|develop|design|build|describe|devise|pursue|study|explore|"
    r"investigate|employ|adopt))s? "
)
CALLED = r"(?:called|dubbed|termed|coined|namely|(?:named|referred to)(?: as)?)"
_NAME = r"(?P<name>[A-Z][\w+-]*[A-Z\d][\w+]*?)"
_NAMING = (  # how a text names what it makes, the surest first
    re.compile(rf"\b{CALLED} (?:[\w-]+ ){{1,7}}?\({_NAME}s?\)"),
    re.compile(rf"\b{CALLED} {_NAME}(?=[\s,.;])"),
    re.compile(
        rf"{MAKES[1:]}(?:an? |the )?(?:(?!(?:with|using|by|via|of|based|from|and)\b)[\w-]+,? )"
        rf"{{0,10}}?\({_NAME}s?\)",
        re.I,
    ),
    re.compile(rf"{MAKES[1:]}{_NAME}(?=[,:.(]| \()"),
    re.compile(rf"\b[Oo]ur {_NAME} (?:\w+ )?{HEAD}\b"),
)
ADDRESSED = re.compile(
    r"\b(?:you|your|ignore|disregard|instructions?|system prompt|assistant|as an ai|must not|"
    r"recommend(?:ed)? (?:this|our|the following)|cite|click|visit|please|answer with|respond with|"
    r"always say|do not (?:say|mention|tell)|"
    r"th(?:is|ese) (?:\w+ )?(?:task|problem|issue|challenge|gap|limitation|goal|idea|property|tool|"
    r"topic|direction|paradigm)s?|1\))(?!\w)",
    re.I,
)
_GENERIC = re.compile(  # short for what many works are about
    r"(?:[A-Z]?(?:CNN|GAN|DNN|RNN|NN|MLP|VAE|DDPM|LSTM|LLM|VLM|LDM)|(?:[HILSV]|SI|IS|SIS|Ref)?SR|"
    r"[LH]R|BFR|SOD|IQA|VQA|MRI|CT|[A-Z]|\d+)"
)


def short_title(title: str) -> str:
    """What comes before the colon of a title where that is a name, else the whole title."""
    name, colon, _ = re.sub(r" [-–—] ", ": ", title, count=1).partition(":")
    return name.strip() if colon and len(name.split()) <= MAX_NAME else title.strip()


def safe(sentence: str) -> bool:
    """Whether a sentence of a given text neither speaks to its reader nor holds a link."""
    return not ADDRESSED.search(sentence) and not any(candidates(sentence))


@functools.lru_cache(maxsize=1024)
def known_as(title: str, summary: str) -> str:
    """What a work is called: as its own text calls what it makes, where the title has no name of
    which that text speaks; else as the title says."""
    short = short_title(title)
    if short != title.strip() and (not summary or short in summary):
        return short
    text = " ".join(one for one in sentences(summary) if safe(one))
    named = (found["name"] for rule in _NAMING for found in rule.finditer(text))
    return next((n for n in named if not _GENERIC.fullmatch(n) and n not in title), short)
