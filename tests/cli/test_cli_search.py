"""``sr-assistant search``: a list for programs, lines for pipes, a table for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from assistant.catalog import Catalog

Run = Callable[..., Any]
QUERY = "upscale a photo 3x"

pytestmark = pytest.mark.usefixtures("cache")


def test_json_is_a_list_of_records_with_score_and_fit(call: Run) -> None:
    found = json.loads(call("search", QUERY, "--json").out)
    assert 10 == len(found)
    assert {("id", "kind", "name", "score", "fit")} == {tuple(hit) for hit in found}
    assert {("verdict", "reasons")} == {tuple(hit["fit"]) for hit in found}
    assert ("SISR-RCAN-3x", "model", "RCAN") in [(h["id"], h["kind"], h["name"]) for h in found]


def test_explain_shows_the_wish_and_its_words(call: Run) -> None:
    asked = "enlarge a face 3x, MIT license, not anime"
    lines = call("search", asked, "--explain", "-k", 1).out.splitlines()
    assert 'scales\t3.0\t"3x"' in lines
    assert 'license\tmit\t"mit license", "mit"' in lines
    shown = json.loads(call("search", asked, "--explain", "--json", "-k", 1).out)
    assert ["anime"] == shown["wish"]["refused"]
    assert ["found", "wish"] == sorted(shown)
    assert "fit" in shown["found"][0]


@pytest.mark.parametrize("kind", ["model", "paper", "concept"])
def test_kind_keeps_records_of_that_kind(call: Run, kind: str) -> None:
    found = json.loads(call("search", QUERY, "--kind", kind, "--json").out)
    assert {kind} == {hit["kind"] for hit in found}


def test_a_question_for_a_term_finds_its_concept(call: Run) -> None:
    found = json.loads(call("search", "what is PSNR", "--kind", "concept", "--json").out)
    assert "psnr" == found[0]["id"]


@pytest.mark.parametrize("k", [1, 3, 1000])
def test_k_is_the_most_records(call: Run, catalog: Catalog, k: int) -> None:
    found = json.loads(call("search", QUERY, "-k", k, "--json").out)
    assert min(k, len(catalog)) == len(found)


def test_a_model_that_fits_comes_before_one_that_does_not(call: Run) -> None:
    verdicts = [
        hit["fit"]["verdict"]
        for hit in json.loads(call("search", QUERY, "--kind", "model", "-k", 150, "--json").out)
    ]
    assert sorted(verdicts, key=["fits", "partly", "mismatch"].index) == verdicts
    assert {"fits", "mismatch"} <= set(verdicts)


def test_a_pipe_gets_one_line_of_tab_separated_cells_for_each_record(call: Run) -> None:
    found = json.loads(call("search", QUERY, "-k", 4, "--json").out)
    done = call("search", QUERY, "-k", 4)
    cells = [line.split("\t") for line in done.out.splitlines()]
    assert (0, "") == (done.code, done.err)
    shown = [
        (h["id"], h["kind"], h["fit"]["verdict"], "; ".join(h["fit"]["reasons"])) for h in found
    ]
    assert shown == [(*row[:2], *row[3:]) for row in cells]
    # rounded once more than in JSON
    assert [h["score"] for h in found] == pytest.approx([float(row[2]) for row in cells], abs=1e-4)


def test_a_terminal_gets_a_table_with_a_heading(terminal: Run) -> None:
    lines = terminal("search", QUERY, "-k", 2, NO_COLOR="1").out.splitlines()
    assert ["id", "kind", "score", "fit", "why"] == lines[0].split()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["", "--json"], "the question is empty"),
        ([QUERY, "-k", "0", "--json"], "-k"),
        ([QUERY, "--kind", "song", "--json"], "--kind"),
        (["--json"], "QUERY"),
    ],
)
def test_errors_are_json_where_json_was_asked_for(
    call: Run, arguments: list[str], said: str
) -> None:
    done = call("search", *arguments)
    error = json.loads(done.err)["error"]
    assert (2, "", 2) == (done.code, done.out, error["code"])
    assert said in error["message"]
    assert error["hint"]


def test_the_command_groups_and_diversifies(call: Run) -> None:
    """``--group`` names variants once, ``--mmr`` moves records, and neither changes the length."""
    plain = json.loads(call("search", "upscale a photo 3x", "-k", "8", "--json").out)
    group = json.loads(call("search", "upscale a photo 3x", "-k", "8", "--group", "--json").out)
    mixed = json.loads(
        call("search", "upscale a photo 3x", "-k", "8", "--mmr", "--lambda", "0.3", "--json").out
    )
    named = [name for hit in group for name in (hit["id"], *hit["also"])]
    assert (8, 8, 8) == (len(plain), len(group), len(mixed))
    assert len(named) == len(set(named)) > 8
    assert plain[0]["id"] == group[0]["id"] == mixed[0]["id"]
    assert [hit["id"] for hit in plain] != [hit["id"] for hit in mixed]
    assert "(also: " in call("search", "upscale a photo 3x", "--group").out
