"""Measuring search on a tiny set, with an encoder whose neighbours are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.catalog import Catalog, Model
from assistant.encoder.embedding import EmbeddingModel, Identity
from assistant.errors import InputError
from assistant.grading.retrieval_bench import RESTORATION, SYSTEMS, BenchReport, measure
from assistant.grading.retrieval_set import Query, RetrievalSet
from assistant.retrieval import index
from assistant.retrieval.search import Search

METRICS = ["r@1", "r@5", "r@10", "mrr", "ndcg@10", "p@1", "p@5", "domain@1"]
QUERIES = (
    Query("right", "Please upscale my photo 4x.", "SISR", 4.0),
    Query("late", "Please upscale my photo 2x.", "SISR", 2.0),
    Query("wrong", "Please deblur this photo.", "SISR", 2.0),
    Query("none", "Please colorize this photo.", "Colorization", None),
)
GRADES = {
    "right": {"SISR-A-4x": 2, "SISR-B-2x": 1},
    "late": {"SISR-B-2x": 2, "SISR-A-4x": 1},
    "wrong": {"SISR-B-2x": 1},
    "none": {"Colorization-elsewhere": 1},
}


class Blur:
    """Texts on blur point one way, all others another."""

    def embed_query(self, text: str) -> list[float]:
        return [1.0, 0.0] if "blur" in text.lower() else [0.0, 1.0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


def model(id: str, task: str, does: str, *scales: float) -> Model:
    return Model(id=id, title=id, name=id, task=task, does=does, scales=scales)


@pytest.fixture
def search(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Search:
    identity = Identity("blur", "1", weight_bytes=0, dimension=2, max_tokens=9)
    encoder = EmbeddingModel(identity, Blur, Blur)
    monkeypatch.setattr(index, "all_minilm", lambda: encoder)
    models = [
        model("SISR-A-4x", "super-resolution", "Upscales a photo.", 4),
        model("SISR-B-2x", "super-resolution", "Upscales a photo.", 2),
        model("Deblur-C", "deblurring", "Takes blur away."),
    ]
    return Search(Catalog(models, catalog.vocabulary), tmp_path)


@pytest.fixture
def report(search: Search) -> BenchReport:
    return measure(search, RetrievalSet("tiny", QUERIES, GRADES, None))


def test_questions_without_a_relevant_model_are_counted_apart(report: BenchReport) -> None:
    counted = report.unlabelled
    assert (3, 1, 1, 1) == (report.n, counted.n, counted.nothing_fits, counted.nearest_offered)


def test_every_system_has_every_metric(report: BenchReport) -> None:
    names = [*METRICS, "task@1", "task@1 restoration", "r@5 restoration", "scale@1"]
    assert dict.fromkeys(SYSTEMS, names) == {
        system: list(by) for system, by in report.systems.items()
    }


def test_dense_search_alone_sees_no_scale(report: BenchReport) -> None:
    """Both upscalers tie, so the first of the catalog is right once of two times."""
    dense = report.systems["dense"]
    assert (0.3333, 0.5, 0.6667) == (dense["r@1"], dense["scale@1"], dense["task@1"])


def test_our_search_ranks_by_what_the_question_names(report: BenchReport) -> None:
    """Right for both scales; the mislabelled question has its model second."""
    ours = report.systems["ours"]
    assert (0.6667, 1.0, 1.0, 0.6667) == (
        ours["r@1"],
        ours["r@5"],
        ours["scale@1"],
        ours["task@1"],
    )


def test_precision_counts_any_grade(report: BenchReport) -> None:
    """Two and two relevant ids among the first five, and one."""
    assert pytest.approx((2 / 5 + 2 / 5 + 1 / 5) / 3, abs=1e-4) == report.systems["ours"]["p@5"]


def test_the_scale_counts_where_the_reader_found_the_label(report: BenchReport) -> None:
    assert (3, 2) == (report.counts["r@1"], report.counts["scale@1"])


@pytest.mark.parametrize(("task", "counted"), [("Deblur", True), ("NST", False)])
def test_only_restoration_tasks_count_as_restoration(
    search: Search, task: str, counted: bool
) -> None:
    query = Query("q", "Please deblur this photo.", task, None)
    found = measure(search, RetrievalSet("tiny", (query,), {"q": {"Deblur-C": 1}}, None))
    assert (counted, counted) == (task in RESTORATION, "task@1 restoration" in found.counts)


def test_restoration_labels_are_tasks_of_the_vocabulary(catalog: Catalog) -> None:
    found = [catalog.vocabulary.task_of_name(f"{label}-") for label in RESTORATION]
    tasks = {task.id for task in found if task}
    assert (len(RESTORATION), False) == (len(tasks), None in found)


def test_a_failure_says_what_was_read_and_what_was_wanted(report: BenchReport) -> None:
    [failure] = report.failures
    assert ("wrong", "Deblur-C", "SISR-B-2x", "deblurring") == (
        failure.query,
        failure.first,
        failure.wanted,
        failure.wish["task"],
    )


def test_intervals_hold_the_means_of_ours(report: BenchReport) -> None:
    assert all(
        low <= report.systems["ours"][name] <= high
        for name, (low, high) in report.intervals.items()
    )


def test_the_table_has_a_line_for_each_metric(report: BenchReport) -> None:
    lines = report.to_markdown().splitlines()
    assert (
        "| tiny, 3 questions | lexical | dense | fused | ours | 95 % of ours | n |",
        2 + len(report.counts),
    ) == (lines[0], len(lines))


def test_a_run_has_every_question_and_falling_scores(report: BenchReport) -> None:
    rows = [line.split(" ") for line in report.to_trec().splitlines()]
    assert ["right", "Q0", "SISR-A-4x", "1", "1.000000", "sr-assistant"] == rows[0]
    assert [(query.id, str(rank)) for query in QUERIES for rank in (1, 2, 3)] == [
        (row[0], row[3]) for row in rows
    ]
    assert ["1.000000", "0.500000", "0.333333"] == [row[4] for row in rows[:3]]


def test_a_set_for_another_catalog_is_an_error(search: Search) -> None:
    with pytest.raises(InputError, match="no relevant document is a model"):
        measure(search, RetrievalSet("tiny", QUERIES, {"right": {"elsewhere": 1}}, None))


def test_a_set_without_any_grade_counts_only_what_was_said(search: Search) -> None:
    found = measure(search, RetrievalSet("tiny", QUERIES, {}, None))
    assert (0, 4, {}) == (found.n, found.unlabelled.n, found.intervals)


def test_the_same_set_gives_the_same_report(search: Search, report: BenchReport) -> None:
    assert report == measure(search, RetrievalSet("tiny", QUERIES, GRADES, None))
