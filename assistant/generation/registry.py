"""Which generator the settings ask for."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import metadata
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from assistant.generation.composer import Composer
from assistant.generation.language_model import LanguageModel
from assistant.prompts import PROMPT_FILE
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.generation import Generator

GROUP = "sr_assistant.generators"


def known() -> dict[str, Callable[[Settings], Any]]:
    """Every generator by name: ours, then those that other packages announce."""
    plugins = {point.name: _plugin(point) for point in metadata.entry_points(group=GROUP)}
    return plugins | _OWN


def open_generator(settings: Settings) -> Generator:
    """The generator that ``settings`` name.

    ``auto`` takes a language model only where the user named one (a model, an endpoint or a GGUF
    file): a key in the environment alone sends no question anywhere.

    Raises:
        InputError: the name is unknown, or a setting that it needs is missing.
    """
    name = settings.generator
    if name == "auto":
        name = "composer"
        if settings.gguf:
            name = "local"
        if settings.llm or settings.base_url or os.environ.get("OPENAI_BASE_URL"):
            name = "openai"
    generators = _OWN if name in _OWN else known()  # looking for plugins takes a while
    if name not in generators:
        listed = ", ".join(["auto", *sorted(generators)])
        raise InputError(f"unknown generator {name!r}", hint=f"known: {listed}")
    generator: Generator = generators[name](settings)
    if settings.generator == "auto" and isinstance(generator, LanguageModel):
        generator.required = False
    if settings.prompt == "parts" and isinstance(generator, LanguageModel):
        generator.template = PROMPT_FILE
    return generator


def _composer(settings: Settings) -> Composer:  # noqa: ARG001 - all generators are opened alike
    return Composer()


def _openai(settings: Settings) -> Generator:
    from assistant.generation.openai_chat import OpenAIChat

    return OpenAIChat.of(settings)


def _langchain(settings: Settings) -> Generator:
    from assistant.generation.langchain_chat import LangChainChat

    return LangChainChat.of(settings)


def _local(settings: Settings) -> Generator:
    from assistant.generation.local import LocalChat

    return LocalChat.of(settings)


def _plugin(point: metadata.EntryPoint) -> Callable[[Settings], Any]:
    def opened(settings: Settings) -> Any:
        return point.load()(settings)

    return opened


_OWN: dict[str, Callable[[Settings], Any]] = {
    "composer": _composer,
    "langchain": _langchain,
    "local": _local,
    "openai": _openai,
}
