"""What an answer may say of each provided item, of how it fits, and of the whole field.

Each fact is a sentence with an id: what the record of an item states and what its given text says,
sentence by sentence; what it is to the question; the reasons of its verdict; the glossary.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from assistant.catalog import Catalog, Entry, Model, Statement, Vocabulary, statements
from assistant.fit import called_for, listing, offer_of, times
from assistant.prompts import Item
from assistant.question import Wish
from assistant.roles import Joined, Role
from assistant.text.reported import begun, reported
from assistant.text.sentences import statements as spoken
from assistant.text.titles import known_as
from assistant.world.asked import asked

MAX_GIVEN = 40  # sentences of one given text
CANNOT = "-cannot"  # end of the id of why a recommended model does not do what is asked
SPARED = "question-spare"  # id of what one could leave out of a series
COUNTS = "catalog-counts"  # id of the sentence on what the catalog holds
_PICTURE = re.compile(r"\b(?:pictures?|photos?|frames?|images?)\b")


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
    takes = {m.task: offer_of(m).takes for m in reversed(family)}
    known = ((catalog.vocabulary.task(t), takes[t]) for t in dict.fromkeys(m.task for m in family))
    tasks = [called_for(task, kind) for task, kind in known if task]
    said = {
        "family": f"comes for {listing([times(s) for s in scales])}" if scales[1:] else "",
        "purpose": f"comes for {listing([t.phrase for t in tasks])}" if tasks else "",
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
    same = task is not None and task == wanted
    task = task and called_for(task, offer.takes, wish.subjects if same else (), offer.handles)
    said = wish.subjects, wish.degradations
    wanted = wanted and called_for(wanted, offer.takes if same else "", *said)
    what = f" for {task.phrase}" if task else ""
    if wanted and (task is None or wanted.id == task.id):
        what = f" for {asked(wish, wanted, vocabulary)}"
    lead = f"no, {offer.name} does not fit" if fit.rank == 2 else f"yes, take {offer.name}{what}"
    kept = task is not None and task.keeps_size and task.pictures
    made = f"{offer.name} is for {task.phrase}" if task else ""
    partly = [f"in part: {made}"] if made and fit.rank == 1 else []
    unmade = [s for s in wish.subjects if offer.source == "record" and s not in offer.subjects]
    found = [
        lead,
        *fit.reasons,
        *(f"{offer.name}{reason[2:]}" for reason in fit.reasons if reason.startswith("it ")),
        *partly,
        *filter(None, [made]),
        *([f"{offer.name} keeps the size of the picture"] if kept else []),
        *(f"nothing provided says that {offer.name} was made for {vocabulary.phrase(s)}"
          for s in unmade),
    ]  # fmt: skip
    if fit.rank < 2:
        found.append(f"take {offer.name}{what}")
    elif fit.against and wish.form == "feasibility" and not (wish.named or wish.architectures):
        found.append(f"not with the models of this catalog: {'; '.join(fit.against)}")
    if (meant := wanted or task) and recommended and fit.rank < 2:
        name = entry.name if entry is not None else item.name
        what = asked(wish, meant, vocabulary, goal=":")
        found.append(f"take {name} for {what}")
    for n, text in enumerate(found, 1):
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


@functools.lru_cache(maxsize=4)
def facts_of_field(catalog: Catalog) -> tuple[Statement, ...]:
    """The glossary and the size of the catalog, which are true of every question."""
    glossary = (fact for concept in catalog.concepts for fact in statements(concept))
    counts = (
        f"This catalog holds {len(catalog.models)} models, {len(catalog.papers)} papers and "
        f"{len(catalog.concepts)} entries of a glossary."
    )
    return (*glossary, Statement(COUNTS, "", counts, "house"))
