"""What an answer may say that belongs to no provided item, each sentence with its id.

Of the question what was understood and the arithmetic on it; the reasons of the verdict; what one
model does of it all; this machine; and what this house says of its own answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from assistant.catalog import ORDER, Entry, Statement, Task, Vocabulary
from assistant.fit import Fit, called_for, listing, times
from assistant.question import Wish
from assistant.world.asked import asked, at_once, series, spared, told_of
from assistant.world.facts import SPARED
from assistant.world.printing import on_paper
from assistant.world.running import Running

_NAMED = "order-named"  # id of what says that the question named another order
IN_ORDER = (_NAMED, f"{ORDER}#")
"""How the ids of what an answer says of the order of its steps begin."""
UNANSWERED = "Nothing provided answers this directly."
APART = "With a model for each step you see every result and can leave one out."
_HOUSE = (
    "This answer was not tested on your picture; only a receipt says that a workflow was run.",
    "Compare the result with plain interpolation, at full size and side by side.",
    "Try it on a small crop first.",
    "A network does what it was trained for: another factor or another damage needs another model.",
    "A network may gain less, or disappoint, on pictures that are unlike its training pictures.",
    "Nothing provided states more than is said here.",
    UNANSWERED,
    "Figures of different papers have different settings, so they are not ranked here.",
    "What is provided names no model for this, so no workflow is drawn.",
    "The question can be answered only by the references below.",
    "Too little of the answer passed the checks against the provided items.",
    "The added detail is inferred from training pictures, not recovered; it is no evidence of "
    "what was there.",
    "A trained network adds what it has learned from other pictures.",
)


def facts_of_opening(
    question: str,
    wish: Wish,
    task: Task | None,
    steps: Sequence[tuple[str, Task]],
    vocabulary: Vocabulary,
) -> Iterator[Statement]:
    """What an answer opens with: the task, also as what the question tells of, and of several
    steps what does each."""
    if task is None:
        yield Statement("question-0", "", "The question names no task.", "question")
    else:
        what = asked(wish, task, vocabulary, goal=":")
        yield Statement("question-0", "", f"The task is {what}.", "question")
        if text := told_of(question, wish, task, vocabulary):
            yield Statement("question-told", "", text, "question")
    if text := series(steps):
        yield Statement("question-series", "", text, "question")
    if text := spared(steps):
        yield Statement(SPARED, "", text, "question")


def facts_of_order(
    wish: Wish, steps: Sequence[Task], why: Mapping[tuple[str, str], Statement]
) -> Iterator[Statement]:
    """Why a series has its order: where the question named another one, which step comes later
    than named; then the reason for its first pair, of a question for the order for two."""
    if wish.form == "explain" and not wish.asks_order:
        return
    named = [step for step in wish.order if step in {task.id for task in steps}]
    because = None
    for first, then in combinations(steps, 2):
        held = (first.id, then.id) in why and {first.id, then.id} <= {*named}
        if held and named.index(then.id) < named.index(first.id):
            because = why[first.id, then.id]
            put = "first" if then.id == named[0] else f"before {first.phrase}"
            place = "last" if then is steps[-1] else f"after {first.phrase}"
            text = (
                f"You named {then.phrase} {put}; here it comes {place}, because "
                f"{_small(because.text)}"
            )
            yield Statement(_NAMED, "", text, "question")
            break
    follows = (why.get((one.id, two.id)) for one, two in pairwise(steps))
    told = [reason for reason in dict.fromkeys(follows) if reason not in (None, because)]
    yield from filter(None, told[: (2 if wish.asks_order else 1) - bool(because)])


def _small(sentence: str) -> str:
    """A sentence as a clause; an abbreviation keeps its capitals."""
    return sentence if sentence[1:2].isupper() else f"{sentence[:1].lower()}{sentence[1:]}"


def facts_of_question(
    wish: Wish, fit: Fit, vocabulary: Vocabulary, scales: Sequence[float]
) -> tuple[Statement, ...]:
    """What was understood, the arithmetic on it and on ``scales``, the verdict's reasons, and what
    we say of ourselves."""
    told = {
        "question": _understood(wish, vocabulary),
        "print": on_paper(wish),
        "arithmetic": _arithmetic(wish, tuple(dict.fromkeys((*wish.scales, *scales)))),
        "fit": fit.reasons,
        "house": _HOUSE,
    }
    return tuple(
        Statement(f"{name}-{n}", "", text, "arithmetic" if name == "print" else name)
        for name, texts in told.items()
        for n, text in enumerate(texts, 1)
    )


def facts_of_whole(entry: Entry | None, wish: Wish, vocabulary: Vocabulary) -> Iterator[Statement]:
    """That one model does all that the question asks for."""
    if entry:
        text = at_once(f"{entry.name} ({entry.id})", wish, vocabulary)
        yield Statement("question-whole", entry.name, text, "fit")
        yield Statement("question-apart", "", APART, "house")


def facts_of_machine(found: Running) -> Iterator[Statement]:
    """What of the recommendation does not run here, and what stands in."""
    if found.text:
        yield Statement("machine-1", "", found.text, "machine", "use", "application")


def _understood(wish: Wish, vocabulary: Vocabulary) -> Iterator[str]:
    known = (task for step in wish.steps or (wish.task,) if (task := vocabulary.task(step)))
    tasks = [called_for(task, "", wish.subjects, wish.degradations) for task in known]
    if tasks:
        what = ", then ".join(task.phrase for task in tasks)
        scale = listing([times(s) for s in wish.scales], "or")
        yield f"The question asks for {what}{f' at {scale}' if scale else ''}."
        yield from map(_given_and_taken, tasks)
        yield from (f"{task.plain[:1].upper()}{task.plain[1:]}." for task in tasks if task.plain)
    if wish.subjects:
        what = listing([vocabulary.phrase(s) for s in wish.subjects])
        yield f"The picture shows {what}."
    if wish.degradations:
        what = listing([vocabulary.phrase(d) for d in wish.degradations])
        yield f"The picture suffers from {what}."


def _given_and_taken(task: Task) -> str:
    name = f"{task.phrase[:1].upper()}{task.phrase[1:]}"
    return f"{name} takes an input, {task.input}, and gives an output, {task.output}."


def _arithmetic(wish: Wish, scales: Sequence[float]) -> Iterator[str]:
    for scale in scales:
        factor = Fraction(scale).limit_denominator(100)
        count = f"{float(factor**2):g}"
        yield (
            f"{times(scale)} means {scale:g} times the width and {scale:g} times the height, "
            f"{count} times as many pixels; H×W becomes {scale:g}H×{scale:g}W."
        )
        if factor.denominator == 1 and factor > 1:
            yield (
                f"At {times(scale)} one pixel becomes a block of {scale:g}×{scale:g}, and "
                f"{int(factor**2) - 1} of {count} pixels have to be inferred."
            )
            yield f"At {times(scale)} there are {count} pixels for each one known."
    if wish.size:
        yield from _sizes(wish.size, scales)


def _sizes(size: tuple[int, int], scales: Sequence[float]) -> Iterator[str]:
    width, height = size
    for scale in scales:
        wide, high = round(width * scale), round(height * scale)
        yield (
            f"{width}×{height} pixels become {wide}×{high} at {times(scale)}, from "
            f"{width * height / 1e6:.2g} to {wide * high / 1e6:.2g} megapixels."
        )
