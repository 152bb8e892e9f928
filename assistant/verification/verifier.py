"""The verifier: checks an answer against its world, repairs what is certain, rejects the rest.

Deterministic and idempotent: a verified answer verifies again unchanged.
"""

from __future__ import annotations

import re

from assistant.answer import Answer, Finding, draft
from assistant.verification.citations import Links, Markers, mask, without
from assistant.verification.claims import Claims, Quotation, quotations
from assistant.verification.figures import Figures
from assistant.verification.names import Names
from assistant.verification.owners import Owners
from assistant.verification.part_three import check_references
from assistant.verification.reading import view, visible
from assistant.verification.units import Unit, rewrite
from assistant.world import World

MAX_DROPPED = 0.2  # share of sentences; beyond it the rest no longer is the writer's answer
MAX_SENTENCE = 2_000  # characters; nothing longer is a sentence
MAX_TEXT = 100_000  # characters of all parts; nothing longer is an answer
MAX_ROUNDS = 3
_CUT = re.compile(
    r"(?:[,;(\[–-]|\b(?:the|an?|of|and|or|with|to|for|by|in|is|are|that|as))\s*$", re.I
)
_ENDED = re.compile(r"[.!?:)\]|*`_\"”’>…%]\s*$")
_LEAD = re.compile(  # a number of the list, heading or row itself
    r"^(?:[-+•> ]*\(?\d{1,2}[.):]|#[# ]*\d{1,2}(?:\.\d{1,2}){0,3}[.):]*|\| ?\d{1,2} ?\|)(?=\s)"
)
_PART_HEADING = re.compile(r"^\s{0,3}#{1,6}\s*(?:\*\*)?\s*[123][.):]\s*\S", re.M)


def verify(answer: Answer, world: World) -> Answer:
    """Check ``answer`` against ``world`` and return it with findings and outcome.

    ``verified``: nothing was changed. ``repaired``: only certain repairs, and the result checks
    clean. ``refused``: it cannot be repaired; the caller falls back to the composer.
    """
    length = sum(map(len, (answer.note, answer.task, answer.explanation, answer.references_text)))
    if length > MAX_TEXT:
        span = f"{length:,} characters, at most {MAX_TEXT:,} are read"
        finding = Finding(kind="unreadable", span=span, action="rejected")
        return answer.model_copy(update={"outcome": "refused", "findings": (finding,)})
    checker = _Checker(world)
    findings: list[Finding] = []
    current, seen, dropped = answer, 0, 0
    for _ in range(MAX_ROUNDS):
        before = current
        current = checker.repair(before)
        findings += checker.findings
        seen, dropped = seen or checker.seen, dropped + checker.dropped
        if dropped > max(1, MAX_DROPPED * seen):
            span = f"{dropped} of {seen} sentences"
            findings.append(Finding(kind="too_much_removed", span=span, action="rejected"))
        if any(f.action == "rejected" for f in findings):
            break
        if current == before and not checker.findings:
            outcome = "repaired" if findings else "verified"
            update = {"outcome": outcome, "findings": tuple(findings)}
            return current.model_copy(update=update)
    rejected = tuple(f.model_copy(update={"action": "rejected"}) for f in checker.findings)
    if not any(f.action == "rejected" for f in findings):
        findings += rejected
    return answer.model_copy(update={"outcome": "refused", "findings": tuple(findings)})


class _Checker:
    """One pass over one answer; ``findings`` tells what it saw."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.links = Links(world)
        self.owners = Owners(world)
        self.names = Names(world, self.owners, self.links.spellings)
        self.figures = Figures(world, self.owners)
        self.claims = Claims(world, self.owners)
        self.record = draft(world, task="", explanation="")
        self.note, self.references = self.record.note, self.record.references_text
        self._start("")

    def _start(self, references: str) -> None:
        self.findings: list[Finding] = []
        self.seen = self.dropped = 0
        self._markers = Markers(references, self.links, self.owners)
        self._spell_markers = False
        self._judged: dict[tuple[Unit, str], tuple[Finding, ...]] = {}

    def repair(self, answer: Answer) -> Answer:
        """The answer after all certain repairs; what cannot be repaired is a rejected finding."""
        given = visible(answer.references_text)
        self._start(given)
        if answer.note != self.note:
            kind = "mismatch_unflagged" if self.note else "preamble"
            action = "repaired" if self.note else "removed"
            self._add(kind, answer.note or "(no fit line)", self.note, action)
        references = self._part_three(given)
        self._spell_markers = references != given
        self.seen = self.dropped = 0
        task = self._prose(answer.task, "1")
        explanation = self._prose(answer.explanation, "2")
        self._ending(answer)
        return self._record(answer, task, explanation, references)

    def _record(self, answer: Answer, task: str, explanation: str, references: str) -> Answer:
        """The parts with everything else as the world has it; scores and receipt stay."""
        same: dict[str, object] = {
            field: getattr(answer, field)
            for field in ("workflow", "findings", "outcome", "receipt")
        }
        parts = {"task": task, "explanation": explanation, "references_text": references}
        plain = tuple(r.model_copy(update={"score": None}) for r in answer.recommended)
        if plain == self.record.recommended:
            same["recommended"] = answer.recommended
        else:
            self._add("record_altered", "recommended", action="repaired")
        base = self.record.model_copy(update={**parts, **same})
        for field in ("question", "wish", "related", "sources", "fit"):
            if getattr(base, field) != getattr(answer, field):
                self._add("record_altered", field, action="repaired")
        nodes = base.workflow.nodes if base.workflow else ()
        if not all(self._sound(t) for n in nodes for t in (n.label, n.port, *n.steps)):
            self._add("record_altered", "workflow", action="removed")
            base = base.model_copy(update={"workflow": None})
        return base

    def _sound(self, text: str) -> bool:
        """Whether a text of the workflow, which may be drawn, holds provided names only."""
        plain = view(text)
        return not self.links.hidden(plain) and not self.names.outside(
            plain, self.owners.masked(plain)
        )

    def _add(self, kind: str, span: str, evidence: str = "", action: str = "removed") -> None:
        fields = {"kind": kind, "span": span[:300], "evidence": evidence[:300], "action": action}
        self.findings.append(Finding.model_validate(fields))

    def _part_three(self, text: str) -> str:
        """Part 3 as written if nothing is wrong with it, else rendered from the records."""
        if text == self.references:
            return text
        if not text.strip():
            self._add("part_missing", "part 3", "rendered from the records", "repaired")
            return self.references
        findings = check_references(text, self.links, self.owners)
        kept, self.findings = self.findings, []
        rewrite(text, self._entry)
        if not any(f.kind == "injection_echo" for f in self.findings):
            findings += self.findings
        else:
            findings.append(Finding(kind="injection_echo", span="part 3"))
        self.findings = kept
        if not findings:
            return text
        self.findings += [f.model_copy(update={"action": "repaired"}) for f in findings]
        return self.references

    def _prose(self, text: str, part: str) -> str:
        if not text.strip():
            self._add("part_missing", f"part {part}", action="rejected")
            return text
        if heading := _PART_HEADING.search(text):
            self._add("part_repeated", heading.group().strip(), action="rejected")
        plain = visible(text)
        if plain != text:
            self._add("injection_echo", f"invisible characters in part {part}", action="removed")
        result, seen, dropped = rewrite(plain, self._sentence)
        self.seen += seen
        self.dropped += dropped
        if not re.search(r"[^\W\d_]", result):
            self._add("part_empty", f"part {part}", action="rejected")
        return result

    def _ending(self, answer: Answer) -> None:
        """A text that stops in the middle: an open clause, or no end and no part 3."""
        text = answer.explanation.rstrip()
        last = text.rsplit("\n", 1)[-1]
        missing = not answer.references_text.strip()
        if text.count("```") % 2 or _CUT.search(last) or (missing and not _ENDED.search(last)):
            self._add("truncated", last[-60:], action="rejected")

    def _entry(self, unit: Unit) -> str | None:
        """Judge a sentence of part 3, where links belong."""
        if len(unit.text) > MAX_SENTENCE:
            self._add("unreadable", unit.text)
            return None
        masked = mask(unit.text, self.links.find(unit.text))
        return unit.text if self._sound_sentence(unit, masked) else None

    def _sentence(self, unit: Unit) -> str | None:
        """Repair or drop (None) one sentence of part 1 or 2, where no link belongs."""
        if len(unit.text) > MAX_SENTENCE:
            self._add("unreadable", unit.text)
            return None
        spans = self.links.find(unit.text)
        for span in spans:
            _, finding = self.links.judge(span)
            if finding and finding.kind in ("link_outside", "link_deep"):
                self.findings.append(finding.model_copy(update={"action": "removed"}))
                return None
        masked = mask(unit.text, spans)
        markers = self._markers.find(masked)
        if any(items is None for _, _, items in markers):
            self._add("link_outside", unit.text.strip(), "no such entry in part 3")
            return None
        if not self._sound_sentence(unit, masked):
            return None
        text = unit.text
        if spans:
            self._add("link_duplicate", spans[0].text, "links stand in part 3", "repaired")
            text = without(text, spans)
        if markers and self._spell_markers:
            self._add("marker", unit.text.strip(), "part 3 was rendered anew", "repaired")
            text = self._markers.named(text, spelled=True)
        return text

    def _sound_sentence(self, unit: Unit, masked: str) -> bool:
        """Whether a sentence, links blanked, says nothing that the world does not give."""
        known = self._judged.get((unit, masked))
        if known is None:
            count = len(self.findings)
            self._judge(unit, masked)
            self._judged[unit, masked] = known = tuple(self.findings[count:])
        else:
            self.findings += known
        return not known

    def _judge(self, unit: Unit, masked: str) -> bool:
        text = view(self._markers.named(masked, spelled=True))
        read = Unit(text, unit.before, unit.above)
        if hidden := self.links.hidden(text):
            return self._fails("link_outside", hidden)
        bare = self.owners.masked(text)
        if lead := _LEAD.match(text):
            bare = " " * lead.end() + bare[lead.end() :]
        for quote in quotations(text):
            if found := self.claims.quotation(read, quote):
                return self._fails(*found)
            bare = _blank(bare, quote)
        if found := self.claims.wording(masked, bare):
            action = "rejected" if found[0] == "injection_echo" else "removed"
            return self._fails(*found, action=action)
        if found := self.names.outside(text, bare):
            return self._fails(found[1], found[0])
        if figure := self.figures.problem(read, bare):
            kind, value, credited = figure
            return self._fails(kind, unit.text.strip(), f"{value} is not given by {credited}")
        if found := self.names.foreign(text, bare):
            return self._fails("claim_wrong_owner", f"{found[0]}: {found[1]}")
        if found := self.claims.mechanism(read, bare):
            return self._fails(found[0], unit.text.strip(), found[1])
        return True

    def _fails(self, kind: str, span: str, evidence: str = "", action: str = "removed") -> bool:
        self._add(kind, span, evidence, action)
        return False


def _blank(text: str, quote: Quotation) -> str:
    return text[: quote.start] + " " * (quote.end - quote.start) + text[quote.end :]
