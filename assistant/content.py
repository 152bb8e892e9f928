"""Where ``catalog/``, ``prompts/`` and ``eval/`` lie: in the wheel or in the checkout."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import CatalogError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the content folder ``name`` of this installation.

    A wheel carries it as ``assistant/_content/<name>``; a checkout and an editable
    install have it beside the package.

    Raises:
        CatalogError: neither place holds it, so the installation is incomplete.
    """
    for place in (_PACKAGE / "_content" / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise CatalogError(
        f"the folder {name}/ of this installation is missing (looked beside {_PACKAGE})",
        hint="reinstall: pip install --force-reinstall --no-deps sr-assistant",
    )
