"""Which licenses allow any use, and whether a record's license is what someone asked for."""

from __future__ import annotations

import re

PERMISSIVE = frozenset(
    {
        "0bsd", "afl-3.0", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "bsl-1.0", "cc-by-3.0",
        "cc-by-4.0", "cc0-1.0", "isc", "mit", "mit-0", "unlicense", "wtfpl", "zlib",
    }
)  # fmt: skip
"""SPDX identifiers in lower case. Without a license nothing is permitted, so None is not here."""

_COPYLEFT = re.compile(r"(?:l|a)?gpl-\d|mpl-\d|epl-\d|eupl-\d|cc-by-(?:sa|nd)-\d|osl-\d|artistic-2")
"""Families that allow selling under conditions."""
_PUBLIC_DOMAIN = frozenset({"cc0-1.0", "unlicense", "0bsd", "cc-pddc", "pddl-1.0"})
_OWN = re.compile(  # a license with no id of SPDX, as it is kept: LicenseRef-S-Lab-1.0
    r"LicenseRef-(.+?)(?:-License)?(-\d[\d.]*)?(-noncommercial)?(?=$|[ )])"
)
_VERSION = re.compile(r"(?:-\d+\.\d.*|-\d-clause.*|-only|-or-later)?")

_OURS = r"(?! (?:my|our|your|this|these)\b)"
_OF_DATA = re.compile(  # the data of a model: the user's own are another thing
    rf"\b(?:re)?(?:train(?:ed)?|learn(?:s|ed|t)?|tuned) (?:on|from)\b{_OURS}"
    r"|(?<!\bmy )(?<!\bour )(?<!\bown )\btraining[ -](?:data|set|pictures|images|photos)\b"
    r"|\b(?:its|their) (?:[\w-]+ )?data(?: ?sets?)?\b"
    r"|(?<!\bon )(?<!\bfor )(?<!\bwith )(?<!\bin )\bthe (?:[\w-]+ )?data(?: ?sets?)?+\b"
    r"(?! (?:that |which )?(?:I|we|you)\b)(?! of (?:my|our|your)\b)"
    r"|\bdata(?: ?sets?)? (?:behind|of (?:the|this) model)\b",
    re.I,
)


def of_data(text: str) -> bool:
    """Whether a text speaks of the data that a model learned from, not of the user's own."""
    return _OF_DATA.search(text) is not None


def allows(license: str | None, wanted: str) -> bool:  # noqa: A002 - the field's name
    """Whether ``license``, an SPDX expression, is what is ``wanted``.

    That is a class (``permissive``, ``commercial``, ``public-domain``, ``open``), an SPDX
    identifier, or the family of one without its version (``gpl``, ``cc-by``). Of ``A OR B``
    the user may choose; of ``A AND B`` both must do.
    """
    if license is None:
        return False
    choices = license.lower().replace("(", " ").replace(")", " ").split(" or ")
    terms = [[term.strip() for term in choice.split(" and ")] for choice in choices]
    if wanted.lower() == license.lower():
        return True
    return any(all(_meets(term, wanted.lower()) for term in choice) for choice in terms)


def _meets(term: str, wanted: str) -> bool:
    if wanted == "permissive":
        return term in PERMISSIVE
    if wanted in ("commercial", "open"):
        return term in PERMISSIVE or _COPYLEFT.match(term) is not None
    if wanted == "public-domain":
        return term in _PUBLIC_DOMAIN
    return term.startswith(wanted) and _VERSION.fullmatch(term, len(wanted)) is not None


def spoken(license: str) -> str:  # noqa: A002 - the field's name
    """A license as prose calls it: its identifier, or the name of one that has none."""

    def own(found: re.Match[str]) -> str:
        name = re.sub(r"(?<=\w{3})-", " ", found[1])  # S-Lab is one name
        version, bound = (found[2] or "").replace("-", " "), found[3]
        return f"the {name} license{version}{' (non-commercial)' if bound else ''}"

    return _OWN.sub(own, license)
