"""A loopback OpenAI-compatible chat server that fails in every way servers fail, when told so.

In a test::

    with Endpoint(Rule("server_error", share=0.5)) as endpoint:
        ...  # ask endpoint.url
    assert 20 == len(endpoint.log)

As a process of its own (it prints its URL): ``python -m tests.bulk.server --latency 0.2``.
What it replies depends on the messages alone, so that each row can be checked against its own
answer; by which chance it fails depends on seed, messages and attempt, not on the order in which
requests arrive.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import math
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import formatdate
from types import TracebackType

from aiohttp import web

from .faults import FAULTS, GOOD, Fault, Rule, limited
from .limits import Bucket, duration
from .replies import MODEL, Body, Completion, digest, grounded, last, quoted, used

BACKLOG = 4096  # connections that may wait while the loop is busy
MARGIN = 0.5  # s in which, on a busy machine, a reply may be on its way to who asks the next


@dataclass
class Asked:
    """One request and what became of it."""

    number: int
    time: float
    """Seconds since the epoch when it had arrived."""
    digest: str
    """Of its messages, see `digest`."""
    attempt: int
    """How often these messages have been asked, this time included."""
    parameters: Body
    """Everything that was sent but the messages."""
    key: str = ""
    """What stood behind ``Bearer``."""
    said: str = ""
    """Name of the fault, ``good`` or ``over_limit``; empty while the request waits."""
    status: int = 0
    told: float = 0
    """Seconds since the epoch when the reply was sent."""
    not_before: float = 0
    """Seconds since the epoch before which nothing more may be asked; 0 where nothing was told."""
    done: bool = False
    """The reply was written to the end."""


class Endpoint:
    """The server, in a thread of its own while the context lasts."""

    def __init__(  # noqa: PLR0913 - one argument for each thing a server can be told
        self,
        *rules: Rule | Fault | str,
        reply: Callable[[Sequence[Body]], str] | None = None,
        latency: float = 0,
        rpm: Bucket | float | None = None,
        tpm: Bucket | float | None = None,
        headers: Mapping[str, str] | None = None,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        """``rules``: the first that holds decides. ``headers``: on every reply (any claim).

        ``rpm`` and ``tpm`` are kept to: what goes beyond is refused and noted as ``over_limit``.
        """
        self.rules = [r if isinstance(r, Rule) else Rule(r) for r in rules]
        self.reply = reply or quoted
        self.latency, self.headers, self.seed = latency, headers or {}, seed
        self.rpm = Bucket(rpm, grace=1) if isinstance(rpm, int | float) else rpm
        self.tpm = Bucket(tpm, grace=tpm / 100) if isinstance(tpm, int | float) else tpm
        self.log: list[Asked] = []
        self.in_flight = self.most_in_flight = 0
        self._attempts: Counter[str] = Counter()
        self._socket = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="endpoint")
        self._ready, self._end = threading.Event(), asyncio.Event()

    def __enter__(self) -> Endpoint:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    # What a test asks.

    @property
    def attempts(self) -> Counter[str]:
        """How often each messages' digest was asked."""
        return Counter(asked.digest for asked in self.log)

    @property
    def said(self) -> Counter[str]:
        """How often each kind of reply was given."""
        return Counter(asked.said for asked in self.log)

    @property
    def over_limit(self) -> list[Asked]:
        """Requests that broke ``rpm`` or ``tpm``."""
        return [asked for asked in self.log if asked.said == "over_limit"]

    @property
    def early(self) -> list[Asked]:
        """Requests sent during a pause that an earlier reply had asked for."""
        pauses = [(asked.told + MARGIN, asked.not_before) for asked in self.log if asked.not_before]
        return [a for a in self.log if any(told < a.time < until for told, until in pauses)]

    # What serves.

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/chat/completions", self._completion)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/stats", self._stats)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.SockSite(runner, self._socket, backlog=BACKLOG).start()
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}  # of clients that were killed
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _models(self, _: web.Request) -> web.Response:
        data = [{"id": MODEL, "object": "model", "created": 1, "owned_by": "tests"}]
        return web.json_response({"object": "list", "data": data}, headers=self.headers)

    async def _stats(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"requests": len(self.log), "most_in_flight": self.most_in_flight, "said": self.said}
        )

    async def _completion(self, request: web.Request) -> web.StreamResponse:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._answer(request, json.loads(await request.read()))
        finally:
            self.in_flight -= 1

    async def _answer(self, request: web.Request, body: Body) -> web.StreamResponse:
        messages = body.pop("messages")
        name = digest(messages)
        self._attempts[name] += 1
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        now = time.time()
        asked = Asked(len(self.log) + 1, now, name, self._attempts[name], body, key)
        self.log.append(asked)
        draft = self.reply(messages)
        fault = self._refusal(asked, used(messages, draft)["total_tokens"])
        if fault is None:
            fault = self._fault(asked, last(messages))
            await asyncio.sleep(self.latency + fault.wait)
        asked.said, asked.status = fault.name, fault.status
        return await self._send(request, asked, fault, Completion(messages, draft, fault))

    def _refusal(self, asked: Asked, tokens: int) -> Fault | None:
        """What a request beyond the limits is told; a refused request takes nothing."""
        wants = [(b, n) for b, n in ((self.rpm, 1), (self.tpm, tokens)) if b]
        waits = [bucket.wait(amount, asked.time) for bucket, amount in wants]
        if any(waits):
            return replace(limited("ms", max(waits)), name="over_limit")
        for bucket, amount in wants:
            bucket.take(amount)
        return None

    def _fault(self, asked: Asked, text: str) -> Fault:
        for place, rule in enumerate(self.rules):
            lot = f"{self.seed}:{place}:{asked.digest}:{asked.attempt}"
            drawn = int(hashlib.sha256(lot.encode()).hexdigest()[:8], 16) / 2**32
            if rule.holds(asked.number, text, asked.attempt, drawn):
                return rule.reply
        return GOOD

    def _limits(self) -> dict[str, str]:
        """The ``x-ratelimit-*`` headers of the limits that are kept to."""
        told = {}
        for name, bucket in (("requests", self.rpm), ("tokens", self.tpm)):
            if bucket:
                told[f"x-ratelimit-limit-{name}"] = f"{bucket.per_minute:.0f}"
                told[f"x-ratelimit-remaining-{name}"] = str(bucket.left)
                told[f"x-ratelimit-reset-{name}"] = duration(bucket.reset)
        return told

    async def _send(
        self, request: web.Request, asked: Asked, fault: Fault, reply: Completion
    ) -> web.StreamResponse:
        asked.told = time.time()
        headers = {**self._limits(), **self.headers, "x-request-id": f"req_{asked.number}"}
        headers |= _retry_after(fault, asked)
        if fault.cut == "before":
            return _hang_up(request)
        streamed = bool(asked.parameters.get("stream")) and fault.status == 200
        kind = "text/event-stream" if streamed and fault.raw is None else fault.kind
        response = web.StreamResponse(
            status=fault.status, headers={**headers, "Content-Type": kind}
        )
        pieces = reply.events(asked.parameters) if streamed else [reply.whole]
        size = sum(map(len, pieces))
        if not streamed:
            response.content_length = size
        with contextlib.suppress(ConnectionError):  # the client may be gone
            await response.prepare(request)
            left = size // 2 if fault.cut else size
            for piece in pieces:
                await response.write(piece[:left])
                left = max(0, left - len(piece))
            if fault.cut:
                return _hang_up(request)
            await response.write_eof()
            asked.done = True
        return response


def _retry_after(fault: Fault, asked: Asked) -> dict[str, str]:
    """The header of a limit; notes until when the client was asked to wait."""
    until = asked.told + fault.seconds
    match fault.retry_after:
        case "":
            return {}
        case "seconds":
            header = {"Retry-After": f"{fault.seconds:.0f}"}
        case "float":
            header = {"Retry-After": f"{fault.seconds:g}"}
        case "ms":
            header = {"retry-after-ms": f"{math.ceil(fault.seconds * 1000)}"}
        case "date":
            until = math.ceil(until)
            header = {"Retry-After": formatdate(until, usegmt=True)}
    asked.not_before = until
    return header


def _hang_up(request: web.Request) -> web.Response:
    """End the connection; what is returned reaches nobody."""
    if request.transport:
        request.transport.close()
    return web.Response()


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0, help="seconds before each reply")
    parser.add_argument("--rpm", type=float)
    parser.add_argument("--tpm", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reply", choices=["quoted", "grounded"], default="quoted")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME[:SHARE]", help=", ".join(FAULTS)
    )
    flags = parser.parse_args()
    faults = [fault.partition(":") for fault in flags.fault]
    endpoint = Endpoint(
        *(Rule(name, share=float(share or 1)) for name, _, share in faults),
        reply=grounded if flags.reply == "grounded" else quoted,
        latency=flags.latency,
        rpm=flags.rpm,
        tpm=flags.tpm,
        seed=flags.seed,
        port=flags.port,
    )
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    with endpoint:
        print(endpoint.url, flush=True)  # noqa: T201 - what the process is started for
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
