"""Which segments of the index folder belong to a catalog: manifests, and what they leave behind."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.retrieval.segment import BROKEN

KEPT = 4  # manifests of the most recently used catalogs


def write(manifest: Path, content: Mapping[str, Any]) -> None:
    """Put a manifest in place: the digest of its body, and the body as JSON.

    Raises:
        OSError: the folder cannot be written to.
    """
    body = json.dumps(content)
    fresh = manifest.with_name(f".{manifest.name}-{secrets.token_hex(4)}")
    fresh.parent.mkdir(exist_ok=True)
    fresh.write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}", "utf-8")
    fresh.replace(manifest)


def read(manifest: Path) -> dict[str, Any] | None:
    """What a manifest says, or None if it is damaged."""
    try:
        checksum, _, body = manifest.read_text("utf-8").partition("\n")
        if hashlib.sha256(body.encode()).hexdigest() != checksum:
            return None
        content: dict[str, Any] = json.loads(body)
        return content
    except BROKEN:
        return None


def tidy(root: Path, current: Path) -> None:
    """Remove all but the last used manifests, segments that none of them names, leftovers of
    killed writers, and what version 1 of this folder left. We are the only writer."""
    with contextlib.suppress(OSError):
        listed = [path for path in root.glob("catalogs/*.json") if path != current]
        listed.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        kept = [current, *listed[: KEPT - 1]]
        contents = [content for path in kept if (content := read(path))]
        named = {part["name"] for content in contents for part in content["segments"]}
        segments = [path for path in root.glob("segments/*") if path.name not in named]
        older = [path for path in root.glob("*") if re.fullmatch("[0-9a-f]{16}", path.name)]
        for path in [*listed[KEPT - 1 :], *root.glob("catalogs/.*"), *segments, *older]:
            remove(path)


def remove(path: Path) -> None:
    """Take a folder or file away under another name first, so that nobody opens half of it."""
    gone = path.with_name(f".{path.name.lstrip('.')}-{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):
        path.replace(gone)
        if gone.is_dir():
            shutil.rmtree(gone, ignore_errors=True)
        else:
            gone.unlink()
