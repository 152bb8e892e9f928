"""What a question asks for: as it reads, as its user chose, and else as the records have it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.catalog import HELP, Catalog, Concept, Paper, mentioned
from assistant.errors import InputError
from assistant.naming import named as records_named
from assistant.naming import strangers_of
from assistant.provision import BEST, PLAIN
from assistant.question import (
    ENLARGING,
    OUTSIDE,
    SURE,
    Wish,
    asks_for,
    following,
    plain,
    shipped,
    tells,
    understand,
    wonders,
)
from assistant.question.numbers import MAX_CHARS
from assistant.retrieval.search import Ranked, Search
from assistant.text.characters import BINARY

MAX_QUESTION = 20_000
_RECOMMEND = re.compile(r"\W*(?:please )?recommend\b", re.I)
_HOW_CAN_I = re.compile(r"\W*how (?:can|do|could|should) (?:i|we|you|one)\b", re.I)
_HOW_DONE = re.compile(r"\W*how (?:does|do|did|can|could|was|were|is|are)\b", re.I)
_ABOUT = re.compile(
    r"\W*(?:what|how (?:does|do|did)|explain|describe|tell me|why (?:does|do|did))\b", re.I
)
_TROUBLE = "trouble"
_WISHES = ("recommend", "explain")
_WISHED = ("damage", "artifact", "method")  # terms that name what is to be done
_TERM = re.compile(r"\W*(?:what(?:'s|’s| is| are| does)|explain|define|meaning of)\b.{2,40}$", re.I)
_LICENSED = re.compile(
    r"\b(?:what\S{0,2}|which|under)\b[^?.!]{0,20}\blicen[sc]e|\blicen[sc]e (?:of|for|is|does)\b",
    re.I,
)
_ALLOWED = re.compile(
    r"\b(?:licen[sc]\w+|commercial\w*|pay(?:ing)?|sell|for free|allowed|may (?:i|we))\b", re.I
)
_AMONG = 30  # records among which the nearest is looked for
_OURS, _KNOWN = 7.8, 8.5  # how near our documentation, and the glossary, have to be (no question
# of training/questions that lies outside comes as near), and how near to win over a recommendation
_SURELY_OURS = 9.0
_TOLD, _SPOKEN = 6.8, 8.6  # how near our documentation has to be for what reads as a wish, where
# the question tells of a result and where it does not: at these 2 of 507 wishes of
# training/questions became troubles
_HINTED, _SUSPECTED = 7.6, 0.05  # how near where the reader holds a trouble for this likely: none
# of 161 such wishes of training/questions came as near
_NO_TROUBLE = 0.02
_EXPLAINS = 0.9  # how likely an explanation is wanted where no trouble is told
_LOST, _NEARBY = 6.2, 7.5  # below these neither has anything to say
_NEAR_OURS, _MAYBE = 7.0, 0.5  # as near together with a likely task on pictures
_TERSE = 3  # words
_INSIDE = 0.75  # how likely the likeliest task of a question taken for one outside has to be
_NEAR = 4.0  # a task may be this many times less likely than the likeliest and still be meant


def asked_for(question: str, catalog: Catalog, scale: float | None, task: str | None) -> Wish:
    """What a question asks for by its words; ``scale`` and ``task`` given by the user win.

    Raises:
        InputError: the question is empty or too long, the task unknown, or the scale none.
    """
    if not BINARY.sub("", question).strip():
        raise InputError("the question is empty", hint='ask something: sr-assistant ask "..."')
    if len(question) > MAX_QUESTION:
        raise InputError(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION:,} are read",
            hint="shorten it, or use bulk for prompt files",
        )
    wish = understand(question, catalog.vocabulary, catalog.labels, shipped())
    if task is not None and catalog.vocabulary.task(task) is None:
        known = ", ".join(t.id for t in catalog.vocabulary.tasks)
        raise InputError(f"unknown task {task!r}", hint=f"known tasks: {known}")
    if scale is not None and not 0 < scale <= 64:
        raise InputError(f"a scale of {scale:g} makes no sense", hint="name a factor such as 3")
    chosen = {"task": task, "steps": (task,), "odds": {task: 1.0}} if task else {}
    return wish.model_copy(update={**chosen, "scales": (scale,) if scale else wish.scales})


def settled(question: str, wish: Wish, search: Search) -> Wish:
    """The wish with the task of the best model where its own task is not sure: of two
    likely ones the records decide, and of what no task of the vocabulary names the model that
    speaks of it."""
    if wish.asks_order:
        form: str | None = wish.form
    elif wish.form == _TROUBLE and wish.scales and len(question.split()) <= _TERSE:
        form = "recommend"  # a factor and hardly a word more tells of no result
    elif _of_papers(question, wish, search.catalog) or _permitted(question, wish, search.catalog):
        form = "fact"
    else:
        form = form_of(question, wish, search)
    if form != wish.form:
        wish = _inside(wish.model_copy(update={"form": form}))
    wish = following(question, wish)
    wish = _of_named(wish, search.catalog)
    odds = wish.odds.get(wish.task or "", 1.0)
    provided = any(model.task == wish.task for model in search.catalog.models)
    if len(wish.steps) != 1 or wish.form == OUTSIDE or (odds >= SURE and provided):
        return wish
    found = search.find(question, wish, _AMONG, "model")
    if odds < SURE and _untold(wish, found):
        return wish.model_copy(update={"task": None, "steps": (), "odds": {}})
    task = found[0].entry.task if found else None
    named = bool(wish.named or wish.architectures) and not provided
    if task is None or (not named and wish.odds.get(task, 0.0) < odds / _NEAR):
        return wish
    return wish.model_copy(update={"task": task, "steps": (task,)})


def _untold(wish: Wish, found: Sequence[Ranked]) -> bool:
    """Whether the model that is nearest to a wish for one does what no task of the vocabulary is:
    flattening a page, say."""
    if wish.form != "recommend" or wish.named or wish.architectures:
        return False
    return bool(found) and max(found, key=lambda r: r.score).entry.task is None


def _of_named(wish: Wish, catalog: Catalog) -> Wish:
    """Who asks how a model works by its name asks for its task, whichever else was read."""
    if wish.form != "explain" or len(wish.steps) > 1:
        return wish
    own = {
        model.task
        for model in catalog.models
        if model.task and (model.id in wish.named or model.name in wish.architectures)
    }
    if not own or wish.task in own:
        return wish
    task = max(sorted(own), key=lambda one: wish.odds.get(one, 0.0))
    return wish.model_copy(update={"task": task, "steps": (task,)})


def _of_papers(question: str, wish: Wish, catalog: Catalog) -> bool:
    """Whether a question asks of papers by name and of no model: what they are is on record,
    whatever their names sound like to the reader."""
    if wish.form == "compare" or wish.named or not _ABOUT.match(question):
        return False
    found = records_named(question, catalog, wish)
    return bool(found) and all(isinstance(entry, Paper) for entry in found)


def form_of(question: str, wish: Wish, search: Search) -> str | None:
    """The form of a question, as the records have it.

    What our own documentation or the glossary is surely about lies inside. A fact needs a
    record or an entry that is named, a term an entry, a trouble a remedy: a question with a
    task and without them asks for a model, or how it works, whichever the reader finds likelier.
    """
    form, named = wish.form, bool(wish.named or wish.architectures)
    if wish.task and _RECOMMEND.match(question):
        return "recommend"
    said = mentioned(question, search.catalog)
    if form in (None, "compare", "feasibility"):
        ways = any(concept.topic == "method" or concept.id in PLAIN for concept in said)
        weighs = named or ways or BEST.search(plain(question)) or not wish.scales
        return form if form != "compare" or weighs else "recommend"  # ONNX or safetensors, 2x
    terms = [concept for concept in said if concept.topic != "method"]
    bare = wish.model_copy(update={"task": None, "steps": ()})
    found = search.find(question, bare, _AMONG, "concept")
    near = max((r.score for r in found), default=0.0)
    helps = max((r for r in found if _topic(r) in HELP), key=lambda r: r.score, default=None)
    ours = helps.score if helps else 0.0
    if form == OUTSIDE:
        if ours >= _OURS:
            return "trouble"
        if said and _TERM.match(question):
            return "concept"
        likely = _likely_on_pictures(wish, search.catalog)
        if ours >= _NEAR_OURS and likely >= _MAYBE:
            return "trouble"
        if near >= _LOST and likely >= _INSIDE:
            return _taken_in(question, ours)
        return "recommend" if wish.scales or near >= _KNOWN else form
    if form in _WISHES:
        return _TROUBLE if _troubled(question, wish, helps) else form
    if form == "fact" and not named and ours >= _SURELY_OURS:
        return _TROUBLE
    of_inside = {"fact": wonders(question), "concept": named and not terms}
    if wish.task and of_inside.get(form):
        return "explain"
    plain_wish = len(wish.scales) == 1 or wish.task not in (None, ENLARGING)
    asks = plain_wish and all(concept.topic in _WISHED for concept in said)
    if form == "trouble" and asks and ours < _OURS and _HOW_CAN_I.match(question):
        return "recommend"
    named |= bool(strangers_of(question, search.catalog, form))
    homeless = {"trouble": ours < _LOST, "fact": not named, "concept": not said}[form]
    if wish.task and homeless and not terms and (near < _NEARBY or wish.scales):
        odds = shipped().read(question[:MAX_CHARS]).forms
        return max(("recommend", "explain"), key=lambda one: odds[one])
    return form


def _permitted(question: str, wish: Wish, catalog: Catalog) -> bool:
    """Whether what was taken for another question asks what the license of a model that no record
    holds is, or allows."""
    asked = {OUTSIDE: _ALLOWED, "recommend": _LICENSED}.get(wish.form or "")
    return bool(asked and asked.search(question) and strangers_of(question, catalog, wish.form))


def _troubled(question: str, wish: Wish, nearest: Ranked | None) -> bool:
    """Whether what reads as a wish tells of a trouble: by how near our documentation is, what the
    reader suspects, and how the question is put."""
    if nearest is None:
        return False
    forms = shipped().read(question[:MAX_CHARS]).forms
    told, suspected = tells(question), forms[_TROUBLE]
    done = _HOW_DONE.match(question) or not told
    if done and forms["explain"] >= _EXPLAINS and _topic(nearest) == _TROUBLE:
        return False  # how a thing was done is no trouble, whatever it is about
    if nearest.score >= _SURELY_OURS:
        return told or suspected >= _NO_TROUBLE or _topic(nearest) != _TROUBLE
    least = _TOLD if told else _HINTED if suspected >= _SUSPECTED else _SPOKEN
    return nearest.score >= least and not (wish.scales or asks_for(question))


def _likely_on_pictures(wish: Wish, catalog: Catalog) -> float:
    """How likely the likeliest task of a question is; 0 where it is none on pictures."""
    likely, odds = max(wish.odds.items(), key=lambda one: one[1], default=("", 0.0))
    task = catalog.vocabulary.task(likely)
    return odds if task is not None and task.pictures else 0.0


def _taken_in(question: str, ours: float) -> str:
    """The form of a question on a task of ours that was taken for one outside."""
    if BEST.search(plain(question)):
        return "compare"
    return "trouble" if ours >= _LOST else "recommend"


def _inside(wish: Wish) -> Wish:
    """A wish that was taken for one outside the field: its likeliest task is meant."""
    task = max(wish.odds, key=wish.odds.__getitem__, default=None)
    if wish.form not in ("recommend", "compare") or wish.steps or task is None:
        return wish
    return wish.model_copy(update={"task": task, "steps": (task,)})


def _topic(ranked: Ranked) -> str:
    return ranked.entry.topic if isinstance(ranked.entry, Concept) else ""
