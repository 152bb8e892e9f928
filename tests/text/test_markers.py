"""Markers: what stands for a source in prose."""

from __future__ import annotations

import pytest

from assistant.text.markers import MARKER, PLATFORM


@pytest.mark.parametrize(
    ("mark", "group"),
    [
        *(("[2]", "numbers"), ("[1, 3]", "numbers"), ("[2-4]", "numbers"), ("[^1]", "numbers")),
        *(("[S3]", "other"), ("[cite: 3]", "other"), ("[ID: 12]", "other"), ("[^note]", "other")),
        *(("[Set5]", "doubtful"), ("[ref 2]", "doubtful")),
    ],
)
def test_a_marker_is_known_by_what_stands_in_its_brackets(mark: str, group: str) -> None:
    """Numbers name entries, other marks name something, and some may be words of the text."""
    found = MARKER.search(f"It is small {mark}.")
    assert found is not None
    assert group == found.lastgroup


@pytest.mark.parametrize("text", ["[0, 1]", "[paper](https://x.org)", "[2](https://x.org)", "a[i]"])
def test_ranges_links_and_indexes_are_no_markers(text: str) -> None:
    """Brackets have other uses."""
    assert MARKER.search(text) is None


@pytest.mark.parametrize("mark", ["【4†source】", "[cite_start]", "[cite: 3, 4]"])
def test_platforms_leave_marks_of_their_own(mark: str) -> None:
    """They go with the space before them."""
    assert "It is small." == PLATFORM.sub("", f"It is small {mark}.")
