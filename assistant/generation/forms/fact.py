"""Who, when, which license, how large, on what data, how fast: what the records state, and what
they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.catalog import Concept, Model, Paper, of_data
from assistant.generation.bearing import Bearing, called, ended
from assistant.generation.forms.compare import compare
from assistant.generation.forms.concept import concept
from assistant.generation.forms.entries import concepts, described, kinds, stated, strangers
from assistant.generation.forms.hardware import on_hardware
from assistant.generation.forms.permission import license_entry, permitted
from assistant.generation.glossary import of_concept
from assistant.world import Provided, World
from assistant.world.unsaid import denies_of, properties, speaking


class Topic(NamedTuple):
    """Something that people ask of a record: words that ask for it, words that do where nothing
    else is asked for, the fields of the record that answer, and kinds of its facts."""

    words: str
    faint: str
    fields: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Fields that are told where they are recorded; their lack is not."""


_PORTABLE = r"phones?|laptops?|tablets?|raspberry|jetson|browser|cpus?"
TOPICS = {
    "license": Topic(
        r"licen[sc]\w*|commercial\w*|sell\w*|allowed|permitted|legal\w*|free to|for free|freely"
        r"|(?:may|can|could) (?:i|we) (?:\w+ )?use (?:it|them|this|that) (?:for|in|at|commerc\w*)"
        r"|shops?|customers?|proprietary|paid|clients?|business|company|mit\b|apache|gpl|copyright\w*",
        "",
        ("license",),
        ("license",),
        ("weights_license",),
    ),
    "author": Topic(
        r"who|whose|authors?|wrote|invented|developed|creators?|behind|made by|labs?|group|team",
        "",
        ("authors",),
        ("author",),
    ),
    "year": Topic(
        r"when|years?|how old|new(?:er|est)|old(?:er|est)|recent|date[ds]?|released?|published"
        r"|venue|conference|journal|presented|appear(?:ed)?|came? out",
        r"(?:19|20)\d\d",
        ("year",),
    ),
    "file": Topic(
        r"weights? files?|checkpoint files?|mb|megabytes?|disk|download size"
        r"|(?:big|large|heavy|size of)(?: is| are)?(?: the| its)? (?:downloads?|weights?|files?"
        r"|checkpoints?)",
        "",
        ("size_mb",),
        (),
        ("parameters",),
    ),
    "size": Topic(
        r"parameters?|params|how many weights|how (?:big|large|heavy)|weigh"
        r"|light(?:er|est)|small(?:er|est)"
        r"|heav\w+|bigger|larger",
        r"size",
        ("parameters",),
        ("size",),
        ("size_mb",),
    ),
    "data": Topic(
        r"trained (?:\w+ )?(?:on|with)|train on|learn(?:ed|t|s)? (?:from|on)"
        r"|training (?:data|sets?|pictures|images|photos)|datasets?|taught",
        r"data|trained|training",
        ("trained_on",),
        ("data",),
    ),
    "scales": Topic(
        r"scales?|scaling|factors?|how (?:many times|much larger|far)",
        r"enlarge\w*|upscal\w*|\dx|x\d",
        ("family", "any_scale", "scales"),
    ),
    "speed": Topic(
        r"fast\w*|slow\w*|speed|seconds|minutes|how long|time|runtime|fps|quick\w*|memory|ram",
        "",
        ("needs_gpu", "efficient"),
        ("speed",),
    ),
    "device": Topic(
        rf"gpus?|graphics cards?|vram|hardware|devices?|cuda|battery|{_PORTABLE}",
        "",
        ("needs_gpu", "efficient"),
        ("speed",),
    ),
    "where": Topic(
        r"where|links?|url|repo\w*|github|arxiv|website",
        r"code|papers?|weights|download\w*|find|get|checkpoints?",
        ("github", "paper", "weights"),
    ),
    "score": Topic(
        r"psnr|ssim|lpips|scores?|benchmark\w*|db|how good|set5|urban100|figures?",
        r"results?",
        tuple(f"figure-{n}" for n in range(1, 5)),
        ("result",),
    ),
    "kind": Topic(
        r"architecture|transformers?|cnn|gan|diffusion|backbone|based on|kind of|video|blind"
        r"|invent\w*",
        "",
        ("architecture", "video", "blind", "invents"),
    ),
    "title": Topic(r"stands? for|full (?:name|title)|titles?|titled|acronym", "", ("title",)),
    "purpose": Topic(
        r"what else|purposes?|(?:used|published|meant|made|good) for|which tasks", "", ("purpose",)
    ),
    "format": Topic(r"formats?|onnx|ncnn|pth|safetensors|pytorch", "", ("platforms",)),
}
_PLACES = {"weights": r"weights?|checkpoints?|download\w*", "github": r"code|repo\w*|github",
           "paper": r"papers?|arxiv|pdf"}  # fmt: skip
_SHOWN = re.compile(r"where (?:was|were|is|has)\b.*\b(?:published|presented|shown|appear)", re.I)
_WHEN = re.compile(r"\b(?:when|years?|dates?|old|new)\b", re.I)
_INSIDE = re.compile(  # of a network, not of its code
    r"where (?:does|do) (?!i\b|we\b|you\b|one\b)(?!.*\b(?:from|find|code|papers?|publish\w*)\b)",
    re.I,
)
_YES_NO = re.compile(r"^\W*(?:is|are|was|can|could|does|do|did|has|have|will|would)\b", re.I)
_MADE = ("contribution", "mechanism", "data", "limit")  # kinds that say how a network is made
_MOST = 5  # sentences of a record that are looked at without its name
ENOUGH, BESIDE, GRAZES = 0.23, 0.45, 0.1
"""How likely a sentence answers a question that asks for no topic, or for one that is not recorded,
beside one that is recorded, and at least: about where the cosines of .38, .6 and .2 stood, which
had been measured on the `fact` questions of training/questions; not measured anew."""


def fact(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """What is asked of each record that the question names, or that it is not recorded."""
    if told := on_hardware(world):
        return told
    about = [p for p in world.provided if p.entry and not isinstance(p.entry, Concept)]
    if not about:
        first, rest = concept(world, bearing)
        return [*strangers(world), *first], rest
    first, rest = strangers(world), []
    question = world.request.question
    asked = topics(question)
    if len(about) > 1 and not asked:
        return (concept if concepts(world) else compare)(world, bearing)
    for p in about[:4]:
        verdict = permitted(p, asked, question)
        said = " ".join(verdict).casefold()
        recorded = property_of(p, world) or _of_record(p, asked, world, bearing)
        first += [*verdict, *(text for text in recorded if text.casefold() not in said)]
        rest += [described(p)] if len(about) == 1 else []
        if "license" in asked and not of_data(question) and (kind := license_entry(p)):
            rest.append(of_concept(world, kind, "use"))
    return first, rest


def _of_record(p: Provided, asked: list[str], world: World, bearing: Bearing) -> list[str]:
    """What a record states of the topics asked for, and what else of it bears on the question as
    near as an answer does; where there is neither, that it is not recorded."""
    question = world.request.question
    told = [text for topic in asked for text in told_of(p, topic, question)]
    if not told and asked:
        told = stated(p, *(f"no-{TOPICS[topic].fields[0]}" for topic in asked))
    recorded = any(f.text in told and "#no-" not in f.id for f in p.facts)
    alone = sum(isinstance(one.entry, (Model, Paper)) for one in world.provided) == 1
    bound = BESIDE if told and recorded else ENOUGH
    near = nearest(p, bearing, bound, skip=told) if alone or not told else []
    if told or near:
        return [*_led(p, told, asked, question), *near]
    return [*stated(p, "unsaid"), *nearest(p, bearing, GRAZES)]  # what comes nearest goes with it


def nearest(p: Provided, bearing: Bearing, bound: float, skip: Sequence[str] = ()) -> list[str]:
    """The sentence of a record, its steps included, that bears most on a question, where it does by
    ``bound``."""
    if p.entry is None:
        return []
    steps = {step: ended(f"{called(p)}: {step}") for step in p.entry.steps}
    texts = [t for t in (*steps, *(f.text for f in p.entry.facts)) if t not in skip]
    weighed = [(described(p), p.entry.does), *((steps.get(t, t), t) for t in texts)]
    shown = {bare: full for full, bare in weighed}
    best, text = bearing.beside([p.entry.name], shown, _MOST)[0]
    return [shown[text]] if best >= bound else []


def property_of(p: Provided, world: World) -> list[str]:
    """Yes or no to whether a network has or is something that the glossary names, by what its
    record says of it, or that it says nothing of it."""
    if p.entry is None or not _YES_NO.match(world.request.question):
        return []
    told = []
    for c in properties(world.request.question, p.entry, world.catalog):
        said = [s.text for s in speaking(p.entry, c) if s.kind in _MADE]
        if not said:
            told += stated(p, f"unsaid-{c.id}")
            continue
        told.append(f"{'No' if denies_of(said[0], c) else 'Yes'}: {said[0]}")
    return told or stated(p, "unsaid-asked")


def _led(p: Provided, told: list[str], asked: list[str], question: str) -> list[str]:
    """What is told, with yes or no before it where the question wants that and the record says it:
    of the device it needs, and of what kind of network it is."""
    if not _YES_NO.match(question) or not told:
        return told
    needs = re.search(r"\b(?:needs?|requires?)\b", question, re.I) is not None
    if asked[:1] in (["device"], ["speed"]) and (
        needs or _found(rf"without|weak|{_PORTABLE}", question)
    ):
        heavy, light = stated(p, "needs_gpu"), stated(p, "efficient")
        if told[0] in (heavy or light):
            return [f"{'Yes' if bool(heavy) == needs else 'No'}: {told[0]}", *told[1:]]
    if "kind" in asked:
        word = _found(TOPICS["kind"].words, question)
        said = described(p)
        if word and word[0].rstrip("s").lower() in said.lower():
            return [f"Yes: {said}"]
    return told


def topics(question: str) -> list[str]:
    """What a question asks to know of a record, in the order of its words."""
    strong = [(m.start(), key) for key, t in TOPICS.items() if (m := _found(t.words, question))]
    if _SHOWN.search(question) or _INSIDE.search(question):
        strong = [one for one in strong if one[1] != "where"]
    faint = [(m.start(), key) for key, t in TOPICS.items() if (m := _found(t.faint, question))]
    found = [key for _, key in sorted(strong or faint)]
    over = {"size": "file"} | ({} if _WHEN.search(question) else {"year": "license"})
    return [key for key in found if over.get(key) not in found]  # published under a license


def _found(words: str, question: str) -> re.Match[str] | None:
    return re.search(rf"(?<![\w-])(?:{words})(?![\w-])", question, re.I) if words else None


def told_of(p: Provided, topic: str, question: str = "") -> list[str]:
    """What a record states of a topic; that it does not, where a field of it is empty."""
    _, _, fields, wanted, also = TOPICS[topic]
    if topic == "license" and of_data(question):
        return stated(p, "no-data_license") or kinds(p, "license")
    if topic == "where":
        fields = tuple(f for f in fields if _found(_PLACES[f], question)) or fields
    elif topic == "license" and _found(_PLACES["weights"], question):
        fields = (*fields, *also)
    told = [text for field in fields for text in stated(p, field) or stated(p, f"no-{field}")]
    if topic == "scales":
        told = told[:1]
    told += stated(p, *also)
    if topic == "speed" and not kinds(p, *wanted):
        told += stated(p, "no-speed")
    return list(dict.fromkeys(map(ended, [*told, *kinds(p, *wanted)])))
