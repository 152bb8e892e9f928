"""Names: an answer may speak only of models, data sets and tools that the provided items name."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator

from assistant.checking.aliases import ORDINARY
from assistant.checking.lexicon import TOKEN, is_shaped, lexicon_of
from assistant.checking.owners import Owners
from assistant.text.characters import view
from assistant.world import Provided, World

_YEAR = r"\(?(?:19[5-9]|20[0-3])\d[a-z]?\b(?! ?(?:x|px|pixel|%))\)?"
_NAME = r"[A-Z][\w'’-]{1,30}"
_AUTHOR = re.compile(
    rf"\b{_NAME} et al\b\.?(?:,? {_YEAR})?|\b{_NAME} (?:and|&) {_NAME},? {_YEAR}"
    r"|\b(?!(?:In|Since|By|From|Until|Before|After|During|Around|Of|The|Year|January|February|March"
    r"|April|May|June|July|August|September|October|November|December)\b)"
    rf"[A-Z][a-zà-ÿ'’-]{{1,30}},? {_YEAR}"
    r"|[(\[][A-Z][a-z]{1,30}\+?\d\d[a-z]?\b"
    r"|\b(?:CVPR|ICCV|ECCV|NeurIPS|NIPS|ICML|ICLR|AAAI|WACV|BMVC|TPAMI|SIGGRAPH|ICASSP|ICIP|IJCV"
    r"|ACM MM|IEEE)\b(?: ?'?\d{2,4})?"
)
_SCALED = re.compile(
    r"[- (]{0,2}(?:at |for |by )?(?:(\d{1,2}(?:\.\d)?) ?x|x(\d{1,2}(?:\.\d)?))(?!\w)"
)
_SCALED_BEFORE = re.compile(r"(?:(\d{1,2}(?:\.\d)?) ?x|x(\d{1,2}(?:\.\d)?))[- ](?:SISR-)?$")
_GLUED = re.compile(r"(?:SISR-)?(.{1,60}?)(?:-?(\d{1,2})x|-?x(\d{1,2}))", re.I)
_ALIKE = (  # Greek and Cyrillic letters that pass for Latin ones
    "\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u0400-\u052f"
)
_MIXED_SCRIPT = re.compile(rf"[A-Za-z][{_ALIKE}]|[{_ALIKE}][A-Za-z]")
_COINED = re.compile(
    r"[A-Z][a-z0-9]*[a-z][A-Z][A-Za-z0-9]*|[A-Z]{2,}[a-z0-9]+[A-Z][A-Za-z0-9]*|[A-Z]{3,}[a-z]{2,}"
)
_SHAPE = re.compile(r"(?:\d*[A-Z]x)+\d*[A-Z]?\d*")  # HxWx3
_CAPITALS = re.compile(r"[A-Z]{2,}(?:-[A-Z]+)+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")
_ASKED = re.compile(  # where a name that only the question holds may stand
    r"\b(?:ask(?:s|ed)?|question|you|your|not|no|nothing|none|without|unknown|missing|lacks?)\b|n't\b",
    re.I,
)
_COMMON = frozenset(  # words of the field that are written as names are
    re.findall(
        r"\w+",
        "ai avg bgr bi bic block box cnaps cnn conv cpu cuda db deep dnn down dot fft gelu git "
        "github gpu high hr hub image in input la latex layer ll lm low lr mae map max mean ml mse "
        "net norm npu out output phone picture pixel png pool psnr ram re relu res resolution rgb "
        "sampling shuffle sigmoid sisr skip soft sr ssim super tensor to un up vram x y ycbcr you "
        "tube i pad web p pdf jpeg jpg tiff bmp raw lpips fid niqe flops macs hw wh hwc chw nchw d "
        "ar xiv cb cr mac book wi fi tf idf auto encoder",
    )
)


class Names:
    """The names of the field that a world does not provide."""

    def __init__(self, world: World, owners: Owners, urls: Iterable[str]) -> None:
        self._owners = owners
        self._lexicon = lexicon_of(world.catalog)
        texts = [view(f"{p.text}\n{_said(p)}") for p in world.provided]
        linked = {part for url in urls for part in TOKEN.findall(url)}
        whole = self._lexicon.whole
        self._given = frozenset(t for text in texts for t in _parts(text, whole))
        self._folded = frozenset(t.casefold() for t in self._given | linked)
        self._asked = frozenset(t.casefold() for t in _parts(view(world.request.question), whole))
        self._text = "\n".join(texts)
        self._tokens = frozenset(TOKEN.findall(self._text)) | {"al", "et", "and"}
        self._words = " ".join(TOKEN.findall(self._text))

    def outside(self, text: str, bare: str) -> tuple[str, str] | None:
        """The first name in a sentence that is not provided, with the kind of finding.

        ``text`` is the view of the sentence, ``bare`` the same with the names of items blanked.
        """
        if variant := self._variant(text):
            return variant, "variant_outside"
        name = self._unknown(bare)
        if name and not (name.casefold() in self._asked and _ASKED.search(text)):
            return name, "name_outside"
        for cited in _AUTHOR.finditer(bare):
            if not all(part in self._tokens for part in TOKEN.findall(cited.group())):
                return cited.group(), "author_year_outside"
        return None

    def _variant(self, text: str) -> str | None:
        """A provided family at a scale that is not provided: "RCAN 4x", "4x RCAN", "RCAN-x4"."""
        for mention in self._owners.mentions(text):
            fixed = [p for p in mention.items if p.offer.scales and not p.offer.any_scale]
            if not mention.strong or len(fixed) < len(mention.items):
                continue
            word = text[mention.start : mention.end]
            after = _SCALED.match(text, mention.end) if " " not in word else None
            before = _SCALED_BEFORE.search(text[max(0, mention.start - 16) : mention.start])
            for found in filter(None, (after, before)):
                scale = float(found.group(1) or found.group(2))
                if not any(scale in p.offer.scales for p in fixed):
                    return f"{word} {scale:g}x"
        return self._glued(text)

    def _glued(self, text: str) -> str | None:
        """The same written as one word, which is no mention: RCAN-4x, RCANx4, SISR-RCAN-4x."""
        for token in map(str, TOKEN.findall(text)):
            found = _GLUED.fullmatch(token)
            if found is None or token in self._given:
                continue
            scale = float(found.group(2) or found.group(3))
            for mention in self._owners.mentions(found.group(1)):
                if not any(scale in p.offer.scales or p.offer.any_scale for p in mention.items):
                    return token
        return None

    def _unknown(self, bare: str) -> str | None:
        if found := _MIXED_SCRIPT.search(bare):
            return found.group()
        words = TOKEN.findall(bare)
        for token in words:
            if name := self._token(token):
                return name
        return self._spaced(words) or self._phrase(words)

    def _spaced(self, words: list[str]) -> str | None:
        """A name written as two words: Stable Diffusion, Swin IR."""
        for pair in itertools.pairwise(words):
            joined, spaced = "".join(pair).casefold(), " ".join(pair)
            known = joined in self._lexicon.folded and joined not in self._folded
            long = len(joined) > 6 or (len(joined) == 6 and pair[0].casefold() not in ORDINARY)
            capital = long and all(word[0].isupper() for word in pair)
            if known and capital and spaced not in self._words:
                return spaced
        return None

    def _token(self, token: str) -> str | None:
        """A name in one token or in parts of it (SwinIR-L, EDSR's, ESRGANs)."""
        if token in self._given:
            return None
        for part in _windows(token):
            if part in self._given or (part.casefold() in self._folded and is_shaped(part)):
                return None if part == token else self._rest(token, part)
            if part in self._lexicon.exact:
                return part
            for form in (part.casefold(), part.casefold().removesuffix("s")):
                if form in self._lexicon.folded and form not in self._folded:
                    return part
        joined = re.sub(r"[-.+]", "", token).casefold()  # Swin-IR, S.w.i.n.I.R
        if joined in self._lexicon.folded and joined not in self._folded and len(joined) > 5:
            return token
        return token if self._is_coined(token) else None

    def _rest(self, token: str, part: str) -> str | None:
        """What a token holds beside a provided name: RCAN-SwinIR."""
        for other in token.replace(part, " ").split():
            if name := self._token(other.strip("-.+")):
                return name
        return None

    def _is_coined(self, token: str) -> bool:
        """Whether an unknown token is written as names of models are: MambaIR, HIGS-R."""
        for part in (token, *token.split("-")):
            if part.casefold() in self._folded or part.casefold() in self._asked:
                continue
            if _SHAPE.fullmatch(part):
                continue
            if _COINED.fullmatch(part) or (part == token and _CAPITALS.fullmatch(part)):
                pieces = [p.casefold() for p in _PART.findall(part)]
                if not all(p in _COMMON or p.isdigit() for p in pieces):
                    return True
        return False

    def _phrase(self, words: list[str]) -> str | None:
        """A title or a name of several words that is not provided."""
        folded = tuple(word.casefold() for word in words)
        for n, pair in enumerate(itertools.pairwise(folded)):
            for phrase in self._lexicon.phrases.get(pair, ()):
                found, wanted = words[n : n + len(phrase)], list(phrase)
                if len(phrase) > 3:  # a title is one in any case, "Real Photo" is not
                    found, wanted = [w.casefold() for w in found], [w.casefold() for w in wanted]
                if found == wanted and " ".join(phrase).casefold() not in self._words.casefold():
                    return " ".join(words[n : n + len(phrase)])
        return None


def _said(p: Provided) -> str:
    return "\n".join(fact.text for fact in p.facts)


def _windows(token: str) -> Iterator[str]:
    """The token, then its parts between hyphens and dots, longer ones first."""
    parts = re.split(r"[-.+]", token)[:12]
    for length in range(len(parts), 0, -1):
        for start in range(len(parts) - length + 1):
            piece = "-".join(parts[start : start + length])
            yield token if length == len(parts) else piece


@functools.lru_cache(maxsize=1024)
def _parts(text: str, whole: frozenset[str]) -> frozenset[str]:
    """The tokens of a text and the parts of compounds, as an id is one."""
    tokens = set(TOKEN.findall(text))
    compounds = [t for t in tokens if "-" in t and t not in whole]
    tokens = tokens.union(*(t.split("-") for t in compounds))
    stems = {t[:-2] for t in tokens if re.fullmatch(r"[A-Za-z]{5,40}V\d", t)}
    return frozenset(tokens | stems)  # StableDiffusionV1 names StableDiffusion
