"""Demonstrations over HTTP: listed as they ship, run as a command of their own, ended at once."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import httpx2
from PIL import Image

from assistant import demos
from assistant.server.options import Options

from .running import Running, running, until

QUICK, SLOW = "feature-sharpening", "fluctuation-microscopy"


def children() -> set[str]:
    """Processes of ours that run a demonstration."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--demo" in words:
            found.add(place.parent.name)
    return found


def test_each_is_listed_with_its_label_paper_command_figures_and_sheet(server: Running) -> None:
    listed = server.get("/api/demos").json()
    assert [card.name for card in demos.cards()] == [one["name"] for one in listed]
    for one in listed:
        assert one["is_not"]
        assert one["paper"].startswith("http")
        assert f"sr-assistant run --demo {one['name']}" == one["command"]
        assert one["figures"][0]["gain"] >= one["margin"]
        sheet = server.get(one["picture"])
        assert "image/png" == sheet.headers["content-type"]
        assert one["size"] == list(Image.open(io.BytesIO(sheet.content)).size)
        again = server.get(one["picture"], headers={"If-None-Match": sheet.headers["etag"]})
        assert 304 == again.status_code


def test_a_record_names_what_shows_its_idea_at_work(server: Running) -> None:
    found = server.get("/api/catalog/arxiv-2502.16025").json()
    assert (QUICK, QUICK) == (found["demo"], found["summaries"][0]["demo"])
    assert f"sr-assistant run --demo {QUICK}" in found["markdown"]


def test_one_runs_here_and_gives_the_figures_that_ship(server: Running) -> None:
    with httpx2.stream(
        "POST", f"{server.url}/api/demos/{QUICK}?stream=true", timeout=120
    ) as response:
        text = response.read().decode()
    assert ["start", "done"] == re.findall(r"(?m)^event: (\w+)$", text)
    done = json.loads(re.findall(r"(?m)^data: (.+)$", text)[-1])
    kept = demos.kept(demos.find(QUICK)).figures
    assert [figure.text for figure in kept] == [figure["text"] for figure in done["figures"]]
    sheet = Image.open(io.BytesIO(server.get(done["picture"]).content))
    assert demos.kept(demos.find(QUICK)).size == sheet.size


def test_an_unknown_one_is_refused(server: Running) -> None:
    got = server.post("/api/demos/nope")
    assert (404, "not_found") == (got.status_code, got.json()["error"]["code"])
    assert 404 == server.get("/page/demos/nope.png").status_code


def test_a_client_that_leaves_ends_what_it_started() -> None:
    with running(Options()) as server:
        before = children()
        url = f"{server.url}/api/demos/{SLOW}?stream=true"
        with httpx2.stream("POST", url, timeout=30) as response:
            assert next(response.iter_bytes()).startswith(b"event: start")
            assert until(lambda: children() - before)
        assert until(lambda: not server.service.runs.running and not children() - before)
