"""All scores of one answer, made from the same findings that are shown as their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.grading.findings import NAMES, NUMBERS, Checked, Checker, Mark
from assistant.grading.inputs import Reference, Written
from assistant.grading.misfit import fit_stated
from assistant.grading.references import COMPARED, PARTS, compared, prose
from assistant.grading.rubric import kept
from assistant.grading.support import Support
from assistant.grading.worth import Worth, overall, worth
from assistant.text.characters import view
from assistant.text.parts import Section, sections, unwrapped
from assistant.text.stems import words
from assistant.world import World

OWN = (
    "overall",
    "about",
    "own_words",
    "structure",
    "links.precision",
    "links.recall.recommended",
    "links.recall.related",
    "links.paired",
    "names",
    "numbers",
    "grounded",
    "fit",
    "support.rate",
)
"""Scores that need no reference, 0 to 1, in printing order."""
METRICS = (*OWN, *COMPARED)
INFORMATIVE = ("length_ratio", "words", "support.uncertain")
"""Shown beside the scores; no better or worse, so no gate and no test."""


@dataclass(slots=True)
class Graded:
    """One graded answer. A score is None where it does not apply; ``reasons`` says why.

    ``text`` is the answer `unwrapped`; all places are of it.
    """

    id: str
    prompt: str
    text: str
    failed: str = ""
    scores: dict[str, float | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    supports: list[tuple[Mark, Support]] = field(default_factory=list)
    parts: dict[int, Section] = field(default_factory=dict)


def grade_answer(
    written: Written, prompt: str, checker: Checker, reference: Reference | None
) -> Graded:
    """Grade one answer to the request of ``checker``; a failed one scores 0 where it applies."""
    if written.error:
        found = Graded(written.id, prompt, written.text, failed=written.error)
        rubric = reference.rubric if reference else None
        fit = fit_stated(checker.world, "", {}, rubric.verdict if rubric else None)
        empty = _own(Checked(fit=fit), "", {}, checker)
        always = ("numbers", "links.precision", "support.rate", "grounded", "names")
        found.scores = {
            name: 0.0 for name in OWN if name in always or empty.get(name, 0) is not None
        }
        if reference:
            found.scores |= dict.fromkeys(COMPARED if reference.texts else ("rubric",), 0.0)
            if reference.rubric is None:
                found.scores.pop("rubric", None)
        return found
    text = unwrapped(written.text)
    parts = sections(text)
    rubric = reference.rubric if reference else None
    checked = checker.check(text, parts, rubric.verdict if rubric else None)
    seen = _worth(checked, text, parts, checker)
    found = Graded(written.id, prompt, text, marks=[*seen.marks(), *checked.marks], parts=parts)
    found.supports = checked.supports
    found.scores = dict(_own(checked, text, parts, checker))
    found.scores |= {"about": seen.about, "own_words": seen.own}
    found.scores["overall"] = overall(found.scores, seen, checked)
    found.scores["words"] = float(len(words(text)))
    _explain(found, checked)
    if reference:
        _against(found, reference, checker)
    return found


def _own(
    checked: Checked, text: str, parts: dict[int, Section], checker: Checker
) -> dict[str, float | None]:
    harmful = checked.count()
    sure = [s.verdict for _, s in checked.supports]
    fit = checked.fit
    mispaired = checked.count(frozenset({"link_mispaired"}))
    provided = sum(checked.cited.values())
    return {
        "structure": structure(text, parts, checker.world),
        "links.precision": provided / len(checked.cited) if checked.cited else None,
        "links.recall.recommended": _recall(checked, checker, recommended=True),
        "links.recall.related": _recall(checked, checker, recommended=False),
        "links.paired": max(0.0, 1 - mispaired / provided) if provided else None,
        "names": _without(checked, NAMES, checked.sentences),
        "numbers": _without(checked, NUMBERS, checked.with_figures),
        "grounded": max(0.0, 1 - harmful / checked.sentences) if checked.sentences else None,
        "fit": None if fit is None else float(fit),
        "support.rate": sure.count("supported") / len(sure) if sure else None,
        "support.uncertain": sure.count("uncertain") / len(sure) if sure else None,
    }


def _worth(checked: Checked, text: str, parts: dict[int, Section], checker: Checker) -> Worth:
    """What is measured of the prose; nothing where our checks cannot read its language."""
    if checked.foreign:
        return Worth(None, None, None)
    summaries = [item.summary or "" for item in checker.world.request.items]
    return worth(checked, prose(text, parts), summaries)


def _without(checked: Checked, kinds: frozenset[str], total: int) -> float | None:
    return max(0.0, 1 - checked.count(kinds) / total) if total else None


def _recall(checked: Checked, checker: Checker, *, recommended: bool) -> float | None:
    wanted = [
        link.url
        for link in checker.links.by_key.values()
        if any(p.recommended == recommended for p in link.owners)
    ]
    return sum(url in checked.cited for url in wanted) / len(wanted) if wanted else None


def structure(text: str, parts: dict[int, Section], world: World) -> float:
    """Share of six things: three parts with content, in order; input and output; a model's name.

    The model is any provided item; where none is recommended it is not asked for.
    """
    have = [n for n in PARTS if n in parts and words(parts[n].of(text))]
    ordered = [parts[n].start for n in have]
    flow = view(parts[2].of(text)).lower() if 2 in parts else ""
    named = not world.recommended or any(
        name.lower() in flow for p in world.provided for name in (p.name, p.item.name, view(p.name))
    )
    things = [
        *(n in have for n in PARTS),
        len(have) == len(PARTS) and ordered == sorted(ordered),
        "input" in flow and "output" in flow,
        bool(flow) and named,
    ]
    return sum(things) / len(things)


def _explain(found: Graded, checked: Checked) -> None:
    """Why a score does not apply, from the values that the score is made of."""
    reasons = {
        "links.precision": "none cited",
        "links.paired": "none cited",
        "links.recall.recommended": "none provided",
        "links.recall.related": "none provided",
        "numbers": "no figure in it",
        "fit": "no mismatch to state",
        "support.rate": "not checked: no provided text, or not English",
        "about": "not checked: nothing said, or not English",
        "overall": "not checked: nothing said, or not English",
        "own_words": "no summary to copy, or not English",
    }
    for name, reason in reasons.items():
        if found.scores.get(name) is None:
            found.reasons[name] = reason
    if not checked.sentences:
        found.reasons["grounded"] = found.reasons["names"] = "no sentence in it"


def _against(found: Graded, reference: Reference, checker: Checker) -> None:
    if reference.rubric is not None:
        points = kept(reference.rubric, found.text, found.parts)
        found.scores["rubric"] = points.share
        missed = [f"missing: {says}" for says in points.missed]
        found.reasons["rubric"] = "; ".join(
            [*missed, *(f"wrong: {says}" for says in points.broken)]
        )
    texts = [unwrapped(text) for text in reference.texts if text.strip()]
    if not texts:
        return
    found.scores |= compared(found.text, found.parts, texts, checker)
    lengths = [len(words(text)) for text in texts]
    found.scores["length_ratio"] = len(words(found.text)) / max(1, *lengths)
    if len(texts) > 1:
        found.reasons["rouge1.f"] = f"best of {len(texts)} references for each score"


def best_metrics(graded: Sequence[Graded]) -> list[str]:
    """The scores that apply to some answer, in printing order, the judge's last."""
    seen = {name for one in graded for name, value in one.scores.items() if value is not None}
    judged = sorted(name for name in seen if name.startswith("judge."))
    return [*(name for name in METRICS if name in seen), *judged]
