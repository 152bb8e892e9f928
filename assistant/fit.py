"""Compare a wish with what is known about a model or paper: Wish x Offer -> Fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.catalog import Entry, Model, Vocabulary, Words
from assistant.question import Wish, plain, read_scales

Verdict = Literal["fits", "partly", "mismatch"]
_RANK: dict[str, int] = {"fits": 0, "partly": 1, "mismatch": 2}
_SCALE_IN_NAME = re.compile(r"(?:^|[-_])(?:(\d+(?:\.\d+)?)x|x(\d+))(?=$|[-_])", re.I)


class Fit(BaseModel):
    """The verdict on one item, or on a whole request, with reasons in plain words.

    ``closest`` names the provided item that comes nearest where the verdict is ``mismatch``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    reasons: tuple[str, ...]
    closest: str | None = None

    @property
    def rank(self) -> int:
        """0 for the best verdict; sorts items by fit."""
        return _RANK[self.verdict]


class Offer(BaseModel):
    """What is known about one item: from its record, else from its name, else nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    task: str | None = None
    scales: tuple[float, ...] = ()
    any_scale: bool = False
    subjects: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    efficient: bool | None = None
    scope: str = "photo"
    source: Literal["record", "name", "title", "nothing"] = "nothing"


def offer_of(entry: Entry) -> Offer:
    """The offer that a catalog record makes."""
    return Offer(
        name=entry.id if isinstance(entry, Model) else entry.name,
        task=entry.task,
        scales=entry.scales,
        any_scale=entry.any_scale,
        subjects=entry.subjects,
        handles=entry.handles,
        efficient=entry.efficient,
        scope=entry.scope,
        source="record",
    )


def offer_of_name(name: str, vocabulary: Vocabulary) -> Offer:
    """The offer of a model that the catalog does not know: what its name says, and no more."""
    task = vocabulary.task_of_name(name)
    found = _SCALE_IN_NAME.findall(name) if task else []
    return Offer(
        name=name,
        task=task.id if task else None,
        scales=tuple(dict.fromkeys(float(before or after) for before, after in found)),
        any_scale=bool(task and not task.keeps_size and "-any-" in name.lower()),
        source="name" if task else "nothing",
    )


def offer_of_text(title: str, summary: str, vocabulary: Vocabulary) -> Offer:
    """The offer of an unknown paper: its title names the task, its text the scope and scales."""
    text = Words(f"{title}. {summary}")
    counted = [(len(term.score(text)[1]), term.id) for term in vocabulary.scopes]
    hits, scope = max(counted, default=(0, "photo"))
    task = vocabulary.task_of_title(title)
    return Offer(
        name=title,
        task=task.id if task else None,
        scales=read_scales(plain(f"{title}. {summary}"))[0] if task and not task.keeps_size else (),
        subjects=_subjects_of(title, vocabulary),
        scope=scope if hits >= 2 else "photo",
        source="title" if task else "nothing",
    )


def _subjects_of(title: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What a title limits itself to: faces, video, medical images ..., never plain photos."""
    words = Words(title)
    limited = [term for term in vocabulary.subjects if term.id != "photo"]
    return tuple(term.id for term in limited if term.score(words)[0] >= term.weight)


def times(factor: float) -> str:
    """A factor as people write it: ``3x``, ``2.25x``."""
    return f"{factor:g}x"


def listing(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def judge(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> Fit:
    """Judge one offer against a wish; the worst dimension decides.

    What the offer leaves unsaid is unknown, never a contradiction; what the question leaves
    unsaid is named where the model fixes it.
    """
    found = [
        *_task(wish, offer, vocabulary),
        *_scale(wish, offer, vocabulary),
        *_subject(wish, offer, vocabulary),
        *_degradation(wish, offer, vocabulary),
        *_device(wish, offer),
    ]
    worst = max((verdict for verdict, _ in found), key=_RANK.__getitem__, default="fits")
    reasons = [reason for verdict, reason in found if worst != "mismatch" or verdict == worst]
    return Fit(verdict=worst, reasons=tuple(reasons))


_Findings = list[tuple[Verdict, str]]


def _task(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> _Findings:
    asked, has = vocabulary.task(wish.task), vocabulary.task(offer.task)
    if has is None:
        return [("partly", f"nothing provided says which task {offer.name} performs")]
    if asked is None:
        return [("partly", f"the question names no task, and {offer.name} is for {has.phrase}")]
    if asked.id == has.id:
        return [("fits", f"{offer.name} is for {has.phrase}, as asked")]
    size = ""
    if not asked.keeps_size and has.keeps_size and has.pictures:
        size = " and keeps the picture's size"
    return [
        (
            "mismatch",
            f"the question is about {asked.phrase}; {offer.name} is for {has.phrase}{size}",
        )
    ]


def _scale(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> _Findings:
    task = vocabulary.task(offer.task)
    if task is None or wish.task not in (None, offer.task):
        return []
    asked, has = wish.scales, offer.scales
    if task.keeps_size:
        if not asked:
            return []
        return [("partly", f"{offer.name} keeps the picture's size and does not enlarge")]
    if offer.any_scale:
        named = listing([times(s) for s in asked])
        return [("fits", f"it takes any factor, {named} included")] if asked else []
    if not asked and len(has) == 1:
        return [("partly", f"it is fixed at {times(has[0])}, while the question names no scale")]
    if not asked:
        return []
    wanted = listing([times(s) for s in asked], "or")
    if not has:
        return [("partly", f"nothing provided confirms that {offer.name} enlarges {wanted}")]
    met = [times(s) for s in asked if s in has]
    if not met:
        fixed = listing([times(s) for s in has], "or")
        return [("mismatch", f"the question asks for {wanted}; {offer.name} enlarges {fixed}")]
    if len(met) < len(asked):
        return [("partly", f"{offer.name} enlarges {listing(met)}; the question names {wanted}")]
    return [("fits", f"its scale is the {listing(met)} asked for")]


def _subject(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> _Findings:
    if not wish.subject or not offer.subjects or wish.subject in offer.subjects:
        return []
    phrases = {term.id: term.phrase for term in vocabulary.subjects}
    made_for = listing([phrases.get(s, s) for s in offer.subjects])
    return [("mismatch", f"{offer.name} is made for {made_for}, not for {phrases[wish.subject]}")]


def _degradation(wish: Wish, offer: Offer, vocabulary: Vocabulary) -> _Findings:
    """Only what the question names: an old photo implies damage but does not ask for repair."""
    if wish.task != "super-resolution" or offer.task != wish.task or offer.source != "record":
        return []
    named = [d for d in wish.degradations if d != "real-world" and d not in offer.handles]
    phrases = {term.id: term.phrase for term in vocabulary.degradations}
    if not named:
        return []
    what = listing([phrases[d] for d in named], "or")
    return [("partly", f"{offer.name} enlarges; it is not trained to remove {what}")]


def _device(wish: Wish, offer: Offer) -> _Findings:
    if wish.device is None or offer.task != wish.task or offer.source == "nothing":
        return []
    if offer.efficient:
        return [("fits", "it is built to need little computing power")]
    if offer.efficient is False:
        return [("partly", f"{offer.name} is a heavy network, slow without a strong GPU")]
    return [("partly", f"nothing provided says that {offer.name} needs little computing power")]
