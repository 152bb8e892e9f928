"""What a model takes where one picture is not enough, and how its task is then called."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from assistant.catalog import Task

_SINGLE = "single-image "
_KINDS = {  # of inputs, by the words of a record; of two that match the first counts
    "stereo": r"\bleft and right\b|\bstereo",
    "burst": r"\bburst\b|\b(?:several|two|four|eight|sixteen)\b.* (?:pictures|shots)\b",
    "light field": r"\blight field\b",
    "volume": r"\bvolumes?\b",
    "video": r"\bvideo\b|\bframes\b",
    "bands": r"\bbands\b",
}
_OF = {
    "stereo": "stereo pairs",
    "burst": "several shots",
    "light field": "light fields",
    "volume": "volumes",
    "video": "video",
}


def kind_of_input(text: str) -> str:
    """What a record's input is beside one picture: ``video``, ``stereo`` ...; empty for one."""
    return next((kind for kind, words in _KINDS.items() if re.search(words, text)), "")


def called_for(
    task: Task, kind: str, subjects: Iterable[str] = (), damage: Collection[str] = ()
) -> Task:
    """A task as it is called for an input of this ``kind``: single images are no video. Of what
    the ``subjects`` of a wish say as well its phrase says nothing. ``damage`` of one kind alone
    names the work: wrong focus is no motion."""
    own = [phrase for one, phrase in task.kinds.items() if one in damage]
    if len(own) == 1:
        return task.model_copy(update={"phrase": own[0]})
    if not task.phrase.startswith(_SINGLE) or not (kind in _OF or {*subjects} & {*_OF}):
        return task
    phrase = task.phrase.removeprefix(_SINGLE)
    of = "" if {*subjects} & {*_OF} else f" of {_OF[kind]}"
    return task.model_copy(update={"phrase": f"{phrase}{of}"})
