"""Grading answers end to end: every kind of input and every odd answer has a defined result."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assistant import prompts
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.grading.compare import compare
from assistant.grading.inputs import read_answers, read_prompts, read_references
from assistant.grading.reports import Report, to_html, to_junit, to_markdown
from assistant.grading.run import Run, gate, grade, match
from assistant.pipeline import Assistant

GERMAN = """## 1. Aufgabe

Das Bild soll dreimal so breit und dreimal so hoch werden, ohne unscharf zu wirken.

## 2. Ablauf

Die Eingabe ist ein kleines Bild, und das Netz SISR-RCAN-3x gibt ein größeres als Ausgabe zurück.

## 3. Quellen

- SISR-RCAN-3x: https://arxiv.org/pdf/1807.02758
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Path:
    """Prompt files, our answers to them and odd ones, references for two of them."""
    root = tmp_path_factory.mktemp("grade")
    for name in ("prompts", "answers", "references"):
        (root / name).mkdir()
    golden = Path(__file__).parents[1] / "golden"
    assistant = Assistant(catalog)
    for file in sorted(golden.glob("*.txt")):
        text = file.read_text("utf-8")
        short = file.name[:3]
        (root / "prompts" / f"{short}.txt").write_text(text, "utf-8")
        page = assistant.answer(prompts.parse(text)).markdown
        (root / "answers" / f"{short}.md").write_text(page, "utf-8")
    for short in ("000", "002"):
        page = (root / "answers" / f"{short}.md").read_text("utf-8")
        (root / "references" / f"{short}.md").write_text(page, "utf-8")
    return root


def run_of(place: Path, answers: Path, catalog: Catalog, *, references: bool = False) -> Run:
    given = read_references(place / "references") if references else None
    jobs, unmatched = match(read_answers(answers), read_prompts(place / "prompts")[0], given)
    return grade(answers.name, jobs, unmatched, catalog, encode=False)


@pytest.fixture(scope="module")
def run(place: Path, catalog: Catalog) -> Run:
    """Our five answers, two of them with a reference that is the answer itself."""
    return run_of(place, place / "answers", catalog, references=True)


def odd(place: Path, tmp_path: Path, catalog: Catalog, text: str, name: str = "000.md") -> Run:
    (tmp_path / name).write_text(text, "utf-8")
    return run_of(place, tmp_path, catalog)


def test_our_own_answers_have_no_harmful_finding(run: Run) -> None:
    """The composer's answers to the seeds are clean, complete and say the mismatch."""
    found = [(g.id, m.kind, m.text) for g in run.graded for m in g.marks if m.harmful]
    assert [] == found
    for name in ("structure", "links.precision", "names", "numbers", "grounded", "fit"):
        assert (name, 1.0) == (name, run.summary()[name].interval.mean)


def test_an_answer_equal_to_its_reference_scores_one(run: Run) -> None:
    """Every overlap is 1 where answer and reference are the same text; others have no score."""
    same = next(g for g in run.graded if g.id == "000")
    for name in ("rouge1.f", "rouge2.f", "rougeLsum.f", "information.f", "facts", "length_ratio"):
        assert (name, pytest.approx(1.0)) == (name, same.scores[name])
    assert "rouge1.f" not in next(g for g in run.graded if g.id == "001").scores
    assert ["001", "003", "004"] == run.unmatched.answers_without_reference


def test_an_empty_answer_is_failed_and_zero(place: Path, tmp_path: Path, catalog: Catalog) -> None:
    """0 everywhere, counted as failed, with bounds: 1 if it had been right."""
    run = odd(place, tmp_path, catalog, "  \n")
    assert "empty answer" == run.graded[0].failed
    summary = run.summary()["grounded"]
    assert (0.0, 1, 1.0) == (summary.interval.mean, summary.failed, summary.best)


def test_a_megabyte_is_refused_in_time(place: Path, tmp_path: Path, catalog: Catalog) -> None:
    """Longer than 100,000 characters is no answer: failed, scored 0, named by its length."""
    run = odd(place, tmp_path, catalog, "word " * 210_000)
    assert "1,050,000 characters, at most 100,000 are read" == run.graded[0].failed


def test_broken_json_is_failed(place: Path, tmp_path: Path, catalog: Catalog) -> None:
    """In a folder and in a line: the error says where."""
    run = odd(place, tmp_path, catalog, '{"markdown": ', "000.json")
    assert "broken JSON" == run.graded[0].failed
    lines = tmp_path / "results.jsonl"
    lines.write_text('{"id": "001", "answer": "x"}\n{"id": \n', "utf-8")
    found = read_answers(lines)
    assert "broken JSON in line 2" == found["line 2"].error


def test_another_language_is_checked_but_not_for_support(
    place: Path, tmp_path: Path, catalog: Catalog
) -> None:
    """Parts and links are judged; support says that it was not checked."""
    run = odd(place, tmp_path, catalog, GERMAN)
    one = run.graded[0]
    assert (None, 1.0) == (one.scores["support.rate"], one.scores["links.precision"])
    assert "not English" in one.reasons["support.rate"]
    assert {1, 2, 3} <= set(one.parts)


def test_no_cited_link_is_not_a_perfect_precision(
    place: Path, tmp_path: Path, catalog: Catalog
) -> None:
    """ "None cited" has no precision, and recall 0."""
    run = odd(place, tmp_path, catalog, "## 1. Task\n\nEnlarge.\n")
    one = run.graded[0]
    assert (None, 0.0) == (one.scores["links.precision"], one.scores["links.recall.recommended"])
    assert "none cited" == one.reasons["links.precision"]


def test_batch_results_of_openai_and_vllm_are_read(tmp_path: Path) -> None:
    """Bodies with and without status, and failures with their reason."""
    body = {"choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}]}
    rows = [
        {"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None},
        {"custom_id": "b", "response": body, "error": None},
        {
            "custom_id": "c",
            "response": {"status_code": 400, "body": {"error": {"message": "long"}}},
        },
        {"custom_id": "d", "response": None, "error": {"code": "batch_expired"}},
    ]
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = read_answers(path)
    assert ("hello", "hello") == (found["a"].text, found["b"].text)
    assert ("failed: status 400 long", "failed: batch_expired") == (
        found["c"].error,
        found["d"].error,
    )


def test_csv_needs_its_columns(tmp_path: Path) -> None:
    """id and answer; anything else is named by file and line."""
    path = tmp_path / "a.csv"
    path.write_text("id,answer\n000,text\n", "utf-8")
    assert "text" == read_answers(path)["000"].text
    path.write_text("name,text\n", "utf-8")
    with pytest.raises(InputError, match=r"a.csv:1: no columns"):
        read_answers(path)


def test_unmatched_ids_are_listed(place: Path, tmp_path: Path, catalog: Catalog) -> None:
    """Both sides by name; several answers to one prompt keep their own ids."""
    for name in ("000", "gpt/001", "stranger"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.md").write_text("## 1. Task\n\nEnlarge.\n", "utf-8")
    run = run_of(place, tmp_path, catalog)
    assert ["stranger"] == run.unmatched.answers_without_prompt
    assert ["002", "003", "004"] == run.unmatched.prompts_without_answer
    assert [("000", "000"), ("gpt/001", "001")] == [(g.id, g.prompt) for g in run.graded]


def test_gates_are_checked_on_the_headline(run: Run) -> None:
    """A mean below is missed; a metric that applies nowhere is bad input, no pass."""
    assert {} == gate(run, {"links.precision": 1.0})
    missed = gate(run, {"support.rate": 1.01})
    assert ["support.rate"] == list(missed)
    with pytest.raises(InputError, match="is no score"):
        gate(run, {"elegance": 0.5})
    with pytest.raises(InputError, match="applies to no answer"):
        gate(run, {"rubric": 0.5})


def test_a_run_against_itself_is_identical(run: Run) -> None:
    """All differences 0, p 1, no wins."""
    found = compare(run, run)
    assert {1.0} == {p.p for p in found.scores.values()}
    assert {(0, 0)} == {(p.wins, p.losses) for p in found.scores.values()}


def test_reports_have_the_same_bytes_twice(run: Run, place: Path, catalog: Catalog) -> None:
    """Grading again gives the same JSON, Markdown, JUnit and page, also in two processes."""
    jobs, unmatched = match(
        read_answers(place / "answers"), read_prompts(place / "prompts")[0],
        read_references(place / "references"),
    )  # fmt: skip
    again = grade("answers", jobs * 9, unmatched, catalog, encode=False, processes=2)
    again.graded = again.graded[::9]
    for form in (to_markdown, to_junit, to_html, lambda r: json.dumps(r.to_json())):
        assert form(Report(run)) == form(Report(again))


class Page(HTMLParser):
    """What a page holds: its tags, the addresses it loads, the text of its answers."""

    VOID = frozenset({"meta", "input", "br", "circle", "rect", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.loads += [v or "" for k, v in attrs if k in ("src", "href", "action", "data")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert tag == self.open.pop()


def test_the_page_stands_alone(run: Run) -> None:
    """Balanced tags, no script, nothing loaded, every answer with its text and its sources."""
    html = to_html(Report(run, compare(run, run), {"grounded": 0.5}))
    page = Page()
    page.feed(html)
    assert ([], []) == (page.open, page.loads)
    assert set() == page.seen & {"script", "link", "img", "iframe"}
    assert {"svg", "details", "mark"} <= page.seen
    assert 'name="viewport"' in html


def test_the_page_escapes_what_it_shows(place: Path, tmp_path: Path, catalog: Catalog) -> None:
    """Markup of an answer is shown, never run; the finding names it."""
    run = odd(place, tmp_path, catalog, "## 1. Task\n\n<script>alert(1)</script> enlarge it now.\n")
    html = to_html(Report(run))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "injection_echo" in {m.kind for m in run.graded[0].marks}


def test_spans_point_at_the_words(place: Path, tmp_path: Path, catalog: Catalog) -> None:
    """A finding's place holds its words."""
    text = "## 1. Task\n\nEnlarge it 3x.\n\n## 2. Workflow\n\nUse https://evil.example/x here.\n"
    run = odd(place, tmp_path, catalog, text)
    mark = next(m for m in run.graded[0].marks if m.kind == "link_outside")
    assert "https://evil.example/x" == text[mark.start : mark.end]


def test_junit_fails_wrong_answers_and_counts_errors(
    place: Path, tmp_path: Path, catalog: Catalog
) -> None:
    """A wrong answer is a failure, an empty one an error, a missed gate a failure."""
    (tmp_path / "001.md").write_text("", "utf-8")
    run = odd(place, tmp_path, catalog, "## 1. Task\n\nUse SwinIR.\n")
    made = to_junit(Report(run, None, {"names": 1.0}, {"names": (0.0, 1.0)}))
    suite = ET.fromstring(made)  # noqa: S314 - our own report
    assert ("2", "1", "3") == (suite.get("failures"), suite.get("errors"), suite.get("tests"))


def test_the_best_of_several_references_counts(
    place: Path, tmp_path: Path, catalog: Catalog
) -> None:
    """For each score the nearest reference, and the report says so."""
    text = (place / "answers" / "000.md").read_text("utf-8")
    (tmp_path / "000.md").write_text(text, "utf-8")
    file = tmp_path / "refs.jsonl"
    file.write_text(json.dumps({"id": "000", "references": ["Something else.", text]}), "utf-8")
    jobs, unmatched = match(
        read_answers(tmp_path / "000.md"), read_prompts(place / "prompts")[0], read_references(file)
    )
    one = grade("x", jobs, unmatched, catalog, encode=False).graded[0]
    assert pytest.approx(1.0) == one.scores["rouge1.f"]
    assert "best of 2 references for each score" == one.reasons["rouge1.f"]
