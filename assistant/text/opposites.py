"""Words of opposite meaning, both ways: of general English, and of the field."""

from __future__ import annotations

import functools

from assistant.text.alike import SAME
from assistant.text.stems import stem

_OPPOSITES = """
increase decrease | increase reduce | raise lower | rise fall | grow shrink | expand contract |
enlarge shrink | enlarge reduce | upscale downscale | upsample downsample | maximize minimize |
maximum minimum | improve worsen | improve degrade | improve harm | enhance degrade |
enhance reduce | enhance diminish | strengthen weaken | gain lose | gain loss | add remove |
insert delete | include exclude | accept reject | allow prevent | allow forbid | enable disable |
enable prevent | help hinder | help hurt | facilitate hinder | facilitate impede | promote prevent
| encourage discourage | support oppose | succeed fail | success failure | successful unsuccessful
| build destroy | create destroy | construct destroy | begin end | start stop | start finish |
open close | keep discard | keep lose | preserve destroy | preserve alter | retain discard |
maintain abandon | follow ignore | consider ignore | reveal hide | show hide | confirm refute |
prove disprove | agree disagree | connect disconnect | combine separate | merge split | join split
| share separate | attract repel | accelerate slow | speed slow | fast slow | faster slower |
quick slow | early late | earlier later | first last | before after | previous next |
previously subsequently | old new | young old | novel existing | modern outdated | recent old |
high low | higher lower | highest lowest | large small | larger smaller | largest smallest |
big small | bigger smaller | huge tiny | long short | longer shorter | wide narrow | deep shallow
| thick thin | strong weak | stronger weaker | heavy light | heavier lighter | hard easy |
hard soft | difficult easy | easier harder | simple complex | simpler harder | complicated simple
| good bad | better worse | best worst | great poor | superior inferior | positive negative |
right wrong | correct incorrect | true false | accurate inaccurate | precise vague | sharp blurry
| sharper blurrier | clear unclear | clean noisy | clean dirty | bright dark | rich poor |
full empty | complete incomplete | whole partial | same different | similar different |
similar dissimilar | equal unequal | identical different | alike different | uniform varied |
constant variable | static dynamic | fixed variable | fixed flexible | stable unstable |
rigid flexible | regular irregular | common rare | common uncommon | frequent rare | often rarely
| usually rarely | always never | always sometimes | everywhere nowhere | all none | all some |
most few | many few | more less | more fewer | fewer greater | much little | majority minority |
both neither | only also | general specific | global local | universal particular | broad narrow |
public private | internal external | inner outer | inside outside | within outside | above below |
over under | up down | upper lower | top bottom | front back | left right | near far |
forward backward | supervised unsupervised | labeled unlabeled | labelled unlabelled |
known unknown | seen unseen | visible invisible | explicit implicit | direct indirect |
active passive | online offline | real fake | real synthetic | real virtual | natural artificial |
human machine | manual automatic | theoretical empirical | theoretical practical |
abstract concrete | qualitative quantitative | linear nonlinear | discrete continuous |
sparse dense | symmetric asymmetric | sequential parallel | convex concave | finite infinite |
absolute relative | objective subjective | primary secondary | major minor | important unimportant
| significant insignificant | relevant irrelevant | necessary unnecessary | necessary optional |
sufficient insufficient | possible impossible | able unable | capable incapable |
efficient inefficient | effective ineffective | useful useless | reliable unreliable |
robust fragile | safe dangerous | secure vulnerable | cheap expensive | low-cost costly |
free costly | consistent inconsistent | compatible incompatible | dependent independent |
related unrelated | against for | outperform underperform | exceed trail | win lose |
cooperative competitive | presence absence | present absent | advantage disadvantage |
benefit drawback | strength weakness | abundant scarce | abundance scarcity | excess lack |
have lack | require avoid | use avoid | achieve fail | overcome suffer | mitigate aggravate |
alleviate aggravate | alleviate exacerbate | address neglect | address ignore | focus ignore |
bounded unbounded | limited unlimited | pretrained untrained | trained untrained | bias unbiased |
biased unbiased | familiar unfamiliar | homogeneous heterogeneous | monolingual multilingual |
single multiple | one many | unique duplicate | individual collective | alone together |
remember forget | understand misunderstand | attend ignore | trust distrust | like unlike |
despite due | rational irrational | conscious unconscious | ally enemy | teacher student |
parent child | buyer seller | day night | hot cold | wet dry | horizontal vertical | row column |
foreground background | exact approximate | exactly approximately | partially fully |
entirely partly | completely partly | rapidly slowly | quickly slowly | well poorly | affirm deny
| underestimate overestimate | acquire lose | widen narrow | deepen flatten | borrow lend |
import export | send receive | push pull | train test | training inference | final initial
"""
_OF_FIELD = """
more less | input output | light heavy | sharp blurry | shrink enlarge | gain drop | above drop |
improve drop | start end | above below | rough smooth | encoder decoder | cause remove | cause
prevent | cheap costly | deepest shallowest | deep shallow | bright dark | amplify remove |
together separate | one several | few many | keep change | keep remove | keep replace | keep
discard | remove add | random fixed | near far | nearest farthest | similar different | alike
different | permit bar | permit forbid | real artificial | leave remove | missing publish | stay
melt | keep vanish | stay vanish | input target | learn fixed | hard soft | same separate | whole
crop
"""


@functools.cache
def opposites() -> dict[str, frozenset[str]]:
    """For each stem the stems that turn its meaning, both ways."""
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split("|"):
        one, other = (stem(word) for word in pair.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


@functools.cache
def contraries() -> dict[str, frozenset[str]]:
    """As `opposites`, with pairs of the field, for stems of which one stands for all alike."""
    found: dict[str, set[str]] = {}
    pairs = [(one, two) for one, others in opposites().items() for two in others]
    pairs += [(stem(one), stem(two)) for one, two in map(str.split, _OF_FIELD.split("|"))]
    for one, two in ((SAME.get(one, one), SAME.get(two, two)) for one, two in pairs):
        if one != two:
            found.setdefault(one, set()).add(two)
            found.setdefault(two, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}
