"""Which licenses allow any use, and whether a record's license is what someone asked for."""

from __future__ import annotations

PERMISSIVE = frozenset(
    {
        "0bsd", "afl-3.0", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "bsl-1.0", "cc-by-3.0",
        "cc-by-4.0", "cc0-1.0", "isc", "mit", "mit-0", "unlicense", "wtfpl", "zlib",
    }
)  # fmt: skip
"""SPDX identifiers in lower case. Without a license nothing is permitted, so None is not here."""


def allows(license: str | None, wanted: str) -> bool:  # noqa: A002 - the field's name
    """Whether ``license``, an SPDX expression, meets ``permissive`` or one SPDX identifier.

    Of ``A OR B`` the user may choose; of ``A AND B`` both must do.
    """
    if license is None:
        return False
    choices = license.lower().replace("(", " ").replace(")", " ").split(" or ")
    terms = [[term.strip() for term in choice.split(" and ")] for choice in choices]
    if wanted == "permissive":
        return any(all(term in PERMISSIVE for term in choice) for choice in terms)
    return wanted.lower() == license.lower() or [wanted.lower()] in terms
