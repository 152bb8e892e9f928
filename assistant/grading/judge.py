"""An optional language model as judge: fixed versioned rubrics, several votes, every reply kept.

Its scores stand beside the others as ``judge.*`` and never replace them. What could not be
judged is counted and left out of the mean; it is never a low score. The judge sees neither run
names nor ids. Replies are cached by everything that was sent, so a second run costs nothing.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from assistant.content import folder
from assistant.errors import BackendError, InputError
from assistant.files import write_text
from assistant.grading.ballots import PRESETS, better, grades, schema
from assistant.grading.endpoint import Model, Unreachable
from assistant.grading.inputs import Reference
from assistant.grading.run import Run
from assistant.grading.scores import Graded
from assistant.prompts import Request

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(slots=True)
class Tally:
    """What the judges did, for the report."""

    asked: int = 0
    cached: int = 0
    not_judged: list[str] = field(default_factory=list)
    unstable: list[str] = field(default_factory=list)
    own_answers_skipped: int = 0
    spread: dict[str, dict[str, float]] = field(default_factory=dict)
    pairs: dict[str, int] = field(default_factory=dict)

    def to_json(self, judges: Sequence[str], preset: str, votes: int) -> dict[str, Any]:
        """As the JSON report prints it."""
        return {
            "judges": sorted(judges), "preset": preset, "votes": votes, "asked": self.asked,
            "cached": self.cached, "not_judged": sorted(self.not_judged),
            "unstable": sorted(self.unstable), "own_answers_skipped": self.own_answers_skipped,
            "spread": dict(sorted(self.spread.items())), "pairs": self.pairs or None,
        }  # fmt: skip


class Judges:
    """Several judges with one rubric; ``cache`` is a folder of replies."""

    def __init__(
        self, models: Sequence[Model], cache: Path, *, preset: str = "sections",
        votes: int = 3, threshold: float = 0.5,
    ) -> None:  # fmt: skip
        if votes < 3:
            raise InputError(f"--votes {votes}: at least 3 are needed", hint="one vote says little")
        if preset not in PRESETS:
            raise InputError(f"no rubric {preset!r}", hint=f"one of {', '.join(PRESETS)}")
        self.models, self.cache, self.votes, self.threshold = models, cache, votes, threshold
        self.preset_name, self.preset = preset, PRESETS[preset]
        self.tally = Tally()

    def judge(
        self, run: Run, references: Mapping[str, Reference] | None, writer: str = ""
    ) -> dict[str, Any]:
        """Add ``judge.*`` scores to the answers of a run; returns what the report shows."""
        for one in run.graded:
            if not one.failed:
                reference = (references or {}).get(one.prompt)
                self._one(one, run.requests[one.prompt], reference, writer)
        return self.report()

    def report(self) -> dict[str, Any]:
        """The tally as JSON."""
        return self.tally.to_json([m.name for m in self.models], self.preset_name, self.votes)

    def prompt(self, answer: str, request: Request, reference: Reference | None) -> str:
        """What a judge is sent for one answer."""
        return _rubrics().get_template(self.preset.template).render(
            question=request.question, items=request.items, answer=answer,
            reference=reference.texts[0] if reference and reference.texts else "",
        )  # fmt: skip

    def _one(self, one: Graded, request: Request, reference: Reference | None, writer: str) -> None:
        prompt = self.prompt(one.text, request, reference)
        votes: dict[str, list[float]] = {name: [] for name in self.preset.criteria}
        for model in self.models:
            if _same(model.name, writer or one.id.split("/")[0]):
                self.tally.own_answers_skipped += 1
                continue
            for seed in range(self.votes):
                ballot = self._ballot(model, prompt, seed)
                if ballot is None:
                    self.tally.not_judged.append(f"{one.id}: {model.name}, vote {seed + 1}")
                    continue
                for name, value in ballot.items():
                    votes[name].append(value)
        if not all(votes.values()):
            return
        for name, values in votes.items():
            one.scores[f"judge.{name}"] = fmean(values)
        overall = [fmean(ballot) for ballot in zip(*votes.values(), strict=True)]
        one.scores["judge.overall"] = fmean(overall)
        self.tally.spread[one.id] = {
            name: round(max(v) - min(v), 4) for name, v in [*votes.items(), ("overall", overall)]
        }
        if min(overall) < self.threshold <= max(overall):
            self.tally.unstable.append(one.id)
            one.reasons["judge.overall"] = f"unstable: votes on both sides of {self.threshold:g}"

    def _ballot(self, model: Model, prompt: str, seed: int) -> dict[str, float] | None:
        """One vote as 0..1 by criterion; asked once more where the reply is no such object."""
        top = self.preset.top
        number = {"type": "integer", "minimum": 1, "maximum": top}
        fields = {**dict.fromkeys(self.preset.criteria, number), "reason": {"type": "string"}}
        reply = self._asked(model, prompt, schema(fields), seed, lambda r: grades(r, self.preset))
        given = grades(reply, self.preset) if reply is not None else None
        return {name: (value - 1) / (top - 1) for name, value in given.items()} if given else None

    def pairs(self, run: Run, other: Mapping[str, str]) -> None:
        """Compare each answer with the other run's, both ways round; only agreement is a win."""
        count = {"wins": 0, "ties": 0, "losses": 0, "not_judged": 0}
        template = _rubrics().get_template("pair.v1.jinja")
        form = schema({"better": {"type": "string", "enum": ["A", "B", "tie"]},
                          "reason": {"type": "string"}})  # fmt: skip
        for one in run.graded:
            theirs = other.get(one.prompt)
            if one.failed or theirs is None:
                continue
            request = run.requests[one.prompt]
            total = 0
            for model in self.models:
                for seed in range(self.votes):
                    said = []
                    for first, second, sign in ((one.text, theirs, 1), (theirs, one.text, -1)):
                        prompt = template.render(question=request.question, items=request.items,
                                                 first=first, second=second)  # fmt: skip
                        reply = self._asked(model, prompt, form, seed, better)
                        said.append(None if reply is None else sign * (better(reply) or 0))
                    if None in said:
                        count["not_judged"] += 1
                    elif said[0] == said[1]:
                        total += said[0] or 0
            count["wins" if total > 0 else "losses" if total < 0 else "ties"] += 1
        self.tally.pairs = count

    def _asked(
        self, model: Model, prompt: str, form: Mapping[str, Any], seed: int, sound: Any
    ) -> str | None:
        """A sound reply from the cache or the model, at most two tries; None if there is none."""
        for attempt in (0, 1):
            key = json.dumps([model.name, prompt, form, seed, attempt], sort_keys=True)
            path = self.cache / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
            reply = _cached(path)
            if reply is not None:
                self.tally.cached += 1
            else:
                try:
                    reply = model.reply(prompt, form, seed + 1000 * attempt)
                except Unreachable:
                    raise
                except BackendError:
                    return None
                self.tally.asked += 1
                self.cache.mkdir(parents=True, exist_ok=True)
                data = {"model": model.name, "seed": seed, "prompt": prompt, "reply": reply}
                write_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
            if sound(reply) is not None:
                return reply
        return None

    def estimate(self, run: Run, references: Mapping[str, Reference] | None) -> tuple[int, int]:
        """Calls and tokens that judging would take: characters / 4, and 60 for a reply."""
        calls = tokens = 0
        for one in run.graded:
            if not one.failed:
                prompt = self.prompt(one.text, run.requests[one.prompt],
                                     (references or {}).get(one.prompt))  # fmt: skip
                share = len(self.models) * self.votes
                calls += share
                tokens += share * (len(prompt) // 4 + 60)
        return calls, tokens


def _cached(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text("utf-8"))["reply"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _same(judge: str, writer: str) -> bool:
    return bool(writer) and judge.casefold() == writer.casefold()


@functools.cache
def _rubrics() -> Environment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(folder("eval") / "rubrics"), undefined=StrictUndefined,
        autoescape=False, trim_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
