"""Whether a message tells of a result that is not as it should be, rather than asks for a model;
whether it wonders why."""

from __future__ import annotations

import re

_DEED = (
    r"(?:up-?scal|enlarg|denois|deblur|sharpen|restor|colou?ri[sz]|brighten|de-?haz|derain|process"
    r"|running|clean|convert|fill|apply|resiz|\dx|x\d)\w*"
)
_DONE = (
    r"(?:output|result|upscaled|enlarged|denoised|deblurred|sharpened|restored|colou?ri[sz]ed"
    r"|brightened|cleaned|processed|dehazed|bigger|new)"
)
_TELLS = re.compile(
    rf"\b(?:after|since|when|by|while|from) (?:i |we )?(?:the )?{_DEED}"
    rf"|\b(?:the|my|its?|every|each|in) (?:(?:final|whole|big|large) )?{_DONE}\b"
    r"|\bi (?:upscaled|enlarged|denoised|ran|restored|deblurred|processed|colou?ri[sz]ed)"
    rf"|\b{_DEED} (?:left|made|gave|turned|ruined|added|killed|kills|leaves|makes|adds)\b"
    r"|\b(?:it|model|network|tool|program|upscaler|denoiser|ai|app) (?:invent|draw|drew|made|paint"
    r"|smear|smooth|blur|turn|chang|add|remov|gave|ate|kill|left|amplif|produc|drop|put)\w*"
    r"|\b(?:turn(?:ed|s)? (?:in)?to|came (?:out|back)|comes (?:out|back)|became|becomes|no longer"
    r"|any ?more|than before|still|instead of|even though|not there before|so slow|takes? forever"
    r"|now)\b",
    re.I,
)
_ASKS = re.compile(
    r"\b(?:which|recommend|want|need|wish|looking for|would like|i'd like|should i use"
    r"|what (?:model|network|tool|should|do|can i|can we|would|removes|fixes|brightens)|best"
    r"|how (?:do|can|could|would|should) (?:i|we|you|one)|(?:can|could) (?:you|i|we|it|ai|one)"
    r"|is there|any (?:model|tool|way|chance)|please|help me|make it|restore|fix|put)\b",
    re.I,
)

_WONDERS = re.compile(
    r"\b(?:why|how come|how (?:do|does|did|is|are|was|were|can|could) (?!i\b|we\b|you\b|one\b)"
    r"|what(?:['’]s| is| was) (?:happening|going on|causing)"
    r"|what (?:causes|caused|went wrong|did (?:it|that|this) do)"
    r"|where (?:do|does|did|is|are|['’]s) .{1,80} com(?:e|ing) from)\b",
    re.I,
)


def wonders(text: str) -> bool:
    """Whether a message asks for a cause or a mechanism: of the 2,289 in ``training/questions``
    that do two ask for a fact on record."""
    return bool(_WONDERS.search(text))


def tells(text: str) -> bool:
    """Whether a message says what became of a picture and asks for no model or deed."""
    return bool(_TELLS.search(text)) and not asks_for(text)


def asks_for(text: str) -> bool:
    """Whether a message asks for a model, a way or a deed."""
    return bool(_ASKS.search(text))
