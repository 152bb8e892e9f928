"""``python -m assistant`` is the command ``sr-assistant``."""

from __future__ import annotations

from assistant.cli import main

main()
