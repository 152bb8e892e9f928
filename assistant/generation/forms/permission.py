"""Whether a work may be used for money, by what its record says of its license."""

from __future__ import annotations

import re

from assistant.catalog import allows, of_data
from assistant.generation.forms.entries import kinds, stated
from assistant.world import Provided

_MAY = re.compile(
    r"\b(?:may|can|could|allowed|permitted|legal(?:ly)?|is|are|free)\b", re.I
)  # fmt: skip
_FOR_MONEY = re.compile(
    r"\b(?:commercial\w*|sell\w*|paid|charge|customers?|clients?|business|company|product|shop|money"
    r"|profit\w*)\b",
    re.I,
)
_BOUND = re.compile(r"non-?commercial|not be used commercially|academic", re.I)


def permitted(p: Provided, asked: list[str], question: str) -> list[str]:
    """Yes or no to whether a work may be used for money, by its license and what its record says of
    it; nothing where another thing is asked, or nothing recorded decides."""
    may = _MAY.search(question)
    for_money = may and _FOR_MONEY.search(question, may.end())
    if p.entry is None or "license" not in asked or not for_money:
        return []
    if of_data(question):
        return stated(p, "no-data_license")
    said, code = kinds(p, "license"), stated(p, "license")
    allowed = all(allows(one, "commercial") for one in
                  (p.entry.license, p.entry.weights_license or p.entry.license))  # fmt: skip
    if allowed:
        bound = [text for text in said if _BOUND.search(text)]
        return (
            [f"In part: {bound[0]}"]
            if bound
            else [f"Yes: {text[:1].lower()}{text[1:]}" for text in code]
        )
    denied = [text for text in (*said, *code) if _BOUND.search(text)]
    return [f"No: {denied[0]}"] if denied else []


def license_entry(p: Provided) -> str | None:
    """The entry of the glossary that says what the license of a record means."""
    stated_one = (p.entry.license or "") if p.entry else ""
    kinds_of = (
        (r"^(?:MIT|BSD|Apache|ISC|Unlicense|CC0|WTFPL)", "permissive-license"),
        (r"S-Lab", "s-lab-license"),
        (r"NC|[Nn]on-?[Cc]ommercial|[Aa]cademic|[Rr]esearch", "non-commercial-license"),
        (r"GPL", "gpl"),
        (r"^$", "no-license"),
    )
    return next((entry for pattern, entry in kinds_of if re.search(pattern, stated_one)), None)
