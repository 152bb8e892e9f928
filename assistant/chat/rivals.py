"""Other models beside those in force: compared by name, or the next ones for the wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.catalog import mentioned
from assistant.chat import comparisons, cues, replies
from assistant.chat.memory import Memory
from assistant.chat.plans import OTHERS
from assistant.chat.pointing import best_of
from assistant.chat.replies import Draft
from assistant.chat.routes import Turn
from assistant.naming import one_a_family
from assistant.provision import PLAIN
from assistant.question import plain
from assistant.world import World


def compared(memory: Memory, text: str, turn: Turn) -> tuple[World | None, Draft]:
    """The models that a message names, or those that were compared, side by side."""
    catalog = memory.assistant.catalog
    if plain_one := next((c for c in mentioned(text, catalog) if c.id in PLAIN), None):
        world = memory.world(memory.state.wish, [plain_one], text)
        return world, comparisons.beside_plain(world)
    entries = list(turn.entries)
    if not entries and memory.state.compared:
        found = (catalog.get(name) for name in memory.state.compared)
        entries = [e for e in found if e]
        if cues.TWO.search(plain(text)) and len(entries) > 2:
            focus = [e for e in entries[1:] if e.id in memory.state.focus]
            entries = [entries[0], *(focus or entries[1:])[:1]]
    if not entries:
        return None, replies.unknown(turn.unknown)
    world = memory.world(memory.state.wish, entries, text)
    wanted = {e.id for e in entries}
    own = [p for p in world.recommended if p.entry is None or p.entry.id not in wanted]
    named = {p.entry.id: p for p in world.provided if p.entry}
    chosen = [
        *(own[:1] if len(wanted) < 2 else ()),
        *(named[e.id] for e in entries if e.id in named),
    ]
    if len(chosen) < 2:
        return None, replies.unknown(turn.unknown)
    memory.remember(*(p.item for p in chosen))
    names = tuple(p.entry.id for p in chosen if p.entry)
    listed = tuple(p.item.name for p in chosen)
    memory.keep(compared=names, comparing=True)
    world = replace(world, compared=listed)
    if turn.entries or cues.BESIDE.search(plain(text)):
        memory.keep(listed=listed)
        return world, comparisons.compare(chosen, world)
    best = best_of(plain(text), listed, catalog)
    memory.keep(focus=best or memory.state.focus)
    return world, comparisons.better(text, chosen, world)


def others(memory: Memory, items: Sequence[str]) -> tuple[World, Draft]:
    """The next models for the wish in force, of several steps for the one pointed at."""
    search, request = memory.assistant.search, memory.state.request
    assert request is not None  # noqa: S101 - route() saw one
    names = [item.name for item in request.recommended]
    pointed_at = next((name for name in items if name in names), names[0])
    current = memory.assistant.catalog.get(pointed_at)
    step = current.task if current and current.task in memory.state.wish.steps else None
    wish = memory.state.wish
    wish = wish.of(step, memory.assistant.catalog.vocabulary) if step else wish
    ranked = search.find(request.question, wish, 40, "model")
    able = (r.entry for r in ranked if r.fit.verdict != "mismatch")
    same = (e for e in able if current and e.task == current.task and e.name != current.name)
    entries = one_a_family(same)[:OTHERS]
    world = memory.world(memory.state.wish, entries)
    chosen = [p for p in world.provided if p.entry in entries]
    memory.remember(*(p.item for p in chosen))
    ids = tuple(e.id for e in (current, *entries) if e)
    memory.keep(compared=ids, listed=tuple(p.item.name for p in chosen))
    return world, comparisons.alternatives(chosen)
