"""Settings: five levels, the highest wins; what does not fit is named by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import settings
from assistant.errors import InputError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and an empty home."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("SRA_CACHE", "SRA_DATA"):  # the server's tests set them for their session
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_each_level_wins_over_those_below(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = settings.user_file()
    write(user, 'catalog = "user"')
    write(here / "pyproject.toml", '[tool.sr-assistant]\ncatalog = "pyproject"')
    write(here / "sr-assistant.toml", 'catalog = "project"')
    monkeypatch.setenv("SRA_CATALOG", "variable")
    found = [settings.origins(catalog=Path("flag"))["catalog"], settings.origins()["catalog"]]
    monkeypatch.delenv("SRA_CATALOG")
    for file in (here / "sr-assistant.toml", here / "pyproject.toml", user):
        found.append(settings.origins()["catalog"])
        file.unlink()
    found.append(settings.origins()["catalog"])
    assert [
        (Path("flag"), "flag"),
        (Path("variable"), "environment"),
        (Path("project"), "sr-assistant.toml"),
        (Path("pyproject"), "pyproject.toml"),
        (Path("user"), str(user)),
        (None, "default"),
    ] == found


def test_levels_mix_setting_by_setting(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here / "sr-assistant.toml", "related = 7")
    write(here / "pyproject.toml", '[tool.sr-assistant]\nrelated = 5\ncache = "c"')
    monkeypatch.setenv("SRA_CATALOG", "d")
    values = settings.load()
    assert (7, Path("c"), Path("d")) == (values.related, values.cache, values.catalog)


def test_a_flag_that_was_not_given_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRA_CATALOG", "variable")
    assert Path("variable") == settings.load(catalog=None).catalog


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRA_RELATED", "")
    assert (3, "default") == settings.origins()["related"]


def test_the_cache_is_the_setting_or_the_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tmp_path / "cache/sr-assistant" == settings.load().cache_folder
    monkeypatch.setenv("SRA_CACHE", "mine")
    assert Path("mine") == settings.load().cache_folder


def test_a_tilde_in_a_file_is_the_home(here: Path, tmp_path: Path) -> None:
    write(here / "sr-assistant.toml", 'cache = "~/c"')
    assert tmp_path / "c" == settings.load().cache


@pytest.mark.parametrize("text", ["", "[project]\nname = 'x'", "[tool.ruff]\nx = 1"])
def test_a_pyproject_without_our_table_sets_nothing(here: Path, text: str) -> None:
    write(here / "pyproject.toml", text)
    assert {"default"} == {origin for _, origin in settings.origins().values()}


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("sr-assistant.toml", "cache = ", "sr-assistant.toml: not TOML: "),
        ("sr-assistant.toml", b"cache = '\xff'", "sr-assistant.toml: not TOML: "),
        ("sr-assistant.toml", "chache = 'x'", "sr-assistant.toml: unknown setting chache"),
        ("sr-assistant.toml", "related = 'x'", "sr-assistant.toml: setting related: "),
        ("sr-assistant.toml", "related = 99", "sr-assistant.toml: setting related: "),
        ("sr-assistant.toml", "cache = 3", "sr-assistant.toml: setting cache: "),
        ("sr-assistant.toml", "[cache]\nx = 3", "sr-assistant.toml: setting cache: "),
        ("sr-assistant.toml", "cache = '~nobody-here/x'", "sr-assistant.toml: setting cache: "),
        ("pyproject.toml", "[tool", "pyproject.toml: not TOML: "),
        ("pyproject.toml", "[tool]\nsr-assistant = 3", "pyproject.toml: [tool.sr-assistant] is no"),
        ("pyproject.toml", "tool = 3", "pyproject.toml: [tool.sr-assistant] is not a table"),
        ("pyproject.toml", "[tool.sr-assistant]\nk = 1", "pyproject.toml: unknown setting k"),
        ("pyproject.toml", "[tool.sr-assistant]\nrelated = []", "pyproject.toml: setting related:"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_its_key(
    here: Path, file: str, text: str | bytes, message: str
) -> None:
    write(here / file, text)
    with pytest.raises(InputError) as error:
        settings.load()
    assert message == error.value.message[: len(message)]
    assert (2, True) == (error.value.code, bool(error.value.hint))


def test_the_user_file_is_named_by_its_path() -> None:
    write(settings.user_file(), "[broken")
    with pytest.raises(InputError) as error:
        settings.load()
    assert error.value.message.startswith(f"{settings.user_file()}: ")


def test_a_broken_variable_is_named_by_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRA_RELATED", "many")
    with pytest.raises(InputError, match="environment: setting related: "):
        settings.load()


def test_a_misspelled_key_gets_a_suggestion(here: Path) -> None:
    write(here / "sr-assistant.toml", "chache = 'x'")
    with pytest.raises(InputError) as error:
        settings.load()
    known = f"known settings: {', '.join(settings.Settings.model_fields)}"
    assert f"did you mean cache? {known}" == error.value.hint


def test_misspelled_variables_are_found_with_what_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("SRA_CHACHE", "sra_xyzzy", "SRA_CACHE"):
        monkeypatch.setenv(name, "x")
    assert ["SRA_CHACHE", "sra_xyzzy"] == settings.unknown_variables()
    assert ["SRA_CACHE", None] == [settings.meant(n) for n in settings.unknown_variables()]
