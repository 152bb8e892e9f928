"""What is at stake where a restored picture is trusted: who is warned of what, in every form."""

from __future__ import annotations

import re

from assistant.catalog import mentioned
from assistant.generation.bearing import own
from assistant.generation.glossary import of_concept
from assistant.world import Provided, World

_DRAWING = ("super-resolution", "face-restoration", "reference-super-resolution", "inpainting")
_EVIDENCE, _MEDICAL = "evidence", "medical-enlargement"
_PURPOSES = (  # words of a question, the entry that warns and the kind of its sentence
    (re.compile(r"\b(?:licen[cs]e|number)[ -]?plates?\b|\bread (?:the|a) plate\b", re.I),
     _EVIDENCE, "limit"),
    (re.compile(
        r"\bpolice|\b(?:in|to|for|before|by) (?:the |a )?court\b(?! ?(?:yard|side))|\bforensic"
        r"|\bevidence\b(?! that)|\binsur(?:er|ance)"
        r"|\b(?:lawyer|attorney|lawsuit|prosecut|detective)"
        r"|\b(?:suspect|burglar|robber|thief|perpetrator|intruder|hit[- ]and[- ]run)"
        r"|\b(?:cctv|surveillance|security cam)", re.I), _EVIDENCE, "use"),
    (re.compile(
        r"\b(?:CTs?|MRIs?|PET(?= (?:scan|image|CT|picture))|[Xx]-?[Rr]ays?|[Mm]ammogra\w+"
        r"|[Uu]ltrasound|[Rr]adiolog\w+|[Ll]esions?|[Tt]umou?rs?|[Ff]undus|[Ee]ndoscop\w+"
        r"|[Bb]iops\w+|[Pp]atholog\w+)\b"), _MEDICAL, "use"),
)  # fmt: skip
_WEIGHTS = re.compile(r"\b(?:weights|checkpoints?)\b", re.I)
_MEASURED = re.compile(
    r"\b(?:count(?:s|ed|ing)?|how many|measur(?:e|es|ed|ing|ements?)|quantif\w+|census"
    r"|inventor(?:y|ies)|diameters?|areas? of|sizes? of)\b",
    re.I,
)
_COUNTED = {  # subjects in which people count and measure
    "microscopy": ("how-microscopy", "limit"),
    "cytology": ("how-microscopy", "limit"),
    "satellite": ("satellite-super-resolution", "use"),
}
_DRAWN = {  # subjects where made-up detail does harm
    "face": ("identity-drift", "limit"),
    "document": ("text-in-pictures", "limit"),
    "medical": (_MEDICAL, "use"),
    "cytology": (_MEDICAL, "use"),
    "satellite": ("satellite-super-resolution", "limit"),
}


def at_stake(world: World) -> list[str]:
    """The warning of the glossary that a question asks for by what its picture is for or shows, and
    what the record of the model that answers says of what it makes up; empty where nothing is."""
    task = world.task
    p, explains = world.answering, world.wish.form == "explain"
    if task is None or not task.pictures or (explains and (p is None or p.entry is None)):
        return []
    draws = task.id in _DRAWING
    entries = _purposes(world)
    if draws:
        takes = p is not None and p.entry is not None and not (explains or p.offer.general)
        made_for = p.offer.subjects if p and takes else ()  # who asks why has the result already
        said = {concept.id for concept in mentioned(world.request.question, world.catalog)}
        shown = (*world.wish.subjects, *made_for)
        entries += [_DRAWN[subject] for subject in shown if subject in _DRAWN]
        entries += [one for one in _DRAWN.values() if one[0] in said]
    return [*(of_concept(world, *one) for one in entries[:1]), *(_invented(p) if entries else [])]


def _purposes(world: World) -> list[tuple[str, str]]:
    """The entries that warn of what the picture is wanted for, and the kind of sentence."""
    question, subjects = world.request.question, world.wish.subjects
    found = [(entry, kind) for words, entry, kind in _PURPOSES if words.search(question)]
    if "medical" in subjects:
        found.append((_MEDICAL, "use"))
    if _MEASURED.search(question):
        found += [_COUNTED[subject] for subject in subjects if subject in _COUNTED]
    said = {concept.id for concept in mentioned(question, world.catalog)}
    return [*found, *[(_EVIDENCE, "use")] * (_EVIDENCE in said)]


def _invented(p: Provided | None) -> list[str]:
    return [own(p, "invents")] if p else []


def purpose(world: World) -> str:
    """The warning for a short answer: of what the picture is for, not of what a model draws."""
    task, found = world.task, _purposes(world)
    return of_concept(world, *found[0]) if task and task.pictures and found else ""


def licensed(world: World) -> list[str]:
    """What the record of the model that answers states of its license, where one is asked for; of
    its weights also that they have none of their own on record, where these are named."""
    p = world.answering
    if world.wish.license is None or p is None:
        return []
    weights = ("no-weights_license",) if _WEIGHTS.search(world.request.question) else ()
    told = own(p, "license", "weights_license", "no-license", *weights)
    return [told] if told else []
