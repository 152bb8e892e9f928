"""What a turn of a conversation does to its closed world, and what the records say to it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import Entry, Model, Words
from assistant.chat import changes, comparisons, cues, figures, replies
from assistant.chat.cues import place_of, term_of
from assistant.chat.replies import Draft
from assistant.chat.routing import Turn
from assistant.chat.state import State
from assistant.chat.wishes import same
from assistant.fit import judge, offer_of
from assistant.generation.forms.fact import topics
from assistant.naming import best_variant
from assistant.pipeline import Assistant
from assistant.prompts import Request
from assistant.provision import item_of
from assistant.question import Wish, plain
from assistant.world import Provided, World, build

MAX_QUESTION = 4_000
OTHERS = 3  # papers beside a model, and alternatives


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

    def draft(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        """The world of a follow-up (None where nothing of it is spoken of) and the reply."""
        if turn.route in ("refine", "check"):
            return self._changed(text, turn)
        return self._followed(text, turn)

    def world(self, wish: Wish, extra: Sequence[Entry] = (), text: str = "") -> World:
        """The closed world of a follow-up: the items in force, those shown before, new ones."""
        request = self.state.request
        assert request is not None  # noqa: S101 - follow-ups come after a recommendation
        models = {i.name: i for i in request.recommended}
        papers = {i.name: i for i in (*request.related, *self.state.shown, *map(item_of, extra))}
        related = tuple(i for name, i in papers.items() if name not in models)
        question = f"{request.question}\n{text}".strip()
        joined = Request(question=question, recommended=request.recommended, related=related)
        return build(joined, self.assistant.catalog, wish)

    def _changed(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        """The wish has changed: look again, and say what fits now."""
        state, catalog = self.state, self.assistant.catalog
        before = state.request
        assert before is not None  # noqa: S101 - route() saw one
        entry = catalog.get(before.recommended[0].name)
        assert entry is not None  # noqa: S101 - recommendations come from the catalog
        old = judge(state.wish, offer_of(entry), catalog.vocabulary)
        fit = judge(turn.wish, offer_of(entry), catalog.vocabulary)
        subject = turn.wish.subject if turn.wish.subject not in (None, "photo") else None
        unstated = subject is not None and subject not in entry.subjects
        new = subject != state.wish.subject and unstated
        if turn.route == "check" and same(turn.wish, state.wish, "tags", "architectures"):
            world = self.world(turn.wish, text=text)  # "is it a GAN?" asks what it is, no more
            return world, changes.check(replies.current(world), fit, old, world, changed=False)
        question = f"{before.question}\n{text}"[-MAX_QUESTION:]
        again = turn.route == "refine" and same(turn.wish, state.wish)
        if again:  # "what about snow?": another case of the same task
            question = text
        found = self._found(question, turn.wish, None if again else entry, subject if new else None)
        if found is None:
            return None, Draft(f"{replies.NOTHING} The recommendation stays as it was.")
        stays = (
            not again
            and judge(turn.wish, offer_of(found), catalog.vocabulary).rank >= fit.rank
            and not (new and subject in found.subjects)
        )
        stays = stays or found is entry
        best = entry if stays else found
        request = self._request(question, turn.wish, best)
        self.state = state.moved(request, turn.wish)
        if best is not entry:
            update = {"compared": (entry.id, best.id)}
            self.state = self.state.model_copy(update=update)
        world = self.world(turn.wish, (entry,), text)
        asked = next(p for p in world.provided if p.entry is entry)
        if turn.route == "refine" and not (stays and new):
            return world, changes.recommendation(world)
        if new and subject:
            phrase = next(t.phrase for t in catalog.vocabulary.subjects if t.id == subject)
            return world, changes.unstated(asked, phrase, world, changed=not stays)
        return world, changes.check(asked, fit, old, world, changed=not stays)

    def _found(
        self, question: str, wish: Wish, before: Entry | None, subject: str | None
    ) -> Entry | None:
        """The model for a changed wish: one made for a newly named subject, the same network
        where its variant fits, else what the search ranks first."""
        assistant = self.assistant
        ranked = assistant.search.find(question, wish, 60, "model")
        able = [r for r in ranked if wish.task in (None, r.entry.task)]
        if subject:
            made = [r for r in able if subject in r.entry.subjects and r.fit.verdict != "mismatch"]
            if made:
                return made[0].entry
        if not able:
            return None
        if before is None:
            return able[0].entry
        family = [e for e in assistant.catalog.models if e.name == before.name]
        same = best_variant(family, assistant.catalog, wish)
        fit = judge(wish, offer_of(same), assistant.catalog.vocabulary)
        return same if fit.verdict == "fits" else able[0].entry

    def _request(self, question: str, wish: Wish, best: Entry) -> Request:
        papers = self.assistant.search.related(question, wish, OTHERS, best)
        return Request(
            question=question,
            recommended=(item_of(best),),
            related=tuple(item_of(paper.entry) for paper in papers),
        )

    def _command(self) -> str:
        """How the recommended models are run: in series where there are several."""
        request, catalog = self.state.request, self.assistant.catalog
        found = [catalog.get(item.name) for item in request.recommended] if request else []
        runs = [e.id for e in found if isinstance(e, Model) and e.network]
        both = len(found) > 1 and self.state.wish.form == "recommend"
        return ",".join(runs if both else runs[:1]) if len(runs) == len(found) or not both else ""

    def _followed(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        """A question about what was said."""
        runs = self._command()
        if said := replies.fixed(turn.route, text, self.assistant.catalog, runs):
            return None, Draft(said)
        if turn.route == "compare":
            return self._compared(text, turn)
        if turn.route == "alternatives":
            return self._others()
        if turn.route == "term":
            return self._term(text)
        world = self.world(turn.wish, turn.entries, text)
        if turn.route == "about" or (turn.route == "sources" and turn.entries):
            return self._about(text, turn, world)
        if turn.route == "sources":
            return world, replies.sources(text, self._cited(text, world), world)
        if turn.route == "numbers":
            self.state = self.state.model_copy(update={"wish": turn.wish})
            return world, figures.numbers(text, world)
        if turn.route == "record":
            return world, figures.record(text, self._spoken_of(text, world), world)
        writers = {
            "why": replies.why,
            "how": replies.how,
            "limits": replies.limits,
            "short": replies.short,
            "files": figures.files,
        }
        return world, writers[turn.route](world)

    def _spoken_of(self, text: str, world: World) -> list[Provided]:
        """The items of which something is asked: all that were compared or recommended where the
        message speaks of several, else the current model."""
        if cues.SEVERAL.search(plain(text)):
            wanted = self.state.compared or tuple(p.item.name for p in world.recommended)
            found = [p for p in world.provided if p.item.name in wanted]
            if found:
                return found
        return [replies.current(world)]

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
        if any(map(words.match, every)) or not world.recommended:
            request = self.state.request
            now = {i.name for i in request.items} if request else set()
            return [p for p in world.provided if p.item.name in now]
        return list(world.recommended)

    def _about(self, text: str, turn: Turn, world: World) -> tuple[World, Draft]:
        place = place_of(text)
        chosen = None
        if turn.entries:
            chosen = next((p for p in world.provided if p.entry is turn.entries[0]), None)
        elif place is not None:
            named = self.state.listed
            name = named[place] if -len(named) <= place < len(named) else None
            chosen = next((p for p in world.provided if p.item.name == name), None)
        if chosen is None:
            return world, replies.unknown(turn.unknown)
        self._remember(chosen)
        if topics(text) and chosen.entry and turn.route == "about":
            return world, figures.record(text, [chosen], world)
        if self.model and chosen.entry and chosen.entry.kind == "model":
            pair = dict.fromkeys((self.model, chosen.entry.id))
            compared = tuple(pair) if len(pair) == 2 else self.state.compared
            self.state = self.state.model_copy(update={"compared": compared})
        if turn.route == "sources":
            return world, replies.sources(text, [chosen], world)
        return world, replies.about(chosen, world)

    def _compared(self, text: str, turn: Turn) -> tuple[World | None, Draft]:
        catalog = self.assistant.catalog
        entries = list(turn.entries)
        if not entries and self.state.compared:
            found = (catalog.get(name) for name in self.state.compared)
            entries = [e for e in found if e]
        if not entries:
            return None, replies.unknown(turn.unknown)
        world = self.world(self.state.wish, entries, text)
        wanted = {e.id for e in entries}
        own = [p for p in world.recommended if p.entry is None or p.entry.id not in wanted]
        chosen = [
            *(own[:1] if len(wanted) < 2 else ()),
            *(p for p in world.provided if p.entry and p.entry.id in wanted),
        ]
        if len(chosen) < 2:
            return None, replies.unknown(turn.unknown)
        for p in chosen:
            self._remember(p)
        names = tuple(p.entry.id for p in chosen if p.entry)
        listed = tuple(p.item.name for p in chosen)
        self.state = self.state.model_copy(update={"compared": names, "listed": listed})
        if turn.entries or cues.BESIDE.search(plain(text)):
            return world, comparisons.compare(chosen, world)
        return world, comparisons.better(text, chosen, world)

    def _others(self) -> tuple[World, Draft]:
        """The next models for the wish in force."""
        search, request = self.assistant.search, self.state.request
        assert request is not None  # noqa: S101 - route() saw one
        current = self.assistant.catalog.get(request.recommended[0].name)
        ranked = search.find(request.question, self.state.wish, 40, "model")
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
        names = tuple(e.id for e in (current, *entries[:1]) if e)
        listed = tuple(p.item.name for p in chosen)
        self.state = self.state.model_copy(update={"compared": names, "listed": listed})
        return world, comparisons.alternatives(chosen)

    def _remember(self, p: Provided) -> None:
        known = {i.name for i in self.state.shown}
        now = {i.name for i in self.state.request.items} if self.state.request else set()
        if p.item.name not in known | now:
            shown = (p.item, *self.state.shown)
            self.state = self.state.model_copy(update={"shown": shown})
