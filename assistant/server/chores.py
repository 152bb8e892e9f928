"""What chat front ends ask behind their user's back: a title, tags, what to ask next.

Open WebUI sends such requests to the same model ("### Task: Generate a concise title ...", with
the conversation in ``<chat_history>``) and reads JSON from the reply. They are no questions.
"""

from __future__ import annotations

import json
import re

_CHORE = re.compile(r"\s*#{1,4} Task:\s", re.IGNORECASE)
_HISTORY = re.compile(r"<chat_history>\s*(.*?)\s*</chat_history>", re.DOTALL)
_KEY = re.compile(r"\{\s*\"(title|tags|follow_ups|queries|text)\"\s*:", re.IGNORECASE)
_USER = re.compile(r"^\s*(?:USER|user):\s*(.+)$", re.MULTILINE)
_WORDS = 6
_NEXT = ("Why that one?", "What can go wrong?", "Which other model could I use?")


def chore(message: str, history: tuple[str, ...] = ()) -> str | None:
    """The JSON that such a request wants; None where a person asks."""
    if not _CHORE.match(message):
        return None
    key = _KEY.search(message)
    told = _HISTORY.search(message)
    if key is None or (told is None and key[1].lower() != "text"):
        return None
    said = _USER.findall(told[1]) if told else list(history)
    return json.dumps({key[1].lower(): _value(key[1].lower(), said)}, ensure_ascii=False)


def _value(key: str, said: list[str]) -> str | list[str]:
    first = " ".join((said or ["Super-resolution"])[0].split())
    if key == "title":
        words = first.split(" ")
        return " ".join(words[:_WORDS]) + ("..." if len(words) > _WORDS else "")
    if key == "tags":
        return ["Super-resolution"]
    if key == "follow_ups":
        return list(_NEXT)
    return "" if key == "text" else []
