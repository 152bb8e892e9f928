"""The way to a Milvus: pymilvus' client, and what goes wrong on it as one line of ours."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
from collections.abc import Iterator
from typing import Any

from assistant.errors import BackendError, CatalogError, InputError
from assistant.retrieval.address import Address


def connected(at: Address) -> Any:
    """A client of the Milvus at ``at``.

    Raises:
        InputError: the extra ``milvus`` is not installed.
        CatalogError: the file is open in another process.
        BackendError: the server cannot be reached.
    """
    if importlib.util.find_spec("pymilvus") is None:
        raise InputError(
            "the setting store needs pymilvus, which is not installed",
            hint="pip install 'sr-assistant[milvus]', or leave SRA_STORE unset",
        )
    from pymilvus import MilvusClient

    with quiet(), reached(at):
        return MilvusClient(at.uri, token=at.token)


@contextlib.contextmanager
def reached(at: Address) -> Iterator[None]:
    """What pymilvus raises as one line of ours."""
    import grpc
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, grpc.RpcError, OSError) as error:
        if at.local:
            raise CatalogError(
                f"{at.uri} cannot be opened: another process has it open, or it is no such file",
                hint="one process at a time: end the other, or share a server, milvus://HOST:PORT",
            ) from error
        said = " ".join(str(getattr(error, "message", error)).split())[:200]
        raise BackendError(
            f"Milvus at {at.uri} cannot be reached: {said}",
            hint="start it (deploy/milvus), check SRA_STORE and SRA_STORE_TOKEN",
        ) from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep Lite from printing the traceback of what becomes one line of ours."""
    loggers = [logging.getLogger(name) for name in ("milvus_lite", "pymilvus")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
