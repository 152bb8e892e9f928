"""Fetching weights from a server of this machine: whole, resumed, refused."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from errno import ENOSPC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import strerror
from pathlib import Path

import pytest

from assistant.errors import BackendError, InputError
from assistant.workflow import download

DATA = bytes(range(256)) * 3000
DIGEST = hashlib.sha256(DATA).hexdigest()


@dataclass
class Server:
    """A file server with faults on demand; ``ranges`` are the Range headers it saw."""

    address: str = ""
    data: bytes = DATA
    tag: str = '"one"'
    stop_after: int | None = None
    kind: str = "application/octet-stream"
    redirect: str | None = None
    ranges: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.address}/file.pth"


@pytest.fixture
def server() -> Iterator[Server]:
    """One server a test."""
    ours = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            ours.ranges.append(wanted)
            if ours.redirect:
                self.send_response(302)
                self.send_header("Location", ours.redirect)
                self.end_headers()
                return
            if "missing" in self.path:
                self.send_error(404)
                return
            start = 0
            if wanted and self.headers.get("If-Range") == ours.tag:
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(ours.data):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(ours.data)}")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            self.send_header("ETag", ours.tag)
            self.send_header("Content-Type", ours.kind)
            self.send_header("Content-Length", str(len(ours.data) - start))
            self.end_headers()
            self.wfile.write(ours.data[start : ours.stop_after])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        ours.address = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield ours
        listening.shutdown()
        thread.join()


def test_a_file_arrives_whole_and_progress_is_told(server: Server, tmp_path: Path) -> None:
    """From nothing to all bytes; nothing else is left in the folder."""
    told: list[tuple[int, int | None]] = []
    target = download.fetch(
        server.url, tmp_path / "a.pth", DIGEST, lambda done, of: told.append((done, of))
    )
    assert DATA == target.read_bytes()
    assert ((0, len(DATA)), (len(DATA), len(DATA))) == (told[0], told[-1])
    assert [target] == list(tmp_path.iterdir())


def test_an_interrupted_download_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    """The second request asks for the rest alone."""
    server.stop_after = 300_000
    with pytest.raises(BackendError, match="run the command again") as caught:
        raise_with_hint(server, tmp_path)
    assert not (tmp_path / "a.pth").exists()
    assert caught.value.code == 4
    server.stop_after = None
    assert DATA == download.fetch(server.url, tmp_path / "a.pth", DIGEST).read_bytes()
    assert [None, "bytes=300000-"] == server.ranges


def raise_with_hint(server: Server, folder: Path) -> None:
    """Raise what ``fetch`` raises, its hint in the text."""
    try:
        download.fetch(server.url, folder / "a.pth", DIGEST)
    except BackendError as error:
        raise BackendError(f"{error.message}: {error.hint}") from error


def test_a_beginning_of_another_version_is_not_continued(server: Server, tmp_path: Path) -> None:
    """The file changed on the server: it comes from the start."""
    server.stop_after, server.data = 300_000, bytes(len(DATA))
    with pytest.raises(BackendError):
        download.fetch(server.url, tmp_path / "a.pth")
    server.stop_after, server.data, server.tag = None, DATA, '"two"'
    assert DATA == download.fetch(server.url, tmp_path / "a.pth", DIGEST).read_bytes()


def test_what_was_complete_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    """The server answers that there is no more."""
    (tmp_path / ".a.pth.part").write_bytes(DATA)
    (tmp_path / ".a.pth.tag").write_text(server.tag)
    assert DATA == download.fetch(server.url, tmp_path / "a.pth", DIGEST).read_bytes()


def test_another_digest_than_published_keeps_nothing(server: Server, tmp_path: Path) -> None:
    """Both digests are named."""
    with pytest.raises(InputError, match=f"SHA-256 is {DIGEST}, published is {'0' * 64}"):
        download.fetch(server.url, tmp_path / "a.pth", "0" * 64)
    assert [] == list(tmp_path.iterdir())


def test_a_web_page_is_no_file(server: Server, tmp_path: Path) -> None:
    """Hosts answer so when a quota is used up or a click is wanted."""
    server.kind = "text/html; charset=utf-8"
    with pytest.raises(InputError, match="a web page came instead of a file") as caught:
        download.fetch(server.url, tmp_path / "a.pth")
    assert "weights add" in caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://models.invalid/a.pth", "ftp://127.0.0.1/a", "file:///etc/passwd", "a.pth"]
)
def test_only_https_is_fetched(tmp_path: Path, url: str) -> None:
    """Plain http only within this machine."""
    with pytest.raises(InputError, match="only https"):
        download.fetch(url, tmp_path / "a.pth")


def test_a_redirect_leads_nowhere_else(server: Server, tmp_path: Path) -> None:
    """Not to a file of this machine and not to plain http."""
    server.redirect = "http://models.invalid/a.pth"
    with pytest.raises(InputError, match="only https"):
        download.fetch(server.url, tmp_path / "a.pth")


@pytest.mark.parametrize("path", ["/missing", None])
def test_a_server_that_refuses_or_is_not_there_is_a_backend_error(
    server: Server, tmp_path: Path, path: str | None
) -> None:
    """Exit code 4, with the address."""
    url = f"{server.address}{path}" if path else "http://127.0.0.1:9/a.pth"
    with pytest.raises(BackendError) as caught:
        download.fetch(url, tmp_path / "a.pth")
    assert caught.value.message.startswith(url)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_one_line(server: Server, tmp_path: Path) -> None:
    """What was to come can still come: there is no half file under the name."""
    target = tmp_path / "file.pth"
    (tmp_path / ".file.pth.part").symlink_to("/dev/full")
    with pytest.raises(BackendError, match=strerror(ENOSPC)) as caught:
        download.fetch(server.url, target, DIGEST)
    assert "\n" not in caught.value.message
    assert "the disk" in caught.value.hint
    assert not target.exists()
