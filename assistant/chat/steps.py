"""What a message does to the steps of a plan: adds one, drops one, puts another in its place.

The words that change a plan are rules; which task is meant is left to the learned reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, NamedTuple

from assistant.catalog import Catalog
from assistant.chat import cues
from assistant.chat.said import Said
from assistant.chat.wishes import plan_of
from assistant.question import ENLARGING, Wish, read, shipped

_SURE, _AMONG = 0.7, 0.3  # how likely a task has to be: of all tasks, of those in the plan
_CLEAR, _TIMES = 0.45, 3  # or that likely, and so many times likelier than any other
MOST = 4  # steps of a plan
CLAUSE = re.compile(r"[,.;:!?&+]+\s*|\b(?:and|but|then|plus|with)\b")
_GROWS = re.compile(
    r"\b(?:enlarg\w*|up-?(?:scal|siz|sampl|res)\w*|super-?res\w*|magnif\w*|blow\w* up|zoom\w*"
    r"|big(?:ger|gest)?|larger?|resolution|resiz\w*)\b"
)
_FACE = re.compile(r"\b(?:fix|repair|restor|clean|improv|sharpen|enhanc|blurr|smudg|smear|mush)\w*")
ASKS = re.compile(
    rf"^{cues.POLITE}(?:and |also |then )?(?:what|which|who|whose|how|why|when|where|is|are|was"
    r"|were|does|do (?:you|they|i|we)|did|will|would|has|should|may"
    r"|(?:can|could) (?:it|they|this|that))\b"
)
_STATES = re.compile(r"\b(?:is|are|was|has|have|it's|there's|if|got|looks?)\b")
_ADDS = re.compile(
    rf"^{cues.POLITE}(?:and|then|also|plus|next|after|afterwards|additionally|besides|now|with)\b"
    r"|^\W*\+|\b(?:too|as well|also|afterwards|after that|in addition|on top|additionally"
    r"|before that|as a (?:second|last|final|first) step|first|both)\b"
)
_RETURNS = re.compile(
    r"\b(?:put|bring|take|get|want|add) (?P<what>.{2,40}?) (?:step )?(?:back|again)\b"
    r"|\bre-?(?:add|instate) (?P<again>.{2,40})|\b(?:bring|put) back (?P<back>.{2,40})"
)
DROPS = re.compile(
    r"\b(?:without|leave out|leaving out|skip(?:ping)?|drop(?:ping)?|omit|forget(?: about)?|lose"
    r"|never ?mind|no longer|stop|kill|ditch|cut|minus|except(?: for)?|no more|no need (?:for|to)"
    r"|take out|get rid of|(?:i |we )?(?:don't|do not|dont) (?:want|need)(?: to)?"
    r"|remove|scrap|cancel) (?P<what>.{2,50})"
    r"|\bleave (?P<left>.{2,40}?) (?:out|away|off|as (?:it is|they are))\b"
    r"|^(?:ok |but |and )?(?:no|not) (?P<none>[a-z ]{3,30})$"
)
_REMOVES = re.compile(r"\b(?:take out|get rid of|remove)\b")  # of a step, or of damage
_STEP = re.compile(r"\b(?:step|stage|part|model|again|one)\b|(?:ing|tion|er|al)\b")
_ONLY = re.compile(r"\b(?:only|just|solely|nothing but|alone|nothing else)\b")
_MEANT = re.compile(
    rf"^{cues.POLITE}(?:no|nope|nah|wait|sorry|oops|actually|scratch that|correction|i meant?)\b"
    r"|\b(?:i meant?|instead|rather|make that)\b"
)
_NOT = re.compile(r"\b(?:instead of|rather than|not|forget) (?:the |a )?[\w-]+(?: removal)?")
_WORDS = re.compile(
    r"\b(?:scratch that|i meant?|make that|sorry|actually|instead|rather|oops|wait|nope|only|just"
    r"|please|also|too|as well|afterwards|after that|then|now|plus|before that|first|both|back"
    r"|again|step|add|do|ok|okay|thanks?|great|lovely|next|for now)\b"
)
_POINTS = re.compile(  # a deed on nothing that is named
    r"^(?:remove|fix|clean|get rid of|do|make|have|take|repair|restore|apply|use)"
    r" ?(?:it|that|this|them|those|everything)?(?: (?:out|off|up|away))?$"
)
_BOTH = re.compile(
    rf"^{cues.POLITE}(?:no|sorry|actually|wait|i (?:want|need|meant?|would like)|do)?[, ]*"
    r"(?:both|all of (?:it|them)|all (?:two|three))\b"
    r"(?: (?:of (?:it|them)|actually|please|then|together|things))*\W*$"
)
_BEFORE = r"(?:before|previous|last|earlier|old|former|original|first)"
BACK = re.compile(
    rf"^{cues.POLITE}(?:let's |lets |please |can (?:we|you) |could (?:we|you) |i want to )?"
    r"(?:undo\b.*|revert\b.*|(?:go|going|switch|return|back) (?:back )?to "
    rf"(?:it|that|the (?:one|model|version|plan)? ?{_BEFORE}?.*|what (?:it|we|you) .*"
    rf"|your {_BEFORE}.*)|go back\W*|back\W*"
    r"|(?:take|give me|use|i want|i(?:'d)? (?:prefer|rather|like)(?:red|d)?)?\s*the (?:one before"
    rf"|{_BEFORE} (?:one|model|version|suggestion|plan) (?:again|after all|was better|back)"
    rf"|{_BEFORE} (?:version|plan|suggestion))\b[^?]*|take that back\W*|as (?:it was )?before\W*"
    rf"|never ?mind that\W*|(?:i|we) liked the {_BEFORE}.*)$"
)
_LAST = re.compile(r"\b(?:then|afterwards|after|next)\b")
_START = re.compile(r"\b(?:first|start|beginning|original)\b")


class Edit(NamedTuple):
    """The steps of a plan after a message, in order; ``back`` how many states earlier they were;
    ``damage`` what its one step need no longer take away ("spare"), or has to besides ("spoil")."""

    kind: Literal["add", "drop", "only", "swap", "both", "back", "spare", "spoil"]
    steps: tuple[str, ...] = ()
    back: int = 0
    damage: tuple[str, ...] = ()


def edit_of(said: Said) -> Edit | None:
    """What a message does to the plan in force; None where it leaves the steps as they are."""
    past = said.state.past
    if BACK.match(said.text):
        return Edit("back", back=how_far(said)) if past else None
    if _BOTH.match(said.text):
        both = in_order(*said.earlier, *said.plan)
        return Edit("both", both) if set(both) != set(said.plan) else None
    found = (find(said) for find in (_returned, _dropped, _narrowed, _meant, _added))
    return next((e for e in found if e and e.steps and e.steps != said.plan), None)


def planned(said: Said, edit: Edit) -> Wish:
    """The wish with the steps of an edit: a factor is asked while something enlarges, damage while
    its removal was not dropped."""
    before, new = said.state.wish, said.new
    tasks = map(said.catalog.vocabulary.task, {*said.plan} - {*edit.steps})
    spared = edit.damage if edit.kind == "spare" else ()
    gone = {*spared, *(damage for task in tasks if task for damage in task.removes)}
    added = edit.damage if edit.kind == "spoil" else ()
    damage = dict.fromkeys((*added, *new.degradations, *before.degradations))
    scaled = (one.wish.scales for one in reversed(said.state.past) if one.wish.scales)
    scales = new.scales or before.scales or next(scaled, ())
    enlarges = ENLARGING in edit.steps
    update = {
        "form": "recommend",
        "task": edit.steps[0],
        "steps": edit.steps,
        "odds": dict.fromkeys(edit.steps, 1.0),
        "scales": scales if enlarges else (),
        "degradations": tuple(d for d in damage if d not in gone),
        "subjects": tuple(dict.fromkeys((*new.subjects, *before.subjects))),
        "device": new.device or before.device,
        "license": new.license or before.license,
        "named": (),
        "words": {**before.words, **new.words},
    }
    return before.model_copy(update=update)


def how_far(said: Said) -> int:
    """How many states back: to the first, else to the last one with other models."""
    state = said.state
    if _START.search(said.text) and "one before" not in said.text:
        return len(state.past)
    names = state.request and state.request.recommended
    others = (
        n for n, one in enumerate(reversed(state.past), 1) if one.request.recommended != names
    )
    return next(others, 1)


def _returned(said: Said) -> Edit | None:
    """ "put the enlarging back": a step that was there before."""
    what = _object(_RETURNS.search(said.text))
    if what.strip() in ("it", "that", "this", "that one", "them"):
        gone = tuple(step for step in said.earlier if step not in said.plan)
        return Edit("add", in_order(*said.plan, *gone)) if gone else None
    once = {step for one in said.state.past for step in plan_of(one.wish)} - {*said.plan}
    task = meant(what, said.catalog, once) if what and once else None
    return Edit("add", in_order(*said.plan, task)) if task else None


def _dropped(said: Said) -> Edit | None:
    """ "without the sharpening": one of several steps is left out."""
    found, new = DROPS.search(said.text), said.new
    others = new.device or new.architectures or new.formats or new.tags
    if not found or len(said.plan) < 2 or others:
        return None
    what = _object(found)
    if _REMOVES.match(found[0]) and not _STEP.search(what):
        return None  # "remove the noise" asks for a step
    task = meant(CLAUSE.split(what)[0], said.catalog, said.plan)
    left = tuple(step for step in said.plan if step != task)
    return Edit("drop", left) if task else None


def _narrowed(said: Said) -> Edit | None:
    """ "the brightening only": nothing beside it."""
    if not _ONLY.search(said.text) or "?" in said.text:
        return None
    return Edit("only", tasks_in(said.text, said.catalog))


def _meant(said: Said) -> Edit | None:
    """ "no, I meant noise": another task in place of the last one."""
    text = said.text
    if not _MEANT.search(text) or (ASKS.match(text) and "meant" not in text):
        return None
    tasks = tasks_in(_NOT.sub(" ", text.rpartition("meant")[2]), said.catalog)
    if set(tasks) <= set(said.plan):
        return None
    kept = said.earlier if set(said.earlier) < set(said.plan) else ()
    return Edit("swap", in_order(*kept, *tasks))


def _added(said: Said) -> Edit | None:
    """ "then make it 2x bigger": one more step on the same picture."""
    text, plan = said.text, said.plan
    tasks = [said.catalog.vocabulary.task(step) for step in plan]
    pictures = bool(tasks) and all(task and task.pictures for task in tasks)
    if not pictures or len(plan) >= MOST or ASKS.match(text) or said.new.channels:
        return None
    if said.new.scales and ENLARGING not in plan and all(t and t.keeps_size for t in tasks):
        more = (task for task in tasks_in(text, said.catalog) if task != ENLARGING)
        return Edit("add", (*in_order(*plan, *more), ENLARGING))
    condition = _STATES.search(text) and not any(verb in text for verb in cues.REMOVES)
    if not _ADDS.search(text) or (condition and plan == (ENLARGING,)):
        return None
    found = more_in(said)
    last = _LAST.search(text) and "before" not in text
    steps = (*plan, *found) if last else in_order(*plan, *found)
    return Edit("add", steps) if found else None


def _object(found: re.Match[str] | None) -> str:
    """What a match of one of several wordings speaks of."""
    return next(filter(None, found.groups()), "") if found else ""


def in_order(*steps: str) -> tuple[str, ...]:
    """Steps in their usual order, each once."""
    return shipped().ordered(dict.fromkeys(steps))


def tasks_in(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The tasks that the clauses of a message name, in their usual order."""
    parts = [_WORDS.sub(" ", part).strip(" ,.!?'\"") for part in CLAUSE.split(text)]
    told = [part for part in parts if not _POINTS.match(part)]
    found = (meant(part, catalog) for part in told if len(part) > 2 or part.endswith("x"))
    return in_order(*filter(None, found))


def more_in(said: Said) -> tuple[str, ...]:
    """The tasks that a message names, by its clauses or as a whole, beside those of the plan."""
    named = tasks_in(said.text, said.catalog) or (meant(said.text, said.catalog),)
    return tuple(task for task in named if task and task not in said.plan)


def meant(phrase: str, catalog: Catalog, among: Collection[str] | None = None) -> str | None:
    """The task on pictures that a few words name, of those ``among`` which it is looked for.

    The reader takes what it does not know for enlarging and people for faces: these two need a
    word of their own.
    """
    phrase = " ".join(phrase.split())
    odds = shipped().read(phrase).tasks if phrase else {}
    vocabulary = catalog.vocabulary
    ranked = sorted(odds, key=lambda task: -odds[task])
    wanted = [task for task in ranked if among is None or task in among]
    task = next((t for t in wanted if (own := vocabulary.task(t)) and own.pictures), None)
    if task is None or odds[task] < (_SURE if among is None else _AMONG):
        next_one = max((p for one, p in odds.items() if one != task), default=0.0)
        if task is None or odds[task] < max(_CLEAR, _TIMES * next_one):
            return None
    if task == ENLARGING and not (_GROWS.search(phrase) or read(phrase, vocabulary).scales):
        return None
    if task == "face-restoration" and among is None and not _FACE.search(phrase):
        return None
    return task
