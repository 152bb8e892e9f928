"""``sr-assistant doctor``."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from importlib import metadata

import typer

from assistant.cli import output
from assistant.cli.options import JsonOption, settings
from assistant.errors import AssistantError

_Check = tuple[str, str, str]  # ok, warn or fail; what was found; what to do


def doctor(json: JsonOption = False) -> None:
    """Check the installation: one line a check, with what to do about a failure."""
    checks: list[tuple[str, Callable[[], _Check]]] = [
        ("python", _python),
        ("packages", _packages),
        ("settings", _settings),
        ("catalog", _catalog),
        ("prompts", _prompts),
        ("encoder", _encoder),
        ("index", _index),
    ]
    rows = []
    for name, check in checks:
        try:
            rows.append((name, *check()))
        except AssistantError as error:
            rows.append((name, "fail", error.message, error.hint))
        except ImportError as error:
            rows.append((name, "fail", str(error), "reinstall: make install"))
    if json:
        keys = ("check", "status", "found", "hint")
        output.as_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        output.table(["check", "status", "found", "hint"], [list(row) for row in rows])
    if any(row[1] == "fail" for row in rows):
        raise typer.Exit(1)


def _python() -> _Check:
    found = f"{platform.python_version()}, {'64' if sys.maxsize > 2**32 else '32'} bit"
    return "ok", found, ""


def _packages() -> _Check:
    needed = ["torch", "sentence-transformers", "faiss-cpu", "langchain-core", "openai", "jinja2"]
    found = [f"{name} {metadata.version(name)}" for name in needed]
    return "ok", ", ".join(found), ""


def _settings() -> _Check:
    from assistant.settings import origins, unknown_variables

    if unknown := unknown_variables():
        return "warn", f"unknown variables: {', '.join(unknown)}", "see: sr-assistant config show"
    return "ok", ", ".join(f"{name} from {o}" for name, (_, o) in origins().items()), ""


def _catalog() -> _Check:
    from assistant.catalog import check

    sound, problems = check(settings().catalog)
    if problems:
        return "fail", str(problems[0]), "see: sr-assistant catalog validate"
    return "ok", f"{sound} records", ""


def _prompts() -> _Check:
    from assistant.prompts import Item, Request, parse, render

    request = Request(question="Does it work?", recommended=(Item(name="SISR-RCAN-2x"),))
    sound = parse(render(request)) == request
    return ("ok" if sound else "fail"), "the template renders and reads back", ""


def _encoder() -> _Check:
    from assistant.retrieval.embedding import QueryEncoder, all_minilm

    identity = all_minilm().identity
    size = len(QueryEncoder().embed_query("a test"))
    return "ok", f"{identity.name} ({identity.version}), {size} dimensions, offline", ""


def _index() -> _Check:
    from assistant.catalog import Catalog
    from assistant.retrieval.index import is_sound

    values = settings()
    if is_sound(Catalog.load(values.catalog), values.cache_folder):
        return "ok", f"sound, in {values.cache_folder}", ""
    return "warn", f"not built yet in {values.cache_folder}", "sr-assistant catalog index"
