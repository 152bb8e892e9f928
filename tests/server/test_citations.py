from __future__ import annotations

import pytest

from assistant.server.chores import chore
from assistant.server.citations import Linked
from assistant.server.faults import clean


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("Paper: https://a.org/x · Code: https://b.org", "[Paper](https://a.org/x) · [Code](https://b.org)"),
        ("see https://a.org/x.", "see [https://a.org/x](https://a.org/x)."),
        ("Paper: https://a.org/x_(y)", "[Paper](<https://a.org/x_(y)>)"),
        ("[Paper](https://a.org/x)", "[Paper](https://a.org/x)"),
        ("arXiv:1807.02758 and 10.5 dB", "arXiv:1807.02758 and 10.5 dB"),
    ],
)  # fmt: skip
def test_bare_links_become_markdown_links_and_nothing_else_does(text: str, linked: str) -> None:
    assert linked == Linked().add(text)


def test_offsets_count_code_points_of_the_whole_text() -> None:
    one = Linked()
    text = one.add("größer – 3×\n") + one.add("Paper: https://a.org/x\n")
    (found,) = one.annotations({"https://a.org/x": "A"})
    assert "[Paper](https://a.org/x)" == text[found["start_index"] : found["end_index"]]
    assert ("A", "https://a.org/x") == (found["title"], found["url"])


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("/home/me/photo.png: not a picture", "photo.png: not a picture"),
        ("cannot read '/tmp/a/b/x.png'", "cannot read 'x.png'"),
        ("https://a.org/x/y, 8/16 bit, and/or", "https://a.org/x/y, 8/16 bit, and/or"),
        ("one\nline", "one line"),
    ],
)  # fmt: skip
def test_messages_name_files_without_their_folders(text: str, cleaned: str) -> None:
    assert cleaned == clean(text)


@pytest.mark.parametrize("text", ["Which model for 2x?", "### Task: upscale my photo", ""])
def test_a_question_of_a_person_is_no_chore(text: str) -> None:
    assert chore(text) is None
