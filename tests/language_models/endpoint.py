"""A scripted OpenAI-compatible server on loopback: it says what a test tells it to say."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted-1"


@dataclass
class Reply:
    """One reply: its text, how it ends and what goes wrong on the way."""

    text: str = ""
    finish: str = "stop"
    status: int = 200
    chunk: int = 7
    drop_after: int | None = None
    raw: bytes | None = None
    wait: float = 0
    cost: float | None = None
    to: str = ""


@dataclass
class Endpoint:
    """What the server was asked, and what it says next; the last reply is said again."""

    url: str
    replies: list[Reply | Callable[[dict[str, Any]], Reply]]
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def next(self, body: dict[str, Any]) -> Reply:
        reply = self.replies[min(len(self.asked), len(self.replies)) - 1]
        return reply(body) if callable(reply) else reply


@contextmanager
def serving(*replies: Reply | str | Callable[[dict[str, Any]], Reply]) -> Iterator[Endpoint]:
    """A server that gives these replies in turn."""
    said = [Reply(r) if isinstance(r, str) else r for r in replies]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", said)
    server.endpoint = endpoint  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass

    @property
    def endpoint(self) -> Endpoint:
        return self.server.endpoint  # type: ignore[attr-defined,no-any-return]

    def do_GET(self) -> None:
        self.endpoint.keys.append(self.headers.get("Authorization", ""))
        if self.path != "/v1/models":
            self._json(404, {"error": {"message": "no such path"}})
            return
        self._json(200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        endpoint = self.endpoint
        endpoint.asked.append(body)
        endpoint.keys.append(self.headers.get("Authorization", ""))
        reply = endpoint.next(body)
        time.sleep(reply.wait)
        if reply.status != 200:
            self._json(reply.status, {"error": {"message": f"status {reply.status}"}}, reply.to)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with contextlib.suppress(OSError):  # the client may have heard enough
            self._stream(reply)

    def _stream(self, reply: Reply) -> None:
        if reply.raw is not None:
            self.wfile.write(reply.raw)
            return
        pieces = [reply.text[n : n + reply.chunk] for n in range(0, len(reply.text), reply.chunk)]
        for n, piece in enumerate(pieces):
            if n == reply.drop_after:
                return
            self._event({"choices": [{"index": 0, "delta": {"content": piece}}]})
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish}]})
        usage: dict[str, Any] = {
            "prompt_tokens": 100,
            "completion_tokens": len(pieces),
            "total_tokens": 100 + len(pieces),
        }
        if reply.cost is not None:
            usage["cost"] = reply.cost
        self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, data: dict[str, Any]) -> None:
        whole = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": MODEL,
            **data,
        }
        self.wfile.write(b"data: " + json.dumps(whole).encode() + b"\n\n")
        self.wfile.flush()

    def _json(self, status: int, data: dict[str, Any], to: str = "") -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if to:
            self.send_header("Location", f"{to}/chat/completions")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def stating(*own: str) -> Callable[[dict[str, Any]], Reply]:
    """A model that says facts of its prompt as claims, and ``own`` sentences with a true id."""

    def reply(body: dict[str, Any]) -> Reply:
        shown = re.findall(r"^\[(\S+)\] (.+)$", body["messages"][0]["content"], re.M)
        claims = [{"text": text, "facts": [name]} for name, text in shown]
        first = [c for c in claims if c["facts"][0] in ("question-1", "question-3")]
        first += [{"text": text, "facts": ["question-1"]} for text in own]
        second = [c for c in claims if c["facts"][0].endswith(("#differs", "#step-1", "#step-2"))]
        return Reply(json.dumps({"task": first, "workflow": second[:3]}, ensure_ascii=False))

    return reply
