"""``sr-assistant weights``: list, pull from a server of this machine, add."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from small_network import save

from assistant.catalog import Catalog
from assistant.workflow.weights import user_folder

Run = Callable[..., Any]
ID = "SISR-SAFMN-2x"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(here: Path, tmp_path: Path) -> Iterator[str]:
    """A server of the folder ``served``."""
    (tmp_path / "served").mkdir()
    handler = partial(_Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def catalog_with(folder: Path, **published: str) -> Path:
    """A catalog of one model that is published so."""
    lines = "".join(f"      {key}: {value}\n" for key, value in published.items())
    (folder / "models").mkdir(parents=True)
    (folder / "models/a.yaml").write_text(
        f"id: {ID}\ntitle: A\nname: A\ndoes: It enlarges.\ntask: super-resolution\nscales: [2]\n"
        "network:\n  architecture: SAFMN\n  weights:\n    - file: a.safetensors\n"
        f"      page: https://models.invalid/a\n{lines}"
    )
    return folder


def test_list_says_what_runs_and_where_official_weights_are(call: Run, here: Path) -> None:
    """JSON and table tell the same."""
    save(user_folder() / f"{ID}.safetensors")
    rows = {row["id"]: row for row in json.loads(call("weights", "list", "--json").out)}
    assert f"your file {ID}.safetensors" == rows[ID]["runs_with"]
    assert rows["SISR-RCAN-3x"]["page"].startswith("https://drive.google.com/")
    assert (None, "") == (rows["Deblur-MSSNet-RealBlurJ"]["page"], call("weights", "list").err)
    assert f"{ID}\t2x\tyour file {ID}.safetensors\t" in call("weights", "list").out


def test_pull_fetches_checks_and_keeps(call: Run, address: str, tmp_path: Path) -> None:
    """After it the model runs with that file; the download itself is gone."""
    file = save(tmp_path / "served/a.safetensors")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    mine = catalog_with(tmp_path / "mine", url=f"{address}/a.safetensors", sha256=digest)
    done = call("weights", "pull", ID, "--catalog", mine)
    place = user_folder() / f"{ID}.safetensors"  # told by the published name of the file
    assert (0, f"{ID} now runs with {place}\n", "") == (done.code, done.out, done.err)
    assert file.read_bytes() == place.read_bytes()
    assert [place] == [path for path in user_folder().rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("published", "code", "said"),
    [
        ({"url": "{}/a.safetensors", "sha256": "f" * 64}, 2, "SHA-256 is"),
        ({"url": "{}/nobody"}, 4, "the server answers 404"),
        ({"url": "http://models.invalid/a"}, 2, "only https addresses are fetched"),
        ({}, 2, "on a page, which a program cannot fetch: https://models.invalid/a"),
    ],
)
def test_a_pull_that_fails_says_why_and_keeps_nothing(
    call: Run, address: str, tmp_path: Path, published: dict[str, str], code: int, said: str
) -> None:
    """Wrong digest, no such file, no https, only a page."""
    save(tmp_path / "served/a.safetensors")
    filled = {key: value.format(address) for key, value in published.items()}
    done = call("weights", "pull", ID, "--catalog", catalog_with(tmp_path / "mine", **filled))
    assert (code, "", True) == (done.code, done.out, said in done.err)
    assert not (user_folder() / f"{ID}.safetensors").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("nobody", "no model 'nobody'"), ("SISR-EDSR-2x", "is not known here")],
)
def test_a_model_that_is_not_published_cannot_be_pulled(
    call: Run, here: Path, catalog: Catalog, name: str, said: str
) -> None:
    """With what to do instead."""
    if name != "nobody":
        name = next(m.id for m in catalog.models if not m.network)
    done = call("weights", "pull", name)
    assert (2, True) == (done.code, said in done.err)


def test_add_tells_where_the_weights_went(call: Run, here: Path) -> None:
    """And refuses what is no weights file."""
    done = call("weights", "add", save(here / "a.safetensors"), "--json")
    assert [{"id": ID, "file": str(user_folder() / f"{ID}.safetensors")}] == json.loads(done.out)
    (here / "b.pth").write_text("hello")
    done = call("weights", "add", here / "b.pth")
    assert (2, True) == (done.code, "damaged, or not a weights file" in done.err)


def test_the_catalog_publishes_every_weight_by_https(catalog: Catalog) -> None:
    """A pull can never begin in the open."""
    places = [p for m in catalog.models if m.network for p in m.network.weights]
    assert places
    assert all(link.startswith("https://") for p in places for link in (p.page, p.url) if link)
