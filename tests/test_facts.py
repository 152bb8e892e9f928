from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.catalog.facts import links_of, unlisted
from assistant.errors import InputError

CHECKOUT = Path(__file__).parents[1]


def test_every_link_of_the_built_in_catalog_is_a_known_fact(shared: Path) -> None:
    """No link of ours was made up: each occurs in the lists or in the example prompt files."""
    files = [
        shared / "data/sr-papers",
        shared / "data/papers-2023",
        shared / "data/field",
        shared / "bench/cnaps/catalog.jsonl",
        CHECKOUT / "tests/golden",
    ]
    assert [] == [str(problem) for problem in unlisted(None, files)]


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    (tmp_path / "mine/models").mkdir(parents=True)
    (tmp_path / "mine/models/a.yaml").write_text(
        "title: T\nname: N\ndoes: D\npaper: https://arxiv.org/pdf/1807.02758v2\n"
        "variants:\n- id: a\n  github: https://github.com/Owner/Repo.git\n- id: b\n"
        "  huggingface: https://huggingface.co/owner/net\n"
    )
    return tmp_path / "mine"


def test_a_link_without_facts_is_named_by_file_and_line(catalog: Path, tmp_path: Path) -> None:
    """Each link is looked up by what it points to; what is missing is named at its place."""
    facts = tmp_path / "facts.jsonl"
    facts.write_text('{"id": ["1807.02758"]}\nno JSON, but https://github.com/owner/repo here\n')
    file = catalog / "models/a.yaml"
    assert [
        f"{file}:9: huggingface: https://huggingface.co/owner/net of b occurs in none of the files"
    ] == [str(problem) for problem in unlisted(catalog, [facts])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"deep": [{"paper": "http://arxiv.org/abs/1807.02758"}]}'),
        ("a.txt", "Paper: https://arxiv.org/pdf/1807.02758.\n"),
        ("a.yaml", "paper: https://doi.org/10.48550/arXiv.1807.02758\n"),
        ("a.csv", "name,paper\nRCAN,arXiv:1807.02758\n"),
        ("sub/a.md", "[RCAN](https://export.arxiv.org/abs/1807.02758v1)"),
    ],
)
def test_facts_come_in_many_files(tmp_path: Path, name: str, text: str) -> None:
    """A link is found in JSON, text, YAML, CSV and Markdown, also through its folder."""
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    assert ["arxiv:1807.02758"] == list(links_of(file)) == list(links_of(tmp_path))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing or binary file of facts is an error, not a list of nothing."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("missing: cannot be read", "binary:1: not a UTF-8 text"):
        with pytest.raises(InputError, match=name):
            list(links_of(tmp_path / name.partition(":")[0]))


def test_the_command_exits_with_1_where_links_have_no_facts(catalog: Path, tmp_path: Path) -> None:
    """``catalog validate --facts`` lists them with the other problems."""
    facts = tmp_path / "facts.txt"
    facts.write_text("1807.02758 https://github.com/owner/repo")
    command = [sys.executable, "-m", "assistant", "catalog", "validate", "--catalog", str(catalog)]
    done = subprocess.run(
        [*command, "--facts", str(facts), "--json"], capture_output=True, text=True, check=False
    )
    said = json.loads(done.stdout)
    assert (1, 2, [], [9]) == (
        done.returncode,
        said["records"],
        said["problems"],
        [problem["line"] for problem in said["unlisted"]],
    )
    facts.write_text("1807.02758 github.com/owner/repo https://huggingface.co/owner/net")
    assert 0 == subprocess.run([*command, "--facts", str(facts)], check=False).returncode
