"""A whole question understood: the exact reading joined with the learned one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import replace

from assistant.catalog import Labels, Span, Vocabulary, Words, squash
from assistant.question.amounts import pictures_in
from assistant.question.hardware import meant_for, runs_where
from assistant.question.implied import implied
from assistant.question.numbers import MAX_CHARS, Line
from assistant.question.order import advice, asks_order, named_order, spoken_apart, weighs_order
from assistant.question.polarity import left, refused, stays_gray, untouched
from assistant.question.reader import DOUBT, MOST_STEPS, OUTSIDE, Reader, Reading
from assistant.question.scales import loosely
from assistant.question.wish import ENLARGING, Wish, read

_PICTURE = "P"  # a kind of word of a Line
_COLOR = "colorization"
_SMALL = "low-resolution"  # what enlarging is for, not a damage beside it
_PICTURED, _EXACT = 7.0, 50.0  # how strange to lie outside with a picture, a factor or model
_AGREED = 0.5  # how likely the task of a term has to be to keep a question inside the field
_HINTED = 0.05  # how likely enlarging has to be where a factor is named
_EXPECTED = 0.5  # how likely the task of a given model has to be, beside the likeliest one
_ABLE, _SURELY = ("feasibility", "fact"), 0.9  # how likely a deed is without the model's name
_NO_SERIES = ("fact", "concept", OUTSIDE)  # forms of which one step is none of several
_TELLS = ("explain", "concept", "trouble")  # forms in which nothing is refused: who asks how or
# why tells with "not" what he knows, or what was not done
_REASON = re.compile(r"\W*why\b", re.I)
_MEANT = {  # what the training questions call damage, in the words of the catalog
    "jpeg": "compression",
    "video-compression": "compression",
    "blur-motion": "motion-blur",
    "blur-defocus": "defocus",
    "ringing": "halo",
    "faded": "fading",
    "unknown-old": "real-world",
}


def understand(text: str, vocabulary: Vocabulary, labels: Labels | None, reader: Reader) -> Wish:
    """The wish of a whole question: what is exact by ``read``, what is free by the reader.

    Of a text in a script that the reader never saw only the exact reading counts.
    """
    if not _latin(text[:MAX_CHARS]):
        wish = read(text, vocabulary, labels)
        return wish.model_copy(update={"steps": (wish.task,) if wish.task else ()})
    reading = reader.read(text[:MAX_CHARS])
    wish = _uncounted(read(text, vocabulary, labels), reading)
    reading = _of_deed(text, wish, reading, reader)
    enlarged = ENLARGING in reading.steps or reading.tasks.get(ENLARGING, 0) >= _HINTED
    sizes = implied(Line(text)) if enlarged and not (wish.scales or wish.keeps_size) else None
    if not sizes and ENLARGING in reading.steps and not (wish.scales or wish.keeps_size):
        sizes = loosely(Line(text))
    if sizes:
        factor, said = sizes
        words = {**wish.words, "scales": said}
        wish = wish.model_copy(update={"scales": (factor,), "words": words})
    return _ordered(text, _joined(text, wish, reading, vocabulary), reader, vocabulary)


def _of_deed(text: str, wish: Wish, reading: Reading, reader: Reader) -> Reading:
    """The reading of a question whether a model, by its name, can do a thing: the name says what
    the model is for, and so the thing is read without it."""
    names = [said for field in ("named", "architectures") for said in wish.words.get(field, ())]
    if reading.form not in _ABLE or not names or runs_where(text):
        return reading
    said = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    bare = reader.read(re.sub(rf"(?<![\w-])(?:{said})(?![\w-])", "it", text[:MAX_CHARS]))
    if max(bare.tasks.values(), default=0.0) < _SURELY:
        return reading
    return replace(reading, steps=bare.steps, tasks=bare.tasks)


def following(text: str, wish: Wish) -> Wish:
    """A wish for a model refuses those that were used before: another is to follow."""
    if wish.form != "recommend" or not wish.architectures:
        return wish
    words = Words(text[:MAX_CHARS])
    gone = {
        squash(said)
        for said in wish.words.get("architectures", ())
        for found in re.finditer(rf"(?<![\w-]){re.escape(said.lower())}(?![\w-])", words.text)
        if left(words, Span(*found.span()))
    }
    kept = tuple(name for name in wish.architectures if squash(name) not in gone)
    refused = dict.fromkeys((*wish.refused, *(n for n in wish.architectures if n not in kept)))
    return wish.model_copy(update={"architectures": kept, "refused": tuple(refused)})


def _uncounted(wish: Wish, reading: Reading) -> Wish:
    """The wish without a factor that tells how often something was done: *four times* where
    nothing speaks of enlarging."""
    often = all(said.endswith("times") for said in wish.words.get("scales", ("",)))
    if not often or reading.tasks.get(ENLARGING, 0) >= _HINTED or ENLARGING in reading.steps:
        return wish
    words = {field: said for field, said in wish.words.items() if field != "scales"}
    return wish.model_copy(update={"scales": (), "words": words})


def expecting(wish: Wish, tasks: Sequence[str]) -> Wish:
    """A wish whose models came with the question: where it may well mean what one of them is for,
    it does. ``_EXPECTED`` was the best for finding mismatches on 1,336 questions that the reader
    has not seen, half of them beside a likely wrong task or a random one (docs/decisions.md)."""
    if not wish.steps or set(tasks) & set(wish.steps):
        return wish
    best = max(tasks, key=lambda task: wish.odds.get(task, 0.0), default="")
    if wish.odds.get(best, 0.0) < _EXPECTED * wish.odds.get(wish.steps[0], 1.0):
        return wish
    return wish.model_copy(update={"task": best, "steps": (best, *wish.steps[1:])})


def _latin(text: str) -> bool:
    """Whether at least half of the letters are Latin, accents and full-width forms included."""
    letters = [char for char in unicodedata.normalize("NFKC", text) if char.isalpha()]
    return 2 * sum("LATIN" in unicodedata.name(char, "") for char in letters) >= len(letters)


def _joined(text: str, wish: Wish, reading: Reading, vocabulary: Vocabulary) -> Wish:
    """The exact reading with the learned one; a task that the vocabulary lacks is none here."""
    form = _of_hardware(
        text, wish, _form(text, wish, reading, pictured=_PICTURE in Line(text).kinds)
    )
    steps = _steps(text, wish, reading, vocabulary) if form != OUTSIDE else []
    damage = _damage(wish, [_MEANT.get(one, one) for one in reading.damage], vocabulary)
    known = {term.id for term in vocabulary.degradations} - {_SMALL}
    subjects = {term.id for term in vocabulary.subjects} - _untouched(text, vocabulary)
    odds = {task: round(p, 4) for task, p in reading.tasks.items() if vocabulary.task(task)}
    aspects = {term.id for term in vocabulary.aspects}
    words = {field: said for field, said in wish.words.items() if field != "task"}
    there = meant_for(text)
    weak = "weak" if there and there.kind in ("small", "plain") else None
    return wish.model_copy(
        update={
            "words": words,
            "form": form,
            "device": wish.device or weak,
            "steps": tuple(steps),
            "odds": odds,
            "task": steps[0] if steps else None,
            "refused": () if form in _TELLS else wish.refused,
            "degradations": _more(wish.degradations, damage, known - set(wish.refused)),
            "subjects": _more(
                [one for one in wish.subjects if one in subjects],
                reading.subjects,
                subjects - set(wish.refused),
            ),
            "aspects": _more(wish.aspects, reading.aspects, aspects),
        }
    )


def _untouched(text: str, vocabulary: Vocabulary) -> set[str]:
    """The subjects that a text names only to say that they are to be left alone."""
    words = Words(text[:MAX_CHARS])
    named = ((term.id, [*term.places(words)]) for term in vocabulary.subjects)
    return {one for one, places in named if places and all(untouched(words, p) for p in places)}


def _ordered(text: str, wish: Wish, reader: Reader, vocabulary: Vocabulary) -> Wish:
    """The wish with the order of its steps that the text names or asks for. Who asks wants a
    series, or how a result came; the steps that he names then count, and of one that was read
    those that a clause alone speaks of."""

    def told(clause: str) -> dict[str, float]:
        return reader.read(clause).tasks

    text, steps = text[:MAX_CHARS], wish.steps
    asks = asks_order(text) or weighs_order(text, able=DOUBT not in wish.aspects)
    if asks and wish.form not in _NO_SERIES:
        words = Words(text)
        spoken = [
            task.id
            for task in vocabulary.tasks
            if not (wish.keeps_size and task.id == ENLARGING)
            and any(not refused(words, place) for place in task.places(words))
        ]
        if len(steps) == 1 and wish.form != "explain":
            spoken += spoken_apart(text, told)
        likely = (step for step in spoken if step in wish.odds)
        steps = reader.ordered([*dict.fromkeys((*steps, *likely))][:MOST_STEPS])
    order = named_order(text, steps, told)
    if len(steps) < 2 or not (order or asks_order(text)):
        return wish
    form = "recommend" if asks and (wish.form != "explain" or advice(text)) else wish.form
    found = {"form": form, "steps": steps, "task": steps[0], "order": order, "asks_order": asks}
    return wish.model_copy(update=found)


def _damage(wish: Wish, learned: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """The damage that was learned, and what each kind is a kind of; none of these kinds where
    another of the same was read exactly."""
    parents = {term.id: term.kind_of or "" for term in vocabulary.degradations}
    said = {parents[one]: one for one in wish.degradations if parents.get(one)}
    kept = [one for one in learned if said.get(parents.get(one, ""), one) == one]
    return [each for one in (*said, *kept) for each in (parents.get(one, ""), one) if each]


def _unasked(step: str, words: Words, vocabulary: Vocabulary) -> bool:
    if step == _COLOR and stays_gray(words.text):
        return True
    task = vocabulary.task(step)
    places = [*task.places(words)] if task else []
    return bool(places) and all(refused(words, place) for place in places)


def _steps(text: str, wish: Wish, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    """The steps that were read, without those that are refused: of which every word is (*don't
    denoise*), and color where gray is to stay. A size that stays forbids enlarging, a factor that
    is named asks for it."""
    words = Words(text)
    read_ones = [step for step in reading.steps if vocabulary.task(step)]
    steps = [step for step in read_ones if not _unasked(step, words, vocabulary)] or read_ones
    if wish.keeps_size:
        return [step for step in steps if step != ENLARGING] or steps
    hinted = wish.scales and reading.tasks.get(ENLARGING, 0) >= _HINTED
    return [*steps, ENLARGING] if hinted and ENLARGING not in steps else steps


def _form(text: str, wish: Wish, reading: Reading, *, pictured: bool) -> str:
    """The form. Who asks why of one model compares nothing. A question that names a picture, a
    factor or a model has to be stranger to lie outside; one that names a picture and a term of the
    very task that was read, or a print and what it is made of, never does. How large something
    prints is a fact."""
    if wish.print and wish.print.sides is None:
        return "fact"
    names = len(wish.named) + len(wish.architectures)
    if reading.form == "compare" and _REASON.match(text) and names < 2:
        return max((f for f in reading.forms if f != "compare"), key=reading.forms.__getitem__)
    if reading.form != OUTSIDE:
        return reading.form
    exact = wish.scales or wish.named or wish.architectures
    least = (_PICTURED if pictured else 1) * (_EXACT if exact else 1)
    agreed = pictured and reading.tasks.get(wish.task or "", 0) >= _AGREED
    if reading.strange >= least and not (agreed or wish.print):
        return OUTSIDE
    return max((f for f in reading.forms if f != OUTSIDE), key=reading.forms.__getitem__)


def _of_hardware(text: str, wish: Wish, form: str) -> str:
    """The form of a question whether something runs somewhere, or how long it takes for a number of
    pictures: neither tells of a trouble, whatever device it names, and with a name of the catalog
    neither lies outside."""
    named = bool(wish.named or wish.architectures)
    if form == OUTSIDE and not named:
        return form
    one = form == "compare" and len(wish.architectures) == 1  # with nothing but the device
    if (one or form not in ("compare", "explain")) and runs_where(text):
        return "feasibility"
    several = (pictures_in(text) or 0) > 1
    return ("fact" if named else "feasibility") if several else form


def _more(read: Sequence[str], learned: Sequence[str], known: Container[str]) -> tuple[str, ...]:
    """What was read exactly, and behind it what was learned and is known here."""
    return tuple(dict.fromkeys([*read, *(one for one in learned if one in known)]))
