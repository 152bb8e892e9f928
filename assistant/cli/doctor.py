"""``sr-assistant doctor``."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from importlib import metadata

import typer

from assistant.cli import output
from assistant.cli.options import JsonOption, settings
from assistant.errors import AssistantError

_Check = tuple[str, str, str]  # ok, warn or fail; what was found; what to do
_PACKAGES = (
    "torch",
    "sentence-transformers",
    "faiss-cpu",
    "langchain",
    "langchain-core",
    "openai",
    "pydantic-settings",
    "jinja2",
    "pillow",
)


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
        ("language model", _language_model),
    ]
    rows = [(name, *_tried(check)) for name, check in checks]
    if json:
        keys = ("check", "status", "found", "hint")
        output.as_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        output.table(["check", "status", "found", "hint"], rows)
    if any(row[1] == "fail" for row in rows):
        raise typer.Exit(1)


def _tried(check: Callable[[], _Check]) -> _Check:
    """The result of a check. Whatever is broken, the others still run: they are needed now."""
    try:
        return check()
    except AssistantError as error:
        return "fail", error.message, error.hint
    except ImportError as error:
        return "fail", str(error), "reinstall: make install"
    except Exception as error:
        return "fail", f"{type(error).__name__}: {error}", "reinstall, or report this"


def _python() -> _Check:
    found = f"{platform.python_version()}, {'64' if sys.maxsize > 2**32 else '32'} bit"
    return "ok", found, ""


def _packages() -> _Check:
    found, missing = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return "fail", f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}"
    return "ok", ", ".join(found), ""


def _settings() -> _Check:
    from assistant.settings import meant, origins, unknown_variables

    found = ", ".join(f"{name} from {origin}" for name, (_, origin) in origins().items())
    if unknown := unknown_variables():
        near = [name for name in map(meant, unknown) if name]
        hint = f"did you mean {', '.join(near)}?" if near else "see: sr-assistant config show"
        return "warn", f"unknown variables: {', '.join(unknown)}", hint
    return "ok", found, ""


def _catalog() -> _Check:
    from assistant.catalog import check

    sound, problems = check(settings().catalog)
    if problems:
        return "fail", str(problems[0]), "see: sr-assistant catalog validate"
    return "ok", f"{sound} records", ""


def _prompts() -> _Check:
    from assistant.prompts import Item, Request, parse, render

    request = Request(question="Does it work?", recommended=(Item(name="SISR-RCAN-2x"),))
    if parse(render(request)) != request:
        return "fail", "the template does not read back", "reinstall: make install"
    return "ok", "the template renders and reads back", ""


def _encoder() -> _Check:
    from assistant.encoder.embedding import QueryEncoder, all_minilm

    identity = all_minilm().identity
    size = len(QueryEncoder().embed_query("a test"))
    return "ok", f"{identity.name} ({identity.version}), {size} dimensions, offline", ""


def _index() -> _Check:
    from assistant.catalog import Catalog
    from assistant.encoder.embedding import all_minilm
    from assistant.retrieval.address import store_of
    from assistant.retrieval.index import is_sound
    from assistant.retrieval.milvus import looked_up

    values = settings()
    folder = values.cache_folder
    if at := store_of(values):
        place, count = looked_up(all_minilm(), at)
        if count is None:
            return "warn", f"no vectors in Milvus yet, {place}", "sr-assistant catalog index"
        return "ok", f"{count} vectors in Milvus, {place}", ""
    if is_sound(Catalog.load(values.catalog, cache=folder), folder):
        return "ok", f"sound, in {folder}", ""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        return "fail", f"cannot be written to {folder}", "set SRA_CACHE to a writable folder"
    return "warn", f"not built yet in {folder}", "sr-assistant catalog index"


def _language_model() -> _Check:
    """Which endpoint answers, with which model and key; a free look at its list of models."""
    from assistant.generation import Composer, open_generator
    from assistant.generation.openai_chat import OpenAIChat

    generator = open_generator(settings())
    if isinstance(generator, Composer):
        return "ok", "none configured; the offline composer writes", ""
    if not isinstance(generator, OpenAIChat):
        return "ok", generator.name, ""
    models = generator.models(timeout=10)
    found = f"{generator.base_url} answers, {generator.masked_key}, model {generator.model}"
    if generator.model not in models:
        near = ", ".join(models[:5]) or "none"
        return "warn", f"{found} is not among those it lists: {near}", "set SRA_LLM to one of them"
    return "ok", found, ""
