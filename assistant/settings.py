"""Settings: flag > SRA_* variable > project file > user file > default."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path, user_config_path
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import InputError

APP = "sr-assistant"
PREFIX = "SRA_"


class Settings(BaseSettings):
    """What a user can set once instead of typing it each time."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        pyproject_toml_table_header=("tool", APP),
        pyproject_toml_depth=0,
    )

    catalog: Path | None = Field(default=None, description="catalog folder; built-in if unset")
    cache: Path | None = Field(default=None, description="folder for the index")
    related: int = Field(default=3, ge=0, le=20, description="papers beside the recommended model")

    @property
    def cache_folder(self) -> Path:
        """Where the index lives: the setting, else the user's cache folder."""
        return self.cache or user_cache_path(APP, appauthor=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is theirs
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Our order of sources, highest first."""
        return (init_settings, *(source for _, source in _sources(settings_cls)))


def user_file() -> Path:
    """The user's own settings file."""
    return user_config_path(APP, appauthor=False) / "config.toml"


def _sources(cls: type[BaseSettings]) -> list[tuple[str, PydanticBaseSettingsSource]]:
    here = Path.cwd()
    return [
        ("environment", EnvSettingsSource(cls)),
        (f"{APP}.toml", TomlConfigSettingsSource(cls, here / f"{APP}.toml")),
        ("pyproject.toml", PyprojectTomlConfigSettingsSource(cls, here / "pyproject.toml")),
        (str(user_file()), TomlConfigSettingsSource(cls, user_file())),
    ]


def load(**flags: Any) -> Settings:
    """Settings with the flags that the user gave (None means not given).

    Raises:
        InputError: a file is no TOML, a key is unknown or a value does not fit.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        known = ", ".join(Settings.model_fields)
        raise InputError(
            f"setting {name} ({_origin(name)}): {first['msg']}", hint=f"known settings: {known}"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{_broken_file()}: {error}", hint="mend the file or remove it") from error


def origins() -> dict[str, tuple[Any, str]]:
    """Each setting with its value and where it comes from."""
    values = load()
    return {name: (getattr(values, name), _origin(name)) for name in Settings.model_fields}


def unknown_variables() -> list[str]:
    """Variables that look like ours and name no setting, such as a misspelled one."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    return sorted(n for n in os.environ if n.upper().startswith(PREFIX) and n.upper() not in known)


def _origin(name: str) -> str:
    for label, source in _sources(Settings):
        if name in source():
            return label
    return "default"


def _broken_file() -> Path:
    """The first settings file that does not parse."""
    for path in (Path.cwd() / f"{APP}.toml", Path.cwd() / "pyproject.toml", user_file()):
        try:
            if path.is_file():
                tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return path
    return user_file()
