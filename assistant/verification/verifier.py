"""The verifier: checks an answer against its world, repairs what is certain, rejects the rest.

Deterministic and idempotent: a verified answer verifies again unchanged.
"""

from __future__ import annotations

import re

from assistant.answer import Answer, Finding
from assistant.references import fit_note, render_sources, sources_of
from assistant.verification.citations import Links, check_references, mask, without
from assistant.verification.names import Names, aliases
from assistant.verification.numbers import Figures
from assistant.verification.units import rewrite
from assistant.world import Provided, World

MAX_DROPPED = 0.2  # share of sentences; beyond it the rest no longer is the writer's answer
_RAN = re.compile(
    r"\b(?:I|we)(?: have|'ve)? (?:just )?(?:ran|run|executed|tested|applied|tried|processed)\b"
    r"|\b(?:your|this|the) (?:picture|photo|image) (?:was|has been) "
    r"(?:upscaled|enlarged|processed|run|restored|deblurred)\b|\bthe run took\b",
    re.I,
)
_QUOTE = re.compile(r"“([^”]{12,})”|\"([^\"\n]{12,})\"")
_PLACEHOLDER = re.compile(r"\[(?:insert|link|url|reference|citation)[^\]]*\]|\blorem ipsum\b", re.I)
_CUT = re.compile(r"[\w,;(–-]\s*$")


def verify(answer: Answer, world: World) -> Answer:
    """Check ``answer`` against ``world`` and return it with findings and outcome.

    ``verified``: nothing was changed. ``repaired``: only certain repairs, and the result checks
    clean. ``refused``: it cannot be repaired; the caller falls back to the composer.
    """
    checker = _Checker(world)
    repaired = checker.repair(answer)
    findings = checker.findings
    if any(f.action == "rejected" for f in findings):
        return answer.model_copy(update={"outcome": "refused", "findings": tuple(findings)})
    if repaired == answer:
        return answer.model_copy(update={"outcome": "verified", "findings": ()})
    again = _Checker(world)
    if again.repair(repaired) != repaired:
        left = tuple(f.model_copy(update={"action": "rejected"}) for f in again.findings)
        return answer.model_copy(update={"outcome": "refused", "findings": (*findings, *left)})
    return repaired.model_copy(update={"outcome": "repaired", "findings": tuple(findings)})


class _Checker:
    """One pass over one answer; ``findings`` tells what it saw."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.links = Links(world)
        self.names = Names(world)
        self.figures = Figures(world)
        self.findings: list[Finding] = []
        self._aliases = sorted(
            {alias for p in world.provided for alias in aliases(p)}, key=len, reverse=True
        )

    def repair(self, answer: Answer) -> Answer:
        """The answer after all certain repairs; what cannot be repaired is a rejected finding."""
        note = fit_note(self.world)
        if answer.note != note:
            kind = "mismatch_unflagged" if note else "preamble"
            action = "repaired" if note else "removed"
            self._add(kind, answer.note or "(no fit line)", note, action)
        task = self._prose(answer.task, "1")
        explanation = self._prose(answer.explanation, "2")
        sources = sources_of(self.world)
        references = answer.references_text
        seen = check_references(references, self.links)
        seen += self._foreign_names(references)
        if seen or answer.sources != sources or not references.strip():
            self.findings += [f.model_copy(update={"action": "repaired"}) for f in seen]
            if not references.strip():
                self._add("part_missing", "part 3", "rendered from the records", "repaired")
            references = render_sources(sources)
        return answer.model_copy(
            update={
                "note": note,
                "task": task,
                "explanation": explanation,
                "references_text": references,
                "sources": sources,
                "fit": self.world.fit,
            }
        )

    def _add(self, kind: str, span: str, evidence: str = "", action: str = "removed") -> None:
        self.findings.append(
            Finding.model_validate(
                {"kind": kind, "span": span[:300], "evidence": evidence[:300], "action": action}
            )
        )

    def _prose(self, text: str, part: str) -> str:
        if not text.strip():
            self._add("part_missing", f"part {part}", action="rejected")
            return text
        result, seen, dropped = rewrite(text, self._sentence)
        if not result.strip():
            self._add("part_empty", f"part {part}", action="rejected")
        elif dropped > max(1, MAX_DROPPED * seen):
            self._add("too_much_removed", f"part {part}: {dropped} of {seen}", action="rejected")
        elif (
            part == "2" and _CUT.search(text) and len(text.split()) > 200 and text[-1] not in "*|`"
        ):
            self._add("truncated", text[-60:], action="rejected")
        return result if dropped or result != text else text

    def _sentence(self, sentence: str, heading: str) -> str | None:
        """Repair or drop (None) one sentence of part 1 or 2, where no link belongs."""
        spans = self.links.find(sentence)
        for span in spans:
            _, finding = self.links.judge(span)
            if finding and finding.kind in ("link_outside", "link_deep"):
                self.findings.append(finding.model_copy(update={"action": "removed"}))
                return None
        masked = mask(sentence, spans).replace("\\", "")  # checks read through Markdown escapes
        for check in (self._quotation, self._name, self._number, self._claim):
            if not check(masked, heading):
                return None
        if spans:
            self._add("link_duplicate", spans[0].text, "links stand in part 3", "repaired")
            return without(sentence, spans)
        return sentence

    def _quotation(self, sentence: str, _: str) -> bool:
        for found in _QUOTE.finditer(sentence):
            quote = _plain(found.group(1) or found.group(2))
            texts = [p.text for p in self.world.provided] + [self.world.request.question]
            if not any(quote in _plain(text) for text in texts):
                self._add("quote_altered", found.group())
                return False
            named = self.names.owners(sentence[: found.start()])
            if named and not any(quote in _plain(p.text) for p in named):
                self._add("claim_wrong_owner", found.group(), named[0].item.name)
                return False
        return True

    def _name(self, sentence: str, _: str) -> bool:
        if found := self.names.outside(_QUOTE.sub(" ", sentence)):
            self._add(found[1], found[0])
            return False
        return True

    def _number(self, sentence: str, heading: str) -> bool:
        owners = self.names.owners(sentence) or self.names.owners(heading) or self._subject()
        rest = _QUOTE.sub(" ", re.sub(r"^\s*\d+[.)]\s", "", sentence))
        for alias in self._aliases:
            rest = rest.replace(alias, " ")
        if found := self.figures.missing(rest, owners):
            self._add(
                found[1],
                sentence.strip(),
                f"{found[0].text} is not given by {owners[0].name if owners else 'any item'}",
            )
            return False
        return True

    def _claim(self, sentence: str, _: str) -> bool:
        if _PLACEHOLDER.search(sentence):
            self._add("example_leak", sentence.strip())
            return False
        if _RAN.search(sentence):
            self._add("run_without_receipt", sentence.strip())
            return False
        return True

    def _subject(self) -> list[Provided]:
        """Whom a sentence speaks of that names nobody: the models the answer is about."""
        subject = [*self.world.recommended]
        if self.world.closest:
            subject.append(self.world.closest)
        return subject

    def _foreign_names(self, references: str) -> list[Finding]:
        found = []
        for line in references.split("\n"):
            masked = mask(line, self.links.find(line))
            if outside := self.names.outside(masked):
                found.append(Finding(kind=outside[1], span=outside[0]))
        return found


def _plain(text: str) -> str:
    """For comparing quotations: one kind of dash, quote and space, no escapes, no case."""
    text = re.sub(r"[‐‑‒–—]", "-", text.replace("\\", ""))
    return " ".join(re.sub(r"[“”‘’\"']", "'", text).casefold().split())
