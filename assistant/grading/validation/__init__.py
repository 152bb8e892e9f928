"""The grader against people: labelled sets, read from files of the user's own."""

from __future__ import annotations

from assistant.grading.validation.measure import DATASETS, Figure, Validation, validate

__all__ = ["DATASETS", "Figure", "Validation", "validate"]
