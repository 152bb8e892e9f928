"""Fetching published weights: https, resumed after an interruption, checked by SHA-256."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from assistant.errors import BackendError, InputError
from assistant.files import make_folder
from assistant.networks import checkpoint
from assistant.version import __version__

TIMEOUT = 30
_BLOCK = 1 << 18
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Progress = Callable[[int, int | None], None]


def fetch(
    url: str, target: Path, sha256: str | None = None, told: Progress = lambda _n, _of: None
) -> Path:
    """Download ``url`` to ``target``; an interrupted download goes on where it stopped.

    ``told`` hears the bytes there are and the bytes there will be (None: not known).

    Raises:
        InputError: the address is not https, a page came instead of a file, or the digest
            differs; then nothing is kept.
        BackendError: the server cannot be reached, refuses, or stops in the middle, or the disk
            is full.
    """
    make_folder(target.parent)
    part = target.with_name(f".{target.name}.part")
    try:
        _download(url, part, told)
    except HTTPError as error:
        error.close()
        raise BackendError(
            f"{url}: the server answers {error.code} {error.reason}", hint="open it in a browser"
        ) from error
    except (OSError, HTTPException) as error:  # of the network, or a full disk
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise BackendError(
            f"{url}: {reason}",
            hint="check the network and the disk, then run the command again: it goes on",
        ) from error
    found = checkpoint.sha256(part)
    if sha256 and found != sha256:
        _forget(part)
        raise InputError(
            f"{url}: SHA-256 is {found}, published is {sha256}; the file was not kept",
            hint="try again; if it stays so, do not use this file",
        )
    part.replace(target)
    _forget(part)
    return target


def _download(url: str, part: Path, told: Progress) -> None:
    """Bring ``part`` to its full length."""
    tag = part.with_suffix(".tag")  # identifies the version that the beginning belongs to
    have = part.stat().st_size if part.exists() and tag.exists() else 0
    headers = {"User-Agent": f"sr-assistant/{__version__}"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": tag.read_text("utf-8")}
    _check(url)
    opener = build_opener(_SafeRedirects())
    try:
        answer = opener.open(Request(url, headers=headers), timeout=TIMEOUT)  # noqa: S310 - checked above
    except HTTPError as error:
        if error.code == 416 and _total(error.headers.get("Content-Range")) == have:
            error.close()
            return  # all of it was there
        raise
    with answer:
        if "text/html" in answer.headers.get("Content-Type", ""):
            raise InputError(
                f"{url}: a web page came instead of a file",
                hint="download it in a browser, then: sr-assistant weights add FILE",
            )
        resumed = answer.status == 206
        start = have if resumed else 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length else None
        if not resumed:
            _mark(tag, answer)
        with part.open("ab" if resumed else "wb") as file:
            _copy(answer, file, start, total, told)


def _copy(
    answer: HTTPResponse, file: IO[bytes], done: int, total: int | None, told: Progress
) -> None:
    told(done, total)
    while block := answer.read(_BLOCK):
        file.write(block)
        done += len(block)
        told(done, total)
        if done > checkpoint.MAX_BYTES:
            raise InputError("the download is larger than 4 GB: no weights file is")
    if total is not None and done < total:
        raise ConnectionError(f"the connection ended after {done:,} of {total:,} bytes")


def _mark(tag: Path, answer: HTTPResponse) -> None:
    """Remember which version of the file this is; without a mark nothing is resumed."""
    version = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
    if version and not version.startswith("W/") and answer.headers.get("Accept-Ranges") != "none":
        tag.write_text(version, "utf-8")
    else:
        tag.unlink(missing_ok=True)


def _forget(part: Path) -> None:
    for path in (part, part.with_suffix(".tag")):
        path.unlink(missing_ok=True)


def _total(content_range: str | None) -> int | None:
    found = re.fullmatch(r"bytes \*/(\d+)", content_range or "")
    return int(found.group(1)) if found else None


def _check(url: str) -> None:
    """https only; plain http within this machine, where nobody listens in."""
    with contextlib.suppress(ValueError):
        place = urlsplit(url)
        if place.scheme == "https" or (place.scheme == "http" and place.hostname in _LOOPBACK):
            return
    raise InputError(f"{url}: only https addresses are fetched", hint="download it in a browser")


class _SafeRedirects(HTTPRedirectHandler):
    """Follows a redirect only to where a first request might go."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Any:
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
