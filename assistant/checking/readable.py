"""Whether prose is an answer at all: small models loop, echo their prompt, or change the language.

What is grounded may still be worthless, so a language model's part is looked at as a whole.
"""

from __future__ import annotations

import re

from assistant.catalog import Words
from assistant.checking.owners import Owners
from assistant.text.characters import view
from assistant.text.english import is_english
from assistant.text.sentences import statements
from assistant.text.stems import content_words, words
from assistant.world import World

MIN_WORDS = (6, 12)  # of part 1 and part 2
MAX_REPEATED = 0.34  # share of sentences, or of runs of three words
_PROMPT = re.compile(
    r"^\W{0,6}(?:Model|Paper|GitHub|Summary|Answer): |you are an ai scientist"
    r"|based on the following recommended models|only the provided models and papers"
    r"|do not refer to outside sources|^\W{0,6}(?:<\|?/?(?:im_|system|user|assistant|s>|eot))",
    re.I | re.M,
)
_WORD = re.compile(r"[^\W\d_]+")


def unreadable(text: str, part: int, world: World) -> str | None:
    """Why ``text`` cannot stand as part 1 or 2 of an answer (0: a reply); None if it can."""
    count = len(_WORD.findall(view(text)))
    if part and count < MIN_WORDS[part - 1]:
        return f"only {count} words"
    if _PROMPT.search(text):
        return "it repeats its prompt"
    if loops(text):
        return "it repeats itself"
    if not is_english(view(text)):
        return "it is not in English"
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
    said = [" ".join(words(line)) for line in statements(text)]
    said = [line for line in said if len(line) > 12]
    if len(said) >= 4 and 1 - len(set(said)) / len(said) > MAX_REPEATED:
        return True
    flat = text.lower().split()
    runs = list(zip(flat, flat[1:], flat[2:], strict=False))
    return len(runs) >= 40 and 1 - len(set(runs)) / len(runs) > MAX_REPEATED
