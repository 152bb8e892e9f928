"""What a turn of a conversation does to its closed world, and what the records say to it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import ORDER, Concept, Entry, Words
from assistant.chat import changes, commands, cues, figures, replies, rivals, trust
from assistant.chat.cues import term_of
from assistant.chat.memory import Memory
from assistant.chat.plans import Plan
from assistant.chat.pointing import several
from assistant.chat.replies import Draft
from assistant.chat.routes import Turn
from assistant.fit import listing
from assistant.generation.forms.fact import topics
from assistant.generation.forms.feasibility import NEVER
from assistant.question import plain
from assistant.text.sentences import sentences
from assistant.workflow.drawing import draw
from assistant.world import Provided, World

_POINTED = ("numbers", "record", "check", "compare", "weigh", "term")
"""What answers in its first sentence, which is what "shorter, please" leaves of it."""
_AMONG, _NEAR = 12, 6.5  # entries of the glossary looked at, and how near a warning has to be


class Turns(Memory):
    """Follow-ups of one conversation."""

    def draft(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        """The world of a follow-up (None where nothing of it is spoken of) and the reply."""
        if turn.route not in ("short", "about"):
            self.keep(told="")
        world, draft = self._drafted(text, turn)
        if turn.route != "short":
            said = sentences(draft.text) if turn.route in _POINTED else []
            self.keep(brief=said[0].strip() if said else "")
        return world, draft

    def _drafted(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        if turn.route in ("refine", "check"):
            plan = Plan(self.assistant, self.state)
            found = plan.changed(text, turn)
            self.state = plan.state
            if found is None:
                return None, Draft(f"{replies.NOTHING} The recommendation stays as it was.")
            world, draft = found
            series = self.command() if len(world.series) > 1 else ""
            typed = f"To run it: `sr-assistant run PHOTO --model {series}`." if series else ""
            return world, draft._replace(drawn=draft.drawn or typed)
        return self._followed(text, turn)

    def _followed(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        """A question about what was said."""
        if turn.route == "unclear" and cues.TAKE.search(plain(text)) and self.state.compared:
            return None, Draft(f"Say which of them: {listing(self._called(), 'or')}.")
        if said := replies.fixed(turn.route, text, self.assistant.catalog, self.command()):
            return None, Draft(said)
        if turn.route == "run":
            catalog = self.assistant.catalog
            return None, Draft(commands.instead(self.series, self.state.wish, catalog))
        if turn.route == "compare":
            return rivals.compared(self, text, turn)
        if turn.route == "alternatives":
            return rivals.others(self, turn.items)
        if turn.route == "term":
            return self._term(text)
        if turn.route == "weigh":
            return self._between(text, turn.items) if turn.items else self._trusted(text)
        if turn.route == "order":
            return self._ordered(text)
        world = self.world(turn.wish, turn.entries, text)
        if turn.route == "about" or (turn.route == "sources" and (turn.entries or turn.items)):
            return self._about(text, turn, world)
        return world, self._told(text, turn, world)

    def _told(self, text: str, turn: Turn, world: World) -> Draft:
        """What the records of the models in force say."""
        if turn.route == "sources":
            return replies.sources(text, self._cited(text, world), world)
        if turn.route == "numbers":
            self.keep(wish=turn.wish)
            return figures.numbers(text, world)
        if turn.route == "record":
            return self._recorded(text, turn, world)
        if turn.route == "how" and turn.items:
            return replies.how(world, self.items(turn.items, world))
        if turn.route == "how" and len(self.series) > 1:
            drawn = draw([self.series], self.assistant.catalog).drawing
            return replies.how(world)._replace(drawn=drawn)
        if turn.route == "why" and len(self.series) > 1:
            return changes.plan(world, ())
        if turn.route == "short" and self.state.brief:
            return Draft(self.state.brief, (replies.current(world),))
        if turn.route == "short" and (told := self.items([self.state.told], world)):
            return replies.shorter(told[0])
        writers = {
            "why": replies.why,
            "how": replies.how,
            "limits": trust.limits,
            "short": replies.short,
            "files": figures.files,
        }
        return writers[turn.route](world)

    def _recorded(self, text: str, turn: Turn, world: World) -> Draft:
        """What is asked of a record; "and the other one?" asks the same again."""
        spoken = self._spoken_of(text, turn, world)
        self.focus(spoken)
        asked = text if topics(text) else turn.topic or self.state.about or text
        self.keep(about=asked)
        return figures.record(asked, spoken, world)

    def _spoken_of(self, text: str, turn: Turn, world: World) -> list[Provided]:
        """The items of which something is asked: those pointed at, all that were compared or
        recommended where the message speaks of several, those last spoken of, the current model."""
        for names in (turn.items, several(plain(text), self.state), self.state.focus):
            if found := self.items(names, world):
                return found
        if len(self.series) > 1:  # "which license has it?": the whole series is meant
            return list(world.recommended)
        return [replies.current(world)]

    def _trusted(self, text: str) -> tuple[World, Draft]:
        """What the glossary warns of, and what the records of the models in force say of it."""
        bare = self.state.wish.model_copy(update={"task": None, "steps": ()})
        found = self.assistant.search.find(text, bare, _AMONG, "concept")
        near = sorted(found, key=lambda r: -r.score)
        warned = [r.entry for r in near if r.score >= _NEAR and _warns(r.entry)][:1]
        world = self.world(self.state.wish, warned, text)
        own = cues.OF_MODEL.match(plain(text)) is not None
        return world, trust.bearing(text, warned, world, own=own)

    def _between(self, text: str, items: Sequence[str]) -> tuple[World, Draft]:
        """What the glossary says of some of its entries that bears on a message."""
        world = self.world(self.state.wish, text=text)
        return world, trust.between(text, self.items(items, world), world)

    def _ordered(self, text: str) -> tuple[World, Draft]:
        """Which step comes first, and what the glossary says of the order."""
        entry = self.assistant.catalog.get(ORDER)
        world = self.world(self.state.wish, [entry] if entry else (), text)
        return world, replies.order(world)

    def _term(self, text: str) -> tuple[World | None, Draft]:
        """A term that a record explains: of this conversation first, then of any."""
        asked = term_of(text)
        world = self.world(self.state.wish, text=text)
        for p in world.provided:
            if p.entry and (line := replies.mentions(asked, p.entry)):
                return world, replies.term(p, line)
        task = self.state.wish.task
        for entry in sorted(self.assistant.catalog, key=lambda e: e.task != task):
            if line := replies.mentions(asked, entry):
                world = self.world(self.state.wish, (entry,), text)
                found = next(p for p in world.provided if p.entry is entry)
                self.remember(found.item)
                return world, replies.term(found, line)
        return None, Draft("The provided sources do not explain that, so I leave it open.")

    def _cited(self, text: str, world: World) -> list[Provided]:
        """Whose links are asked for: the model's alone, or all of the last answer."""
        words = Words(text)
        every = ("papers", "references", "sources", "citations", "links", "all")
        if found := self.items(several(plain(text), self.state) or self.state.focus, world):
            return found
        if any(map(words.match, every)) or not world.recommended:
            request = self.state.request
            now = {i.name for i in request.items} if request else set()
            return [p for p in world.provided if p.item.name in now]
        return list(world.recommended)

    def _about(self, text: str, turn: Turn, world: World) -> tuple[World, Draft]:
        chosen = next(iter(self.items(turn.items, world)), None)
        if turn.entries:
            chosen = next((p for p in world.provided if p.entry is turn.entries[0]), None)
        if chosen is None:
            return world, replies.unknown(turn.unknown)
        self.remember(chosen.item)
        self.focus([chosen])
        told = self.state.told if cues.SAME.search(plain(text)) else ""
        if chosen.entry and turn.route == "about" and figures.recorded(text, [chosen], world):
            return world, figures.record(text, [chosen], world)
        if self.model and chosen.entry and chosen.entry.kind == "model":
            pair = dict.fromkeys((self.model, chosen.entry.id))
            compared = tuple(pair) if len(pair) == 2 else self.state.compared
            self.keep(compared=compared)
        if turn.route == "sources":
            return world, replies.sources(text, [chosen], world)
        return world, replies.about(chosen, world, f"{text} {told}".strip())

    def _called(self) -> list[str]:
        """The names of the models that were compared."""
        entries = (self.assistant.catalog.get(name) for name in self.state.compared)
        return [entry.name for entry in entries if entry]


def _warns(entry: Entry) -> bool:
    """Whether an entry of the glossary says what may be wrong with a result."""
    return isinstance(entry, Concept) and (entry.topic == "artifact" or entry.id in NEVER)
