"""Who, when, which license, how large, on what data, how fast: what the records state, and what
they do not."""

from __future__ import annotations

import re

from assistant.catalog import Concept
from assistant.generation.bearing import Bearing, ended
from assistant.generation.forms.compare import compare
from assistant.generation.forms.concept import concept
from assistant.generation.forms.entries import bearing_most, described, kinds, stated, strangers
from assistant.generation.glossary import of_concept
from assistant.world import Provided, World

TOPICS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    # what asks for it; fields of the record; kinds of its facts
    "license": (
        r"licen[sc]\w*|commercial\w*|sell\w*|allowed|permitted|legal\w*|free to|proprietary|paid"
        r"|client|business|company|mit\b|apache|gpl|copyright\w*",
        ("license", "weights_license"),
        ("license",),
    ),
    "author": (
        r"who|whose|authors?|wrote|invented|developed|creators?|behind|made by|lab|group|team",
        ("authors",),
        ("author",),
    ),
    "year": (
        r"when|year|how old|new(?:er|est)|old(?:er|est)|recent|date[ds]?|released?|published"
        r"|venue|conference|journal",
        ("year",),
        (),
    ),
    "size": (
        r"parameters?|params|weights? file|how (?:big|large|heavy|many)|size|mb|megabytes?|download"
        r"|weigh\w*|disk|light(?:er|est)|small(?:er|est)|heav\w+",
        ("parameters", "size_mb"),
        ("size",),
    ),
    "data": (
        r"trained on|train on|training (?:data|sets?|pictures|images|photos)|datasets?|data",
        ("trained_on",),
        ("data",),
    ),
    "scales": (
        r"scales?|factors?|\dx|x\d|how (?:many times|much larger|far)|enlarge\w*|upscal\w*",
        ("family", "any_scale", "scales"),
        (),
    ),
    "speed": (
        r"fast|slow|speed|seconds|how long|time|runtime|fps|quick\w*|memory|ram",
        ("needs_gpu", "efficient"),
        ("speed",),
    ),
    "device": (
        r"gpu|vram|cpu|phone|hardware|devices?|cuda|laptop|raspberry|jetson|battery|tablet|browser",
        ("needs_gpu", "efficient"),
        ("speed",),
    ),
    "where": (
        r"where|links?|url|code|repo\w*|github|download\w*|papers?|arxiv|website|find|get",
        ("github", "paper"),
        (),
    ),
    "score": (
        r"psnr|ssim|lpips|scores?|benchmark\w*|db\b|how good|results?|set5|urban100|figures?",
        tuple(f"figure-{n}" for n in range(1, 5)),
        ("result",),
    ),
    "kind": (
        r"architecture|transformer|cnn|gan|diffusion|backbone|based on|kind of|video|blind"
        r"|invent\w*",
        ("architecture", "video", "blind", "invents"),
        (),
    ),
    "format": (r"formats?|onnx|ncnn|pth|safetensors|pytorch", ("platforms",), ()),
}


def fact(world: World, bearing: Bearing) -> tuple[list[str], list[str]]:
    """What is asked of each record that the question names, or that it is not recorded."""
    about = [p for p in world.provided if p.entry and not isinstance(p.entry, Concept)]
    if not about:
        first, rest = concept(world, bearing)
        return [*strangers(world), *first], rest
    first, rest = strangers(world), []
    asked = topics(world.request.question)
    if len(about) > 1 and not asked:
        return compare(world, bearing)
    for p in about[:4]:
        told = [text for topic in asked for text in told_of(p, topic)]
        if not told and asked:
            told = stated(p, *(f"no-{TOPICS[topic][1][0]}" for topic in asked))
        near = bearing_most(p, bearing, 2, skip=told) if not told else []
        first += told or near
        rest.append(described(p))
        if "license" in asked and (kind := license_entry(p)):
            rest.append(of_concept(world, kind, "use"))
    return first, rest


def license_entry(p: Provided) -> str | None:
    """The entry of the glossary that says what the license of a record means."""
    stated_one = (p.entry.license or "") if p.entry else ""
    kinds_of = (
        (r"^(?:MIT|BSD|Apache|ISC|Unlicense|CC0|WTFPL)", "permissive-license"),
        (r"S-Lab", "s-lab-license"),
        (r"NC|[Nn]on-?[Cc]ommercial|[Aa]cademic|[Rr]esearch", "non-commercial-license"),
        (r"GPL", "gpl"),
        (r"^$", "no-license"),
    )
    return next((entry for pattern, entry in kinds_of if re.search(pattern, stated_one)), None)


def topics(question: str) -> list[str]:
    """What a question asks to know of a record, in the order of its words."""
    found = []
    for topic, (pattern, _, _) in TOPICS.items():
        if match := re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", question, re.I):
            found.append((match.start(), topic))
    return [topic for _, topic in sorted(found)]


def told_of(p: Provided, topic: str) -> list[str]:
    """What a record states of a topic; that it does not, where a field of it is empty."""
    _, fields, wanted = TOPICS[topic]
    told = [text for field in fields for text in stated(p, field) or stated(p, f"no-{field}")]
    if topic == "scales":
        told = told[:1]
    return list(dict.fromkeys(map(ended, [*told, *kinds(p, *wanted)])))
