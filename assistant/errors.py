"""The one family of errors that users see (a message, a hint, an exit code) and their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_REASONS = {
    "missing": "needed here",
    "extra_forbidden": "no field that is known here",
    "string_type": "needs to be a text",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "not in the form {pattern}",
    "int_type": "needs to be a whole number",
    "int_parsing": "needs to be a whole number",
    "int_from_float": "needs to be a whole number",
    "float_type": "needs to be a number",
    "float_parsing": "needs to be a number",
    "bool_parsing": "needs to be true or false",
    "tuple_type": "needs to be a list",
    "dict_type": "needs to be a group of fields",
    "model_type": "needs to be a group of fields",
    "invalid_key": "the name of a field needs to be a text",
    "literal_error": "needs to be {expected}",
    "greater_than": "needs to be more than {gt}",
    "greater_than_equal": "needs to be at least {ge}",
    "less_than": "needs to be less than {lt}",
    "less_than_equal": "needs to be at most {le}",
    "value_error": "{error}",
}
"""What is wrong with a value by pydantic's name for the fault, which outlives its wording."""


def reason(fault: Mapping[str, Any]) -> str:
    """What is wrong with a value in our words: ``fault`` is one of a ValidationError's errors."""
    said = _REASONS.get(fault["type"])
    return said.format_map(fault.get("ctx", {})) if said else str(fault["msg"])


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
