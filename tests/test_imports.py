"""Fast start: which packages a verb must not load, seen from a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from warm_index import warm

SLOW = {
    "PIL",
    "faiss",
    "gradio",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "numpy",
    "openai",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "torch",
    "transformers",
}
SLOWER_THAN_A_QUESTION = SLOW - {"faiss", "numpy"}
PROBE = """
import atexit, runpy, sys
atexit.register(lambda: print(*{name.split(".")[0] for name in sys.modules}, file=sys.stderr))
runpy.run_module("assistant", run_name="__main__", alter_sys=True)
"""


def loaded(*arguments: str, **environment: str) -> set[str]:
    """The packages that a command has loaded when it ends well."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **environment},
    )
    assert 0 == done.returncode, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def warm_cache() -> Path:
    return warm()


def test_the_probe_sees_what_is_loaded() -> None:
    assert {"assistant", "typer"} <= loaded("--version")


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_loads_nothing_but_the_command(flag: str) -> None:
    assert set() == loaded(flag) & {*SLOW, "jinja2", "pydantic", "pydantic_settings", "yaml"}


@pytest.mark.parametrize(
    "arguments",
    [["ask", "--help"], ["bulk", "--help"], ["run", "--help"], ["catalog", "index", "--help"]],
    ids=" ".join,
)
def test_help_of_a_verb_loads_nothing_slow(arguments: list[str]) -> None:
    # typer itself takes pydantic to describe the options
    assert set() == loaded(*arguments) & {*SLOW, "jinja2", "pydantic_settings", "yaml"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["catalog", "list"],
        ["catalog", "show", "SISR-RCAN-3x"],
        ["catalog", "validate"],
        ["config", "show"],
    ],
    ids=" ".join,
)
def test_reading_the_catalog_or_the_settings_loads_nothing_slow(arguments: list[str]) -> None:
    assert set() == loaded(*arguments) & SLOW


@pytest.mark.parametrize(
    "arguments",
    [["ask", "Which model for 3x?"], ["search", "upscale 3x"]],
    ids=" ".join,
)
def test_a_question_over_a_warm_index_loads_no_torch_and_no_langchain(
    warm_cache: Path, arguments: list[str]
) -> None:
    found = loaded(*arguments, SRA_CACHE=str(warm_cache))
    assert set() == found & SLOWER_THAN_A_QUESTION


def test_bulk_needs_no_index_and_loads_no_torch_and_no_langchain(tmp_path: Path) -> None:
    golden = Path(__file__).parent / "golden"
    found = loaded(
        "bulk", str(golden), "--out", str(tmp_path / "out"), SRA_CACHE=str(tmp_path / "cache")
    )
    assert (set(), False) == (
        found & SLOWER_THAN_A_QUESTION,
        (tmp_path / "cache" / "index").exists(),
    )


@pytest.mark.parametrize("name", ["Answer", "Assistant", "Catalog", "Request"])
def test_the_public_names_are_those_of_their_modules(name: str) -> None:
    import assistant

    assert name in assistant.__all__
    assert name == getattr(assistant, name).__name__


def test_importing_the_package_loads_nothing_but_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, assistant; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {name.split(".")[0] for name in done.stdout.split()}
    assert set() == names & (SLOW | {"pydantic", "typer", "rich", "yaml"})
