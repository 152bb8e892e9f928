from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="needs the extra: pip install 'sr-assistant[serve]'")

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from assistant import demos
from assistant.prompts import render
from assistant.server.options import Options

from .running import Running, running

TOOLS = {
    "answer_prompt_file",
    "demonstrate",
    "get_model",
    "grade_answer",
    "look_at_picture",
    "recommend",
    "run_workflow",
    "search_models",
}
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "before-after.jpg"


def spoken(where: Any, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    """What comes of a talk with a server at an address, or with one over standard streams."""

    async def whole() -> Any:
        async with Client(where) as client:
            return await talk(client)

    return asyncio.run(whole())


def called(server: Running, tool: str, **given: Any) -> Any:
    """The data that a tool returns over HTTP."""
    result = spoken(f"{server.url}/mcp", lambda client: client.call_tool(tool, given))
    assert not result.is_error, result.content
    return result.structured_content


def refused(server: Running, tool: str, **given: Any) -> str:
    """What a tool says that refuses."""
    result = spoken(f"{server.url}/mcp", lambda client: client.call_tool(tool, given))
    assert result.is_error
    return str(result.content[0].text)


def test_all_tools_are_listed_with_what_they_do(server: Running) -> None:
    found = spoken(f"{server.url}/mcp", lambda client: client.list_tools()).tools
    assert set(TOOLS) == {tool.name for tool in found}
    assert all(tool.description for tool in found)


def test_a_search_returns_models_with_verdict_and_links(server: Running) -> None:
    found = called(server, "search_models", query="enlarge a photo on a phone", scale=3, k=2)[
        "found"
    ]
    assert 2 == len(found)
    assert ("fits", True) == (found[0]["verdict"], bool(found[0]["links"]))


def test_a_recommendation_is_the_answer_of_ask(server: Running) -> None:
    told = called(server, "recommend", question="Which model upscales a photo 3x on a phone?")
    assert ("SISR-SAFMN-3x", "fits") == (told["recommended"][0]["id"], told["fit"]["verdict"])
    assert told["markdown"].startswith("## 1. Task")


def test_a_prompt_file_is_answered_and_its_answer_graded(server: Running, seeds: Any) -> None:
    text = render(seeds["000"])
    answer = called(server, "answer_prompt_file", text=text)["markdown"]
    graded = called(server, "grade_answer", prompt=text, answer=answer)
    assert (1, []) == (
        graded["scores"]["links.precision"],
        [f for f in graded["findings"] if f["harmful"]],
    )


def test_a_family_is_shown_with_the_place_of_each_fact(server: Running) -> None:
    told = called(server, "get_model", id="RCAN")
    assert 4 == len(told["records"])
    assert all(fact["place"] for fact in told["facts"])


def test_a_record_is_a_resource(server: Running) -> None:
    found = spoken(
        f"{server.url}/mcp", lambda client: client.read_resource("catalog://models/SISR-RCAN-3x")
    )
    assert "SISR-RCAN-3x" == json.loads(found.contents[0].text)["id"]


def test_the_prompt_is_a_prompt_file_that_can_be_answered(server: Running) -> None:
    given = {"question": "Which model for 3x?"}
    found = spoken(f"{server.url}/mcp", lambda client: client.get_prompt("three_part", given))
    text = found.messages[0].content.text
    assert "Which model for 3x?" in text
    assert called(server, "answer_prompt_file", text=text)["recommended"]


def test_what_cannot_be_used_is_refused_in_one_line(server: Running) -> None:
    assert "no record" in refused(server, "get_model", id="NoSuchModel")
    assert "no line" in refused(server, "answer_prompt_file", text="# nothing")
    assert "\n" not in refused(server, "recommend", question=" ")


def test_no_picture_is_read_where_no_folder_is_allowed(server: Running) -> None:
    assert "--pictures" in refused(server, "run_workflow", picture=str(PICTURE))


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "link.png", "missing.png", ".", ""]
)
def test_nothing_outside_the_allowed_folder_is_read(tmp_path: Path, name: str) -> None:
    root = tmp_path / "pictures"
    root.mkdir()
    shutil.copy(PICTURE, tmp_path / "secret.png")
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    with running(Options(pictures=root)) as server:
        said = refused(server, "run_workflow", picture=name)
    assert "no such file below the allowed folder" in said
    assert str(tmp_path) not in said


def test_a_model_runs_on_a_picture_of_the_allowed_folder(tmp_path: Path) -> None:
    from PIL import Image

    with Image.open(PICTURE) as whole:
        whole.crop((0, 0, 40, 30)).save(tmp_path / "small.png")
    with running(Options(pictures=tmp_path)) as server:
        seen = called(server, "look_at_picture", picture="small.png")
        told = called(server, "run_workflow", picture="small.png", models=["SISR-SAFMN-2x"])
        again = refused(server, "run_workflow", picture="small.png", models=["SISR-SAFMN-2x"])
    assert ([40, 30], True) == (seen["size"], "My picture is 40x30 pixels" in seen["sentence"])
    (receipt,) = told["results"]
    assert ("small_SISR-SAFMN-2x.png", [80, 60]) == (receipt["file"], receipt["output"])
    with Image.open(tmp_path / receipt["file"]) as made:
        assert (80, 60) == made.size
    assert "exists already" in again


def test_the_same_is_spoken_over_standard_streams() -> None:
    how = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant", "mcp"], env=dict(os.environ)
    )
    told = spoken(
        stdio_client(how),
        lambda client: client.call_tool("recommend", {"question": "Which model for 4x?"}),
    )
    assert told.structured_content["recommended"]


def test_a_demonstration_is_listed_and_run_with_its_label(server: Running) -> None:
    listed = called(server, "demonstrate")["demos"]
    assert [card.name for card in demos.cards()] == [one["name"] for one in listed]
    told = called(server, "demonstrate", name="feature-sharpening")
    assert told["is_not"].startswith("No vision transformer")
    assert told["figures"][0]["gain"] >= told["margin"]
    assert "no demonstration" in refused(server, "demonstrate", name="nope")
