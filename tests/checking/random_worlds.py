"""Random worlds: any question over any few models and papers of the built-in catalog."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from warm_index import catalog

from assistant import world
from assistant.answer import Answer
from assistant.generation import Composer
from assistant.prompts import Item, Request
from assistant.provision import item_of
from assistant.world import World

DETAILS = ("", " by 2x", " 3x", " four times", " on my phone", " from 640x480 to 1280x960",
           " without a GPU", " for print", " of a face")  # fmt: skip
FORMS = ("Which model do I use for {} of a photo{}?", "How does {} work{}?", "Explain {}{}.",
         "I tried {}{} and it stayed sharp, why?")  # fmt: skip


@st.composite
def requests(draw: Callable[[st.SearchStrategy[object]], object]) -> Request:
    """A question on one of the tasks, up to three models and up to four papers."""
    every = catalog()
    task = draw(st.sampled_from([task.phrase for task in every.vocabulary.tasks]))
    question = draw(st.sampled_from(FORMS)).format(task, draw(st.sampled_from(DETAILS)))
    models, papers = (
        draw(st.lists(st.sampled_from(some), min_size=least, max_size=most, unique_by=id))
        for some, least, most in ((every.models, 1, 3), (every.papers, 0, 4))
    )
    return Request(
        question=question,
        recommended=tuple(map(item_of, models)),
        related=tuple(map(item_of, papers)),
    )


def built(request: Request) -> World:
    """The closed world of a request."""
    return world.build(request, catalog())


def worlds() -> st.SearchStrategy[World]:
    """The worlds of `requests`."""
    return requests().map(built)


def changed(request: Request, change: Callable[[int, Item], Item]) -> Request:
    """The request with each of its items changed; items are counted."""
    items = [change(n, item) for n, item in enumerate(request.items)]
    count = len(request.recommended)
    return Request(
        question=request.question, recommended=tuple(items[:count]), related=tuple(items[count:])
    )


def composed(world: World) -> Answer:
    """What the composer writes of a world."""
    return Composer().write(world)
