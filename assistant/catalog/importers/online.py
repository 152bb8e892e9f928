"""Fetching what two importers read: answers of the arXiv API, model cards of Hugging Face.

Nothing here runs unless the user asks for it by ``--query`` or ``--ids``. What is fetched is put
into a folder as the files that a user would have saved, and read by the same code.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from assistant.catalog.load import Problem
from assistant.errors import BackendError, InputError
from assistant.version import __version__

DELAY_SECONDS = 3.0
"""Between two requests to arXiv, as its terms of use ask."""
PAGE = 100
_TIMEOUT, _LARGEST = 30.0, 50_000_000
_MODEL = re.compile(r"(?![.-])[\w.-]+(?<![.-])/(?![.-])[\w.-]+(?<![.-])", re.ASCII)
_BUSY, _TRIES = (429, 502, 503, 504), 3
_ABSENT = (401, 403, 404, 410)  # Hugging Face says 401 of a model that is not there


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch: ids, or what answers a query; of the latter at most ``limit``."""

    ids: tuple[str, ...] = ()
    query: str = ""
    limit: int = 100


def fetch(source: str, wanted: Wanted, address: str, folder: Path) -> list[Problem]:
    """Fetch from ``source`` at ``address`` into ``folder``, and what could not be had.

    Raises:
        InputError: the source cannot be asked for this.
        BackendError: it cannot be reached, or refuses to answer.
    """
    if not address.startswith(("https://", "http://")):
        raise InputError(f"{address}: not an http address", hint="give one such as https://host")
    if source == "arxiv":
        return _arxiv(wanted, address.rstrip("/"), folder)
    if source == "huggingface" and not wanted.query:
        return _huggingface(wanted.ids, address.rstrip("/"), folder)
    raise InputError(
        f"{source} is not read online by {'query' if wanted.query else 'ids'}",
        hint="arxiv takes --query or --ids, huggingface takes --ids; else name a file",
    )


def _arxiv(wanted: Wanted, address: str, folder: Path) -> list[Problem]:
    """Pages of the API, https://info.arxiv.org/help/api/user-manual.html."""
    if wanted.ids:
        pages: list[dict[str, object]] = [
            {"id_list": ",".join(wanted.ids[start : start + PAGE]), "max_results": PAGE}
            for start in range(0, len(wanted.ids), PAGE)
        ]
    else:
        pages = [
            {"search_query": wanted.query, "start": start,
             "max_results": min(PAGE, wanted.limit - start)}
            for start in range(0, wanted.limit, PAGE)
        ]  # fmt: skip
    for number, page in enumerate(pages):
        if number:
            time.sleep(DELAY_SECONDS)
        answer = _get(f"{address}/api/query?{urllib.parse.urlencode(page)}")
        (folder / f"arxiv-{number + 1}.xml").write_bytes(answer)
        if answer.count(b"<entry") < PAGE:
            break
    return []


def _huggingface(ids: Sequence[str], address: str, folder: Path) -> list[Problem]:
    """The card of each model; what the Hub knows stands in for a card without fields."""
    problems = []
    for model in ids:
        if not _MODEL.fullmatch(model):
            problems.append(Problem(Path(model), 1, "", "no id of the form OWNER/NAME"))
            continue
        name = urllib.parse.quote(model)
        try:
            about: dict[str, Any] = json.loads(_get(f"{address}/api/models/{name}"))
            card = b""
            with contextlib.suppress(_AbsentError):
                card = _get(f"{address}/{name}/raw/main/README.md")
        except _AbsentError:
            problems.append(Problem(Path(model), 1, "", "no such model, or it is private"))
            continue
        except ValueError as error:
            raise BackendError(f"{address}: the answer is not JSON", hint=_HINT) from error
        if not card.lstrip().startswith(b"---"):
            known = {"tags": about.get("tags"), "pipeline_tag": about.get("pipeline_tag")}
            fields = {**known, **(about.get("cardData") or {})}
            card = f"---\n{json.dumps(fields)}\n---\n\n".encode() + card
        place = folder / model / "README.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(card)
    return problems


class _AbsentError(Exception):
    """What was asked for is not there."""


_HINT = "try again later, or import a file that you have: sr-assistant catalog import --help"


def _get(url: str) -> bytes:
    """The body of an answer; a busy server is asked again after a while."""
    agent = f"sr-assistant/{__version__}"
    request = urllib.request.Request(url, headers={"User-Agent": agent})  # noqa: S310 - http only
    host = urllib.parse.urlsplit(url).netloc
    for left in range(_TRIES - 1, -1, -1):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - likewise
                body: bytes = answer.read(_LARGEST + 1)
            if len(body) > _LARGEST:
                raise BackendError(f"{host}: the answer is too large", hint=_HINT)
            return body
        except urllib.error.HTTPError as error:
            if error.code in _ABSENT:
                raise _AbsentError from error
            if not left or error.code not in _BUSY:
                raise BackendError(
                    f"{host} answers {error.code} {error.reason}", hint=_HINT
                ) from error
            time.sleep(DELAY_SECONDS)
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise BackendError(f"{host} cannot be reached: {reason}", hint=_HINT) from error
    raise AssertionError("every try returns or raises")
