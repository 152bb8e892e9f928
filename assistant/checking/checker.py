"""The verifier: checks an answer against its world, repairs what is certain, rejects the rest.

Deterministic and idempotent: a verified answer verifies again unchanged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from assistant.answer import Answer, Cited, Claim, Finding, draft
from assistant.checking.citations import Links, Markers, mask, without
from assistant.checking.owners import Owners
from assistant.checking.part_three import check_references
from assistant.checking.sentence import Judge, Ruling, finding
from assistant.checking.units import Unit, rewrite
from assistant.references import title_text
from assistant.text.characters import visible
from assistant.text.sentences import sentences
from assistant.world import World

MAX_DROPPED = 0.6  # share of sentences; beyond it the rest no longer is the writer's answer
MAX_TEXT = 100_000  # characters of all parts; nothing longer is an answer
MAX_ROUNDS = 3
_CUT = re.compile(
    r"(?:[,;(\[–-]|\b(?:the|an?|of|and|or|with|to|for|by|in|is|are|that|as))\s*$", re.I
)
_ENDED = re.compile(r"[.!?:)\]|*`_\"”’>…%]\s*$")
_ATTACHED = (
    *("link_respelled", "version_differs", "link_duplicate", "link_missing"),
    *("link_missing_required", "part_missing", "role_overstated", "link_unnamed"),
)
_PORT = re.compile(r"\d\. \*\*(?:Input|Output)\*\*: ([^()]+)(?: \([HWx×\d.,: a-z]{1,60}\))?")
_MARK = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_PART_HEADING = re.compile(r"^\s{0,3}#{1,6}\s*(?:\*\*)?\s*[123][.):]\s*\S", re.M)


def verify(answer: Answer, world: World, *, attach: bool = False, words: bool = True) -> Answer:
    """Check ``answer`` against ``world`` and return it with findings and outcome.

    ``verified``: nothing was changed. ``repaired``: only certain repairs, and the result checks
    clean. ``refused``: it cannot be repaired; the caller falls back to the composer. With
    ``attach`` part 3 is rendered from the records whatever the writer put there.
    """
    length = sum(map(len, (answer.note, answer.task, answer.explanation, answer.references_text)))
    if length > MAX_TEXT:
        span = f"{length:,} characters, at most {MAX_TEXT:,} are read"
        return _closed(answer, "refused", [finding("unreadable", span, action="rejected")])
    checker = Checker(world, attach=attach, words=words)
    findings: list[Finding] = []
    current = answer
    seen: dict[str, int] = {}
    dropped: Counter[str] = Counter()
    for _ in range(MAX_ROUNDS):
        before, current = current, checker.repair(current)
        findings += checker.findings
        seen = seen or dict(checker.seen)
        dropped.update(checker.dropped)
        findings += _too_much(seen, dropped)
        if any(f.action == "rejected" for f in findings):
            return _closed(answer, "refused", findings)
        if current == before and not checker.findings:
            reworded = any(claim.stands == "reworded" for claim in checker.claims)
            outcome = "repaired" if findings else "reworded" if reworded else "verified"
            told = {"claims": tuple(checker.claims), "facts": tuple(checker.facts.values())}
            return _closed(current.model_copy(update=told), outcome, findings)
    span = f"after {MAX_ROUNDS} rounds it still changes"
    return _closed(answer, "refused", [*findings, finding("unsettled", span, action="rejected")])


def _named(found: Finding) -> Finding:
    """A link beside no name counts as one beside a wrong name where part 3 is the writer's."""
    return found.model_copy(update={"kind": found.kind.replace("link_unnamed", "link_mispaired")})


def _too_much(seen: dict[str, int], dropped: Counter[str]) -> list[Finding]:
    """A finding on each part of which too little is left, where too little is left of all."""
    if dropped.total() <= max(1, MAX_DROPPED * sum(seen.values())):
        return []
    shares = {part: f"{dropped[part]} of {count} sentences" for part, count in seen.items()}
    bad = [part for part, count in seen.items() if dropped[part] > max(1, MAX_DROPPED * count)]
    return [
        finding("too_much_removed", f"part {part}", shares[part], "rejected")
        for part in bad or seen
    ]


def _closed(answer: Answer, outcome: str, findings: list[Finding]) -> Answer:
    return answer.model_copy(update={"outcome": outcome, "findings": tuple(findings)})


class Checker:
    """One pass over one answer; ``findings`` tells what it saw."""

    def __init__(self, world: World, *, attach: bool = False, words: bool = True) -> None:
        self.attach = attach
        self.links = Links(world)
        self.owners = Owners(world)
        self.judge = Judge(world, self.links, self.owners, words=words)
        self.record = draft(world, task="", explanation="")
        self._references: str | None = None
        self._renamed = False
        self.claims: list[Claim] = []
        self.facts: dict[str, Cited] = {}
        self._drawn: frozenset[str] = frozenset()
        self._ports = _ports(world)
        self._named: dict[str, frozenset[str]] = {}
        self.findings: list[Finding] = []
        self.seen: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    def begin(self) -> None:
        """Forget what the last pass saw."""
        self.findings, self.seen, self.dropped = [], Counter(), Counter()
        self.claims, self.facts = [], {}

    def repair(self, answer: Answer) -> Answer:
        """The answer after all certain repairs; what cannot be repaired is a rejected finding."""
        self.begin()
        note, given = self.record.note, answer.references_text
        if given != self._references:
            self.judge.begin(Markers(given, self.links, self.owners))
            self._references = given
        if answer.note != note:
            kind = "mismatch_unflagged" if note else "preamble"
            action = "repaired" if note else "removed"
            self._add(kind, answer.note or "(no fit line)", note, action)
        references = self._part_three(given)
        self._renamed = references != given
        base = self._record(answer)
        self.name(answer.claims)
        drawn = base.workflow.text if base.workflow else ""
        self._drawn = frozenset(line.strip() for line in drawn.split("\n"))
        task, explanation = self.prose(answer.task, "1"), self.prose(answer.explanation, "2")
        self._ending(answer)
        parts = {"task": task, "explanation": explanation, "references_text": references}
        return base.model_copy(update=parts)

    def _record(self, answer: Answer) -> Answer:
        """Everything but the parts as the world has it; scores, receipt and a sound graph stay."""
        own = ("workflow", "claims", "facts", "findings", "outcome", "receipt")
        base = self.record.model_copy(update={field: getattr(answer, field) for field in own})
        plain = tuple(r.model_copy(update={"score": None}) for r in answer.recommended)
        if plain == base.recommended:
            base = base.model_copy(update={"recommended": answer.recommended})
        for field in ("recommended", "question", "wish", "related", "sources", "fit"):
            if getattr(base, field) != getattr(answer, field):
                self._add("record_altered", field, action="repaired")
        nodes = base.workflow.nodes if base.workflow else ()
        labels = (text for node in nodes for text in (node.label, node.port, *node.steps))
        if not all(self.judge.names_only_provided(label) for label in labels):
            self._add("record_altered", "workflow")
            base = base.model_copy(update={"workflow": None})
        return base

    def _add(self, kind: str, span: str, evidence: str = "", action: str = "removed") -> None:
        self.findings.append(finding(kind, span, evidence, action))

    def _part_three(self, text: str) -> str:
        """Part 3 as written if nothing is wrong with it, else rendered from the records."""
        rendered = self.record.references_text
        if text == rendered:
            return text
        found: list[Finding] = []
        if self.attach and not text.strip():
            return rendered
        if not text.strip():
            found.append(finding("part_missing", "part 3", "rendered from the records"))
        elif visible(text) != text:
            found.append(finding("injection_echo", "invisible characters in part 3"))
        else:
            found += check_references(text, self.links, self.owners)
            rewrite(text, lambda unit: self._entry(unit, found))
        if self.attach:  # what the records give anyway is no fault of the writer
            found = [f for f in found if f.kind not in _ATTACHED]
        else:
            found = [_named(f) for f in found]
        self.findings += [f.model_copy(update={"action": "repaired"}) for f in found]
        return rendered if found or self.attach else text

    def _entry(self, unit: Unit, found: list[Finding]) -> str:
        """Judge a sentence of part 3, where links belong."""
        masked = mask(unit.text, self.links.find(unit.text))
        faults = self.judge.faults(Unit(masked, unit.before, unit.above))
        found += [f for f in faults if f.kind != "claim_unsupported"]  # an entry states nothing
        return unit.text

    def prose(self, text: str, part: str) -> str:
        """Part 1 or 2 without what cannot stay."""
        if not text.strip():
            if part == "1" or self.record.parts:  # a short answer may be one paragraph
                self._add("part_missing", f"part {part}", action="rejected")
            return text
        if heading := _PART_HEADING.search(text):
            self._add("part_repeated", heading.group().strip(), action="rejected")
        if visible(text) != text:
            self._add("injection_echo", f"invisible characters in part {part}")
        result, seen, dropped = rewrite(visible(text), lambda unit: self._sentence(unit, part))
        self.seen[part] += seen
        self.dropped[part] += dropped
        if not re.search(r"[^\W\d_]", result):
            self._add("part_empty", f"part {part}", action="rejected")
        return result

    def _ending(self, answer: Answer) -> None:
        """A text that stops in the middle: an open clause, or no end and no part 3."""
        text = answer.explanation.rstrip()
        last = text.rsplit("\n", 1)[-1]
        missing = not answer.references_text.strip()
        port = _PORT.fullmatch(last.strip())
        if last.strip() in self._drawn or (port and port[1] in self._ports):
            return
        if text.count("```") % 2 or _CUT.search(last) or (missing and not _ENDED.search(last)):
            self._add("truncated", last[-60:], action="rejected")

    def _sentence(self, unit: Unit, part: str) -> str | None:
        """Repair or drop (None) one sentence of part 1 or 2, where no link belongs."""
        port = _PORT.fullmatch(unit.text.strip())
        if unit.text.strip() in self._drawn or (port and port[1] in self._ports):
            return unit.text  # a line of the workflow that the records give
        spans = self.links.find(unit.text)
        for span in spans:
            _, fault = self.links.judge(span)
            if fault and fault.kind in ("link_outside", "link_deep"):
                self.findings.append(fault.model_copy(update={"action": "removed"}))
                return None
        masked = mask(unit.text, spans)
        named = self._named.get(_bare(unit.text))
        ruling = self.judge.rule(Unit(masked, unit.before, unit.above), named)
        if ruling.fault:
            self.findings.append(ruling.fault)
            return None
        if ruling.facts:
            self._note(unit.text, part, ruling)
        text = unit.text
        if spans:
            self._add("link_duplicate", spans[0].text, "links stand in part 3", "repaired")
            text = without(text, spans)
        if self._renamed and self.judge.markers.find(text):
            self._add("marker", unit.text.strip(), "part 3 was rendered anew", "repaired")
            text = self.judge.markers.named(text)
        return text

    def name(self, claims: Sequence[Claim]) -> None:
        """Hear which facts the writer says are behind each sentence."""
        known = {line.id for line in self.judge.evidence.facts}
        for claim in claims:
            ids = frozenset(known.intersection(claim.facts))
            self._named |= {_bare(one): ids for one in sentences(claim.text) if ids}

    def _note(self, text: str, part: str, ruling: Ruling) -> None:
        """Keep a sentence that stands as a claim, with the facts behind it."""
        name: Literal["task", "workflow"] = "task" if part == "1" else "workflow"
        ids = tuple(fact.id for fact in ruling.facts)
        self.claims.append(Claim(part=name, text=text.strip(), facts=ids, stands=ruling.stands))
        for fact in ruling.facts:
            self.facts[fact.id] = Cited(
                id=fact.id, owner=fact.owner, text=fact.text, place=fact.place
            )


def _bare(sentence: str) -> str:
    """A sentence without its list mark."""
    return _MARK.sub("", sentence).strip()


def _ports(world: World) -> frozenset[str]:
    """What the provided items and their tasks take and give, as the workflow names it."""
    vocabulary = world.catalog.vocabulary
    ids = {world.wish.task, *(p.offer.task for p in world.provided)}
    found = [(p.entry.input, p.entry.output) for p in world.provided if p.entry]
    found += [(task.input, task.output) for task in map(vocabulary.task, ids) if task]
    return frozenset(title_text(text) for both in found for text in both if text)
