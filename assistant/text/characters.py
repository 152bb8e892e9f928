"""Characters: what no reader sees, and one spelling for what Markdown, LaTeX and people write."""

from __future__ import annotations

import functools
import html
import re
import unicodedata

# Zero-width and bidirectional characters, tags, other controls, and terminal escape sequences.
_UNSEEN = re.compile(
    r"\x1b\[[0-9;]{0,20}[A-Za-z]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\U000e0000-\U000e007f]"
)
BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]")
"""No text holds such control characters, and no UTF-8 file a lone surrogate."""
_SAME = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " ")
    | dict.fromkeys("×✕⨯", "x")
    | dict.fromkeys("$*`~", "")
)
_STYLED = re.compile(r"[\uff01-\uff5e\U0001d400-\U0001d7ff]+")
_EMPHASIS = re.compile(r"(?<!\w)_++|(?<!_)_++(?!\w)")
_SUPERSCRIPT = re.compile(r"(?<![\w⁰¹²³⁴-⁹])[⁰¹²³⁴-⁹]+")
_KEYCAP = re.compile(r"\d\ufe0f?\u20e3")
_THOUSANDS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?:,\d{3}){1,6}(?![\d,])")
_DECIMAL_COMMA = re.compile(
    r"(?<![\w.,])(?:(0),(?=\d)|(\d{1,3}),(?=\d{1,4}\s?(?:%|dB\b|percent\b|/\d)))"
)
NUMBER_WORDS = {
    word: n
    for n, word in enumerate(
        re.findall(
            r"\w+",
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty",
        ),
        1,
    )
}
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred")
NUMBER_WORDS |= {word: 10 * n for n, word in enumerate(_TENS, 3)}
_HALF = re.compile(r"\bhalf (?:of )?an? (?=percent|d[bB]\b|decibel)")
_UNIT = re.compile(r"times|fold|percent|per cent|%|d[bB]\b|decibel|illion|[a-z] x\b", re.A)
_IN_WORDS = re.compile(
    rf"\b({'|'.join(NUMBER_WORDS)})(?:[ -]({'|'.join(list(NUMBER_WORDS)[:9])}))?"
    r"(?=[ -](?:times|fold|percent|per cent|%|db|decibels?|million|billion|x)\b|-?fold\b)",
    re.I,
)


def visible(text: str) -> str:
    """``text`` without characters that no reader sees; lines and tabs stay."""
    return _UNSEEN.sub("", text)


@functools.lru_cache(maxsize=4096)
def view(text: str) -> str:
    """``text`` as the checks read it: no markup, one kind of dash, space, factor and number.

    Case and order stay, positions do not. ``$3\\times$`` becomes ``3x``, ``15,629,307`` one
    number, ``three times`` ``3 times``, ``25 percent`` ``25%``.
    """
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _STYLED.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
        text = _SUPERSCRIPT.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
        text = _KEYCAP.sub(" ", text)
    text = text.translate(_SAME)
    if "\\" in text:
        text = re.sub(r" ?\\times\b", "x", text).replace("\\", "")
    if "_" in text:
        text = _EMPHASIS.sub("", text)
    if "," in text:
        text = _THOUSANDS.sub(lambda m: m.group().replace(",", ""), text)
        text = _DECIMAL_COMMA.sub(lambda m: f"{m.group(1) or m.group(2)}.", text)
    if _UNIT.search(text):
        text = _IN_WORDS.sub(_digits, text)
        text = _HALF.sub("0.5", text)
        text = re.sub(r"(\d) ?(?:percent|per cent|%)", r"\1%", text)
    return " ".join(text.split())


def printable(text: str) -> str:
    """``text`` on one line: control characters and broken bytes as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def fold(text: str) -> str:
    """For comparing quotations: read as by `view`, one kind of quote and space, no case."""
    return " ".join(re.sub(r"[“”‘’„«»\"']", "'", view(text)).casefold().split())


def _digits(found: re.Match[str]) -> str:
    tens, ones = NUMBER_WORDS[found.group(1).lower()], found.group(2)
    return str(tens + NUMBER_WORDS[ones.lower()] if ones and tens >= 20 else tens)
