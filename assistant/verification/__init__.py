"""The closed-world check that every answer passes, whoever wrote it."""

from __future__ import annotations

from assistant.verification.verifier import verify

__all__ = ["verify"]
