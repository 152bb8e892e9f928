"""Sizes by arithmetic, and the figures that are published of a model."""

from __future__ import annotations

import re
from fractions import Fraction

from assistant.catalog import Model
from assistant.chat.replies import Draft, current, limits_of
from assistant.fit import times
from assistant.references import title_text
from assistant.world import Provided, World


def numbers(message: str, world: World) -> Draft:
    """Sizes by arithmetic, and what is published of the current model."""
    best = current(world)
    asked = message.lower()
    entry, name = best.entry, title_text(best.name)
    lines = [_growth(best, world)] if world.wish.size or "size" in asked or "big" in asked else []
    if isinstance(entry, Model):
        if entry.parameters and not re.search(r"psnr|ssim|score|accura|pixel", asked):
            lines.append(f"{name} has {entry.parameters:,} parameters.")
        for figure in (
            entry.figures[:2] if re.search(r"psnr|ssim|score|accura|bench", asked) else ()
        ):
            lines.append(
                f"Published for {name}: {figure.metric} {figure.value:g} on {figure.dataset} "
                f"({figure.protocol}; {figure.place})."
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
