"""The answer as a value: to and from JSON and Markdown, parts found in several styles."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.answer import Answer, Finding, Receipt, draft, from_markdown
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.generation import Composer
from assistant.prompts import Request
from assistant.world import World, build

SEEDS = ("000", "001", "002", "003", "004")


@pytest.fixture(scope="module")
def world(catalog: Catalog, seeds: dict[str, Request]) -> World:
    """The world of the seed that does not fit, which has most to say."""
    return build(seeds["002"], catalog)


@pytest.fixture(scope="module")
def answer(world: World) -> Answer:
    """Its answer by the composer, with a finding and a receipt."""
    return (
        Composer()
        .write(world)
        .model_copy(
            update={
                "findings": (Finding(kind="link_outside", span="x", action="removed"),),
                "outcome": "repaired",
                "receipt": Receipt(
                    generator="composer.v5", request="a", catalog="b", template="c",
                    scores={"m": 0.5}, seconds=0.1,
                ),
            }
        )
    )  # fmt: skip


# --- JSON ----------------------------------------------------------------------------------


def test_the_json_has_the_keys_of_the_design(answer: Answer) -> None:
    """What scripts read: these keys, and those of ours that complete the round trip."""
    data = answer.to_json()
    design = {"question", "wish", "recommended", "related", "task", "workflow", "references", "fit",
              "findings", "outcome", "markdown", "receipt"}  # fmt: skip
    ours = {
        "intent",
        "parts",
        "table",
        "demos",
        "running",
        "claims",
        "facts",
        "sources",
        "references_text",
    }
    assert design | ours == set(data)
    assert {"id", "name", "score", "fit", "paper", "github"} == set(data["recommended"][0])
    assert {"verdict", "reasons", "against", "closest"} == set(data["recommended"][0]["fit"])
    assert {"id", "title", "name", "role", "paper", "github"} == set(data["related"][0])
    assert {"text", "steps", "tasks", "mermaid", "graph"} == set(data["workflow"])
    assert {"title", "url", "owner"} == set(data["references"][0])
    assert {"verdict", "reasons", "against", "closest", "note"} == set(data["fit"])
    assert {"kind", "span", "evidence", "action"} == set(data["findings"][0])


def test_the_json_says_what_the_answer_says(answer: Answer, world: World) -> None:
    """Values are those of the answer: ids, verdict, links with owners, steps, Markdown."""
    data = answer.to_json()
    assert ["Deblur-MSSNet-GoPro"] == [model["id"] for model in data["recommended"]]
    assert ["arxiv-2302.13800", "arxiv-2502.03656", "arxiv-2501.15852"] == [
        paper["id"] for paper in data["related"]
    ]
    assert "mismatch" == data["fit"]["verdict"] == data["recommended"][0]["fit"]["verdict"]
    assert world.fit.closest == data["fit"]["closest"]
    assert answer.markdown == data["markdown"]
    owners = {r["url"]: r["owner"] for r in data["references"]}
    assert {link: item.name for item in world.request.items for link in item.links} == owners
    assert any("SAFMN" in step for step in data["workflow"]["steps"])
    assert data["workflow"]["mermaid"].startswith("flowchart LR\n")


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_reads_back_from_its_json(
    catalog: Catalog, seeds: dict[str, Request], seed: str
) -> None:
    """Through text and back it is the same answer with the same Markdown."""
    written = Composer().write(build(seeds[seed], catalog))
    again = Answer.from_json(json.loads(json.dumps(written.to_json())))
    assert written == again
    assert written.markdown == again.markdown


def test_findings_and_receipt_read_back(answer: Answer) -> None:
    """What the verifier saw and what makes the answer reproducible is part of the round trip."""
    again = Answer.from_json(json.loads(json.dumps(answer.to_json())))
    assert (answer.findings, answer.receipt, "repaired") == (
        again.findings,
        again.receipt,
        again.outcome,
    )
    assert answer == again


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.clear(),
        lambda data: data.pop("fit"),
        lambda data: data.pop("workflow"),
        lambda data: data.update(fit="fits"),
        lambda data: data.update(outcome="perfect"),
        lambda data: data.update(workflow=None),
        lambda data: data.update(wish={"task": 3}),
        lambda data: data.update(recommended=[{"id": "x"}]),
        lambda data: data["workflow"].update(graph={"nodes": [], "edges": [["a", "b"]]}),
    ],
)
def test_other_json_is_refused(answer: Answer, change: Any) -> None:
    """A file that is no answer of ours is refused as bad input, whatever is wrong with it."""
    data = json.loads(json.dumps(answer.to_json()))
    change(data)
    with pytest.raises(InputError, match="not an answer of sr-assistant") as caught:
        Answer.from_json(data)
    assert caught.value.hint


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_json_that_is_no_object_is_refused(data: Any) -> None:
    """The same for other kinds of JSON."""
    with pytest.raises(InputError, match="not an answer of sr-assistant"):
        Answer.from_json(data)


# --- Markdown ------------------------------------------------------------------------------


def test_the_markdown_has_note_and_three_parts(world: World) -> None:
    """The note stands before part 1, and without one the text begins with part 1."""
    written = draft(world, task="T", explanation="E", references_text="R", note="N")
    written = written.model_copy(update={"given": False, "demos": ()})
    text = "## 1. Task\n\nT\n\n## 2. Workflow\n\nE\n\n## 3. References\n\nR\n"
    assert f"N\n\n{text}" == written.markdown
    assert text == written.model_copy(update={"note": ""}).markdown


def test_a_short_answer_has_no_headings(world: World) -> None:
    """What answers comes first, then the rest, a table from the records, and the sources."""
    written = draft(world, task="T", explanation="E", references_text="R", note="")
    written = written.model_copy(
        update={"given": False, "parts": False, "table": "| t |", "demos": ()}
    )
    assert "T\n\nE\n\n| t |\n\nR\n" == written.markdown


def test_the_ideas_of_cited_papers_are_offered(world: World) -> None:
    """One line with a command for each, for papers that have a demonstration only; and it is read
    back as code's, whoever wrote the rest."""
    assert () == draft(world, task="T", explanation="E").demos  # of a prompt file: it is closed
    world = replace(world, given=False)
    written = draft(world, task="T", explanation="E")
    names = [
        name for p in world.related if p.entry and (name := world.catalog.demos.get(p.entry.id))
    ]
    assert "efficient-sr" in names
    line = ", ".join(f"`sr-assistant run --demo {name}`" for name in sorted(names))
    assert f"\n\nTo see ideas of cited papers at work: {line}\n\n" in written.markdown
    again = from_markdown(written.markdown, world)
    assert ("E", written.demos) == (again.explanation, again.demos)
    assert written.demos == Answer.from_json(written.to_json()).demos


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_reads_back_from_its_markdown(
    catalog: Catalog, seeds: dict[str, Request], seed: str
) -> None:
    """Splitting the composer's Markdown gives the composer's answer, again and again."""
    here = build(seeds[seed], catalog)
    written = Composer().write(here)
    again = from_markdown(written.markdown, here, written.workflow)
    assert written == again
    assert written.markdown == from_markdown(again.markdown, here, again.workflow).markdown


STYLES = {
    "ours": "## 1. Task\n\nT\n\n## 2. Workflow\n\nE\n\n## 3. References\n\nR\n",
    "three signs": "### 1. What task?\nT\n### 2. How?\nE\n### 3. List\nR",
    "one sign": "# 1. Task\nT\n\n# 2. Workflow\nE\n\n# 3. References\nR",
    "bold": "**1. Task**\n\nT\n\n**2. Workflow**\n\nE\n\n**3. References**\n\nR",
    "bold number": "**1.** Task\nT\n**2.** Workflow\nE\n**3.** Tools\nR",
    "bold in a heading": "### **1. Task**\nT\n### **2. Workflow**\nE\n### **3. Papers**\nR",
    "bracket": "1) Task\nT\n2) Workflow\nE\n3) Relevant papers and tools\nR",
    "plain": "1. The task\nT\n\n2. The workflow\nE\n\n3. Supporting papers\nR",
    "colon": "1: Task\nT\n2: Workflow\nE\n3: Sources\nR",
    "on one line": "1. Task: T\n2. Workflow: E\n3. References: R",
    "bold on one line": "1. **Task**: T\n\n2. **Workflow**: E\n\n3. **References**: R",
    "bold with colon": "1. **Task:** T\n\n2. **Workflow:** E\n\n3. **References:** R",
    "windows": "## 1. Task\r\n\r\nT\r\n\r\n## 2. Workflow\r\nE\r\n## 3. References\r\nR\r\n",
    "indented": "  ## 1. Task\n\n  T\n\n  ## 2. Workflow\n\nE\n\n  ## 3. References\n\nR",
    "trailing spaces": "## 1. Task  \n\nT\n\n## 2. Workflow \n\nE\n\n## 3. References\t\n\nR",
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_parts_are_found_in_the_styles_of_writers(world: World, text: str) -> None:
    """Headings with signs, bold or plain, with text on the same line or below."""
    found = from_markdown(text, world)
    assert ("", "T", "E", "R") == (
        found.note,
        found.task,
        found.explanation,
        found.references_text,
    )


MISSING = [
    ("", ("", "", "", "")),
    ("Just a text.", ("Just a text.", "", "", "")),
    ("N\n\n## 1. Task\n\nT", ("N", "T", "", "")),
    ("## 1. Task\nT\n## 3. References\nR", ("", "T", "", "R")),
    ("## 2. Workflow\nE\n## 3. Tools\nR", ("", "", "E", "R")),
    ("## 1. Task\n## 2. Workflow\n## 3. References", ("", "", "", "")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISSING)
def test_a_missing_part_is_empty(
    world: World, text: str, expected: tuple[str, str, str, str]
) -> None:
    """Nothing is guessed: parts in their order, and what precedes the first is the note."""
    found = from_markdown(text, world)
    assert expected == (found.note, found.task, found.explanation, found.references_text)


def test_a_numbered_list_opens_no_part(world: World) -> None:
    """Steps of a workflow are numbered too; only a heading opens a part."""
    text = (
        "## 1. Task\n\nT\n\n## 2. Workflow\n\n1. **Input**: a picture\n2. **Model** RCAN\n"
        "3. **Output**: a picture\n\n## 3. References\n\nR\n"
    )
    found = from_markdown(text, world)
    assert (
        "1. **Input**: a picture\n2. **Model** RCAN\n3. **Output**: a picture" == found.explanation
    )
    assert "R" == found.references_text


def test_real_answers_are_split_in_three(shared: Path, world: World) -> None:
    """All 59 answers by language models in the benchmark have their three parts found."""
    paths = sorted((shared / "bench" / "cnaps" / "answers").glob("*/*.txt"))
    assert 59 == len(paths)
    found = [from_markdown(path.read_text("utf-8"), world) for path in paths]
    assert [] == [
        path.name
        for path, one in zip(paths, found, strict=True)
        if not (one.task and one.explanation and one.references_text)
    ]


PIECES = st.sampled_from(
    ["## 1. Task", "2. Workflow:", "**3.** Papers", "\n", "x", " ", "#", "*", "\r\n"]
)


@given(text=st.text(max_size=300) | st.lists(PIECES, max_size=20).map("".join))
def test_any_text_is_split(world: World, text: str) -> None:
    """Whatever a writer returns is read, and its own Markdown reads back alike."""
    found = from_markdown(text, world)
    assert "".join(found.task.split()) in "".join(text.split())
    again = from_markdown(found.markdown, world)
    assert again.markdown == from_markdown(again.markdown, world).markdown


@pytest.mark.parametrize(
    "text",
    ["1. a" + " " * 100_000 + "b", "#" + " " * 100_000 + "b", "**" * 100_000, "1. Task " * 20_000,
     "## 1. Task\n" * 20_000, " \n" * 200_000],
    ids=["spaces", "sign", "bold", "one line", "headings", "empty lines"],
)  # fmt: skip
def test_a_long_text_is_split_in_bounded_time(world: World, text: str) -> None:
    """Splitting is linear: far under three seconds."""
    start = time.process_time()
    from_markdown(text, world)
    assert time.process_time() - start < 3


# --- values --------------------------------------------------------------------------------


def test_an_answer_is_a_value(answer: Answer) -> None:
    """Frozen, equal by content, and the time taken is no part of the text."""
    with pytest.raises(ValidationError):
        answer.task = "other"
    assert answer == Answer.model_validate(answer.model_dump())
    assert answer.receipt is not None
    slower = answer.model_copy(
        update={"receipt": answer.receipt.model_copy(update={"seconds": 9.0})}
    )
    assert answer.markdown == slower.markdown


def test_a_draft_takes_part_three_and_note_from_the_records(world: World) -> None:
    """Whoever writes the prose, links and the fit line come from what was provided."""
    written = draft(world, task="T", explanation="E")
    composed = Composer().write(world)
    assert (composed.note, composed.references_text) == (written.note, written.references_text)
    assert composed.references == written.references
    assert None is written.receipt
    assert () == written.findings
