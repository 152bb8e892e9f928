"""Numbers of a question, their units and the words that govern them: text -> Line.

A line is a text as tokens of one letter each, so that a grammar is a pattern over letters:
``nx`` is *3x*, ``nt[RD]*L`` *four times as large*, and a pattern runs in one clause by ``[^s]``.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from assistant.question.spelling import meant

MAX_CHARS = 20_000  # what is read of a question; beyond it no wish is stated
MAX_FACTOR = 64
SD_WIDTH = 720  # of video whose pixels are not square: its height says how much it holds
_NEARLY = 0.03  # relative difference of a factor to the whole one that is meant

Sides = tuple[float, float]
_ASCII = {n: n - 0xFEE0 for n in range(0xFF01, 0xFF5F)}  # full-width forms, as in ３ｘ
_ASCII |= str.maketrans("‐‑‒–—−’‘✕✖", "------''××")

_RATIO = re.compile(  # 1:4 upscaling
    r"\b(?:1 ?: ?([2-9]|1[0-6])|([2-9]|1[0-6]) ?: ?1) (?=up-?s|super|sr\b|enlarg|magnif)"
)
_GLUED = re.compile(r"\b(upscal[a-z]*|enlarg[a-z]*|zoom|scale|sr)([x×]?\d{1,2}[x×]?)\b")
_POLITE = re.compile(r",? ?\b(?:please|pls|plz|thanks|thank you|thx)\b")
_RATHER = re.compile(r"\b(?:rather|better|sooner) (?!than)([^.,;!?]{1,30}?) than\b")


def plain(text: str) -> str:
    """Lower case with one kind of dash and quote and ``x`` for the multiplication sign."""
    text = text[:MAX_CHARS].translate(_ASCII).lower().replace("\\times", "×")
    text = re.sub(r"\$([\d.× ]{1,20})\$", r"\1", text)
    text = re.sub(r"\b(\d{2,4})²", r"\1x\1", text)
    text = re.sub(r"(?<=\d) ?(?:½|1/2(?![\d/]))", ".5", text)
    text = re.sub(r"(?<![\d\s])(\s?)×\s(?=\d)", r"\1×", text)  # "× 4" is a factor, "3 × 4" a size
    return text.replace("×", "x")


def _regular(text: str) -> str:
    """A plain text with what is said in several ways said in one, and without politeness."""
    text = _RATIO.sub(r"x\1\2 ", _GLUED.sub(r"\1 \2", text))
    text = re.sub(r"\b(\d{3,4}[pi]|[248]k)(\d{2})\b", r"\1 \2 fps", text)
    text = _POLITE.sub("", text.replace("as well as", "and"))
    return _RATHER.sub(r"\1 rather than", text)


_VALUES: dict[str, dict[str, float | Sides]] = {
    "r": {  # pixels
        r"pal(?= (?:dvd|vhs|tape|video|footage|tv|broadcast|recording|master|source|signal|sd\b))"
        r"|(?<=\()pal(?=\W)|(?:dvds?|vhs)(?: tapes?)?(?=\W{1,2}pal\b)": (SD_WIDTH, 576),
        r"sd(?= (?:to|footage|videos?|tv|tapes?|clips?)\b)|ntsc"
        r"|(?<!to )(?:dvds?|vhs)": (SD_WIDTH, 480),
        "vga": (640, 480),
        r"1k(?= (?:textures?|renders?|maps?|video|footage)\b)": (1024, 1024),
        r"full[ -]?hd|fhd|hd(?=(?: \w+)? to\b)|(?<=\bto )hd(?! quality)": (1920, 1080),
        "qhd": (2560, 1440), "uhd|4k": (3840, 2160), "2k": (2048, 1080), "5k": (5120, 2880),
        "8k": (7680, 4320),
    },
    "f": {  # millimetres
        "a0": (841, 1189), "a1": (594, 841), "a2": (420, 594), "a3": (297, 420), "a4": (210, 297),
        "a5": (148, 210), "a6": (105, 148),
        "(?:us )?letter(?= (?:size|format|paper|at|print))": (215.9, 279.4),
    },
    "V": {
        "doubl(?!e ?\\(|e jpe?g)*": 2, "tripl*|trebl*": 3, "quadrupl*": 4, "quintupl*": 5,
        "sextupl*": 6, "octupl*": 8,
    },
    "W": {
        "half again|(?<=by )half(?! the)|half(?= as (?:big|large|much|wide) again)": 1.5,
        "twi[cs]e|(?<!half )as (?:big|large|wide|high|tall|much) again": 2, "thrice": 3,
        "a third(?= (?:larg|bigg|wide|tall|more))|(?<=by )(?:a|one) third": 1.34,
        "a quarter(?= (?:larg|bigg|wide|tall|more))|(?<=by )(?:a|one) quarter": 1.25,
    },
    "b": {  # in MB
        "kb|kib|kilobyte*": 1e-3, "mb|mib|megs?|megabyte*": 1, "gb|gib|gigs?|gigabyte*": 1e3,
    },
    "c": {  # in millimetres
        "mm|millimet*": 1, "cm|centimet*": 10, "met(?:er|re)s?": 1000, "ft|foot|feet": 304.8,
        '(?:inch*|(?<=[0-9])in|(?<=[0-9])")': 25.4,
    },
    "k": {"thousand|(?<=[0-9])k": 1e3, "million|(?<=[0-9])m": 1e6},
    "n": {
        "half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
        "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "sixteen": 16, "twenty": 20, "thirty": 30,
        "forty": 40, "fifty": 50,
        "(?:an? )?hundred": 100, "[二两兩](?=倍)": 2, "三(?=倍)": 3, "四(?=倍)": 4, "八(?=倍)": 8,
    },
}  # fmt: skip
_KINDS = {  # words of each kind, * for any ending; of two kinds that match the first counts
    # at most
    "M": """under|below|at most|max(?:imum|imal)?\\.?|not? more than
        |(?:less|fewer|smaller|lighter) than
        (?= (?:[0-9ah]|one|two|three|four|five|six|eight|ten|twenty|fifty))
        |within|fits? in|fits? into|not? (?:larg|bigg)er than|not over|<=?|≤|sub(?=-)
        |up to(?= [0-9.]+ ?(?:[kmg]i?b|m|k|million)\\b)""",
    # at most, said after; too much
    "l": "or (?:less|smaller|below|under|fewer)|tops|limit|too (?:much|big|large)|overkill",
    # a graphics card
    "v": """vram|video (?:ram|memory)|gpu memory|gpus?|(?:graphics )?cards?|rtx|gtx|nvidia
        |geforce|a100*|h100*|v100*
        |(?<!x )(?<!from )(?:10[567]|16[56]|20[678]|[345]0[5-9])0
        (?! ?(?:x|px|pixels?|by|wide|high|dpi))""",
    "g": "ram|memory",  # main memory
    "i": "and[ -]a[ -]half",  # half more
    # refusing
    "N": """not|no|never|isn't|don't|dont|do not|doesn't|instead of|rather than|without|except
        |avoid*|forget""",
    # wanting
    "Y": """want*|need*|prefer*|would like|should|must|ha(?:s|ve) to|to have|ask*|require*|become*
        |target|demand*|expect*|min(?:imum)?(?= (?:is )?[0-9])|get|make|give|gimme""",
    "O": "to|into|up to|[-=]+>|→",  # toward
    # fillers
    "D": """as an?|an?|present|current|actual|existing|linear|the|its
        |your|their|his|her|these|each|every|both|all|original(?! ?(?:[.,;:!?)]|$))
        |much|many
        |(?:number|amount) of|at least|about|around|roughly|per|just|exactly
        |models?|networks?|versions?""",
    "I": "is|are|from|only|out of|my|our",  # being, and owning
    "A": "already|previously|earlier",  # done before
    "B": "by",
    # not about size
    "C": """faster|slower|cheaper|lighter|lower|quicker|shorter|smaller|better|worse|lens*
        |speed(?! (?:it |this |that )?up)*|optical*|tele*|camera*|objective*|microscope*
        |compression|quality(?= factors?)|price*|cost*|day|week|month|year|second
        |contrast|bright*|saturat*|exposure|loupe*
        |frames?|fps""",
    # parts of pictures and networks
    "j": "kernel*|conv*|blocks?|patch*|grid*|window*|tiles?|crop*|binning|bins?",
    "E": """sizes?|resolution*|res|dimension*|sides?|directions?|axis|axes
        |(?:edge )?length|what (?:it|they) (?:is|are|was|were)
        |original(?= ?(?:[.,;:!?)]|$))""",  # extent
    "F": "factors?|ratio|magnification|sf(?=[ :=]*[0-9])|[rs](?= ?= ?[0-9]+(?! ?p))",  # factor
    # growing
    "G": """up-?scal*|up-?sampl*|up-?re[sz]*|up-?siz*|up(?= by\\b)|resolv*|bump*|grow*
        |enlarg*|magnif*|blow*|blew
        |scal*|increas*|resiz*|expand*|multipl(?!es)*|super(?! ?8)|sr""",
    "H": "have|has|had|was|were|got",  # having
    "J": "but|now|instead|today",  # contrast
    "K": "of",
    # larger
    "L": "larg*|big*|finer|denser|higher|wider|taller|detail*|longer(?= (?:edges?|sides?))",
    "z": "wide|width|high|height|tall|across|long",  # one side
    # pictures and their files
    "P": """pictures?|photo*|images?|pics?|scan*|shots?|snapshots?|textures?|sprites?|icons?
        |thumbnails?|avatars?|logos?|drawings?|video*|clips?|footage|screenshots?
        |wallpapers?|jpe?gs?|png|output|result*|upload|attachment|film*|portraits?""",
    # print
    "Q": """print*|poster*|banner*|canvas*|paper|wall|hang*|framed|flyer*|leaflet*|brochure*
        |postcard*|billboard*""",
    "R": "as|more|less|fewer",  # comparing
    # shrinking, and other speeds
    "S": """shrink*|shrank|shrunk|reduc*|downscal*|downsampl*|shorten*|minif*|down|slow(?:ed)?
        |slow motion|speed (?:it |this |that )?up|sped(?: up)?|takes|took""",
    "T": "me|it|this|that|them|be",  # pronouns
    # tried
    "U": "tried|used|using|with|did|said|c(?:an|ould) only|only (?:do|did|go|reach|manage)*",
    "Z": "zoom*|seen|viewed|look(?!s\\b|(?:ing)? for\\b)*",  # looking closely
    "a": "and|or|/|-(?= ?x?[0-9])",
    "d": "dpi|ppi",  # dots an inch
    "e": "=|:|such as|say",
    "h": "at|on",
    "y": "in",
    "m": "mp|megapixels?|mpix",  # megapixels
    "o": "fold|倍|배",  # -fold
    "p": "px|pixels?|(?<=[0-9]{3} )lines|area|surface",  # pixels
    "q": "param*|weights",  # parameters
    "s": "[.,;!?()\\n](?![0-9])|then",  # end of a clause
    "t": "times|time(?= (?:as|more|the|its|of|larg|big|high|wid)| ?$)|mal|fois|veces",
    "u": "%|percent",  # percent
}
_GRAMMAR = {
    "X": r"(?<![0-9])x(?:1[0-6]|[1-9](?:\.[0-9]{1,2})?)(?!\w|\.[0-9]|\s?x)",
    "r": "[1-9][0-9]{2,3}p|(?:480|576|1080)i|" + "|".join(_VALUES["r"]),
    **{kind: "|".join(values) for kind, values in _VALUES.items() if kind != "r"},
    **_KINDS,
}
_DIGITS = r"(?<![a-wyz_$€£.])[0-9]{1,3}(?:(?:,[0-9]{3})+|[0-9]{0,4})(?:\.[0-9]{1,4})?(?!\.?[0-9])"
_NAME = re.compile(r"(?<![\w-])(?=[\w-]{0,60}(?:[0-9]x|x[0-9]))\w+(?:-\w+)+", re.A)


def _words(words: str) -> str:
    words = re.sub(r"\s*\n\s*", "", words).replace("*", "[a-z']*")
    return rf"(?:{words})(?:\b|(?<!\w)|(?=fold\b))"


_LEXER = re.compile(
    "|".join(f"(?P<{kind}>{_words(words)})" for kind, words in _GRAMMAR.items())
    + rf"|(?P<x>x(?![a-z_]))|(?P<digits>{_DIGITS})|\w+|[^\x00-\x7f]",
    re.A,
)
_READ = {
    kind: [(re.compile(_words(words), re.A), value) for words, value in values.items()]
    for kind, values in _VALUES.items()
}


def nearly_whole(ratio: float) -> float:
    """A factor that two sizes give as people say it: 1000 to 2998 pixels is three times."""
    for part, near in ((1, _NEARLY), (4, _NEARLY / 10)):
        said = round(ratio * part) / part
        if abs(ratio - said) < near * ratio:
            return said
    return reached(ratio)


def reached(factor: float) -> float:
    """A factor of at most two decimals that still reaches what ``factor`` is for."""
    return math.ceil(round(factor * 100, 4)) / 100


def texture_side(said: str, beside: float) -> float | None:
    """The pixels of a size such as 4k: of a texture where the size beside is a power of two."""
    side = int(beside) if beside % 1 == 0 else 0
    if re.fullmatch("[1-9]k", said) and side and side & (side - 1) == 0:
        return 1024.0 * int(said[0])
    return None


class Token(NamedTuple):
    """A word or number: its kind, its two sides or twice its one value, and its place."""

    kind: str
    sides: Sides
    start: int
    end: int


class Line:
    """A text: ``text`` in one form, its tokens, and ``kinds``, their letters."""

    def __init__(self, text: str) -> None:
        self.text = text = _regular(plain(text))
        self.tokens: list[Token] = []
        for match in _LEXER.finditer(_NAME.sub(_unnamed, text)):
            token = Token(match.lastgroup or "w", _sides(match), *match.span())
            if token.kind == "w" and (word := meant(match.group())):
                slip = _LEXER.fullmatch(word)
                token = Token(slip.lastgroup or "w", _sides(slip), *match.span()) if slip else token
            if token.kind == "digits":
                token = token._replace(kind="n")
            elif token.kind == "i" and self.tokens and self.tokens[-1].kind == "n":
                whole = self.tokens.pop()  # one and a half
                token = whole._replace(sides=(whole.sides[0] + 0.5,) * 2, end=token.end)
            self.tokens.append(token)
        self.kinds = "".join(token.kind for token in self.tokens)

    def value(self, place: int) -> float:
        """The number at a place of ``kinds``, or the factor of the unit there."""
        return self.tokens[place].sides[0]

    def said(self, first: int, last: int) -> str:
        """The words from one place up to and without another."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]


def _sides(match: re.Match[str]) -> Sides:
    kind, said = match.lastgroup or "w", match.group()
    if kind in ("digits", "X"):
        return (float(said.strip("x").replace(",", "")),) * 2
    for words, value in _READ.get(kind, ()):
        if words.match(match.string, match.start()):
            return value if isinstance(value, tuple) else (value, value)
    if kind == "r":  # 720p
        return round(int(said[:-1]) * 16 / 9), int(said[:-1])
    return 0.0, 0.0


def _unnamed(match: re.Match[str]) -> str:
    """A name such as rcan-3x as one word: the factor in it is no number of the question."""
    for part in match.group().split("-"):
        word = _LEXER.fullmatch(part)
        if not (re.fullmatch("[0-9]+x?|x[0-9]+|er|like|style", part) or (word and word.lastgroup)):
            return "w" * len(match.group())
    return match.group()
