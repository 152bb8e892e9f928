"""What a terminal is shown: words, and nothing that commands it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202ea"
CALLS = {
    "look": ("look", "{}.png"),
    "look at nothing": ("look", "{}"),
    "run": ("run", "{}"),
    "ask": ("ask", "why?", "--catalog", "{}"),
    "weights": ("weights", "add", "{}.pth"),
    "bulk": ("bulk", "{}", "--out", "out"),
    "grade": ("grade", "{}", "--prompts", "{}"),
}


@pytest.mark.parametrize("arguments", CALLS.values(), ids=CALLS.keys())
def test_a_file_name_does_not_command_the_terminal(
    terminal: Callable[..., Any], here: Path, cache: Path, arguments: tuple[str, ...]
) -> None:
    """Escape sequences in a name are shown as what they are, in results and in errors."""
    Image.new("RGB", (64, 64)).save(here / f"{EVIL}.png")
    (here / f"{EVIL}.pth").write_bytes(b"no weights")
    shown = terminal(*(word.format(EVIL) for word in arguments)).out
    assert "owned" in shown
    assert not set("\x1b\x07\x9b\u202e") & set(shown)


def test_data_in_a_pipe_keeps_its_bytes(call: Callable[..., Any], here: Path) -> None:
    """Who reads names from a pipe gets the names."""
    Image.new("RGB", (64, 64)).save(here / f"{EVIL}.png")
    assert call("look", f"{EVIL}.png").out.startswith(f"{EVIL}.png: 64x64")
