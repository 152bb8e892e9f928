"""Whether words of a question ask for a thing, refuse or quote it, or say it does not matter."""

from __future__ import annotations

import re

from assistant.catalog import Span, Words

_REACH = 60  # characters before a word in which a negation still governs it
_CLAUSE = re.compile(
    r"[.,;:!?()\n]|(?<!anything )\b(?:but|however|though|although|because|so that)\b"
)
_FILLER = (
    r"(?:an?|the|any|just|only|be|is|it|for|use|using|used|want|need|give|me|with|to|another|some"
    r"|of|those|these|from|like|too|one|that|which|model|models|trained|on|does|do|show|recommend"
    r"|or|nor|and)"
)
_NO = (
    r"(?:(?<!why )not(?! only| just| sure)|no|never|without|except|excluding|exclude|avoid\w*|nor"
    r"|neither|don't|dont|doesn't|isn't|instead of|rather than|(?:an)?other (?:\w+ )?than|non"
    r"|anything but|mustn't|shouldn't|won't|can't|skip)"
)
_REFUSED = re.compile(rf"\b{_NO}\W+(?:{_FILLER}\W+){{0,4}}$")
_OUT = r"out(?![\w-]| of\b| there\b)"  # neither output, nor out-of-focus
_RULED_OUT = re.compile(  # said behind the name of a model that is refused
    rf"(?: [\w.-]+)?(?:'s {_OUT}| (?:is|are|was|were) (?:\w+ly )?(?:{_OUT}|ruled out"
    r"|off the table|forbidden|excluded|banned|a no-go"
    r"|(?:no|not an|not really an) (?:option|alternative|choice)|not (?:allowed|available))\b"
    r"| (?:is|are|was|were|ai)n['’]?t (?:really )?(?:an (?:option|alternative)|allowed|available)\b"
    r"| (?:won['’]?t|will not) do\b)"
)
_LEFT = re.compile(  # what another is to follow
    r"\b(?:(?:replacements?|substitutes?|successors?) (?:for|to|of)|alternatives? to"
    r"|replac(?:e|ing)|(?:mov|switch|com|chang)\w* (?:away )?from|(?:sick|tired) of|fed up with"
    r"|unlike|(?:\w+er|more \w+|less \w+) than)\W+(?:(?:my|the|our|old|plain)\W+){0,2}$"
)
_USED = re.compile(
    r"\b(?:used|using|tried|trying|ran|been on|stuck with|relied on)\W+"
    r"(?:(?:my|the|old|plain)\W+)?$"
)
_SORT = (  # what a model is called
    r"(?:ones?|models?|networks?|options?|choices?|tools?|methods?|architectures?|weights"
    r"|(?:up-?scal|up-?sampl|enlarg|de-?nois|de-?blurr?|restor|sharpen|enhanc|colou?ri[sz])[eo]rs?)"
)
_ANOTHER = re.compile(  # of models, not of pictures or results
    r"\b(?:(?:what|which|who|anything|something|nothing|(?:what|which|any) \w+) else\b(?!['’])"
    r"|(?:what|which|anything|something|one)\b[^.?!;]*\binstead\b(?! of)"
    rf"|(?:another|other|newer|better|different|alternative) {_SORT}\b"
    r"|(?:what|which|any|no) others\b"
    r"|(?:anything|something|nothing|what(?:['’]s| is)) (?:\w+ )?(?:newer|better|different"
    r"|faster|lighter)\b"
    r"|alternatives\b|alternative(?= (?:to|for|that|which)\b|\W*(?:$|[.?!,;]))"
    r"|replac\w+ (?:it|this|that|them)\b|(?:what|which \w+) replaces\b|(?:a|any|the) replacement\b)"
)
_SPARED = re.compile(
    rf"\b(?:keep\w*|preserv\w*|retain\w*|leav\w*|maintain\w*|{_NO}\W+(?:\w+\W+){{0,3}}?"
    r"(?:remov\w*|tak\w+ away|clean\w*|touch\w*|smooth\w*|kill\w*|destroy\w*|los\w+|chang\w*"
    r"|alter\w*|harm\w*|eras\w*|wip\w+))\W+(?:\w+\W+){0,2}$"
)
_CHANGED = r"(?:touch|chang|alter|redraw|retouch|modif|edit)\w*"
_UNTOUCHED_BEFORE = re.compile(rf"\b{_NO}\W+(?:\w+\W+){{0,5}}?{_CHANGED}\W+(?:\w+\W+){{0,2}}$")
_UNTOUCHED_AFTER = re.compile(
    r"\W+(?:\w+\W+){0,2}?(?:(?:untouched|unchanged|unaltered|intact|(?:left|let) alone)\b"
    r"|as (?:they|it) (?:are|is)(?=\s*(?:$|[.,;:!?()]|(?:and|but|please|while)\b))"
    rf"|(?:must|should|may|shall) (?:not|never) (?:be )?{_CHANGED})"
)
_LET = re.compile(r"\b(?:leav\w*|let|left)\W+(?:\w+\W+){0,2}$")  # ... alone
_ALONE = re.compile(r"\W+(?:\w+\W+){0,2}?alone\b")
_STAYS_GRAY = re.compile(
    r"\b(?:stay|remain|ke(?:ep|pt)|leav|left|preserv)\w*\b[^.,;:!?\n]{0,30}?"
    r"\b(?:black[ -](?:and|&|n)[ -]white|b ?[&/] ?w|bw|gr[ae]y(?:[ -]?scale)?|monochrome)\b",
    re.I,
)
_UNWANTED = re.compile(r"\b(?:without|no|free (?:of|from))\W+(?:\w+\W+){0,2}$")
_ACTION = re.compile(r"\bde-?(?!tail|sign|vice|fault|pth)[a-z]{3}|remov")
_TYPED = re.compile(  # commands to an editor and questions are meant as they stand
    r"\b(?:typ(?:ed?|ing)|wr(?:ote|ite|iting)|(?:enter|request|prompt)(?:ed)?|ask(?:ed)? for)\b"
    r"\W+(?:\w+\W+){0,4}?[\"“'](?!(?:please|can|could|make|turn|change|add|give|put|remove|replace"
    r"|restore|fix|enhance|improve|increase|enlarge|sharpen|up(?:scale|sample|size)"
    r"|de-?(?:blur|noise|haze)|colou?ri[sz]e)\b)"
    r"(?P<prompt>[^\"“”?]{3,300}?)[\"”'](?!\w)"
)
_MOOT_BEFORE = re.compile(
    r"\b(?:whatever|regardless of|no matter(?: the| what| which)?|irrespective of|any"
    r"|(?:don't|dont|do not|doesn't) (?:care|mind|worry)(?: about)?)\W+(?:the\W+|of\W+)?$"
)
_MOOT_AFTER = re.compile(
    r"\W*(?:\w+\W+)?(?:(?:doesn't|does not|dont|don't|do not|need not|needn't)"
    r" (?:matter|care|have to|need to)"
    r"|(?:(?:is|are) (?:not an?|not|no)|isn't an?|isn't|aren't) (?:issue|important|concern|problem"
    r"|relevant|priority|matter)\b|(?:is|are) (?:irrelevant|unimportant|secondary)\b)"
)
_FINE = (
    r"(?:fine|ok|okay|o\.k\.|acceptable|alright|all right|good enough|tolerable|no big deal"
    r"|not? (?:a )?(?:problem|issue))"
)
_GRANTED_AFTER = re.compile(
    r"(?:[- ]?(?:sa|nc|nd|v?\d[\d.]*))*\W*(?:(?:or|and|/) [\w.-]+(?: [\w.-]+)?\W+)?"
    r"(?:(?:licen[sc]e[sd]?|terms?|use|files?|weights|models?)\W+)*"
    r"(?:(?:is|are|would be|will be|'s|seems?|sounds?)(?:n't| not)? )?"
    r"(?:(?:also|totally|perfectly|absolutely|completely|just|quite|all|not) )*"
    rf"(?:(?:{_FINE}|a no-go)\b|will do\b|works for me\b)"
)
_GRANTED_BEFORE = re.compile(
    r"\b(?:(?:fine|ok|okay|happy|good|cool|comfortable|no problem) with|accept(?:s|ing)?|tolerate"
    r"|can live with|(?:don't|do not|wouldn't) mind)\W+(?:(?:an?|the|any|using|under)\W+)*$"
)
_HELD = re.compile(r"\b(?:only|just|nothing but|must be|has to be|needs? to be)\W+(?:an?\W+)?$")


def granted(words: Words, span: Span) -> bool:
    """Whether they are permitted rather than required, or said not to do: *GPL is fine*, *I'm ok
    with CC BY*. What only does is required, and so is that commercial use is fine."""
    before, said = _clause(words, span), words.text[span.start : span.end]
    if _HELD.search(before) or said.startswith("commercial"):
        return False
    after = words.text[span.end : span.end + _REACH]
    return bool(_GRANTED_BEFORE.search(before) or _GRANTED_AFTER.match(after))


def refused(words: Words, span: Span) -> bool:
    """Whether the words at ``span`` are refused: *not anime*, *no GAN*."""
    return _REFUSED.search(_clause(words, span)) is not None


def ruled_out(words: Words, span: Span) -> bool:
    """Whether a model or a way to build one is refused: also *SwinIR is out*, as no picture is."""
    after = words.text[span.end : span.end + _REACH]
    return refused(words, span) or _RULED_OUT.match(after) is not None


def left(words: Words, span: Span) -> bool:
    """Whether what stands at ``span`` was used before and another is to follow: *a replacement for
    waifu2x*, *tried SwinIR, what else is there*."""
    before, around = _clause(words, span), words.text[: span.start] + words.text[span.end :]
    used = _USED.search(before) and _ANOTHER.search(around)
    return bool(_LEFT.search(before) or used)


def moot(words: Words, span: Span) -> bool:
    """Whether they are said not to matter: *speed is no issue*, *whatever the license*."""
    return bool(
        _MOOT_BEFORE.search(_clause(words, span))
        or _MOOT_AFTER.match(words.text[span.end : span.end + _REACH])
    )


def spared(words: Words, span: Span) -> bool:
    """Whether damage is to stay: *must not remove the dithering*, *keep the grain*."""
    before = _clause(words, span)
    if _SPARED.search(before):
        return True
    return bool(_ACTION.match(words.text[span.start : span.end]) and _REFUSED.search(before))


def untouched(words: Words, span: Span) -> bool:
    """Whether what a picture shows is not to be worked on: *leave the faces untouched*."""
    before, after = _clause(words, span), words.text[span.end : span.end + _REACH]
    let = _LET.search(before) and _ALONE.match(after)
    return bool(let or _UNTOUCHED_BEFORE.search(before) or _UNTOUCHED_AFTER.match(after))


def stays_gray(text: str) -> bool:
    """Whether a picture is to stay without color: *it has to STAY black and white*."""
    return _STAYS_GRAY.search(text) is not None


def unwanted(words: Words, span: Span) -> bool:
    """Whether damage is named as what a result should not show: *sharp, without noise*."""
    return _UNWANTED.search(_clause(words, span)) is not None


def prompts(words: Words) -> list[Span]:
    """What was typed for a generator and is quoted: *I typed "snowy forest"*."""
    return [Span(*found.span("prompt")) for found in _TYPED.finditer(words.text)]


def _clause(words: Words, span: Span) -> str:
    """What stands before ``span`` in its clause."""
    before = words.text[max(0, span.start - _REACH) : span.start]
    return _CLAUSE.split(before)[-1] if before else before
