"""Words for comparing a sentence with facts: what means the same, denies, limits or overstates."""

from __future__ import annotations

import functools
import re

from assistant.text.characters import NUMBER_WORDS
from assistant.text.stems import STOP, stem, words

_ALIKE = """
picture photo photograph image frame snapshot shot still
enlarge upscale upsample magnify upsize enlargement upscaling blow
network model net method approach architecture system
detail texture
sharp crisp clear clarity sharpness
blurry blur soft blurred unsharp
small tiny little compact
big large heavy huge bulky
fast quick rapid speedy speed quickly
slow slowly
factor scale
size dimension
wide width
high height tall
pixel dot
trained train training learn learned learning taught
weight weigh rescale reweigh emphasize emphasise
combine join merge fuse blend mix
begin start first initial
end final last finally
give produce yield return output deliver
take accept receive input expect
use employ apply rely utilize utilise exploit
remove clean suppress eliminate reduce strip
restore repair recover mend fix
show depict display
need require demand
contain hold include
cut split divide crop
phone smartphone mobile
weak low-power limited modest
computer machine device hardware
video clip film footage
face portrait
draw paint render
guess infer invent hallucinate imagine
compare comparison beside against
license licence
data dataset corpus
damage degradation damaged degraded spoil
noise noisy grain
compress compression jpeg
layer stage block
question ask asked want wish
answer reply
provide given provided state list
test try tried
author creator
publish appear published
interpolation interpolate bicubic
filter kernel
color colour coloring colouring coloration
gray grey
keep preserve retain maintain stay unchanged
part portion piece region area patch
add extra additional
memory ram
parameter weights
task job goal aim
increase grow raise gain improve better
decrease shrink lower fall drop loss
know known
many several multiple
way manner
different other another
same identical equal
real real-world actual
""".strip()
_DENY = frozenset(
    re.findall(
        r"\S+",
        "not no never without cannot can't don't doesn't isn't aren't won't didn't wasn't neither "
        "nor none nothing unlike lack lacks lacking fail fails hardly rarely instead rather unable "
        "nobody few little free avoid avoids except excluding unconfirmed unknown",
    )
)
_ABSOLUTE = frozenset(
    re.findall(
        r"\S+",
        "always never every any all everything everyone everywhere anything best perfect perfectly "
        "exact exactly guarantee guarantees guaranteed must only completely entirely fully totally "
        "truly certainly definitely proven proves proof prove ensures ensure ideal "
        "optimal unmatched "
        "leading superior universal universally whatever regardless most state-of-the-art "
        "flawless lossless undoubtedly beats outperforms surpasses impossible identical "
        "true faithful",
    )
)
_HEDGE = frozenset(
    re.findall(
        r"\S+",
        "may might can could about around nearly almost some often usually mostly roughly "
        "approximately up partly sometimes likely probably tends",
    )
)
_COMPARE = re.compile(
    r"(?:more|less|fewer|than|twice|half|double|thrice|further|least|worse|\w{3,}(?:er|est))"
)
_NO_COMPARE = frozenset(
    re.findall(
        r"\S+",
        "other another layer layers number filter filters together either whether order "
        "transformer "
        "encoder decoder user paper computer never ever over under per rather answer "
        "after parameter "
        "parameters power lower-case buffer their her center corner consider rest test interest "
        "request manner discover cover upper inner outer super former latter character "
        "water winter "
        "color later remember letter printer scanner amber member proper render newer",
    )
)
TURNED = (
    "more less,faster slower,larger smaller,higher lower,before after,increase decrease,"
    "input output,first last,high low,large small,light heavy,weak strong,better worse,"
    "add remove,sharp blurry,short long,deep shallow,shrink enlarge,clean noisy,raise lower,"
    "local global,slow fast,simple complex,new old,many few,known unknown,wide narrow,"
    "gain drop,above drop,improve drop,always never,start end,above below,rough smooth"
)
"""Pairs of opposites."""
_PAIRS = [(stem(one), stem(two)) for one, two in map(str.split, TURNED.split(","))]
OPPOSITE = dict(_PAIRS) | {two: one for one, two in _PAIRS}
"""Words that turn a sentence into its contrary, both ways."""
_CANON = {
    stem(word): stem(group.split()[0]) for group in _ALIKE.split("\n") for word in group.split()
}
_LIGHT = frozenset(  # numbers are compared by value, the rest only leads on
    map(
        stem,
        [*NUMBER_WORDS, *re.findall(
            r"\w+",
            "also thus hence therefore so then here there just even fold twofold "
            "threefold fourfold "
            "double triple quadruple doubling tripling twice thrice half halves dozen would "
            "task question model picture result example provided item record instance "
            "second third fourth "
            "fifth sixth seventh eighth ninth tenth million billion thousand db dB "
            "percent px mb gb",
        )],
    )
)  # fmt: skip


@functools.lru_cache(maxsize=8192)
def spelled(text: str) -> dict[str, str]:
    """The words of a text that carry meaning, in order: the stem, or that of one which means the
    same, and how it is written first."""
    found: dict[str, str] = {}
    for word in words(text):
        root = stem(word)
        plain = word in STOP or word.endswith("n't") or word[0].isdigit()
        if not plain and root not in _LIGHT and len(root) > 1:
            found.setdefault(_CANON.get(root, root), word)
    return found


@functools.lru_cache(maxsize=8192)
def content(text: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order; one for all that mean the same."""
    known = spelled(text)
    found = (_CANON.get(root, root) for root in map(stem, words(text)))
    return tuple(one for one in found if one in known)


def denies(text: str) -> bool:
    """Whether a clause denies or excludes something."""
    lower = text.lower().replace("’", "'")
    return any(w in _DENY or w.endswith("n't") for w in re.findall(r"[\w'-]+", lower))


def absolutes(text: str) -> frozenset[str]:
    """Words that allow no exception."""
    return frozenset(w for w in re.findall(r"[\w-]+", text.lower()) if w in _ABSOLUTE)


def hedges(text: str) -> bool:
    """Whether something is said with a limit."""
    return any(w in _HEDGE for w in re.findall(r"\w+", text.lower()))


def comparatives(text: str) -> frozenset[str]:
    """Words that compare."""
    found = re.findall(r"[a-z]+", text.lower())
    return frozenset(w for w in found if w not in _NO_COMPARE and _COMPARE.fullmatch(w))
