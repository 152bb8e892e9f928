"""What a message does to the steps of a plan: adds one, drops one, puts another in its place.

The words that change a plan are rules; which task is meant is left to the learned reader.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.catalog import Catalog
from assistant.chat import cues
from assistant.chat.state import State
from assistant.question import ENLARGING, Wish, read, shipped

_SURE, _AMONG = 0.7, 0.3  # how likely a task has to be: of all tasks, of those in the plan
_MOST = 4  # steps of a plan
_CLAUSE = re.compile(r"[,.;:!?&+]+\s*|\b(?:and|but|then|plus|with)\b")
_GROWS = re.compile(
    r"\b(?:enlarg\w*|up-?(?:scal|siz|sampl|res)\w*|super-?res\w*|magnif\w*|blow\w* up|zoom\w*"
    r"|big(?:ger|gest)?|larger?|resolution|resiz\w*)\b"
)
_FACE = re.compile(r"\b(?:fix|repair|restor|clean|improv|sharpen|enhanc|blurr|smudg|smear|mush)\w*")
_ASKS = re.compile(
    rf"^{cues.POLITE}(?:and |also |then )?(?:what|which|who|whose|how|why|when|where|is|are|was"
    rf"|were"
    r"|does|do (?:you|they|i|we)|did|will|would|has|should|may|(?:can|could) (?:it|they|this|that))"
    r"\b"
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
_DROPS = re.compile(
    r"\b(?:without|leave out|leaving out|skip(?:ping)?|drop(?:ping)?|omit|forget(?: about)?|lose"
    r"|never ?mind|no longer|stop|kill"
    r"|ditch|cut|minus|except(?: for)?|no more|no need (?:for|to)|take out|get rid of"
    r"|(?:i |we )?(?:don't|do not|dont) (?:want|need)(?: to)?|remove|scrap|cancel)"
    r" (?P<what>.{2,50})|\bleave (?P<left>.{2,40}?) (?:out|away|off|as (?:it is|they are))\b"
    r"|^(?:ok |but |and )?(?:no|not) (?P<none>[a-z ]{3,30})$"
)
_REMOVES = re.compile(r"\b(?:take out|get rid of|remove)\b")  # of a step, or of damage
_STEP = re.compile(r"\b(?:step|stage|part|model|again|one)\b|(?:ing|tion|er|al)\b")
_ONLY = re.compile(r"\b(?:only|just|solely|nothing but|alone|nothing else)\b")
_MEANT = re.compile(
    rf"^{cues.POLITE}(?:no|nope|nah|wait|sorry|oops|actually|scratch that|correction|i meant?)\b"
    r"|\b(?:i meant?|instead|rather|make that)\b"
)
_NOT = re.compile(
    r"\b(?:instead of|rather than|not|that's for|forget) (?:the |a )?[\w-]+(?: removal)?"
)
_WORDS = re.compile(
    r"\b(?:scratch that|i meant?|make that|sorry|actually|instead|rather|oops|wait|nope|only|just"
    r"|please|also|too|as well|afterwards|after that|then|now|plus|before that|first|both|back"
    r"|again|step|add|do|ok|okay|thanks?|great|lovely|next|for now)\b"
)
_POINTS = re.compile(  # a deed on nothing that is named
    r"^(?:remove|fix|clean|get rid of|do|make|have|take|repair|restore|apply|use) ?(?:it|that|this"
    r"|them|those|everything)?(?: (?:out|off|up|away))?$"
)
_BOTH = re.compile(
    rf"^{cues.POLITE}(?:no|sorry|actually|wait|i (?:want|need|meant?|would like)|do)?[, ]*"
    r"(?:both|all of (?:it|them)|all (?:two|three))\b(?: (?:of (?:it|them)|actually|please|then"
    r"|together|things))*\W*$"
)
_BEFORE = r"(?:before|previous|last|earlier|old|former|original|first)"
BACK = re.compile(
    rf"^{cues.POLITE}(?:let's |lets |please |can (?:we|you) |could (?:we|you) |i want to )?"
    rf"(?:undo\b.*|revert\b.*|(?:go|going|switch|return|back) (?:back )?to (?:it|that|the (?:one"
    rf"|model|version|plan)? ?{_BEFORE}?.*|what (?:it|we|you) .*|your {_BEFORE}.*)|go back\W*"
    rf"|back\W*"
    rf"|(?:take|give me|use|i want|i(?:'d)? (?:prefer|rather|like)(?:red|d)?)?\s*the"
    rf" (?:one before|{_BEFORE} (?:one|model|version|suggestion|plan) (?:again|after all|was better"
    rf"|back)|{_BEFORE} (?:version|plan|suggestion))\b[^?]*|take that back\W*|as (?:it was )?before"
    rf"\W*|never ?mind that\W*|(?:i|we) liked the {_BEFORE}.*)$"
)
_START = re.compile(r"\b(?:first|start|beginning|original)\b")


class Edit(NamedTuple):
    """The steps of a plan after a message, in order; ``back`` how many states earlier they were."""

    kind: Literal["add", "drop", "only", "swap", "both", "back"]
    steps: tuple[str, ...] = ()
    back: int = 0


def edit_of(said: str, new: Wish, state: State, catalog: Catalog) -> Edit | None:
    """What ``said`` (plain text), which states ``new``, does to the plan of ``state``; None where
    it leaves the steps as they are."""
    plan = plan_of(state.wish)
    if BACK.match(said):
        return Edit("back", back=_how_far(said, state)) if state.past else None
    if _BOTH.match(said):
        before = plan_of(state.past[-1].wish) if state.past else ()
        both = shipped().ordered(dict.fromkeys((*before, *plan)))
        return Edit("both", both) if set(both) != set(plan) else None
    finders = (_returned, _dropped, _narrowed, _meant, _added)
    found = (find(said, new, plan, state, catalog) for find in finders)
    return next((e for e in found if e and e.steps and e.steps != plan), None)


def planned(before: Wish, new: Wish, edit: Edit, catalog: Catalog, past: Wish | None) -> Wish:
    """The wish with the steps of an edit: a factor is asked while something enlarges, damage while
    its removal was not dropped."""
    left = set(plan_of(before)) - set(edit.steps)
    tasks = (catalog.vocabulary.task(step) for step in left)
    gone = {damage for task in tasks if task for damage in task.removes}
    damage = dict.fromkeys((*new.degradations, *before.degradations))
    scales = new.scales or before.scales or (past.scales if past else ())
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


def plan_of(wish: Wish) -> tuple[str, ...]:
    """The tasks of a wish in order."""
    return wish.steps or ((wish.task,) if wish.task else ())


def _how_far(said: str, state: State) -> int:
    """How many states back: to the first, else to the last one with other models."""
    if _START.search(said) and "one before" not in said:
        return len(state.past)
    names = state.request and state.request.recommended
    others = (
        n for n, one in enumerate(reversed(state.past), 1) if one.request.recommended != names
    )
    return next(others, 1)


def _returned(
    said: str,
    new: Wish,  # noqa: ARG001 - one signature for all
    plan: tuple[str, ...],
    state: State,
    catalog: Catalog,
) -> Edit | None:
    """ "put the enlarging back": a step that was there before."""
    found = _RETURNS.search(said)
    what = next(filter(None, found.groups()), "") if found else ""
    if what.strip() in ("it", "that", "this", "that one", "them"):
        last = plan_of(state.past[-1].wish) if state.past else ()
        gone = tuple(step for step in last if step not in plan)
        return Edit("add", shipped().ordered((*plan, *gone))) if gone else None
    once = {step for one in state.past for step in plan_of(one.wish)} - set(plan)
    task = meant(what, catalog, once) if what and once else None
    return Edit("add", shipped().ordered((*plan, task))) if task else None


def _dropped(
    said: str,
    new: Wish,
    plan: tuple[str, ...],
    state: State,  # noqa: ARG001 - one signature for all
    catalog: Catalog,
) -> Edit | None:
    """ "without the sharpening": one of several steps is left out."""
    found = _DROPS.search(said)
    if not found or len(plan) < 2 or new.device or new.architectures or new.formats or new.tags:
        return None
    what = next(filter(None, found.groups()), "")
    if _REMOVES.match(found[0]) and not _STEP.search(what):
        return None  # "remove the noise" asks for a step
    task = meant(_CLAUSE.split(what)[0], catalog, plan)
    left = tuple(step for step in plan if step != task)
    return Edit("drop", left) if task else None


def _narrowed(
    said: str,
    new: Wish,
    plan: tuple[str, ...],  # noqa: ARG001 - one signature for all
    state: State,  # noqa: ARG001 - one signature for all
    catalog: Catalog,
) -> Edit | None:
    """ "the brightening only": nothing beside it."""
    if not _ONLY.search(said) or "?" in said:
        return None
    tasks = _tasks_in(said, new, catalog)
    return Edit("only", tasks) if tasks else None


def _meant(
    said: str, new: Wish, plan: tuple[str, ...], state: State, catalog: Catalog
) -> Edit | None:
    """ "no, I meant noise": another task in place of the last one."""
    if not _MEANT.search(said) or (_ASKS.match(said) and "meant" not in said):
        return None
    told = said.rpartition("meant")[2] if "meant" in said else said
    tasks = _tasks_in(_NOT.sub(" ", told), new, catalog)
    if not tasks or set(tasks) <= set(plan):
        return None
    before = plan_of(state.past[-1].wish) if state.past else ()
    kept = before if set(before) < set(plan) else ()
    return Edit("swap", shipped().ordered(dict.fromkeys((*kept, *tasks))))


def _added(
    said: str,
    new: Wish,
    plan: tuple[str, ...],
    state: State,  # noqa: ARG001 - one signature for all
    catalog: Catalog,
) -> Edit | None:
    """ "then make it 2x bigger": one more step on the same picture."""
    tasks = [catalog.vocabulary.task(step) for step in plan]
    pictures = bool(tasks) and all(task and task.pictures for task in tasks)
    if not pictures or len(plan) >= _MOST or _ASKS.match(said):
        return None
    if new.scales and ENLARGING not in plan and all(task and task.keeps_size for task in tasks):
        more = tuple(t for t in _tasks_in(said, new, catalog) if t not in (*plan, ENLARGING))
        return Edit("add", (*shipped().ordered((*plan, *more)), ENLARGING))
    condition = _STATES.search(said) and not any(verb in said for verb in cues.REMOVES)
    if not _ADDS.search(said) or (condition and plan == (ENLARGING,)):
        return None
    found = tuple(t for t in _tasks_in(said, new, catalog) if t not in plan)
    if not found:
        return None
    last = re.search(r"\b(?:then|afterwards|after|next)\b", said) and "before" not in said
    return Edit("add", (*plan, *found) if last else shipped().ordered((*plan, *found)))


def _tasks_in(said: str, new: Wish, catalog: Catalog) -> tuple[str, ...]:  # noqa: ARG001 - one signature for all
    """The tasks that the clauses of a message name, in their usual order."""
    parts = [_WORDS.sub(" ", part).strip(" ,.!?'\"") for part in _CLAUSE.split(said)]
    told = [part for part in parts if not _POINTS.match(part)]
    found = (meant(part, catalog) for part in told if len(part) > 2 or part.endswith("x"))
    return shipped().ordered(dict.fromkeys(task for task in found if task))


def meant(phrase: str, catalog: Catalog, among: object = None) -> str | None:
    """The task on pictures that a few words name, of those ``among`` which it is looked for.

    The reader takes what it does not know for enlarging and people for faces: these two need a
    word of their own.
    """
    phrase = " ".join(phrase.split())
    odds = shipped().read(phrase).tasks if phrase else {}
    vocabulary = catalog.vocabulary
    allowed = set(among) if isinstance(among, (set, tuple)) else None
    ranked = sorted(odds, key=lambda task: -odds[task])
    wanted = [t for t in ranked if allowed is None or t in allowed]
    task = next((t for t in wanted if (own := vocabulary.task(t)) and own.pictures), None)
    if task is None or odds[task] < (_SURE if allowed is None else _AMONG):
        return None
    if task == ENLARGING and not (_GROWS.search(phrase) or read(phrase, vocabulary).scales):
        return None
    if task == "face-restoration" and allowed is None and not _FACE.search(phrase):
        return None
    return task
