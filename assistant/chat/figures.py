"""What a record states of a model: figures, license, year, data, cost; sizes by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from assistant.catalog import Model, source
from assistant.chat.replies import Draft, current, limits_of
from assistant.fit import times
from assistant.generation.bearing import called
from assistant.generation.forms.fact import told_of, topics
from assistant.generation.forms.permission import license_entry
from assistant.generation.glossary import of_concept
from assistant.imaging.pictures import READ
from assistant.world import Provided, World
from assistant.world.printing import on_paper

_QUALITY = re.compile(r"psnr|ssim|score|accura|bench|good")


def numbers(message: str, world: World) -> Draft:
    """Sizes by arithmetic, and what is published of the current model."""
    best = _enlarging(world) or current(world)
    asked = message.lower()
    if "file" in topics(message):
        return Draft(" ".join(told_of(best, "file")), (best,))
    entry, name = best.entry, called(best)
    weighs = re.search(r"\bparam", asked)  # "how many parameters?" asks for no pixels
    sized = re.search("size|big|pixel", asked) or (world.wish.size and not weighs)
    lines = [growth(best, world)] if sized else []
    if weighs and len(world.series) > 1 and len(world.recommended) > 1:
        told = [text for p in world.recommended for text in told_of(p, "size")]
        return Draft(" ".join(told), world.recommended)
    lines += on_paper(world.wish)
    if isinstance(entry, Model):
        heavy = re.search(r"param|weights|heavy|memory|\bv?ram\b|space|model|network", asked)
        if entry.parameters and (heavy or not lines) and not _QUALITY.search(asked):
            lines.append(f"{name} has {entry.parameters:,} parameters.")
        elif "param" in asked:
            lines += told_of(best, "size")
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
        lines = told_of(best, "score" if _QUALITY.search(asked) else "size")
    return Draft(" ".join(lines), (best,))


def _enlarging(world: World) -> Provided | None:
    """Of several models in series the one that changes the size."""
    tasks = ((p, world.catalog.vocabulary.task(p.offer.task)) for p in world.recommended)
    able = [p for p, task in tasks if task is not None and not task.keeps_size]
    return able[0] if len(world.recommended) > 1 and able else None


def record(message: str, items: Sequence[Provided], world: World) -> Draft:
    """What the records of these items state of the things asked for, or that they do not."""
    names = " and ".join(map(called, items))
    told = recorded(message, items, world)
    return Draft(" ".join(told) or f"That is not recorded of {names}.", tuple(items))


def recorded(message: str, items: Sequence[Provided], world: World) -> list[str]:
    """What the records state of the things asked for."""
    asked = topics(message)
    lines = [text for p in items for topic in asked for text in told_of(p, topic, message)]
    if "license" in asked:
        meant = (license_entry(p) for p in items)
        lines += [of_concept(world, entry, "use") for entry in meant if entry][:1]
    return list(dict.fromkeys(lines))


def files(world: World) -> Draft:
    """Which pictures can be read; that is up to the program, not to the network."""
    best = current(world)
    said = [f"The format of the file is no matter to the network: /run reads {READ}, as RGB."]
    if best.entry and best.entry.input:
        name = called(best)
        said.append(f"{name} takes: {best.entry.input}. It gives: {best.entry.output}.")
    return Draft(" ".join(said), (best,))


def growth(best: Provided, world: World) -> str:
    """What becomes of the size of the user's picture."""
    task = world.catalog.vocabulary.task(best.offer.task)
    if task is not None and task.keeps_size:
        return f"{called(best)} keeps the size of the picture."
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
