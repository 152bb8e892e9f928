"""Settings: flag > SRA_* variable > project file > user file > default."""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import InputError, reason
from assistant.version import APP

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
    store: str | None = Field(
        default=None, description="Milvus for the vectors: milvus://HOST:PORT or FILE.db"
    )
    store_token: SecretStr | None = Field(default=None, description="key of that server")
    arxiv: str = Field(
        default="https://export.arxiv.org", description="address that catalog import asks"
    )
    huggingface: str = Field(
        default="https://huggingface.co", description="address that catalog import asks"
    )
    rerank: str | None = Field(default=None, description="cross-encoder that search asks last")
    related: int = Field(default=3, ge=0, le=20, description="papers beside the recommended model")
    data: Path | None = Field(default=None, description="folder for chat sessions")
    generator: str = Field(
        default="auto", description="composer, openai, langchain, local, auto or a plugin"
    )
    base_url: str | None = Field(default=None, description="endpoint; else OPENAI_BASE_URL")
    llm: str | None = Field(
        default=None,
        description="language model that the endpoint serves; PROVIDER:NAME for langchain",
    )
    gguf: Path | None = Field(default=None, description="GGUF file for the generator local")
    temperature: float = Field(default=0, ge=0, le=2, description="of the language model")
    seed: int | None = Field(default=None, description="of the language model")
    timeout: float = Field(default=60, gt=0, le=3600, description="seconds without a reply")
    max_tokens: int = Field(default=1500, ge=16, le=100_000, description="of one reply")
    prompt: Literal["claims", "parts"] = Field(
        default="claims", description="what a language model is asked for: claims, or three parts"
    )
    check: Literal["facts", "links"] = Field(
        default="facts", description="what its words need: facts, or right links, names, numbers"
    )
    read: Literal["reader", "model"] = Field(
        default="reader", description="who reads an unclear question: our reader, or the model"
    )
    repair: int = Field(default=1, ge=0, le=3, description="drafts that go back with findings")
    host: str = Field(default="127.0.0.1", description="address that serve listens at")
    port: int = Field(default=8765, ge=0, le=65_535, description="port that serve listens at")
    names: str = Field(default="", description="further host names that serve answers, by comma")
    api_keys: SecretStr | None = Field(default=None, description="keys that serve asks for")
    key_file: Path | None = Field(default=None, description="file with such a key a line")
    pictures: Path | None = Field(default=None, description="folder below which mcp may read")

    @field_validator("catalog", "cache", "data", "gguf", "key_file", "pictures")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        """A file cannot write ``$HOME``, and no shell expands its ``~``."""
        try:
            return path.expanduser() if path else None
        except RuntimeError as error:  # no such user
            raise ValueError(str(error)) from error

    @property
    def cache_folder(self) -> Path:
        """Where the index lives: the setting, else the user's cache folder."""
        return self.cache or user_cache_path(APP, appauthor=False)

    @property
    def data_folder(self) -> Path:
        """Where chat sessions are kept: the setting, else the user's data folder."""
        return self.data or user_data_path(APP, appauthor=False)

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


def load(**flags: Any) -> Settings:
    """Settings with the flags that the user gave (None means not given).

    Raises:
        InputError: a file cannot be read, a key is unknown or a value does not fit.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    _check_files()
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        where = _origin(str(first["loc"][0]), given)
        if first["type"] == "extra_forbidden":
            raise InputError(f"{where}: unknown setting {name}", hint=_known(name)) from error
        raise InputError(f"{where}: setting {name}: {reason(first)}", hint=_known("")) from error


def origins(**flags: Any) -> dict[str, tuple[Any, str]]:
    """Each setting with its value and where it comes from; flags as for ``load``."""
    values = load(**flags)
    given = {name: value for name, value in flags.items() if value is not None}
    return {n: (getattr(values, n), _origin(n, given)) for n in Settings.model_fields}


def unknown_variables() -> list[str]:
    """Variables that look like ours and name no setting, such as a misspelled one."""
    known = _variables()
    return sorted(n for n in os.environ if n.upper().startswith(PREFIX) and n.upper() not in known)


def meant(variable: str) -> str | None:
    """The variable that a misspelled one probably stands for."""
    return next(iter(get_close_matches(variable.upper(), _variables(), 1)), None)


def _variables() -> list[str]:
    return [f"{PREFIX}{name}".upper() for name in Settings.model_fields]


def _known(name: str) -> str:
    near = get_close_matches(name, Settings.model_fields, 1)
    return (f"did you mean {near[0]}? " if near else "") + (
        f"known settings: {', '.join(Settings.model_fields)}"
    )


def _files() -> dict[str, Path]:
    """The files that can hold settings by the name they go by, highest first."""
    here = Path.cwd()
    return {
        f"{APP}.toml": here / f"{APP}.toml",
        "pyproject.toml": here / "pyproject.toml",
        str(user_file()): user_file(),
    }


def _sources(cls: type[BaseSettings]) -> list[tuple[str, PydanticBaseSettingsSource]]:
    sources: list[tuple[str, PydanticBaseSettingsSource]] = [
        ("environment", EnvSettingsSource(cls))
    ]
    for name, path in _files().items():
        inside = path.name == "pyproject.toml"
        kind = PyprojectTomlConfigSettingsSource if inside else TomlConfigSettingsSource
        sources.append((name, kind(cls, path)))
    return sources


def _check_files() -> None:
    """Refuse a settings file that cannot be read, by its name."""
    for name, path in _files().items():
        try:
            data = tomllib.loads(path.read_bytes().decode()) if path.is_file() else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(
                f"{name}: not TOML: {error}", hint="mend the file or remove it"
            ) from error
        except OSError as error:
            raise InputError(
                f"{name}: {(error.strerror or 'unreadable').lower()}", hint="make it readable"
            ) from error
        if path.name == "pyproject.toml":
            tool = data.get("tool", {})
            table = tool.get(APP, {}) if isinstance(tool, dict) else None
            if not isinstance(table, dict):
                raise InputError(
                    f"{name}: [tool.{APP}] is not a table", hint=f"write a heading [tool.{APP}]"
                )


def _origin(name: str, given: dict[str, Any]) -> str:
    if name in given:
        return "flag"
    return next((label for label, source in _sources(Settings) if name in source()), "default")
