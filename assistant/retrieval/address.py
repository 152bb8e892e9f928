"""Where a Milvus is: what the setting ``store`` may say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from assistant.settings import Settings

SCHEME = "milvus://"
NAME = "sr_assistant"
_HINT = "set SRA_STORE to milvus://HOST:PORT or to a file such as vectors.db"


@dataclass(frozen=True)
class Address:
    """Where a Milvus is: ``uri`` as pymilvus takes it, and how the collection's name begins."""

    uri: str
    name: str
    token: str = ""

    @property
    def local(self) -> bool:
        """Whether it is a file."""
        return "://" not in self.uri


def address(given: str, token: str = "") -> Address:
    """The place that the setting ``store`` names.

    Raises:
        InputError: it names none.
    """
    if not given.startswith(SCHEME):
        path = Path(given).expanduser()
        if "://" in given or path.suffix != ".db":
            raise InputError(f"the store {given} is neither a server nor a file", hint=_HINT)
        if not path.parent.is_dir():
            raise InputError(f"the store {given}: there is no folder {path.parent}", hint=_HINT)
        return Address(str(path.resolve()), NAME)
    host, _, name = given.removeprefix(SCHEME).partition("/")
    if "@" in host:
        raise InputError(
            "the store holds a key, which everybody sees who sees the settings",
            hint="set SRA_STORE to milvus://HOST:PORT and SRA_STORE_TOKEN to the key",
        )
    if not host or not (name or NAME).isidentifier():
        raise InputError(f"the store {given} names no server or no collection", hint=_HINT)
    return Address(f"http://{host}", name or NAME, token)


def store_of(settings: Settings) -> Address | None:
    """The Milvus of the settings; None where FAISS serves, the default."""
    token = settings.store_token.get_secret_value() if settings.store_token else ""
    return address(settings.store, token) if settings.store else None
