"""Conversations in which plans are in force, without the messages that led there."""

from __future__ import annotations

from assistant.catalog import Catalog
from assistant.chat import State
from assistant.chat.said import Said
from assistant.chat.state import Past
from assistant.chat.wishes import asked_for, heard
from assistant.prompts import Item, Request
from assistant.question import Wish, plain

CLEAN, SHARPEN, LIGHT = "denoising", "deblurring", "low-light"
COLOR, ENLARGE, HAZE = "colorization", "super-resolution", "weather-removal"
MODELS = {
    CLEAN: "Denoise-SAFMN-real",
    SHARPEN: "Deblur-AutoDIR",
    LIGHT: "LowLight-ALEN",
    COLOR: "Colorization-BigColor",
    ENLARGE: "SISR-RCAN-2x",
    HAZE: "WeatherRemoval-AirNet",
}

Steps = tuple[str, ...]


def in_force(*plans: Steps) -> State:
    """The state of a conversation whose plans were these, the last one in force."""
    *past, now = map(_held, plans)
    return State(wish=now.wish, request=now.request, past=tuple(past))


def said(text: str, state: State, catalog: Catalog) -> Said:
    """A message as the rules of the chat get it."""
    message = plain(text).strip()
    wish = asked_for(heard(text, message, state, catalog), message, catalog)
    return Said(message, wish, state, catalog)


def _held(plan: Steps) -> Past:
    scales = (2.0,) if ENLARGE in plan else ()
    steps = plan if len(plan) > 1 else ()
    wish = Wish(form="recommend", task=plan[0], steps=steps, scales=scales)
    items = tuple(Item(name=MODELS[task]) for task in plan)
    return Past(wish=wish, request=Request(question="Which model?", recommended=items))
