"""What a record states of a model: figures, license, year, data, cost; sizes by arithmetic."""

from __future__ import annotations

import re
from fractions import Fraction

from assistant.catalog import Model, source
from assistant.chat.cues import RECORDED
from assistant.chat.replies import Draft, current, limits_of
from assistant.fit import listing, times
from assistant.imaging.pictures import READ
from assistant.question import plain
from assistant.references import title_text
from assistant.world import Provided, World

_QUALITY = re.compile(r"psnr|ssim|score|accura|bench|good")


def numbers(message: str, world: World) -> Draft:
    """Sizes by arithmetic, and what is published of the current model."""
    best = current(world)
    asked = message.lower()
    entry, name = best.entry, title_text(best.name)
    lines = [_growth(best, world)] if world.wish.size or re.search("size|big|pixel", asked) else []
    if isinstance(entry, Model):
        heavy = re.search(r"param|weights|heavy|memory|\bv?ram\b|space|model|network", asked)
        if entry.parameters and (heavy or not lines) and not _QUALITY.search(asked):
            lines.append(f"{name} has {entry.parameters:,} parameters.")
        for figure in entry.figures[:2] if _QUALITY.search(asked) else ():
            lines.append(
                f"Published for {name}: {figure.metric} {figure.value:g} on {figure.dataset} "
                f"({figure.protocol}; {source(figure.place)})."
            )
        if entry.size_mb and re.search(r"\b(?:file|disk|space|download|[kmg]b)\b", asked):
            lines.append(f"The weights file of {name} has {entry.size_mb:g} MB.")
        if re.search(r"memory|ram|heavy|fast|long", asked):
            lines += limits_of(entry, "weak")[:1]
    lines = [line for line in lines if line]
    if not lines:
        return Draft(
            f"The provided sources state no such figure for {name}, so none is given.", (best,)
        )
    return Draft(" ".join(lines), (best,))


def record(message: str, world: World) -> Draft:
    """What the record of the current model states of the things asked for, or that it does not."""
    best = current(world)
    entry, name = best.entry, title_text(best.name)
    asked = plain(message)
    lines = []
    for topic, pattern in RECORDED.items():
        if isinstance(entry, Model) and pattern.search(asked):
            lines.append(
                _recorded(topic, name, entry) or f"Nothing provided states {_UNSAID[topic]}."
            )
    return Draft(" ".join(lines) or f"Nothing provided states that of {name}.", (best,))


_UNSAID = {
    "license": "its license; the page of its code may",
    "date": "when it was released; its paper may",
    "makers": "who made it; its paper names its authors",
    "data": "what it was trained on",
    "cost": "how long it takes or what it needs; /run measures it on your picture",
}


def _recorded(topic: str, name: str, model: Model) -> str:
    if topic == "license" and model.license:
        return f"The license of {name} is given as {model.license}."
    if topic == "date" and model.released:
        return f"{name} is of {model.released[:4]}."
    if topic == "data" and model.trained_on:
        return f"{name} was trained on {listing(model.trained_on)}."
    if topic == "cost":
        stated = dict.fromkeys((*model.facts_of("limit", "efficiency"), *model.facts))
        return " ".join(f.text for f in stated if f.aspect == "efficiency")
    return ""


def files(world: World) -> Draft:
    """Which pictures can be read; that is up to the program, not to the network."""
    best = current(world)
    said = [f"The format of the file is no matter to the network: /run reads {READ}, as RGB."]
    if best.entry:
        name = title_text(best.name)
        said.append(f"{name} takes: {best.entry.input}. It gives: {best.entry.output}.")
    return Draft(" ".join(said), (best,))


def _growth(best: Provided, world: World) -> str:
    """What becomes of the size of the user's picture."""
    task = world.catalog.vocabulary.task(best.offer.task)
    if task is not None and task.keeps_size:
        return f"{title_text(best.name)} keeps the size of the picture."
    named = [s for s in world.wish.scales if s in best.offer.scales or best.offer.any_scale]
    scales = named or list(best.offer.scales)
    if len(scales) != 1:
        return ""
    factor = Fraction(scales[0]).limit_denominator(100)
    if world.wish.size is None:
        return (
            f"At {times(scales[0])}, H×W pixels become {scales[0]:g}H×{scales[0]:g}W, "
            f"{float(factor**2):g} times as many."
        )
    width, height = world.wish.size
    after = f"{round(width * factor)}×{round(height * factor)}"
    return f"At {times(scales[0])}, {width}×{height} pixels become {after}."
