"""What a turn of a conversation does to its closed world, and what the records say to it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import Concept, Entry, Words, mentioned
from assistant.chat import changes, commands, comparisons, cues, figures, replies, trust
from assistant.chat.cues import term_of
from assistant.chat.plans import OTHERS, Plan, world_of
from assistant.chat.pointing import best_of, several
from assistant.chat.replies import Draft
from assistant.chat.routes import Turn
from assistant.chat.state import State
from assistant.fit import listing
from assistant.generation.forms.fact import topics
from assistant.generation.forms.feasibility import NEVER
from assistant.pipeline import Assistant
from assistant.prompts import Request
from assistant.provision import PLAIN
from assistant.question import Wish, plain
from assistant.text.sentences import sentences
from assistant.workflow.drawing import draw
from assistant.world import Provided, World

_POINTED = ("numbers", "record", "check", "compare", "weigh", "term")
"""What answers in its first sentence, which is what "shorter, please" leaves of it."""
_AMONG, _NEAR = 12, 6.5  # entries of the glossary looked at, and how near a warning has to be


class Turns:
    """Follow-ups of one conversation; ``state`` is what it remembers."""

    def __init__(self, assistant: Assistant, state: State) -> None:
        self.assistant = assistant
        self.state = state

    @property
    def model(self) -> str | None:
        """The recommended model that pronouns refer to."""
        request = self.state.request
        return request.recommended[0].name if request and request.recommended else None

    @property
    def series(self) -> tuple[str, ...]:
        """The models that run one after the other: of several that were compared the first."""
        request = self.state.request
        names = tuple(item.name for item in request.recommended) if request else ()
        return names if self.state.wish.form == "recommend" else names[:1]

    def draft(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        """The world of a follow-up (None where nothing of it is spoken of) and the reply."""
        if turn.route not in ("short", "about"):
            self._keep(told="")
        world, draft = self._drafted(text, turn)
        if turn.route != "short":
            said = sentences(draft.text) if turn.route in _POINTED else []
            self._keep(brief=said[0].strip() if said else "")
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

    def answered(self, request: Request, wish: Wish, printed: tuple[str, ...]) -> None:
        """Remember a whole answer: what it recommends, or the entry of the glossary it explains."""
        state, names = self.state, tuple(item.name for item in request.recommended)
        update: dict[str, object] = {"listed": printed or state.listed}
        if names or state.request is None:
            compared = names if len(names) > 1 else ()
            state = state.moved(request, wish)
            named = len(wish.named) > 1 or len(wish.architectures) > 1
            comparing = wish.form == "compare" and named
            listed = tuple(dict.fromkeys((*compared, *printed)))
            update = {"listed": listed, "compared": compared, "comparing": comparing}
        elif request.related:
            first = request.related[0]
            known = {item.name for item in (*(state.request.items), *state.shown)}
            shown = state.shown if first.name in known else (first, *state.shown)
            update |= {"told": first.name, "shown": shown}
        if not names and request.related:
            update["compared"] = tuple(
                dict.fromkeys((*self.state.compared[-2:], request.related[0].name))
            )
        self.state = state.model_copy(update=update)

    def world(self, wish: Wish, extra: Sequence[Entry] = (), text: str = "") -> World:
        """The closed world of a follow-up."""
        return world_of(self.state, wish, self.assistant.catalog, extra, text)

    def command(self) -> str:
        """The ids of the models in force as ``run --model`` takes them; empty where one of them
        does not run here."""
        return commands.typed(self.series, self.assistant.catalog)

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
            return self._compared(text, turn)
        if turn.route == "alternatives":
            return self._others(turn.items)
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
            self._keep(wish=turn.wish)
            return figures.numbers(text, world)
        if turn.route == "record":
            return self._recorded(text, turn, world)
        if turn.route == "how" and turn.items:
            return replies.how(world, self._items(turn.items, world))
        if turn.route == "how" and len(self.series) > 1:
            drawn = draw([self.series], self.assistant.catalog).drawing
            return replies.how(world)._replace(drawn=drawn)
        if turn.route == "why" and len(self.series) > 1:
            return changes.plan(world, ())
        if turn.route == "short" and self.state.brief:
            return Draft(self.state.brief, (replies.current(world),))
        if turn.route == "short" and (told := self._items([self.state.told], world)):
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
        self._focus(spoken)
        asked = text if topics(text) else turn.topic or self.state.about or text
        self._keep(about=asked)
        return figures.record(asked, spoken, world)

    def _spoken_of(self, text: str, turn: Turn, world: World) -> list[Provided]:
        """The items of which something is asked: those pointed at, all that were compared or
        recommended where the message speaks of several, those last spoken of, the current model."""
        for names in (turn.items, several(plain(text), self.state), self.state.focus):
            if found := self._items(names, world):
                return found
        if len(self.series) > 1:  # "which license has it?": the whole series is meant
            return list(world.recommended)
        return [replies.current(world)]

    def _items(self, names: Sequence[str], world: World) -> list[Provided]:
        by_name = {p.item.name: p for p in world.provided}
        return [by_name[name] for name in names if name in by_name]

    def _focus(self, spoken: Sequence[Provided]) -> None:
        now = [i.name for i in self.state.request.recommended] if self.state.request else []
        names = tuple(p.item.name for p in spoken)
        focus = () if len(names) != 1 or list(names) == now else names
        self._keep(focus=focus)

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
        return world, trust.between(text, self._items(items, world), world)

    def _ordered(self, text: str) -> tuple[World, Draft]:
        """Which step comes first, and what the glossary says of the order."""
        entry = self.assistant.catalog.get("order-of-steps")
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
                self._remember(found)
                return world, replies.term(found, line)
        return None, Draft("The provided sources do not explain that, so I leave it open.")

    def _cited(self, text: str, world: World) -> list[Provided]:
        """Whose links are asked for: the model's alone, or all of the last answer."""
        words = Words(text)
        every = ("papers", "references", "sources", "citations", "links", "all")
        if found := self._items(several(plain(text), self.state) or self.state.focus, world):
            return found
        if any(map(words.match, every)) or not world.recommended:
            request = self.state.request
            now = {i.name for i in request.items} if request else set()
            return [p for p in world.provided if p.item.name in now]
        return list(world.recommended)

    def _about(self, text: str, turn: Turn, world: World) -> tuple[World, Draft]:
        chosen = next(iter(self._items(turn.items, world)), None)
        if turn.entries:
            chosen = next((p for p in world.provided if p.entry is turn.entries[0]), None)
        if chosen is None:
            return world, replies.unknown(turn.unknown)
        self._remember(chosen)
        self._focus([chosen])
        told = self.state.told if cues.SAME.search(plain(text)) else ""
        if chosen.entry and turn.route == "about" and figures.recorded(text, [chosen], world):
            return world, figures.record(text, [chosen], world)
        if self.model and chosen.entry and chosen.entry.kind == "model":
            pair = dict.fromkeys((self.model, chosen.entry.id))
            compared = tuple(pair) if len(pair) == 2 else self.state.compared
            self._keep(compared=compared)
        if turn.route == "sources":
            return world, replies.sources(text, [chosen], world)
        return world, replies.about(chosen, world, f"{text} {told}".strip())

    def _compared(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        catalog = self.assistant.catalog
        if plain_one := next((c for c in mentioned(text, catalog) if c.id in PLAIN), None):
            world = self.world(self.state.wish, [plain_one], text)
            return world, comparisons.beside_plain(world)
        entries = list(turn.entries)
        if not entries and self.state.compared:
            found = (catalog.get(name) for name in self.state.compared)
            entries = [e for e in found if e]
            if cues.TWO.search(plain(text)) and len(entries) > 2:
                focus = [e for e in entries[1:] if e.id in self.state.focus]
                entries = [entries[0], *(focus or entries[1:])[:1]]
        if not entries:
            return None, replies.unknown(turn.unknown)
        world = self.world(self.state.wish, entries, text)
        wanted = {e.id for e in entries}
        own = [p for p in world.recommended if p.entry is None or p.entry.id not in wanted]
        named = {p.entry.id: p for p in world.provided if p.entry}
        chosen = [
            *(own[:1] if len(wanted) < 2 else ()),
            *(named[e.id] for e in entries if e.id in named),
        ]
        if len(chosen) < 2:
            return None, replies.unknown(turn.unknown)
        for p in chosen:
            self._remember(p)
        names = tuple(p.entry.id for p in chosen if p.entry)
        listed = tuple(p.item.name for p in chosen)
        self._keep(compared=names, comparing=True)
        if turn.entries or cues.BESIDE.search(plain(text)):
            self._keep(listed=listed)
            return world, comparisons.compare(chosen, world)
        best = best_of(plain(text), listed, catalog)
        self._keep(focus=best or self.state.focus)
        return world, comparisons.better(text, chosen, world)

    def _others(self, items: Sequence[str]) -> tuple[World, Draft]:
        """The next models for the wish in force, of several steps for the one pointed at."""
        search, request = self.assistant.search, self.state.request
        assert request is not None  # noqa: S101 - route() saw one
        names = [item.name for item in request.recommended]
        pointed_at = next((name for name in items if name in names), names[0])
        current = self.assistant.catalog.get(pointed_at)
        step = current.task if current and current.task in self.state.wish.steps else None
        wish = self.state.wish
        wish = wish.of(step, self.assistant.catalog.vocabulary) if step else wish
        ranked = search.find(request.question, wish, 40, "model")
        families: dict[str, Entry] = {}
        for r in ranked:
            same = current is not None and r.entry.task == current.task
            if same and r.fit.verdict != "mismatch" and current and r.entry.name != current.name:
                families.setdefault(r.entry.name, r.entry)
        entries = list(families.values())[:OTHERS]
        world = self.world(self.state.wish, entries)
        chosen = [p for p in world.provided if p.entry in entries]
        for p in chosen:
            self._remember(p)
        compared = tuple(e.id for e in (current, *entries) if e)
        listed = tuple(p.item.name for p in chosen)
        self._keep(compared=compared, listed=listed)
        return world, comparisons.alternatives(chosen)

    def _called(self) -> list[str]:
        """The names of the models that were compared."""
        entries = (self.assistant.catalog.get(name) for name in self.state.compared)
        return [entry.name for entry in entries if entry]

    def _keep(self, **update: object) -> None:
        self.state = self.state.model_copy(update=update)

    def _remember(self, p: Provided) -> None:
        known = {i.name for i in self.state.shown}
        now = {i.name for i in self.state.request.items} if self.state.request else set()
        if p.item.name not in known | now:
            shown = (p.item, *self.state.shown)
            self._keep(shown=shown)


def _warns(entry: Entry) -> bool:
    """Whether an entry of the glossary says what may be wrong with a result."""
    return isinstance(entry, Concept) and (entry.topic == "artifact" or entry.id in NEVER)
