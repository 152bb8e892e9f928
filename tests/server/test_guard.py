from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import httpx2
import pytest

from assistant.server.guard import HEADERS
from assistant.server.options import Options

from .running import Running, running, until

EVERYWHERE = (
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/page/main.js",
    "/api/conversations",
    "/api/openapi.json",
    "/v1/models",
    "/mcp",
    "/no/such/path",
)
ASKED = {"model": "sr-assistant", "messages": [{"role": "user", "content": "Which for 2x?"}]}


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1.evil.example"])
def test_a_foreign_host_is_refused_on_every_path(server: Running, path: str, host: str) -> None:
    got = server.get(path, headers={"Host": host})
    assert (400, "bad_host") == (got.status_code, got.json()["error"]["code"])


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8765", "LOCALHOST"])
def test_names_of_this_machine_are_answered(server: Running, host: str) -> None:
    assert 200 == server.get("/healthz", headers={"Host": host}).status_code


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/api/ask", "/mcp"])
def test_another_site_cannot_make_a_browser_ask(server: Running, origin: str, path: str) -> None:
    got = server.post(path, headers={"Origin": origin}, json=ASKED)
    assert (403, "cross_origin") == (got.status_code, got.json()["error"]["code"])


def test_our_own_page_may_ask_and_nobody_gets_cors_headers(server: Running) -> None:
    got = server.post("/v1/chat/completions", headers={"Origin": server.url}, json=ASKED)
    assert 200 == got.status_code
    assert not [name for name in got.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_response_has_the_security_headers_and_a_request_id(
    server: Running, path: str
) -> None:
    got = server.get(path, headers={"X-Request-ID": "mine-1"})
    assert "mine-1" == got.headers["x-request-id"]
    assert {name: got.headers[name] for name in HEADERS} == HEADERS


def test_an_id_that_could_break_a_log_line_is_replaced(server: Running) -> None:
    got = server.get("/healthz", headers={"X-Request-ID": "a b; c"})
    assert got.headers["x-request-id"].isalnum()


def test_a_body_is_refused_by_its_stated_length_before_it_is_read() -> None:
    with running(Options(max_body=1000, max_upload=2000)) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(
                b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 1001\r\n\r\n"
            )
            assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_unknown_length_is_cut_off_at_the_limit() -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 1_000_000:
            sent += 1
            yield b"x" * 500

    with running(Options(max_body=1000, max_upload=2000)) as server:
        head = {"Content-Type": "application/json"}
        try:
            got = httpx2.post(f"{server.url}/api/ask", content=endless(), headers=head, timeout=10)
            assert (413, "too_large") == (got.status_code, got.json()["error"]["code"])
        except httpx2.TransportError:
            pass  # the server closed the connection while we were still sending
        assert sent < 100_000
        assert 200 == server.get("/healthz").status_code


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    with running(Options(patience=0.3)) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(
                b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100\r\n\r\n{"
            )
            assert line.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("path", ["/v1/models", "/api/conversations", "/metrics", "/mcp"])
def test_with_keys_only_the_page_and_the_health_are_open(path: str) -> None:
    with running(Options(keys=("right",))) as server:
        assert {200} == {server.get(p).status_code for p in ("/", "/healthz", "/readyz")}
        got = server.get(path)
        assert (401, "Bearer") == (got.status_code, got.headers["www-authenticate"])
        assert "right" not in got.text
        assert 401 != server.get(path, headers={"X-API-Key": "right"}).status_code


def test_no_word_of_a_user_and_no_key_is_in_the_log(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("sr_assistant.server")
    log.propagate = True

    def told() -> list[str]:
        return [r.getMessage() for r in caplog.records if r.name == log.name]

    with caplog.at_level(logging.DEBUG):
        server.post("/api/ask", json={"question": "Which model for my secretword 2x?"})
        server.get("/api/search?q=secretword", headers={"Authorization": "Bearer secretword"})
        server.get("/secretword")
        server.get("/api/catalog/secretword")
        until(lambda: len(told()) >= 4)  # a line is written once its response has gone out
    said = "\n".join(told())
    assert "secretword" not in said
    assert "POST /api/ask 200" in said
    assert "GET /api/catalog/{record} 404" in said


def test_metrics_count_requests_by_route_and_answers_by_outcome(server: Running) -> None:
    server.post("/api/ask", json={"question": "Which model for 2x?"})
    text = server.get("/metrics").text
    assert 'sra_requests_total{route="/api/ask",method="POST",status="200"}' in text
    assert 'sra_answers_total{outcome="verified",verdict="fits"}' in text
    assert 'sra_pool_running{pool="questions"} 0' in text
    assert "sra_ready 1" in text
