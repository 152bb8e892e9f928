"""Names: an answer may speak only of models, data sets and tools that the provided items name."""

from __future__ import annotations

import re

from assistant.catalog import Model
from assistant.world import Provided, World

_AUTHOR_YEAR = re.compile(
    r"\b[A-Z][a-zà-ÿ]+ (?:et al\.?|and [A-Z][a-zà-ÿ]+),?\s*\(?(?:19|20)\d\d\)?"
)
_TOKEN = re.compile(r"\w++(?:[-.+]\w++)*+")
_VARIANT = re.compile(r"\b([A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*)[- ](\d+(?:\.\d+)?)[x×](?![\w])")


class Names:
    """The names of the field that a world does not provide, and the aliases of its items."""

    def __init__(self, world: World) -> None:
        text = "\n".join([world.request.question, *(p.text for p in world.provided)])
        given = {part for token in _tokens(text) for part in (token, *token.split("-"))}
        known = {*world.catalog.vocabulary.names}
        for entry in world.catalog:
            known |= {entry.name, entry.id} if isinstance(entry, Model) else {entry.name}
        self._outside = known - given
        self._text = text
        self._scales: dict[str, set[str]] = {}
        for p in world.provided:
            if isinstance(p.entry, Model):
                scales = self._scales.setdefault(p.entry.name, set())
                scales.update(f"{scale:g}" for scale in p.offer.scales)
        self._aliases = [(p, aliases(p)) for p in world.provided]

    def outside(self, sentence: str) -> tuple[str, str] | None:
        """The first name that is not provided, with the kind of finding."""
        for token in _tokens(sentence):
            if token in self._outside:
                return token, "name_outside"
        for found in _VARIANT.finditer(sentence):
            family = found.group(1).removeprefix("SISR-")
            if family in self._scales and found.group(2) not in self._scales[family]:
                return found.group(), "variant_outside"
        cited = _AUTHOR_YEAR.search(sentence)
        if cited and cited.group() not in self._text:
            return cited.group(), "author_year_outside"
        return None

    def owners(self, sentence: str) -> list[Provided]:
        """The provided items that a sentence names."""
        return [p for p, names in self._aliases if any(mentions(sentence, n) for n in names)]


def mentions(text: str, name: str) -> bool:
    """Whether ``name`` stands in ``text`` as a whole; an article may start a sentence."""
    if name.startswith("the ") and mentions(text, f"T{name[1:]}"):
        return True
    place = text.find(name)
    while place >= 0:
        before, after = text[max(0, place - 1) : place] or " ", text[place + len(name) :][:2]
        joined = (
            after[:1].isalnum() or after[:1] == "_" or (after[:1] == "-" and after[1:].isalnum())
        )
        if not (before.isalnum() or before in ("-", "_")) and not joined:
            return True
        place = text.find(name, place + 1)
    return False


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def aliases(p: Provided) -> list[str]:
    """What an item may be called in prose: its title, the part before a colon, short names."""
    names = [p.item.name, p.name]
    if ":" in p.item.name and len(p.item.name.split(":")[0]) >= 3:
        names.append(p.item.name.split(":")[0])
    if p.entry:
        names += [p.entry.name, p.entry.title, p.entry.id, *p.entry.aliases]
    elif p.recommended and p.offer.source == "name":
        names += [part for part in p.item.name.split("-")[1:2] if len(part) >= 3]
    return list(dict.fromkeys(names))
