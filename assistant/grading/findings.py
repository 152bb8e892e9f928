"""What is wrong in an answer, with its place: the verifier's own checks on the text as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Finding
from assistant.catalog import Task
from assistant.checking.citations import Links, Markers, mask
from assistant.checking.numbers import numbers
from assistant.checking.owners import Owners
from assistant.checking.part_three import check_references
from assistant.checking.sentence import Judge, Weighed
from assistant.checking.units import Unit, rewrite
from assistant.generation.explanation import workflow_of
from assistant.grading.claims import difference, odds_of, of_another_task
from assistant.grading.support import Support, Window, support, windows_of
from assistant.grading.words import mass
from assistant.text.characters import view, visible
from assistant.text.english import is_english, is_other
from assistant.text.markers import PLATFORM
from assistant.text.parts import Section
from assistant.text.stems import stems, words
from assistant.world import World

HARMLESS = frozenset(
    {
        *("link_respelled", "version_differs", "link_duplicate", "link_missing"),
        *("marker", "marker_dangling", "preamble"),
    }
)
"""Kinds that leave an answer right: other spellings, repetitions, what recall already counts."""
NAMES = frozenset({"name_outside", "variant_outside", "author_year_outside"})
NUMBERS = frozenset({"number_absent", "number_wrong_owner", "number_qualifier_lost"})
WHOLE = ("off_topic", "no_sentences", "copied")
"""What may be wrong with an answer as a whole, see `worth`; its low scores say how much."""
UNSAID = "claim_unsupported"
"""No fact says it: reason enough to cut a sentence, not to blame a person for it."""
_NOTED = frozenset({"link_missing_required", *WHOLE})
_STATED = re.compile(
    r"\bmismatch\b|\bdo(?:es)? not (?:\w+ )?(?:fit|match|suit|enlarge|upscale|deblur|denoise|apply)"
    r"|\b(?:is|are|was|were)(?: not|n't) (?:\w+ ){0,2}(?:designed|intended|meant|built|made|trained"
    r"|suitable|suited|right|appropriate|applicable|a (?:good )?(?:fit|match)|able|relevant|an? \w+"
    r" (?:model|network))"
    r"|\b(?:no|none of the) (?:\w+ ){0,3}(?:models?|items?|papers?)\b.{0,60}\b(?:fits?|provided"
    r"|match(?:es)?|suits?|performs?|do(?:es)?|can|handles?|address(?:es)?|available|listed)"
    r"|\b(?:cannot|can't|can not|does not|doesn't|will not) (?:\w+ ){0,2}(?:enlarge|upscale"
    r"|upsample"
    r"|deblur|denoise|restore|colori[sz]e|perform|do|handle|solve|answer|help|change)"
    r"|\bkeeps? (?:the|its) (?:\w+ )?size\b|\bunrelated\b|\bnot (?:directly |really )?(?:related|"
    r"applicable|about|for (?:this|your))|\banother task\b|\bdifferent (?:task|purpose|problem)\b"
    r"|\binstead of the recommended|\brather than the recommended|\bnot an? (?:\w+ ){0,2}"
    r"(?:upscaler|super-resolution|enlargement)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding with its place: ``text[start:end]`` of the answer, of part ``part``."""

    kind: str
    part: int
    start: int
    end: int
    text: str
    evidence: str = ""

    @property
    def harmful(self) -> bool:
        """Whether the answer is wrong because of it."""
        return self.kind not in HARMLESS and self.kind not in _NOTED


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that sources should support: its place, and its words without links and marks."""

    mark: Mark
    text: str


@dataclass(slots=True)
class Checked:
    """Everything the checks saw in one answer."""

    marks: list[Mark] = field(default_factory=list)
    foreign: bool = False
    """Whether it is in a language that the checks of words cannot read."""
    misfit: tuple[Task, ...] = ()
    """What is asked for where no recommended model does it."""
    sentences: int = 0
    with_figures: int = 0
    fit: bool | None = None
    cited: dict[str, bool] = field(default_factory=dict)
    """Identity of each cited link, and whether it is provided."""
    supports: list[tuple[Mark, Support]] = field(default_factory=list)
    least: float = 1.0
    """The lowest odds that facts carry a sentence."""
    covered: list[tuple[int, float]] = field(default_factory=list)
    """Of each sentence its words that carry meaning, and the share that facts behind it cover."""

    def count(self, kinds: frozenset[str] | None = None) -> int:
        """Harmful findings, or those of some kinds."""
        return sum(m.harmful if kinds is None else m.kind in kinds for m in self.marks)


class Checker:
    """The checks of one world; a world's answers share it.

    Without ``encode`` the encoder is left alone: support by words only, and no similarity.
    """

    def __init__(self, world: World, *, encode: bool = True) -> None:
        self.world = world
        self.encode = encode
        self.links = Links(world)
        self.owners = Owners(world)
        self.judge = Judge(world, self.links, self.owners)
        self._misfit = _asked_for(world)
        drawn = workflow_of(world)
        self._drawn = frozenset(drawn.text.split("\n")) if drawn else frozenset()
        texts = [p.text for p in world.provided]
        self.evidence: list[Window] = windows_of([*texts, world.request.question])

    def check(self, text: str, parts: dict[int, Section], verdict: str | None = None) -> Checked:
        """Judge every link and sentence of ``text``; deterministic, and linear in its length.

        ``verdict`` is whether the model fits as a person sees it, where somebody said so.
        """
        misfit = () if verdict == "fits" else self._misfit
        found = Checked(foreign=is_other(text), misfit=misfit)
        references = parts[3].of(text) if 3 in parts else ""
        self.judge.begin(Markers(references, self.links, self.owners))
        self._cited(text, parts, found)
        english = is_english(text)
        claims = [
            claim
            for number, section in sorted(parts.items())
            for unit, start in located(section.of(text), section.start)
            if (claim := self._sentence(unit, number, start, found)) and english
        ]
        self._supported(claims, found)
        if references:
            doubted = verdict is not None and verdict != self.world.fit.verdict
            self._pairing(text, parts[3], found, roles=not doubted)
        for n in (1, 2, 3):
            if n not in parts:
                found.marks.append(Mark("part_missing", n, len(text), len(text), f"part {n}"))
            elif not words(parts[n].of(text)):
                at = parts[n]
                found.marks.append(Mark("part_empty", n, at.start, at.end, f"part {n}"))
        if visible(text) != text:
            found.marks.append(Mark("injection_echo", 0, 0, 0, "invisible characters"))
        found.fit = self.fit_stated(text, parts, verdict)
        if found.fit is False:
            kind = "mismatch_invented" if verdict == "fits" else "mismatch_unflagged"
            reasons = "; ".join(self.world.fit.reasons)
            found.marks.append(Mark(kind, 0, 0, 0, "(the line on fit)", reasons))
        found.marks.sort(key=lambda m: (m.start, m.end, m.kind))
        return found

    def fit_stated(
        self, text: str, parts: dict[int, Section], verdict: str | None = None
    ) -> bool | None:
        """Whether a mismatch is said before part 2 ends its first paragraph; None if none is.

        Where a person says that the model fits: whether no mismatch is claimed before part 1.
        """
        if verdict == "fits":
            return not (0 in parts and re.search(r"\bmismatch\b", parts[0].of(text), re.I))
        if (verdict or self.world.fit.verdict) != "mismatch":
            return None
        early = " ".join(parts[n].of(text) for n in (0, 1) if n in parts)
        if 2 in parts:
            early += " " + parts[2].of(text).strip().split("\n\n")[0]
        return bool(_STATED.search(view(early if parts else text)))

    def _cited(self, text: str, parts: dict[int, Section], found: Checked) -> None:
        for span in self.links.find(text):
            link, fault = self.links.judge(span)
            key = link.url if link else span.text
            found.cited[key] = link is not None
            if fault:
                part = _part_at(parts, span.start)
                found.marks.append(
                    Mark(fault.kind, part, span.start, span.end, span.text, fault.evidence)
                )

    def _sentence(self, unit: Unit, part: int, start: int, found: Checked) -> Claim | None:
        """Note what is wrong in a sentence; the claim that sources should support, if it is one."""
        spans = self.links.find(unit.text)
        plain = PLATFORM.sub(lambda m: " " * len(m.group()), mask(unit.text, spans))
        masked = Unit(plain, unit.before, unit.above)
        said = words(masked.text)
        if not said or unit.text.strip() in self._drawn:  # our own lines stand as they are
            return None
        found.sentences += 1
        seen = view(masked.text)
        found.with_figures += bool(numbers(self.owners.masked(seen)))
        end = start + len(unit.text.rstrip())
        weighed = self.judge.weighed(masked)
        if weighed.match and part != 3:
            share = weighed.match.covered[-1] if weighed.match.covered else 0.0
            found.covered.append((len(set(weighed.match.words)), share))
        fault = weighed.fault if weighed.fault and weighed.fault.kind != UNSAID else None
        if fault:
            dangling = fault.kind == "link_outside" and fault.evidence.startswith("no such entry")
            kind = "marker_dangling" if dangling else fault.kind
            found.marks.append(Mark(kind, part, start, end, unit.text.strip(), fault.evidence))
        elif part != 3 and (wrong := self._wrong(seen, weighed, found)):
            found.marks.append(Mark(wrong[0], part, start, end, unit.text.strip(), wrong[1]))
        if part == 3 or len(said) < 5 or unit.text.lstrip()[:1] == "#":
            return None
        return Claim(Mark("", part, start, end, unit.text.strip()), seen)

    def _wrong(self, seen: str, weighed: Weighed, found: Checked) -> tuple[str, str] | None:
        """What differs between a sentence and the facts behind it."""
        if found.foreign:
            return None
        if of_another_task(seen, weighed, self.judge, found.misfit):
            return "fit_contradicted", "; ".join(self.world.fit.reasons)
        odds = odds_of(seen, weighed, self.judge)
        if odds is None or weighed.match is None:
            return None
        found.least = min(found.least, odds)
        return difference(seen, weighed.match, weighed.values, self.judge, odds)

    def _supported(self, claims: Sequence[Claim], found: Checked) -> None:
        texts = [claim.text for claim in claims]
        for claim, seen in zip(claims, support(texts, self.evidence, encode=self.encode),
                               strict=True):  # fmt: skip
            if seen is not None:
                found.supports.append((replace(claim.mark, kind=seen.verdict), seen))

    def _pairing(self, text: str, section: Section, found: Checked, *, roles: bool) -> None:
        """Owners, labels and duplicates of part 3; roles only where they are not in doubt."""
        body = section.of(text)
        at = 0
        for fault in check_references(body, self.links, self.owners):
            if fault.kind in ("link_outside", "link_deep", "link_respelled", "version_differs"):
                continue  # seen with the other links
            if fault.kind == "role_overstated" and not roles:
                continue
            if fault.kind == "link_mispaired" and self._short_title(body, fault):
                continue
            found.marks.append(_placed(fault, body, section, at))

    def _short_title(self, body: str, fault: Finding) -> bool:
        """Whether the line of a link calls its owner by half of the title, and nobody else."""
        at = body.find(fault.span)
        line = body[body.rfind("\n", 0, max(0, at)) + 1 : body.find("\n", at) if at >= 0 else 0]
        plain = view(mask(line, self.links.find(line)))
        owner = set(stems(fault.evidence))
        held = mass(sorted(owner & set(stems(plain))))
        others = [m for m in self.owners.mentions(plain) if m.strong]
        return not others and held >= 0.5 * mass(sorted(owner))


def _asked_for(world: World) -> tuple[Task, ...]:
    """The tasks that are asked for where no recommended model does one of them; else none."""
    wanted = {world.wish.task, *world.wish.steps}
    if any(p.offer.task in wanted for p in world.recommended):
        return ()
    return tuple(task for task in world.catalog.vocabulary.tasks if task.id in wanted)


def _placed(fault: Finding, body: str, section: Section, at: int) -> Mark:
    place = body.find(fault.span, at)
    start = section.start + place if place >= 0 else section.end
    end = start + len(fault.span) if place >= 0 else section.end
    return Mark(fault.kind, 3, start, end, fault.span, fault.evidence)


def _part_at(parts: dict[int, Section], place: int) -> int:
    return next((n for n, s in parts.items() if s.start <= place < s.end), 0)


def located(text: str, offset: int) -> list[tuple[Unit, int]]:
    """The sentences of ``text`` in order with their places, as the verifier divides them."""
    units: list[Unit] = []

    def note(unit: Unit) -> str:
        units.append(unit)
        return unit.text

    rewrite(text, note)
    return list(zip(units, _places(text, units, offset), strict=True))


def _places(text: str, units: Sequence[Unit], offset: int) -> Iterator[int]:
    at = 0
    for unit in units:
        found = text.find(unit.text, at)
        at = found if found >= 0 else at
        yield offset + at
        at += len(unit.text)
