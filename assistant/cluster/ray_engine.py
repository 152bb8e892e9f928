"""Ray as the engine: an actor a worker, one processor each. The only file that knows Ray.

Nothing of Ray's own is relied on to do anything again: no restarts of actors and no retries of
their tasks, because the pool counts them. Ray sends functions and values by pickle between its own
processes; nothing that came from a catalog, a prompt or a model is unpickled by us.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from assistant.cluster.engine import LostError, Opener, Work
from assistant.errors import BackendError, InputError

EXTRA = "pip install 'sr-assistant[ray]'"
LOCAL = "local"
_KNOCK = 5.0  # seconds
_STORE = 100 * 2**20  # bytes of a cluster's shared memory that we start ourselves; little is held
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # all of it: else each lost worker is told on standard output
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else it warns of a change to come
}


class RayEngine:
    """The cluster at ``address``: ``HOST:PORT``, ``auto`` for that of this machine, ``local`` for
    one that starts here and ends with us. None is ``RAY_ADDRESS``, else ``local``.

    Raises:
        InputError: Ray is not installed, or the address is that of a client.
    """

    def __init__(self, address: str | None = None) -> None:
        if find_spec("ray") is None:
            raise InputError("--engine ray: Ray is not installed", hint=EXTRA)
        self.address = address or os.environ.get("RAY_ADDRESS") or LOCAL
        if "://" in self.address:
            raise InputError(
                f"--ray-address {self.address}: no address of a cluster",
                hint="run this on a machine of the cluster with --ray-address auto",
            )
        self._ours = False
        self._ray: Any = None

    def connect(self) -> int:
        """Join the cluster, or start one; the processors that it has."""
        with _environment(_QUIET):
            import ray

            self._ray = ray
            self._ours = not ray.is_initialized()
            if self._ours:
                self._join()
        return int(ray.cluster_resources().get("CPU", 0))

    def hire(self, opener: Opener) -> _Hand:
        """An actor, on a machine that has few of them."""
        options = {"num_cpus": 1, "max_restarts": 0, "max_task_retries": 0}
        made = self._ray.remote(_Opened).options(scheduling_strategy="SPREAD", **options)
        return _Hand(self._ray, made.remote(opener))

    def leave(self) -> None:
        """Leave the cluster; one that was started here ends."""
        if self._ours:
            self._ray.shutdown()

    def _join(self) -> None:
        self._knock()
        started = {"object_store_memory": _STORE, "include_dashboard": False}
        try:
            self._ray.init(
                address=self.address,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
                **(started if self.address == LOCAL else {}),
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise self._absent() from error

    def _knock(self) -> None:
        """Where nobody listens, Ray itself would try for minutes."""
        host, found, port = self.address.rpartition(":")
        if not found:
            return
        try:
            socket.create_connection((host, int(port)), _KNOCK).close()
        except (OSError, ValueError, OverflowError) as error:
            raise self._absent() from error

    def _absent(self) -> BackendError:
        said = f"no Ray cluster that this machine is part of at {self.address}"
        hint = "start one: ray start --head; or join it: ray start --address HOST:6379"
        return BackendError(said, hint=hint)


class _Hand:
    """An actor as the pool sees it."""

    def __init__(self, ray: Any, actor: Any) -> None:
        self._ray, self._actor = ray, actor

    async def open(self) -> None:
        await self._result(self._actor.open.remote())

    async def do(self, work: Work, args: tuple[Any, ...]) -> Any:
        return await self._result(self._actor.do.remote(work, args))

    def end(self) -> None:
        with contextlib.suppress(Exception):  # it is gone already, or the cluster is
            self._ray.kill(self._actor)

    async def _result(self, reference: Any) -> Any:
        """What an actor gave; its exceptions come as values, as they were raised there."""
        try:
            value, error = await asyncio.wrap_future(reference.future())
        except self._ray.exceptions.RayError as lost:
            raise LostError(_told(lost)) from lost
        if error is not None:
            raise error
        return value


class _Opened:
    """What runs in an actor."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._own: Any = None

    def open(self) -> tuple[Any, Exception | None]:
        try:
            self._own = self._opener()
        except Exception as error:
            return None, error
        return None, None

    def do(self, work: Work, args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
        try:
            return work(self._own, *args), None
        except Exception as error:
            return None, error


def _told(error: BaseException) -> str:
    """The last line of what Ray says, which names the cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(error).__name__


@contextlib.contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    """Variables that Ray reads while it starts; the process has its own again afterwards."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update({name: wanted[name] for name, value in before.items() if value is None})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
