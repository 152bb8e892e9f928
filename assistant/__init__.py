"""sr-assistant: recommends the super-resolution or restoration model that fits a question."""

from __future__ import annotations

__version__ = "0.1.0"
