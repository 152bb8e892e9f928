"""What a server may do at most, and whom it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from assistant.files import read_text
from assistant.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """Limits of a server; sizes are bytes, times seconds.

    ``hosts`` are the names it answers to (whatever port), ``keys`` those of which a caller has to
    send one; none: everybody who reaches it may ask. ``pictures`` is the folder below which
    MCP tools may read and write pictures.
    """

    hosts: tuple[str, ...] = LOOPBACK
    keys: tuple[str, ...] = ()
    pictures: Path | None = None
    asks: int = 4
    asks_waiting: int = 64
    runs: int = 1
    runs_waiting: int = 4
    jobs: int = 1
    jobs_waiting: int = 4
    max_body: int = 2 * _MB
    max_upload: int = 32 * _MB
    max_files: int = 1_000
    max_pixels: int = 24_000_000
    """Of a picture that is uploaded."""
    max_result: int = 100_000_000
    """Pixels of all results of a run."""
    patience: float = 30.0
    """How long a client may stop sending or reading before it is given up."""
    kept: int = 24
    """Results of runs, bulk jobs and reports that stay until newer ones come."""
    kept_bytes: int = 1024 * _MB
    grace: float = 10.0
    """What requests under way are given when the server is told to end."""

    @classmethod
    def of(cls, settings: Settings) -> Options:
        """The options that the settings describe.

        Raises:
            InputError: the key file cannot be read or holds no key, or the server would listen
                beyond this machine without one.
        """
        given = settings.api_keys.get_secret_value() if settings.api_keys else ""
        keys = [key.strip() for key in given.split(",")]
        if settings.key_file:
            keys += [line.strip() for line in read_text(settings.key_file).splitlines()]
        found = tuple(dict.fromkeys(key for key in keys if key and not key.startswith("#")))
        if settings.key_file and not found:
            raise InputError(f"{settings.key_file}: no key in it", hint="write one a line")
        names = tuple(n.strip().casefold() for n in settings.names.split(",") if n.strip())
        if settings.host not in LOOPBACK and not found:
            raise InputError(
                f"{settings.host} can be reached from other machines and no key is set",
                hint="set SRA_API_KEYS or --key-file, or leave --host out",
            )
        own = () if settings.host in (*LOOPBACK, "0.0.0.0", "::") else (settings.host.casefold(),)  # noqa: S104 - compared, not bound
        return cls(
            hosts=(*LOOPBACK, *own, *names),
            keys=found,
            pictures=settings.pictures,
        )
