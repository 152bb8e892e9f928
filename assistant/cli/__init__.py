"""The command line: the only place that prints. It translates, the library does the work."""

from __future__ import annotations

from assistant.cli.app import main

__all__ = ["main"]
