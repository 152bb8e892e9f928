"""Whether prose is an answer at all: small models loop, echo their prompt, or change the language.

What is grounded may still be worthless, so a language model's part is looked at as a whole.
"""

from __future__ import annotations

import re

from assistant.catalog import Words
from assistant.roles import content_words
from assistant.verification.owners import Owners
from assistant.verification.reading import view
from assistant.world import World

MIN_WORDS = (6, 12)  # of part 1 and part 2
MAX_REPEATED = 0.34  # share of sentences, or of runs of three words
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "an and are as at be by for from has have is it its of on or that the their this to was "
        "which with you your",
    )
)
_OTHER = frozenset(  # the commonest words of other languages in Latin script, none of them English
    re.findall(
        r"\w+",
        "der das und ist nicht ein eine mit für wird auch dem den des la les une est pour avec "
        "qui sur el los las una con para por como del il gli della che di sono non em uma não os "
        "het een van wordt jest się nie dla och att är på ett på bir ve için ile",
    )
)
_PROMPT = re.compile(
    r"^\W{0,6}(?:Model|Paper|GitHub|Summary|Answer): |you are an ai scientist"
    r"|based on the following recommended models|only the provided models and papers"
    r"|do not refer to outside sources|^\W{0,6}(?:<\|?/?(?:im_|system|user|assistant|s>|eot))",
    re.I | re.M,
)
_WORD = re.compile(r"[^\W\d_]+")


def unreadable(text: str, part: int, world: World) -> str | None:
    """Why ``text`` cannot stand as part 1 or 2 of an answer (0: a reply); None if it can."""
    words = [w.lower() for w in _WORD.findall(view(text))]
    if part and len(words) < MIN_WORDS[part - 1]:
        return f"only {len(words)} words"
    if _PROMPT.search(text):
        return "it repeats its prompt"
    if loops(text):
        return "it repeats itself"
    if reason := _foreign(text, words):
        return reason
    if part == 1 and not _on_topic(text, world):
        return "it does not speak of the question"
    if part == 2 and world.provided:
        owners = Owners(world)
        wanted = {id(p) for p in (*owners.subject, world.answering) if p}
        if not any(id(p) in wanted for m in owners.mentions(view(text)) for p in m.items):
            return "it names no model that was recommended"
    return None


def _on_topic(text: str, world: World) -> bool:
    """Whether a text shares words with the question, or names its task."""
    said, asked = Words(text), content_words(world.request.question)
    ids = {world.wish.task, *(p.offer.task for p in world.recommended)}
    tasks = [task for task in world.catalog.vocabulary.tasks if task.id in ids]
    if any(said.match(words) for t in tasks for words in (t.phrase, *t.titles, *t.strong)):
        return True
    return len(asked) < 4 or len(content_words(text) & asked) >= 2


def loops(text: str) -> bool:
    """Whether a text says the same again and again."""
    lines = [" ".join(_WORD.findall(s.lower())) for s in re.split(r"(?<=[.!?])\s|\n", text)]
    lines = [line for line in lines if len(line) > 12]
    if len(lines) >= 4 and 1 - len(set(lines)) / len(lines) > MAX_REPEATED:
        return True
    words = text.lower().split()
    runs = list(zip(words, words[1:], words[2:], strict=False))
    return len(runs) >= 40 and 1 - len(set(runs)) / len(runs) > MAX_REPEATED


def _foreign(text: str, words: list[str]) -> str | None:
    """A language that the checks cannot read: they know English."""
    letters = sum(c.isalpha() for c in text)
    latin = sum(c.isalpha() and c < "\u0250" for c in text)
    if letters >= 20 and latin < 0.7 * letters:
        return "it is not in English"
    foreign, english = sum(w in _OTHER for w in words), sum(w in _COMMON for w in words)
    if foreign >= 3 and foreign > english:
        return "it is not in English"
    return None
