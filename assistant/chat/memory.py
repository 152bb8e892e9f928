"""What a conversation holds on to from turn to turn, and the world that this makes."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.catalog import Entry
from assistant.chat import commands
from assistant.chat.plans import world_of
from assistant.chat.state import State
from assistant.pipeline import Assistant
from assistant.prompts import Item, Request
from assistant.question import Wish
from assistant.world import Provided, World


class Memory:
    """One conversation with an assistant; ``state`` is what it remembers."""

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

    def world(self, wish: Wish, extra: Sequence[Entry] = (), text: str = "") -> World:
        """The closed world of a follow-up."""
        return world_of(self.state, wish, self.assistant.catalog, extra, text)

    def command(self) -> str:
        """The ids of the models in force as ``run --model`` takes them; empty where one of them
        does not run here."""
        return commands.typed(self.series, self.assistant.catalog)

    def items(self, names: Sequence[str], world: World) -> list[Provided]:
        """The items of these names, in their order."""
        by_name = {p.item.name: p for p in world.provided}
        return [by_name[name] for name in names if name in by_name]

    def keep(self, **update: object) -> None:
        """Remember these values."""
        self.state = self.state.model_copy(update=update)

    def focus(self, spoken: Sequence[Provided]) -> None:
        """Remember of which one item was spoken, where it is not the one in force."""
        now = [i.name for i in self.state.request.recommended] if self.state.request else []
        names = tuple(p.item.name for p in spoken)
        focus = () if len(names) != 1 or list(names) == now else names
        self.keep(focus=focus)

    def remember(self, *items: Item) -> None:
        """Keep items that were shown in the closed world."""
        for item in items:
            now = self.state.request.items if self.state.request else ()
            if item.name not in {i.name for i in (*now, *self.state.shown)}:
                self.keep(shown=(item, *self.state.shown))

    def answered(self, request: Request, wish: Wish, printed: tuple[str, ...]) -> None:
        """Remember a whole answer: what it recommends, or the entry of the glossary it explains."""
        before, names = self.state.explained, tuple(item.name for item in request.recommended)
        if names or self.state.request is None:
            compared = names if len(names) > 1 else ()
            named = len(wish.named) > 1 or len(wish.architectures) > 1
            listed = tuple(dict.fromkeys((*compared, *printed)))
            self.state = self.state.moved(request, wish)
            comparing = wish.form == "compare" and named
            self.keep(listed=listed, compared=compared, comparing=comparing)
        else:
            self.keep(listed=printed or self.state.listed, brief="")
            for first in request.related[:1]:
                self.keep(told=first.name)
                self.remember(first)
        if not names and request.related:
            last = request.related[0].name
            self.keep(explained=tuple(dict.fromkeys((*before[-2:], last))))
