"""arXiv and Hugging Face online, spoken to on a loopback server."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from assistant.catalog.importers import online
from assistant.catalog.importers.online import Wanted
from assistant.catalog.merge import run_online
from assistant.errors import BackendError, InputError

Read = Callable[..., tuple[list[Any], list[Any]]]

ENTRY = """
  <entry>
    <id>http://arxiv.org/abs/{number}v2</id>
    <title>Net {number}:
      Image Super-Resolution</title>
    <summary>  We enlarge pictures.
      It works. </summary>
    <category term="cs.CV" scheme="http://arxiv.org/schemas/atom"/>
    <arxiv:comment>Code: https://github.com/a/b</arxiv:comment>
  </entry>"""
ERROR = """
  <entry>
    <id>http://arxiv.org/api/errors#incorrect_id_format_for_1</id>
    <title>Error</title>
    <summary>incorrect id format for 1</summary>
  </entry>"""
CARD = (
    "---\nlicense: mit\ntags: [super-resolution]\n---\n\n# Net\n\nIt enlarges pictures very well.\n"
)


def feed(*entries: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
    body = f'{head} xmlns:arxiv="http://arxiv.org/schemas/atom">{"".join(entries)}\n</feed>'
    return body.encode()


class Site(http.server.ThreadingHTTPServer):
    """Answers from ``pages``; remembers what was asked, by whom."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.busy = 0
        self.pages: Callable[[str], bytes | int] = lambda _: 404

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site = self.server
        assert isinstance(site, Site)
        site.asked.append(self.path)
        site.agents.add(self.headers["User-Agent"].partition("/")[0])
        site.busy -= 1
        found = 503 if site.busy >= 0 else site.pages(self.path)
        self.send_response(found if isinstance(found, int) else 200)
        self.end_headers()
        self.wfile.write(b"" if isinstance(found, int) else found)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(online, "DELAY_SECONDS", 0)
    with Site() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def arxiv(total: int) -> Callable[[str], bytes | int]:
    """An API with ``total`` papers."""

    def answer(path: str) -> bytes:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        if ids := asked.get("id_list"):
            return feed(*(ERROR if i == "1" else ENTRY.format(number=i) for i in ids.split(",")))
        start = int(asked["start"])
        numbers = range(start, min(total, start + int(asked["max_results"])))
        return feed(*(ENTRY.format(number=f"2501.{n:05}") for n in numbers))

    return answer


def test_a_query_of_arxiv_is_read_page_by_page(site: Site, tmp_path: Path) -> None:
    """All papers up to the limit are taken, a hundred a request, and none twice."""
    site.pages = arxiv(1000)
    wanted = Wanted(query='ti:"super-resolution" AND cat:eess.IV', limit=250)
    diff, problems = run_online("arxiv", wanted, site.address, tmp_path / "new")
    again, _ = run_online("arxiv", wanted, f"{site.address}/", tmp_path / "new")
    paper = diff.added[0]
    assert (250, [], 0, 250) == (len(diff.added), problems, len(again.added), len(again.unchanged))
    assert ("arxiv-2501.00000", "Net 2501.00000: Image Super-Resolution") == (paper.id, paper.title)
    assert ("https://arxiv.org/abs/2501.00000", "https://github.com/a/b") == paper.links
    assert "The abstract says: “We enlarge pictures. It works.”" == paper.does
    assert ['ti:"super-resolution" AND cat:eess.IV', "50"] == [
        parse_qs(urlsplit(site.asked[2]).query)[name][0] for name in ("search_query", "max_results")
    ]
    assert {"sr-assistant"} == site.agents


def test_the_last_page_ends_a_query(site: Site, tmp_path: Path) -> None:
    """Where the API has fewer papers than asked for, no further page is asked."""
    site.pages = arxiv(3)
    diff, _ = run_online("arxiv", Wanted(query="x", limit=900), site.address, tmp_path)
    assert (3, 1) == (len(diff.added), len(site.asked))


def test_ids_of_arxiv_are_fetched_and_wrong_ones_named(site: Site, tmp_path: Path) -> None:
    """An id that the API refuses is a problem with its words."""
    site.pages = arxiv(0)
    wanted = Wanted(ids=("1807.02758", "1"))
    diff, problems = run_online("arxiv", wanted, site.address, tmp_path)
    assert ["arxiv-1807.02758"] == [entry.id for entry in diff.added]
    assert ["arxiv-1.xml:12: id: the API says: incorrect id format for 1"] == [
        str(problem) for problem in problems
    ]


def test_a_saved_answer_of_the_api_is_read(read: Read) -> None:
    """The same feed as a file of the user's."""
    [paper], problems = read("arxiv", feed(ENTRY.format(number="math/0309136")).decode(), "a.atom")
    assert ("https://arxiv.org/abs/math/0309136", []) == (paper.paper, problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not XML: "),
        ("<feed><entry></feed>", "not XML: "),
        ('<!DOCTYPE a [<!ENTITY b "c">]><feed>&b;</feed>', "a document type is not read here"),
    ],
)
def test_what_is_no_feed_is_named(read: Read, text: str, said: str) -> None:
    """Broken XML, and XML that could grow, are problems."""
    papers, [problem] = read("arxiv", text, "a.xml")
    assert ([], True) == (papers, problem.message.startswith(said))


def hub(path: str) -> bytes | int:
    about = {"tags": ["super-resolution"], "pipeline_tag": "image-to-image"}
    pages = {
        "/api/models/owner/net-x4": json.dumps({**about, "cardData": {"license": "mit"}}).encode(),
        "/owner/net-x4/raw/main/README.md": CARD.encode(),
        "/api/models/owner/bare-x2": json.dumps({**about, "cardData": {"license": "mit"}}).encode(),
    }
    return pages.get(unquote(path), 401)


def test_models_of_the_hub_come_with_their_cards(site: Site, tmp_path: Path) -> None:
    """A model without a card has what the Hub knows; one that is not there is named."""
    site.pages = hub
    wanted = Wanted(ids=("owner/net-x4", "owner/bare-x2", "owner/gone"))
    diff, problems = run_online("huggingface", wanted, site.address, tmp_path / "new")
    first, second = sorted(diff.added, key=lambda entry: entry.id, reverse=True)
    assert ("owner-net-x4", "It enlarges pictures very well.", (4.0,), "mit") == (
        first.id,
        first.does,
        first.scales,
        first.license,
    )
    assert ("https://huggingface.co/owner/bare-x2", "super-resolution", "mit") == (
        second.huggingface,
        second.task,
        second.license,
    )
    assert ["owner/gone:1: no such model, or it is private"] == [str(p) for p in problems]


@pytest.mark.parametrize("model", ["../../etc", "name", "a/b/c", "..", "a/.."])
def test_an_id_never_leaves_the_folder(site: Site, tmp_path: Path, model: str) -> None:
    """What is no OWNER/NAME is a problem, whatever the server says to it."""
    site.pages = lambda _: b"{}"
    diff, problems = run_online("huggingface", Wanted(ids=(model,)), site.address, tmp_path)
    assert (0, ["no id of the form OWNER/NAME"]) == (
        len(diff.added),
        [p.message for p in problems],
    )


def test_a_busy_server_is_asked_again(site: Site, tmp_path: Path) -> None:
    """Two refusals are waited out, a third is an error."""
    site.pages, site.busy = arxiv(1), 2
    assert 1 == len(run_online("arxiv", Wanted(query="x"), site.address, tmp_path)[0].added)
    site.busy = 3
    with pytest.raises(BackendError, match="answers 503"):
        run_online("arxiv", Wanted(query="x"), site.address, tmp_path)


def test_a_server_that_is_not_there_is_an_error_with_a_remedy(site: Site, tmp_path: Path) -> None:
    """Offline the message names the host and how to go on, and nothing is written."""
    address = site.address
    site.server_close()
    with pytest.raises(BackendError, match=r"127\.0\.0\.1:[0-9]+ cannot be reached") as error:
        run_online("arxiv", Wanted(query="x"), address, tmp_path / "new")
    assert (4, True) == (error.value.code, "import a file that you have" in error.value.hint)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("source", "wanted", "address", "said"),
    [
        ("huggingface", Wanted(query="x"), "http://a", "huggingface is not read online by query"),
        ("bibtex", Wanted(ids=("x",)), "http://a", "bibtex is not read online by ids"),
        ("arxiv", Wanted(query="x"), "file:///etc", "file:///etc: not an http address"),
        ("nothing", Wanted(query="x"), "http://a", "no importer 'nothing'"),
    ],
)
def test_what_cannot_be_asked_online_is_a_usage_error(
    tmp_path: Path, source: str, wanted: Wanted, address: str, said: str
) -> None:
    """Only arXiv and the Hub are asked, and only over http."""
    with pytest.raises(InputError, match=said):
        run_online(source, wanted, address, tmp_path)
