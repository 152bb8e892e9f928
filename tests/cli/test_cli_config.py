"""``sr-assistant config show`` and ``doctor``: what is set, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from assistant.encoder import embedding
from assistant.settings import Settings

Run = Callable[..., Any]
CHECKS = [
    "python", "packages", "settings", "catalog", "prompts", "encoder", "index", "language model",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _empty(here: Path) -> None:
    """No settings of anybody."""


def test_each_setting_is_shown_with_its_value_and_origin(
    sra: Run, here: Path, tmp_path: Path
) -> None:
    (here / "sr-assistant.toml").write_text("related = 0")
    done = sra("config", "show", "--catalog", "mine", cwd=here, env={"SRA_CACHE": "c"})
    assert (0, "") == (done.code, done.err)
    expected = [
        "catalog\tmine\tflag",
        "cache\tc\tenvironment",
        "related\t0\tsr-assistant.toml",
        "arxiv\thttps://export.arxiv.org\tdefault",
        "huggingface\thttps://huggingface.co\tdefault",
        "rerank\t\tdefault",
    ]
    shown = done.out.splitlines()
    assert expected == [line for line in expected if line in shown]
    assert list(Settings.model_fields) == [line.split("\t")[0] for line in shown]


def test_json_keeps_numbers_as_numbers(call: Run, here: Path) -> None:
    (here / "pyproject.toml").write_text("[tool.sr-assistant]\ncache = 'c'")
    shown = json.loads(call("config", "show", "--json").out)
    expected = {
        "catalog": {"value": None, "origin": "default"},
        "cache": {"value": "c", "origin": "pyproject.toml"},
        "related": {"value": 3, "origin": "default"},
        "arxiv": {"value": "https://export.arxiv.org", "origin": "default"},
        "huggingface": {"value": "https://huggingface.co", "origin": "default"},
        "rerank": {"value": None, "origin": "default"},
    }
    assert expected == {name: shown[name] for name in expected}


@pytest.mark.parametrize("verb", [["config", "show"], ["catalog", "list"], ["ask", "upscale 3x"]])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("related = ", "sr-assistant.toml: not TOML: "),
        ("relatd = 3", "sr-assistant.toml: unknown setting relatd"),
        ("related = 'x'", "sr-assistant.toml: setting related: "),
    ],
)
def test_a_settings_file_that_does_not_fit_exits_2_and_is_named(
    call: Run, here: Path, verb: list[str], text: str, said: str
) -> None:
    (here / "sr-assistant.toml").write_text(text)
    done = call(*verb)
    assert (2, "") == (done.code, done.out)
    error, hint = done.err.splitlines()
    assert error.startswith(f"error: {said}")
    assert hint.startswith("hint: ")


@pytest.fixture
def few(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small catalog in place of the built-in one."""
    monkeypatch.setenv("SRA_CATALOG", str(small))
    return small


def rows(text: str) -> dict[str, dict[str, str]]:
    return {row["check"]: row for row in json.loads(text)}


def test_doctor_has_a_row_for_each_check_and_all_is_well(sra: Run, cache: Path) -> None:
    done = sra("doctor")
    cells = [line.split("\t") for line in done.out.splitlines()]
    assert (0, "") == (done.code, done.err)
    assert [[name, "ok"] for name in CHECKS] == [row[:2] for row in cells]
    assert {4} == {len(row) for row in cells}


def test_doctor_as_json_has_the_same_rows(call: Run, cache: Path) -> None:
    found = rows(call("doctor", "--json").out)
    assert CHECKS == list(found)
    assert {("check", "status", "found", "hint")} == {tuple(row) for row in found.values()}


def test_an_index_that_is_not_there_yet_is_a_warning(call: Run, few: Path) -> None:
    done = call("doctor", "--json")
    index = rows(done.out)["index"]
    assert (0, "warn", "sr-assistant catalog index") == (done.code, index["status"], index["hint"])


def test_a_cache_that_cannot_be_written_is_a_failure(
    call: Run, few: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "file").touch()
    monkeypatch.setenv("SRA_CACHE", str(here / "file/cache"))
    done = call("doctor", "--json")
    assert (1, "fail") == (done.code, rows(done.out)["index"]["status"])


def test_a_misspelled_variable_is_a_warning(
    call: Run, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SRA_CHACHE", "x")
    done = call("doctor", "--json")
    row = rows(done.out)["settings"]
    assert (0, "warn", "unknown variables: SRA_CHACHE", "did you mean SRA_CACHE?") == (
        done.code,
        row["status"],
        row["found"],
        row["hint"],
    )


def test_broken_settings_fail_and_the_other_checks_still_run(call: Run, here: Path) -> None:
    (here / "sr-assistant.toml").write_text("[")
    done = call("doctor", "--json")
    found = rows(done.out)
    assert (1, CHECKS) == (done.code, list(found))
    assert ("fail", True) == (
        found["settings"]["status"],
        found["settings"]["found"].startswith("sr-assistant.toml: "),
    )
    assert ["ok"] * 4 == [found[name]["status"] for name in CHECKS if name not in BY_SETTINGS]


BY_SETTINGS = ("settings", "catalog", "index", "language model")


def test_a_broken_catalog_fails_by_file_and_line(call: Run, few: Path) -> None:
    (few / "models/One.yaml").write_text("kind: [")
    done = call("doctor", "--json")
    row = rows(done.out)["catalog"]
    assert (1, "fail", "see: sr-assistant catalog validate") == (
        done.code,
        row["status"],
        row["hint"],
    )
    assert row["found"].startswith(f"{few / 'models/One.yaml'}:")


def test_a_missing_package_fails_by_name(
    call: Run, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name == "faiss-cpu":
            raise metadata.PackageNotFoundError(name)
        return original(name)

    original = metadata.version
    monkeypatch.setattr(metadata, "version", version)
    done = call("doctor", "--json")
    row = rows(done.out)["packages"]
    assert (1, "fail", "missing: faiss-cpu") == (done.code, row["status"], row["found"])


@pytest.mark.parametrize("error", [ImportError("No module"), OSError("disk"), KeyError("x")])
def test_whatever_a_check_meets_is_a_row_and_no_traceback(
    call: Run, few: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken() -> object:
        raise error

    monkeypatch.setattr(embedding, "all_minilm", broken)
    done = call("doctor", "--json")
    found = rows(done.out)
    assert (1, "fail", "ok") == (
        done.code,
        found["encoder"]["status"],
        found["prompts"]["status"],
    )
    assert str(error) in found["encoder"]["found"]
