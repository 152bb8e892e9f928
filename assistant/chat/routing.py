"""What a message wants, given the conversation: exact rules first, then what the wish says.

The rules are words, in order of how sure they are; what none of them knows is a new question if it
speaks of pictures, and outside the field if it does not.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from assistant.catalog import Catalog, Entry, Words
from assistant.chat.names import named, unknown
from assistant.chat.state import State
from assistant.question import Wish, plain, read

Route = Literal[
    "ask",  # a new question: a whole answer
    "refine",  # the wish changes: another recommendation
    "check",  # does the model do this too
    "why",
    "how",
    "about",  # another item by its name or place
    "compare",
    "sources",
    "numbers",
    "limits",
    "alternatives",
    "term",
    "run",
    "thanks",
    "help",
    "outside",
    "unclear",
]


class Turn(NamedTuple):
    """The route of a message, the wish it leads to and the records it names."""

    route: Route
    wish: Wish
    entries: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()


_IT = (
    r"(?:it|this|that|these|those|them|they"
    r"|the (?:model|network|one|recommended\w*|first|method))"
)
_POLITE = (
    r"(?:(?:ok|okay|so|and|but|now|then|well|please|hm+|also|great|thanks|cool|yes|no)"
    r"\b[,.! ]{0,5}){0,3}"
)
_THANKS = re.compile(
    r"^(?:(?:many |ok |okay |great |perfect |cool |nice )*[,!. ]*)?(?:thanks?|thank you|thx|ty"
    r"|cheers"
    r"|great|perfect|awesome|cool|nice|wonderful|got it|i see|understood|makes sense|ok|okay|bye"
    r"|goodbye|good bye|see you|that helps|very helpful|good to know|all right|alright)\b"
)
_HELP = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|afternoon)|help|what can you do|what do you do"
    r"|who are you|what are you|how can you help)\b"
)
_RUN = re.compile(
    rf"^{_POLITE}(?:can (?:you|i|we) |could you |let's |lets |how (?:do|can) i |i(?:'d"
    rf"| would) like to |i want to |please )*"
    rf"(?:run|try|apply|execute|start|launch|test|use) (?:{_IT}|my|on)\b"
    r"|\b(?:run|apply|try|test) (?:it|that|this|the model) (?:on|to|with|for)\b"
    r"|^(?:do it|go ahead)\b|\b(?:here is|here's) my (?:photo|picture|image)"
)
_COMPARE = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs|differ\w*|better|worse|sharper|faster|slower|lighter"
    r"|smaller|heavier|stronger|instead of|rather than|why not|over|prefer|which (?:one"
    r"|of (?:them|the two|these)))\b"
)
_COMPARE_NAMED = re.compile(r"\b(?:than|which|what|why)\b")
_COMPARED = re.compile(
    r"\b(?:compare (?:it|them|both|these|those|the two)|which (?:one |of (?:them|the two|these"
    r"|those|both) )?(?:is|would|should|do|has)"
    r"|difference between (?:them|the two|both|these))"
    r"|^(?:and )?what(?:'s| is| are) the differences?\W*$"
)
_STRANGER = re.compile(
    r"\b(?:compare[ds]? (?:it|this|that|them) (?:with|to|and|against)|versus|vs\.?|better than"
    r"|worse than)"
    r" (?!(?:it|this|that|them|the|a|an|plain|bicubic|before|others?)\b)([\w.+-]{2,30})"
)
_WHY = re.compile(
    rf"^{_POLITE}(?:why\b|how come\b|what (?:makes|made) (?:it|that|this|you)|for what reason"
    rf"|what(?:'s| is) the reason"
    r"|on what grounds|justify|what speaks for)|\breasons?\b.{0,20}\b(?:choice|choose|recommend)"
    r"|\bwhy (?:that|this|did you|do you|is (?:it|that|this))"
)
_SOURCES = re.compile(
    r"\b(?:sources?|citations?|cite[ds]?|references?|evidence|proof|prove it|links?|github|arxiv"
    r"|repo(?:sitory)?|bibtex|who says|says (?:so|that|this)|where (?:does|do|did|is|can"
    r"|are).{0,40}"
    r"\b(?:from|find|read|published|described|code|paper)|(?:which|what|the|any|a|its"
    r"|their) (?:papers?|article|publication)"
    r"|papers?$|(?:where|show|give|get|is there|the|its|any|official) .{0,12}\bcode|download"
    r"|how do you know)\b"
)
_NUMBERS = re.compile(
    r"\b(?:how (?:big|large|wide|heavy|many (?:times|pixels|parameters|params|weights))"
    r"|parameters?"
    r"|params"
    r"|(?:output|final|resulting|result|picture|image|file|model) (?:size|resolution|dimensions)"
    r"|what (?:size|resolution)|(?:change|keep|same) (?:the |its )?size|how much (?:memory|ram"
    r"|vram|space)|psnr|ssim|benchmark scores?"
    r"|what scores?|(?:how|as) accurate|megapixels?)\b|\b\d{2,5} ?x ?\d{2,5}\b"
)
_LIMITS = re.compile(
    r"\b(?:limits?|limitations?|fail(?:s|ure)?|go(?:es)? wrong|wrong|downsides?|weakness\w*"
    r"|drawbacks?"
    r"|disadvantages?|caveats?|risks?|trust|trustworthy|invent\w*|make up|made up"
    r"|hallucinat\w*|fake"
    r"|reliable|real detail|drop in quality|what can't|cannot do|what (?:can't|won't))\b"
)
_HOW = re.compile(
    rf"\bhow (?:does|do|did|is|are|would|can) (?:{_IT}|yours?|your model)\b|^{_POLITE}how\W*$"
    r"|\bhow (?:it|that|this|they) works?|\btell me more\b|\bmore detail|\bin detail\b"
    r"|\belaborate\b"
    r"|\bexplain (?:it|that|this|how|more|the)\b|\bwhat happens\b|\binside\b|\bstep by step\b"
    r"|\bsteps\b|\bworkflow\b|\bmechanism\b|\bunder the hood\b|\bwalk me through\b"
)
_LIGHTER = re.compile(r"\b(?:faster|lighter|smaller|quicker|cheaper|less (?:memory|computation))\b")
_TARGET = re.compile(r"\b(?:to|need|want|get|at|reach|result|become)\b")
_REMOVES = ("remov", "fix", "clean", "restor", "deblur", "denois", "repair", "sharpen", "get rid")
_OTHER = re.compile(
    r"\b(?:anything else|something else|other (?:models?|options?|choices?|ones?|networks?)"
    r"|alternatives?"
    r"|another (?:model|one|option|network)|second best|next best|what else|else is there"
    r"|different (?:model|one))\b"
)
_PLACE = re.compile(
    r"\bthe (first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th) (?:one|paper|item"
    r"|reference|model|source|entry|of)\b"
)
_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3}
_PLACES |= {"4th": 3, "fifth": 4, "5th": 4, "last": -1}
_TERM = re.compile(
    r"^(?:and |so |but )?(?:what(?:'s| is| are| does| do)|define|explain|meaning of"
    r"|what do you mean by)\s+(?:an? |the )?"
    r"[\"“']?([a-z][\w /-]{1,50}?)[\"”']?(?: mean| stand for| here| exactly)*\??$"
)
_ABOUT_IT = re.compile(
    rf"\b{_IT}\b|\bworks?\b|\bsuitable\b|\bgood for\b|\bfast\b|\bslow\b|\bhandle"
)
_YES_NO = re.compile(
    rf"^{_POLITE}(?:is|are|does|do|did|can|could|will|would|has|should|may|what if|even if"
    rf"|works?|any good)\b"
)
_ELLIPSIS = re.compile(
    rf"^{_POLITE}(?:and|what about|how about|what if|same|also|now|instead|or|but|for|at|on|in"
    rf"|with|without"
    r"|make it|i need|i want|i have|my|it should|it must|it has to|only|actually|rather|let's"
    r"|suppose|say)\b"
)


def route(text: str, state: State, catalog: Catalog) -> Turn:
    """The turn that ``text`` makes. Whether it is outside the field is left to the search."""
    said = plain(text).strip()
    vocabulary = catalog.vocabulary
    new = _read(said, state, catalog)
    words = len(said.split())
    if _THANKS.match(said) and words <= 9 and "?" not in said and not _states(new):
        return Turn("thanks", state.wish)
    if _HELP.match(said) and words <= 9 and not _states(new):
        return Turn("help", state.wish)
    if state.request is None or not state.request.recommended:
        return Turn("ask", new)
    wish = merged(state.wish, new)
    entries = tuple(named(text, catalog, wish))
    current = state.request.recommended[0].name
    others = tuple(e for e in entries if e.id != current and not _same_family(e, current, catalog))
    strangers = tuple(unknown(text, catalog)) if not others else ()
    if _RUN.search(said) and not others:
        return Turn("run", state.wish)
    if _is_new(said, new, state, words):
        return Turn("ask", new)
    own = tuple(e for e in entries if e not in others)
    if found := _about_others(said, Named(wish, others, strangers, own), state):
        return found
    if found := _follow_up(said, new, wish, state):
        return found
    if _states(new) and (words <= 14 or _ELLIPSIS.match(said) or _ABOUT_IT.search(said)):
        asks = _YES_NO.match(said) and (_ABOUT_IT.search(said) or words <= 8)
        return Turn("check" if asks else "refine", wish)
    if _states(new):
        return Turn("ask", new)
    term = _TERM.match(said)
    if term and not entries and not re.fullmatch(_IT, term.group(1)):
        return Turn("term", state.wish)
    if entries:
        return Turn("about", state.wish, entries)
    if any(map(Words(said).match, vocabulary.domain)) and not _ABOUT_IT.search(said):
        return Turn("ask", new)
    vague = words <= 3 or _ABOUT_IT.search(said) or _ELLIPSIS.match(said)
    return Turn("unclear" if vague and words <= 8 else "outside", state.wish)


def _read(said: str, state: State, catalog: Catalog) -> Wish:
    """What a message states, ellipses filled: "what about snow?" asks to remove it, "faster?"
    for a lighter network."""
    new = read(said, catalog.vocabulary)
    before = state.wish.size
    if before and new.size and not new.scales and _TARGET.search(said):
        across, down = (new.size[n] / before[n] for n in (0, 1))
        if across == down > 1:  # "and to 1600x1200?" names the result
            return new.model_copy(update={"size": before, "scales": (across,)})
    if state.request is None or _states(new) or new.size:
        return new
    if _LIGHTER.search(said) and not _COMPARED.search(said) and not _COMPARE_NAMED.search(said):
        return new.model_copy(update={"device": "light", "aspects": ("efficiency",)})
    rest = re.match(
        rf"^{_POLITE}(?:what about|how about|and)\s+(?:the )?([a-z ]{{3,30}}?)\W*$", said
    )
    if rest and not re.search(rf"\b{_IT}\b|\bone\b", rest.group(1)):
        filled = read(f"remove the {rest.group(1)} from a photo", catalog.vocabulary)
        if filled.task is not None:
            return filled
    return new


class Named(NamedTuple):
    """What a message names: records beside the current family, unknown names, the family."""

    wish: Wish
    others: tuple[Entry, ...]
    strangers: tuple[str, ...]
    own: tuple[Entry, ...]


def _about_others(said: str, names: Named, state: State) -> Turn | None:
    """A message that names another item, or points at one."""
    wish, others, strangers, own = names
    if own and not others and _COMPARE.search(said):
        return Turn("about", wish, own)
    if others or strangers:
        asks = _COMPARE.search(said) or re.match(
            rf"^{_POLITE}(?:what about|how about|and|or|not)\b", said
        )
        route: Route = "compare" if asks else "about"
        if others and _SOURCES.search(said) and not _COMPARE.search(said):
            route = "sources"
        return Turn(route, wish, others, strangers)
    if found := _STRANGER.search(said):
        return Turn("compare", wish, (), (found.group(1),))
    if _COMPARED.search(said) and state.compared:
        return Turn("compare", state.wish)
    return Turn("about", state.wish) if place_of(said) is not None else None


def _follow_up(said: str, new: Wish, wish: Wish, state: State) -> Turn | None:
    """A question about what was said."""
    changes = wish != state.wish and _states(new)
    rules: tuple[tuple[Route, re.Pattern[str], bool], ...] = (
        ("sources", _SOURCES, True),
        ("alternatives", _OTHER, not changes),
        ("why", _WHY, True),
        ("numbers", _NUMBERS, new.scales in ((), state.wish.scales)),
        ("limits", _LIMITS, not (new.subject and new.subject != state.wish.subject)),
        ("how", _HOW, not (changes and _YES_NO.match(said))),
    )
    for name, pattern, allowed in rules:
        if allowed and pattern.search(said):
            return Turn(name, wish if name == "numbers" else state.wish)
    return None


def place_of(text: str) -> int | None:
    """Which printed item "the second one" means; the last is -1."""
    found = _PLACE.search(plain(text))
    return _PLACES[found.group(1)] if found else None


def term_of(text: str) -> str:
    """The term that "what is X?" asks for."""
    found = _TERM.match(plain(text).strip())
    return found.group(1).strip() if found else text


_KEPT = (
    "task",
    "scales",
    "size",
    "keeps_size",
    "subjects",
    "device",
    "license",
    "architectures",
    "formats",
    "channels",
    "max_mb",
    "since",
    "until",
    "tags",
    "refused",
)  # what a later message states replaces what an earlier one did


def merged(before: Wish, new: Wish) -> Wish:
    """The wish in force after a message: what it states wins, the rest stays."""
    update = {field: value for field in _KEPT if (value := getattr(new, field))}
    if new.subject == "photo" and before.subject not in (None, "photo"):
        update.pop("subjects")  # "my picture" does not take back that it is a drawing
    removes = any(w.startswith(_REMOVES) for w in new.words.get("task", ()))
    if new.degradations and before.task == "super-resolution" and not (new.scales or removes):
        update.pop("task", None)  # "and if it is noisy?" still asks for an upscaler
    if degradations := tuple(dict.fromkeys((*new.degradations, *before.degradations))):
        update["degradations"] = degradations
    if update.get("task", before.task) != before.task and not new.scales:
        update["scales"] = ()
    update["aspects"] = new.aspects or before.aspects
    update["words"] = {**before.words, **new.words}
    return before.model_copy(update=update)


def _states(wish: Wish) -> bool:
    """Whether a message says anything about what is wanted."""
    subject = wish.subject if wish.subject != "photo" else None
    fields = (wish.task, wish.scales, subject, wish.degradations, wish.device, wish.license)
    return any(fields)


def _is_new(said: str, new: Wish, state: State, words: int) -> bool:
    """Whether a message is a question of its own: it names a task outright, and says enough."""
    if new.task is None or _ELLIPSIS.match(said) or words < 5:
        return False
    outright = any(w not in new.words.get("scales", ()) for w in new.words.get("task", ()))
    if not outright or re.search(
        r"\b(?:it|that|this|they|them|the (?:model|network|same))\b", said
    ):
        return new.task != state.wish.task and outright and words >= 9
    return words >= 6 and bool(
        re.match(
            rf"^{_POLITE}(?:which|what|how|i|my|we|can|is there|recommend|find|the|our|a)\b", said
        )
    )


def _same_family(entry: Entry, current: str, catalog: Catalog) -> bool:
    model = catalog.get(current)
    return model is not None and model.name == entry.name
