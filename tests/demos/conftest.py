"""Margins: what the card of a demonstration promises of its first figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant import demos
from assistant.demos import Shown


@pytest.fixture
def holds() -> Callable[[str, Shown], bool]:
    """Whether the first figure gains what the card promises, and the sheet is a picture."""

    def check(name: str, shown: Shown) -> bool:
        sheet = shown.picture
        assert ("uint8", 3, 3) == (str(sheet.dtype), sheet.ndim, sheet.shape[2])
        return shown.figures[0].gain >= demos.find(name).margin

    return check
