"""What is wrong in an answer, with its place: the verifier's own checks on the text as written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import COMMANDS, Finding
from assistant.catalog import Task
from assistant.checking.citations import Links, Markers, mask
from assistant.checking.numbers import numbers
from assistant.checking.owners import Owners
from assistant.checking.part_three import check_references
from assistant.checking.sentence import Judge, Weighed
from assistant.checking.units import Unit, rewrite
from assistant.generation.explanation import workflow_of
from assistant.grading.claims import difference, odds_of
from assistant.grading.misfit import asked_for, fit_stated, of_another_task
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
NUMBERS = frozenset({"number_absent"})
WHOLE = ("off_topic", "no_sentences", "copied")
"""What may be wrong with an answer as a whole, see `worth`; its low scores say how much."""
UNSAID = "claim_unsupported"
"""No fact says it: reason enough to cut a sentence, not to blame a person for it."""
_NOTED = frozenset({"link_missing_required", *WHOLE})


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
        self._misfit = asked_for(world)
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
        found.fit = fit_stated(self.world, text, parts, verdict)
        if found.fit is False:
            kind = "mismatch_invented" if verdict == "fits" else "mismatch_unflagged"
            reasons = "; ".join(self.world.fit.reasons)
            found.marks.append(Mark(kind, 0, 0, 0, "(the line on fit)", reasons))
        found.marks.sort(key=lambda m: (m.start, m.end, m.kind))
        return found

    def _cited(self, text: str, parts: dict[int, Section], found: Checked) -> None:
        for span in self.links.find(text):
            link, fault = self.links.judge(span)
            key = link.url if link else span.text
            found.cited[key] = link is not None
            if fault:
                part = next((n for n, s in parts.items() if s.start <= span.start < s.end), 0)
                found.marks.append(
                    Mark(fault.kind, part, span.start, span.end, span.text, fault.evidence)
                )

    def _sentence(
        self, unit: Unit, part: int, start: int, found: Checked
    ) -> tuple[Mark, str] | None:
        """Note what is wrong in a sentence; its place and words where sources should support it."""
        spans = self.links.find(unit.text)
        plain = PLATFORM.sub(lambda m: " " * len(m.group()), mask(unit.text, spans))
        masked = Unit(plain, unit.before, unit.above)
        said = words(masked.text)
        own = unit.text.strip() in self._drawn or COMMANDS.fullmatch(unit.text.strip())
        if not said or own:  # our own lines stand as they are
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
        return Mark("", part, start, end, unit.text.strip()), seen

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

    def _supported(self, claims: Sequence[tuple[Mark, str]], found: Checked) -> None:
        texts = [text for _, text in claims]
        seen = support(texts, self.evidence, encode=self.encode)
        for (mark, _), one in zip(claims, seen, strict=True):
            if one is not None:
                found.supports.append((replace(mark, kind=one.verdict), one))

    def _pairing(self, text: str, section: Section, found: Checked, *, roles: bool) -> None:
        """Owners, labels and duplicates of part 3; roles only where they are not in doubt."""
        body = section.of(text)
        for fault in check_references(body, self.links, self.owners):
            if fault.kind in ("link_outside", "link_deep", "link_respelled", "version_differs"):
                continue  # seen with the other links
            if fault.kind == "role_overstated" and not roles:
                continue
            if fault.kind == "link_mispaired" and self._short_title(body, fault):
                continue
            found.marks.append(_placed(fault, body, section))

    def _short_title(self, body: str, fault: Finding) -> bool:
        """Whether the line of a link calls its owner by half of the title, and nobody else."""
        at = body.find(fault.span)
        line = body[body.rfind("\n", 0, max(0, at)) + 1 : body.find("\n", at) if at >= 0 else 0]
        plain = view(mask(line, self.links.find(line)))
        owner = set(stems(fault.evidence))
        held = mass(sorted(owner & set(stems(plain))))
        others = [m for m in self.owners.mentions(plain) if m.strong]
        return not others and held >= 0.5 * mass(sorted(owner))


def _placed(fault: Finding, body: str, section: Section) -> Mark:
    place = body.find(fault.span)
    start = section.start + place if place >= 0 else section.end
    end = start + len(fault.span) if place >= 0 else section.end
    return Mark(fault.kind, 3, start, end, fault.span, fault.evidence)


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
