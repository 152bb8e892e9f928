"""sr-assistant: recommends the super-resolution or restoration model that fits a question."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from assistant.version import __version__

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.catalog import Catalog
    from assistant.pipeline import Assistant
    from assistant.prompts import Request

__all__ = ["Answer", "Assistant", "Catalog", "Request", "__version__"]

_HOMES = {
    "Answer": "assistant.answer",
    "Assistant": "assistant.pipeline",
    "Catalog": "assistant.catalog",
    "Request": "assistant.prompts",
}


def __getattr__(name: str) -> Any:
    """Import the public names on first use, so that ``sr-assistant --help`` loads none."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
