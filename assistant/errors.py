"""The one family of errors that users see: a message, a hint and an exit code."""

from __future__ import annotations


class AssistantError(Exception):
    """What went wrong, where, and what to do about it.

    ``code`` is the exit code of the command line (docs/architecture.md lists them).
    """

    code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(AssistantError):
    """A question, prompt file, flag or setting that cannot be used."""

    code = 2


class CatalogError(AssistantError):
    """A catalog or an index that is missing or broken."""

    code = 3


class BackendError(AssistantError):
    """A language model that cannot be reached or refused the key."""

    code = 4


class GroundingError(AssistantError):
    """An answer that could not be grounded although ``--strict`` asked for it."""

    code = 5
