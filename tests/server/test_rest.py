from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import httpx2
import pytest

from .pictures import gradient, spoiled
from .running import Running, until
from .test_limits import sent

QUESTION = "Which model upscales a photo 3x on a phone?"
GOLDEN = Path(__file__).parents[1] / "golden"


def events(server: Running, path: str, **how: Any) -> list[tuple[str, dict[str, Any]]]:
    """The named events of a stream."""
    blocks = server.post(path, **how).text.split("\n\n")
    parts = [block.split("\n", 1) for block in blocks if block.startswith("event: ")]
    return [(n.removeprefix("event: "), json.loads(d.removeprefix("data: "))) for n, d in parts]


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A picture of 40x30 pixels."""
    return gradient(40, 30)


def run(server: Running, photo: bytes, name: str = "photo.png", **fields: Any) -> httpx2.Response:
    return server.post("/api/run", files={"picture": (name, photo)}, data=fields)


# Ask


def test_an_answer_is_what_ask_prints_as_json(server: Running) -> None:
    from assistant.answer import Answer

    data = server.post("/api/ask", json={"question": QUESTION}).json()
    own = server.service.assistant.ask(QUESTION)
    assert own.markdown == Answer.from_json(data).markdown == data["markdown"]


def test_the_texts_of_a_stream_joined_are_the_answer(server: Running) -> None:
    found = events(server, "/api/ask", json={"question": QUESTION, "stream": True})
    assert ("fit", "done") == (found[0][0], found[-1][0])
    assert found[-1][1]["answer"]["markdown"] == "".join(d.get("text", "") for _, d in found)


def test_scale_and_task_over_the_text_are_those_of_the_command_line(server: Running) -> None:
    data = server.post("/api/ask", json={"question": "enlarge my photo", "scale": 4}).json()
    assert [4.0] == data["wish"]["scales"]
    bad = server.post("/api/ask", json={"question": "enlarge my photo", "task": "cooking"})
    assert (400, "unknown task 'cooking'") == (bad.status_code, bad.json()["error"]["message"])


def test_an_unknown_field_is_refused_by_its_name(server: Running) -> None:
    got = server.post("/api/ask", json={"question": QUESTION, "colour": 1})
    assert (400, "colour") == (got.status_code, got.json()["error"]["param"])


# Conversations


def test_a_conversation_is_kept_listed_exported_and_forgotten(server: Running) -> None:
    first = events(server, "/api/chat", json={"message": QUESTION})[-1][1]
    name = first["conversation"]
    more = {"message": "and for 4x?", "conversation": name}
    then = events(server, "/api/chat", json=more)[-1][1]
    assert ("SISR-SAFMN-4x", name) == (then["reply"]["model"], then["conversation"])
    listed = {c["name"]: c for c in server.get("/api/conversations").json()}
    assert (2, QUESTION) == (listed[name]["turns"], listed[name]["first"])
    turns = server.get(f"/api/conversations/{name}").json()["turns"]
    assert [QUESTION, "and for 4x?"] == [turn["message"] for turn in turns]
    page = server.get(f"/api/conversations/{name}/export")
    assert page.text.startswith(f"# {name}")
    assert "attachment" in page.headers["content-disposition"]
    assert 204 == httpx2.delete(f"{server.url}/api/conversations/{name}").status_code
    assert 404 == server.get(f"/api/conversations/{name}").status_code
    assert 404 == httpx2.delete(f"{server.url}/api/conversations/{name}").status_code


def test_a_conversation_of_the_command_line_goes_on_in_the_page(server: Running) -> None:
    from assistant.chat import Chat

    chat, sessions = Chat(server.service.composing), server.service.sessions
    sessions.append("typed", QUESTION, chat.say(QUESTION), chat.state)
    told = {"message": "why that one?", "conversation": "typed", "stream": False}
    assert "why" == server.post("/api/chat", json=told).json()["reply"]["route"]
    sessions.delete("typed")


def test_a_client_that_leaves_during_a_turn_loses_no_turn_that_was_stored(server: Running) -> None:
    name = server.post("/api/chat", json={"message": QUESTION, "stream": False}).json()
    name = name["conversation"]
    for _ in range(5):
        with sent(server, "/api/chat", {"message": "and for 4x?", "conversation": name}):
            time.sleep(0.02)
    turns = server.get(f"/api/conversations/{name}").json()["turns"]
    assert QUESTION == turns[0]["message"]
    assert all(turn["reply"]["text"] for turn in turns)


# Search and catalog


def test_a_search_says_how_it_was_understood(server: Running) -> None:
    data = server.get("/api/search?q=2x+for+scans,+MIT,+not+anime&k=3").json()
    read = {one["field"]: one["value"] for one in data["understood"]}
    assert ("2", "mit", "anime") == (read["scales"], read["license"], read["refused"])
    assert 3 == len(data["found"])


def test_a_stated_strength_is_understood_and_taken_back(server: Running) -> None:
    asked = "/api/catalog?q=remove+noise+of+sigma+25"
    before, after = (server.get(f"{asked}{drop}").json() for drop in ("", "&drop=levels"))
    read = {one["field"]: one["value"] for one in before["understood"]}
    assert "noise 25" == read["levels"]
    assert "levels" not in {one["field"] for one in after["understood"]}


def test_what_was_understood_can_be_taken_back(server: Running) -> None:
    asked = "/api/catalog?q=enlarge+4x,+MIT"
    before = server.get(asked).json()
    after = server.get(f"{asked}&drop=license&drop=scales").json()
    fields = [{one["field"] for one in data["understood"]} for data in (before, after)]
    assert {"license", "scales"} <= fields[0]
    assert not {"license", "scales"} & fields[1]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("kind=paper", lambda r: r["kind"] == "paper"),
        ("task=deblurring", lambda r: r["task"] == "deblurring"),
        ("scale=3", lambda r: 3 in r["scales"] or r["any_scale"]),
        ("license=MIT", lambda r: r["license"].startswith("MIT")),
        ("tag=anime", lambda r: "anime" in r["labels"]),
        ("since=2024", lambda r: r["year"] >= 2024),
        ("until=2015", lambda r: r["year"] <= 2015),
        ("max_mb=5", lambda r: r["size_mb"] <= 5),
        ("runnable=true", lambda r: r["runs"]),
    ],
)
def test_a_filter_leaves_only_records_that_pass_it(server: Running, query: str, holds: Any) -> None:
    data = server.get(f"/api/catalog?{query}&limit=200").json()
    assert all(holds(record) for record in data["items"])
    assert data["total"] < len(server.service.catalog)


def test_pages_of_the_catalog_hold_every_record_once(server: Running) -> None:
    ids: list[str] = []
    total = len(server.service.catalog)
    for offset in range(0, total, 200):
        data = server.get(f"/api/catalog?limit=200&offset={offset}").json()
        ids += [record["id"] for record in data["items"]]
    assert (total, total) == (len(ids), len(set(ids)))


def test_a_record_or_a_family_is_shown_and_an_unknown_name_is_not_found(server: Running) -> None:
    assert 4 == len(server.get("/api/catalog/RCAN").json()["records"])
    assert "SISR-RCAN-3x" == server.get("/api/catalog/SISR-RCAN-3x").json()["id"]
    assert 404 == server.get("/api/catalog/no-such-thing").status_code


# Look and run


def test_a_picture_is_looked_at_and_what_suits_it_named(server: Running) -> None:
    files = {"picture": ("old.jpg", spoiled())}
    places = set(server.service.shelf.folder.iterdir())
    data = server.post("/api/look", files=files).json()
    assert ([200, 160], 15) == (data["size"], data["jpeg"]["quality"])
    assert "compression" in [fault["name"] for fault in data["faults"]]
    assert "compression" in data["sentence"]
    assert data["suits"]["models"]
    assert places == set(server.service.shelf.folder.iterdir())


def test_what_suits_a_picture_runs_where_nothing_is_named(server: Running) -> None:
    seen = server.post("/api/look", files={"picture": ("old.jpg", spoiled())}).json()
    (result,) = run(server, spoiled(), "old.jpg", auto="true").json()["results"]
    assert seen["suits"]["models"] == result["receipt"]["model"].split(",")
    both = run(server, spoiled(), "old.jpg", auto="true", model="SISR-SAFMN-2x")
    assert 400 == both.status_code


def test_what_speaks_against_a_run_is_said_before_it_starts(server: Running) -> None:
    how = {"model": "SISR-SAFMN-2x", "stream": "true"}
    files = {"picture": ("old.jpg", spoiled())}
    found = events(server, "/api/run", files=files, data=how)
    assert "made for other pictures" in found[0][1]["doubts"][0]
    assert "--" not in found[0][1]["doubts"][0]


def test_a_refused_run_names_fields_and_no_flags(server: Running, photo: bytes) -> None:
    """What the command line calls ``--model`` is the field ``model`` here."""
    refused = run(server, photo, model="SISR-SAFMN-2x", scale="4")
    assert (400, True) == (refused.status_code, "model A,B" in refused.text)
    assert "--" not in refused.text


def test_several_ways_run_side_by_side_with_a_receipt_each(server: Running, photo: bytes) -> None:
    from PIL import Image

    ways = ["SISR-SAFMN-2x", "SISR-SAFMN-3x,Deblur-MSSNet-GoPro"]
    data = run(server, photo, model=ways).json()
    assert [[80, 60], [120, 90]] == [r["receipt"]["output"] for r in data["results"]]
    for result in data["results"]:
        got = server.get(result["url"])
        with Image.open(io.BytesIO(got.content)) as made:
            assert (*made.size,) == (*result["receipt"]["output"],)
        assert "/" not in result["receipt"]["file"]
    assert "image/png" == server.get(data["before"]).headers["content-type"]


def test_a_run_tells_of_its_tiles(server: Running) -> None:
    how = {"model": "SISR-SAFMN-2x", "tile": 64, "stream": "true"}
    files = {"picture": ("a.png", gradient(100, 80))}
    found = events(server, "/api/run", files=files, data=how)
    assert ("start", "done") == (found[0][0], found[-1][0])
    tiles = [data for name, data in found if name == "tile"]
    assert tiles[0]["of"] > 1
    assert tiles[-1]["done"] == tiles[-1]["of"]


def test_the_workflow_of_an_answer_runs_as_it_stands(server: Running, photo: bytes) -> None:
    answer = server.post("/api/ask", json={"question": QUESTION}).json()
    graph = json.dumps(answer["workflow"]["graph"])
    (result,) = run(server, photo, workflow=graph).json()["results"]
    assert [120, 90] == result["receipt"]["output"]


def test_the_true_picture_gives_a_run_its_measures(server: Running, photo: bytes) -> None:
    files = {"picture": ("a.png", photo), "reference": ("b.png", gradient(80, 60))}
    data = server.post("/api/run", files=files, data={"model": "SISR-SAFMN-2x"}).json()
    assert data["results"][0]["receipt"]["psnr_y"] > 20


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("photo.png", {"model": "SISR-RCAN-99x"}, "no model 'SISR-RCAN-99x'"),
        ("photo.png", {"model": "SISR-HAN-2x"}, "SISR-HAN-2x cannot be run"),
        ("photo.png", {"workflow": "{}"}, "workflow: not the workflow of an answer"),
        ("photo.png", {"workflow": "[" * 5000}, "workflow: not the workflow of an answer"),
        ("photo.png", {"scale": "7"}, "no model that can run enlarges 7x"),
        ("photo.png", {"model": ["SISR-SAFMN-2x"] * 7}, "at most 6 side by side"),
        ("../../etc/passwd", {}, "passwd: not a picture"),
    ],
    ids=["unknown", "no weights", "no graph", "deep", "factor", "many", "text"],
)
def test_what_cannot_run_is_refused_without_a_path(
    server: Running, photo: bytes, name: str, fields: Any, said: str
) -> None:
    data = b"root:x:0:0" if "passwd" in name else photo
    got = run(server, data, name, **fields)
    message = got.json()["error"]["message"]
    assert (400, True) == (got.status_code, message.startswith(said)), message
    assert str(server.service.shelf.folder) not in got.text


def test_a_picture_that_claims_too_many_pixels_is_refused_undecoded(server: Running) -> None:
    import struct
    import zlib

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    got = run(server, bomb, "bomb.png")
    assert 400 == got.status_code
    assert "bomb.png" in got.json()["error"]["message"]


def test_a_run_ends_after_its_tile_when_nobody_listens(server: Running) -> None:
    begun = threading.Event()

    def listen() -> None:
        how = {"model": "SISR-SAFMN-2x", "tile": 64, "stream": "true"}
        with (
            httpx2.Client(timeout=60) as line,
            line.stream("POST", f"{server.url}/api/run", files=files, data=how) as response,
        ):
            for text in response.iter_text():
                if '"done": 1' in text:
                    begun.set()
                    return

    files = {"picture": ("large.png", gradient(600, 500))}
    places = set(server.service.shelf.folder.iterdir())
    thread = threading.Thread(target=listen)
    thread.start()
    assert begun.wait(60)
    thread.join()
    assert until(lambda: not server.service.runs.running)
    assert places == set(server.service.shelf.folder.iterdir())


@pytest.mark.parametrize("path", ["x/y.png", "../../etc/passwd", "%2e%2e/%2e%2e/passwd", "a/../b"])
def test_nothing_but_results_is_fetched(server: Running, path: str) -> None:
    assert 404 == server.get(f"/api/run/{path}").status_code


# Bulk


def files_of(*names: str) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (name, (GOLDEN / name).read_bytes())) for name in names]


def finished(server: Running, job: str) -> dict[str, Any]:
    for _ in range(600):
        told: dict[str, Any] = server.get(f"/api/bulk/{job}").json()
        if told["state"] in ("done", "stopped", "failed"):
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def test_prompt_files_are_checked_answered_and_fetched_as_a_zip(server: Running) -> None:
    names = sorted(path.name for path in GOLDEN.glob("*.txt"))
    told = server.post("/api/bulk", files=files_of(*names)).json()
    assert ("checked", 5, []) == (told["state"], told["items"], told["problems"])
    assert 202 == server.post(f"/api/bulk/{told['id']}/start").status_code
    over = finished(server, told["id"])
    assert ("done", 5, 0) == (over["state"], over["answered"], over["failed"])
    got = server.get(over["results"])
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        answers = [n for n in archive.namelist() if n.startswith("answers/")]
        assert 5 == len(answers)
        assert names == json.loads(archive.read("run.json"))["inputs"]
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert str(server.service.shelf.folder).encode() not in whole


def test_problems_name_the_file_that_was_sent_and_nothing_is_started(server: Running) -> None:
    broken = [("files", ("mine.txt", b"# Recommended AI Models:\n"))]
    told = server.post("/api/bulk", files=broken, data={"start": "true"}).json()
    assert "refused" == told["state"]
    assert told["problems"][0].startswith("mine.txt:")
    assert 400 == server.post(f"/api/bulk/{told['id']}/start").status_code


def test_a_job_stops_and_keeps_what_is_answered(server: Running) -> None:
    rows = "".join(
        json.dumps({"id": str(n), "question": f"Which model enlarges picture {n} by 2x?"}) + "\n"
        for n in range(2_000)
    )
    sent_ = [("files", ("many.jsonl", rows.encode()))]
    told = server.post("/api/bulk", files=sent_, data={"start": "true"}).json()
    for _ in range(400):
        if server.get(f"/api/bulk/{told['id']}").json()["answered"] > 3:
            break
        time.sleep(0.05)
    httpx2.delete(f"{server.url}/api/bulk/{told['id']}")
    over = finished(server, told["id"])
    assert "stopped" == over["state"]
    assert 3 < over["answered"] < 2_000
    assert 200 == server.get(over["results"]).status_code


def test_the_events_of_a_job_end_with_its_end(server: Running) -> None:
    told = server.post(
        "/api/bulk", files=files_of("000_f88148777f1205fe.txt"), data={"start": "true"}
    )
    text = server.get(f"/api/bulk/{told.json()['id']}/events").text
    last = [block for block in text.split("\n\n") if block.startswith("event: ")][-1]
    assert last.startswith("event: done\n")


def test_an_unknown_job_is_not_found(server: Running) -> None:
    assert {404} == {
        server.get("/api/bulk/nothing").status_code,
        server.get("/api/bulk/nothing/results.zip").status_code,
    }


# Grade


def test_answers_are_graded_as_by_the_command_line(server: Running, seeds: Any) -> None:
    from assistant.prompts import render

    text = render(seeds["000"])
    answer = server.post("/api/ask", json={"question": text}).json()["markdown"]
    files = [
        ("answers", ("one.md", answer.encode())),
        ("answers", ("two.md", b"")),
        ("prompts", ("one.txt", text.encode())),
        ("prompts", ("two.txt", text.encode())),
    ]
    report = server.post("/api/grade", files=files).json()
    assert (2, [{"id": "two", "why": "empty answer"}]) == (report["answers"], report["failed"])
    assert 1 == next(i for i in report["items"] if i["id"] == "one")["scores"]["grounded"]
    page = server.post("/api/grade", files=files, data={"format": "html"})
    assert "attachment" in page.headers["content-disposition"]
    assert page.text.startswith("<!doctype html>") or "<html" in page.text


def test_answers_without_prompts_are_refused_in_one_line(server: Running) -> None:
    files = [("answers", ("a.md", b"text")), ("prompts", ("b.txt", b"no prompt file"))]
    got = server.post("/api/grade", files=files)
    assert 400 == got.status_code
    assert str(server.service.shelf.folder) not in got.text
