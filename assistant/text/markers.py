"""Marks in prose that stand for a source: ``[2]``, ``[S3]``, ``[cite: 3]``, ``【4†source】``."""

from __future__ import annotations

import re

_NUMBERS = r"[1-9]\d{0,3}(?: ?[,;–-] ?\^?[1-9]\d{0,3}){0,9}"
MARKER = re.compile(
    rf"[ \t]?\[(?:\^?(?P<numbers>{_NUMBERS})|(?P<other>cite[^\]\n]{{0,60}}|[A-Z]\d{{1,2}}"
    rf"|ID: ?\d{{1,4}}|[a-z]{{2,8}}-[0-9a-f]{{4,12}}|\^[^\]\s]{{1,30}})"
    rf"|\^?(?P<doubtful>[A-Za-z]{{1,5}}[:-]? ?{_NUMBERS}))\](?!\()"
)
"""An entry of a list of sources in brackets: by its numbers, by another name, or (``doubtful``)
what might as well be a word of the text, as ``[Set5]``."""
PLATFORM = re.compile(r"[ \t]?(?:【[^】\n]{0,40}】|\[cite(?:_start|: ?[\d, ]{1,30})\])")
"""What chat platforms leave in an answer; it cites nothing that a reader has."""
