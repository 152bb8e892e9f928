"""The three parts of an answer, in the styles of many writers, through every door."""

from __future__ import annotations

import time

import pytest

from assistant.answer import from_markdown
from assistant.catalog import Catalog
from assistant.grading.findings import Checker
from assistant.grading.inputs import Written
from assistant.grading.scores import grade_answer
from assistant.prompts import Request
from assistant.text.parts import paragraphs, sections, split, unwrapped
from assistant.world import build

STYLES = {
    "one sign": "# 1. Task\nT\n# 2. Workflow\nE\n# 3. References\nR",
    "four signs": "#### Task\nT\n#### Workflow\nE\n#### References\nR",
    "closing signs": "## Task ##\nT\n## Workflow ##\nE\n## References ##\nR",
    "bold": "**Task**\nT\n\n**Workflow**\nE\n\n**References**\nR",
    "bold with text": "**Task:** T\n\n**Workflow:** E\n\n**References:** R",
    "dots": "1. Task: T\n2. Workflow: E\n3. References: R",
    "brackets": "1) Task: T\n2) Workflow: E\n3) References: R",
    "no words": "# 1. 任务\nT\n# 2. 流程\nE\n# 3. 文献\nR",
    "tags": "<h2>1. Task</h2>\nT\n<h2>2. Workflow</h2>\nE\n<h2>3. References</h2>\nR",
    "bold tags": "<b>Task:</b> T\n<strong>Workflow:</strong> E\n<p><b>References</b></p>\nR",
    "another order": "## References\nR\n## Task\nT\n## Workflow\nE",
    "a list": "1. T\n2. E\n3. R",
    "keycaps": "1️⃣ Task\nT\n\n2️⃣ Workflow\nE\n\n3️⃣ References\nR",
    "roman": "I. Task\nT\nII. Workflow\nE\nIII. References\nR",
    "part words": "Part 1: Task\nT\nPart 2: Workflow\nE\nPart 3: References\nR",
    "no numbers": "## Task\nT\n## Workflow\nE\n## References\nR",
    "plain words": "Task:\nT\n\nWorkflow:\nE\n\nReferences:\nR",
    "underlined": "Task\n====\nT\n\nWorkflow\n--------\nE\n\nReferences\n==========\nR",
    "fence": "```markdown\n## 1. Task\nT\n## 2. Workflow\nE\n## 3. References\nR\n```",
    "thoughts": "<think>2. Workflow? hm</think>## 1. Task\nT\n## 2. Workflow\nE\n## 3. Sources\nR",
    "symbols": "### 🧠 1. Task\nT\n### ⚙️ 2. Workflow\nE\n### 📚 3. Papers and tools\nR",
    "emphasis": "__1. Task__\nT\n__2. Workflow__\nE\n__3. References__\nR",
    "rules": "## 1. Task\nT\n\n---\n\n## 2. Workflow\nE\n\n---\n\n## 3. References\nR\n\n---",
    "the prompt's words": "1. What task the user is trying to perform.\nT\n"
    "2. How the model(s) would work in a CNAPS AI-like workflow (input → model → output).\nE\n"
    "3. List relevant papers and tools (with GitHub or ArXiv links).\nR",
    "one line": "Task: T. Workflow: E. References: R",
    "one numbered line": "1. Task: T. 2. Workflow: E. 3. References: R",
    "json": '{"task": "T", "workflow": "E", "references": "R"}',
    "json in a fence": '```json\n{"1_task": "T", "2_workflow": "E", "3_papers": "R"}\n```',
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_the_parts_are_found_in_any_style(text: str) -> None:
    """Numbers, signs, words, fences and JSON all lead to the same three parts."""
    assert ["", "T", "E", "R"] == [part.strip(".") for part in split(text)]


@pytest.fixture(scope="module")
def checker(catalog: Catalog, seeds: dict[str, Request]) -> Checker:
    return Checker(build(seeds["000"], catalog), encode=False)


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES.keys())
def test_the_verifier_and_the_grader_find_the_same_parts(text: str, checker: Checker) -> None:
    """What an answer is read as is what a grader points at, in any style."""
    read = from_markdown(text, checker.world)
    graded = grade_answer(Written("a", text), "a", checker, None)
    pointed = {n: one.of(graded.text) for n, one in graded.parts.items()}
    assert {1: read.task, 2: read.explanation, 3: read.references_text} == pointed


def test_a_numbered_list_inside_a_part_opens_no_part() -> None:
    """The steps of a workflow are a list, although they are numbered 1, 2 and 3."""
    steps = "1. **Input**: photo\n2. **Model**: RCAN\n3. **Output**: picture"
    found = split(f"**1. Task**\nT\n\n**2. Workflow**\n{steps}\n\n**3. References**\nR")
    assert (steps, "R") == (found.workflow, found.references)


def test_a_third_heading_that_is_not_the_last_belongs_to_the_workflow() -> None:
    """Writers put a technical section before the references; both are kept apart."""
    found = split("## 1. Task\nT\n## 2. Workflow\nE\n## 3. Technique\nX\n## 4. Papers\nR")
    assert ("E\n## 3. Technique\nX", "R") == (found.workflow, found.references)


def test_a_list_of_three_without_headings_is_read_as_the_parts() -> None:
    """Small models answer with the three points of the prompt and no headings."""
    found = split("Well:\n1. The user enlarges a photo.\n2. RCAN reads it.\n3. RCAN: link")
    assert ("Well:", "The user enlarges a photo.", "RCAN reads it.", "RCAN: link") == found


def test_paragraphs_are_the_last_resort() -> None:
    """Without any mark the first paragraph is the task, the rest the workflow."""
    found = paragraphs("The user enlarges a photo.\n\nRCAN reads it.\n\nIt writes it.")
    assert ("", "The user enlarges a photo.", "RCAN reads it.\n\nIt writes it.", "") == found


def test_places_are_those_of_the_text() -> None:
    """A part ends before the next heading, without rules, fences and blank lines."""
    text = unwrapped("Hi\n---\n## 1. Task\n\n```\nT\n```\n***\n## 2. Workflow: E\n\nmore\n")
    found = sections(text)
    assert {0: "Hi", 1: "T", 2: "E\n\nmore"} == {n: one.of(text) for n, one in found.items()}


def test_a_fence_around_the_answer_goes_although_words_follow() -> None:
    """A writer who is polite behind the fence has written the same three parts."""
    text = (
        "```markdown\n## 1. Task\nT\n## 2. Workflow\nE\n## 3. References\nR\n```\nI hope it helps."
    )
    assert ("", "T", "E", "R") == split(text)


def test_a_drawing_that_a_part_begins_with_keeps_its_fence() -> None:
    """A fence opens and closes; neither goes without the other."""
    flow = "```\ninput -> RCAN -> output\n```\nRCAN enlarges the picture."
    assert flow == split(f"## 1. Task\nT\n## 2. Workflow\n{flow}\n## 3. References\nR").workflow


LONG = ["1. " * 300_000, "#" * 1_000_000, "**" * 500_000, "- [" * 300_000, "{" * 1_000_000]
LONG += ["1. Task: a\n" * 90_000, " " * 1_000_000, "<think>" * 150_000, "\n" * 1_000_000]


@pytest.mark.parametrize("text", LONG, ids=[text[:7].strip() or "blank" for text in LONG])
def test_a_megabyte_of_anything_is_split_in_time_linear_in_its_length(text: str) -> None:
    """Twice the text takes about twice the time, never its square."""

    def seconds(part: str) -> float:
        start = time.process_time()
        split(part)
        paragraphs(part)
        return time.process_time() - start

    half, whole = seconds(text[: len(text) // 2]), seconds(text)
    assert whole < 8 * half + 1
