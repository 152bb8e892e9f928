"""What an answer may say: every fact of its world as a sentence with an id.

Of each provided item what its record states and what its given text says, sentence by sentence;
of the question what was understood and the arithmetic on it; the reasons of the verdict; the
glossary; and what this house says of its own answers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from assistant.catalog import Catalog, Entry, Model, Statement, Task, Vocabulary, statements
from assistant.fit import Fit, listing, times
from assistant.prompts import Item
from assistant.question import Wish
from assistant.roles import Joined, Role
from assistant.text.reported import begun, reported
from assistant.text.sentences import statements as spoken
from assistant.text.titles import known_as
from assistant.world.asked import asked, at_once, series, spared, told_of
from assistant.world.printing import on_paper
from assistant.world.running import Running

MAX_GIVEN = 40  # sentences of one given text
APART = "With a model for each step you see every result and can leave one out."
CANNOT = "-cannot"  # end of the id of why a recommended model does not do what is asked
SPARED = "question-spare"  # id of what one could leave out of a series
COUNTS = "catalog-counts"  # id of the sentence on what the catalog holds
_PICTURE = re.compile(r"\b(?:pictures?|photos?|frames?|images?)\b")
_HOUSE = (
    "This answer was not tested on your picture; only a receipt says that a workflow was run.",
    "Compare the result with plain interpolation, at full size and side by side.",
    "Try it on a small crop first.",
    "A network does what it was trained for: another factor or another damage needs another model.",
    "A network may gain less, or disappoint, on pictures that are unlike its training pictures.",
    "Nothing provided states more than is said here.",
    "Figures of different papers have different settings, so they are not ranked here.",
    "What is provided names no model for this, so no workflow is drawn.",
    "The question can be answered only by the references below.",
    "Too little of the answer passed the checks against the provided items.",
)
_ENLARGED = (
    "The added detail is inferred from training pictures, not recovered; it is no evidence of "
    "what was there.",
    "A trained network adds what it has learned from other pictures.",
)


def facts_of_item(item: Item, entry: Entry | None, number: int) -> tuple[Statement, ...]:
    """What may be said of a provided item: its record, then its given text."""
    name = entry.name if entry is not None else item.name
    found = list(statements(entry)) if entry else []
    stated = {fact.text for fact in found}
    text = " ".join((item.summary or "").split())
    known = known_as(item.name, text)
    for n, sentence in enumerate(spoken(text)[:MAX_GIVEN], 1):
        if sentence not in stated:
            told = reported(sentence, item.name, known) or sentence
            found.append(Statement(f"given-{number}:{n}", name, told, "given"))
        if part := begun(sentence):
            told = reported(part, item.name, known) or part
            found.append(Statement(f"given-{number}:{n}-begun", name, told, "given"))
    return tuple(found)


def facts_of_role(joined: Joined, role: Role, number: int) -> tuple[Statement, ...]:
    """What an item is to this question."""
    name = joined.entry.name if joined.entry is not None else joined.item.name
    if joined.recommended:
        text = f"{name} is the recommended model."
    elif role == "supports":
        text = f"{name} supports the answer and is the closest provided item."
    else:
        text = f"{name} is a related paper, given, but not used here."
    return (Statement(f"role-{number}", name, text, "given", "use", "application"),)


def facts_of_stranger(item: Item, number: int) -> list[Statement]:
    """What is not known of an item that has no record and no text."""
    if item.summary:
        return []
    told = [f"How {item.name} works inside is not stated."]
    if not item.links:
        told.append(f"{item.name} is not in this catalog, so nothing can be said about it.")
    ids = (f"given-{number}:open-{n}" for n in range(len(told)))
    return [Statement(i, item.name, t, "given") for i, t in zip(ids, told, strict=False)]


def facts_of_family(entry: Entry, catalog: Catalog) -> list[Statement]:
    """For which factors and tasks models of this name exist."""
    if not isinstance(entry, Model):
        return []
    family = [m for m in catalog.models if m.name == entry.name]
    scales = sorted({s for m in family for s in m.scales})
    tasks = [catalog.vocabulary.task(t) for t in dict.fromkeys(m.task for m in family)]
    said = {
        "family": f"comes for {listing([times(s) for s in scales])}" if scales[1:] else "",
        "purpose": f"comes for {listing([t.phrase for t in tasks if t])}" if any(tasks) else "",
    }
    return [
        Statement(f"{entry.id}#{key}", entry.name, f"{entry.name} {text}.", "record")
        for key, text in said.items()
        if text
    ]


def facts_of_fit(
    joined: Joined, wish: Wish, number: int, vocabulary: Vocabulary
) -> Iterator[Statement]:
    """What the verdict on one model comes to, and its reasons."""
    item, entry, recommended, offer, fit = joined
    if not (recommended or isinstance(entry, Model)):
        return
    task, wanted = vocabulary.task(offer.task), vocabulary.task(wish.task)
    what = f" for {task.phrase}" if task else ""
    if wanted and (task is None or wanted.id == task.id):
        what = f" for {asked(wish, wanted, vocabulary)}"
    lead = f"no, {offer.name} does not fit" if fit.rank == 2 else f"yes, take {offer.name}{what}"
    kept = task is not None and task.keeps_size and task.pictures
    made = f"{offer.name} is for {task.phrase}" if task else ""
    partly = [f"in part: {made}"] if made and fit.rank == 1 else []
    unmade = [s for s in wish.subjects if offer.source == "record" and s not in offer.subjects]
    said = [
        lead,
        *fit.reasons,
        *partly,
        *filter(None, [made]),
        *([f"{offer.name} keeps the size of the picture"] if kept else []),
        *(f"nothing provided says that {offer.name} was made for {vocabulary.phrase(s)}"
          for s in unmade),
    ]  # fmt: skip
    if fit.rank < 2:
        said.append(f"take {offer.name}{what}")
    elif fit.against and wish.form == "feasibility" and not (wish.named or wish.architectures):
        said.append(f"not with the models of this catalog: {'; '.join(fit.against)}")
    if (meant := wanted or task) and recommended and fit.rank < 2:
        name = entry.name if entry is not None else item.name
        what = asked(wish, meant, vocabulary, goal=":")
        said.append(f"take {name} for {what}")
    for n, text in enumerate(said, 1):
        yield Statement(f"fit-{number}:{n}", item.name, f"{text[:1].upper()}{text[1:]}.", "fit")
    if fit.rank == 2 and task and wanted and task.output != wanted.output:
        name = entry.name if entry is not None else item.name
        gives, wants = _one(task.output), _one(wanted.output)
        text = f"{name} cannot do this: it gives {gives}, and what is asked for is {wants}."
        yield Statement(f"fit-{number}{CANNOT}", item.name, text, "fit")


def _one(output: str) -> str:
    """An output with its article, where it is one thing."""
    if re.match(r"(?:text|speech|boxes|body|frames)\b", output):
        return output
    return f"{'an' if output[0] in 'aeio' else 'a'} {output}"


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
        "house": (*_HOUSE, *_ENLARGED),
    }
    return tuple(
        Statement(f"{name}-{n}", "", text, "arithmetic" if name == "print" else name)
        for name, texts in told.items()
        for n, text in enumerate(texts, 1)
    )


def facts_of_inputs(entry: Entry | None) -> Iterator[Statement]:
    """What a model needs beside the picture, and that ``run`` does not give it."""
    if not isinstance(entry, Model) or not _PICTURE.search(entry.input):
        return
    beside = [f"a {what}" for what in ("mask", "text") if re.search(rf"\b{what}\b", entry.input)]
    if not beside:
        return
    drawn = (
        " Mark in the mask, a picture of the same size, what is to go."
        if beside[0] == "a mask"
        else ""
    )
    text = (
        f"{entry.name} needs {listing(beside)} beside the picture, and `sr-assistant run` takes "
        f"pictures alone: give them to the code of {entry.name}.{drawn}"
    )
    for n, sentence in enumerate(spoken(text), 1):
        yield Statement(
            f"{entry.id}#beside-{n}", entry.name, sentence, "house", "limit", "application"
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


@functools.lru_cache(maxsize=4)
def facts_of_field(catalog: Catalog) -> tuple[Statement, ...]:
    """The glossary and the size of the catalog, which are true of every question."""
    glossary = (fact for concept in catalog.concepts for fact in statements(concept))
    counts = (
        f"This catalog holds {len(catalog.models)} models, {len(catalog.papers)} papers and "
        f"{len(catalog.concepts)} entries of a glossary."
    )
    return (*glossary, Statement(COUNTS, "", counts, "house"))


def _understood(wish: Wish, vocabulary: Vocabulary) -> Iterator[str]:
    tasks = [task for step in wish.steps or (wish.task,) if (task := vocabulary.task(step))]
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
