"""Validation: everything that is wrong is found in one pass, by place, before anything is asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant import prompts
from assistant.bulk import validation
from assistant.bulk.sources import find
from assistant.bulk.validation import MAX_PROMPT, Checked, digest, validate
from assistant.settling import MAX_QUESTION

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.txt"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, so that names in messages are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str = "Why is it sharp?") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def batch(id: str, text: str, model: str | None = "m", **body: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    body = {"messages": messages, **body} | ({"model": model} if model else {})
    return {"custom_id": id, "method": "POST", "url": "/v1/chat/completions", "body": body}


def lines(name: str, *rows: dict[str, Any] | str) -> None:
    write(name, "".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows))


def check(*inputs: str, out: str = "out", model: str | None = None) -> Checked:
    return validate(find(inputs, Path(out)), Path(out), model=model)


def codes(checked: Checked) -> list[str]:
    return [f"{one.place}: {one.code}" for one in (*checked.problems, *checked.warnings)]


def test_ten_planted_faults_are_all_reported_in_one_pass_by_line() -> None:
    """One of each kind in a file of batch lines, with good ones between them."""
    sound = GOLDEN[0].read_text("utf-8")
    rows: list[dict[str, Any] | str] = [
        "{broken",
        batch("", "Is the id missing?"),
        batch("Twice", "One?"),
        batch("twice", "Two?"),
        {**batch("e", "Another address?"), "url": "/v1/embeddings"},
        batch("f", "Another model?", model="n"),
        batch("g", "  "),
        batch("h", sound.replace("### Recommended AI Models:\nModel:", "Model:")),
        batch("i", "x" * (MAX_QUESTION + 1)),
        batch("j", "Same?"),
        batch("k", "Same?"),
        {**batch("l", "Another method?"), "method": "GET"},
    ]
    good = [batch(f"good-{n}", f"Question {n}?") for n in range(len(rows))]
    lines("a.jsonl", *[row for pair in zip(good, rows, strict=True) for row in pair])
    checked = check("a.jsonl")
    assert [
        "a.jsonl:2: invalid_json_line",
        "a.jsonl:4: missing_field",
        "a.jsonl:8: duplicate_custom_id",
        "a.jsonl:10: url_mismatch",
        "a.jsonl:12: model_mismatch",
        "a.jsonl:14: empty_prompt",
        "a.jsonl:16: unreadable_prompt",
        "a.jsonl:18: prompt_too_long",
        "a.jsonl:24: invalid_field",
        "a.jsonl:22: duplicate_content",
    ] == codes(checked)
    assert ("duplicate_content", True) == (checked.warnings[0].code, checked.warnings[0].warning)
    assert all("; " in one.message and "\n" not in str(one) for one in checked.problems)


def test_sound_inputs_are_counted() -> None:
    """Items and the characters of all that is sent, system messages too."""
    shutil.copy(GOLDEN[0], "a.txt")
    write("b.txt", " Why? \n")
    line = batch("c", "How?")
    line["body"]["messages"].insert(0, {"role": "system", "content": "Be exact."})
    lines("c.jsonl", line)
    write("d.csv", "id,question\nd,What?\n")
    checked = check("a.txt", "b.txt", "c.jsonl", "d.csv")
    assert [] == codes(checked)
    assert (4, len(GOLDEN[0].read_text("utf-8")) + 4 + 13 + 5) == (
        checked.items,
        checked.characters,
    )


@pytest.mark.parametrize(
    ("first", "second"), [("a.txt", "in/a.txt"), ("a.txt", "A.prompt"), ("ä.txt", "in/a\u0308.txt")]
)
def test_two_files_whose_answers_would_be_one_are_refused_with_both_named(
    first: str, second: str
) -> None:
    """Equal stems, those that differ in letter case, and two spellings of one letter."""
    write(first)
    write(second, "Another question?")
    (problem,) = check(first, second).problems
    assert (
        f"{second}: duplicate_custom_id: its answer would replace that of {first}; "
        "give it another id"
    ).encode() == str(problem).encode()


def test_ids_meet_across_files_and_kinds() -> None:
    """A stem, a custom_id and an id in a table are one name space; the first is named."""
    write("in/7.txt")
    lines("b.jsonl", {"id": "x", "question": "One?"}, batch("7", "Two?"))
    write("c.csv", 'id,question\ny,"Three\n?"\n7,Four?\n')
    found = check("in", "b.jsonl", "c.csv").problems
    assert [
        f"{place}: duplicate_custom_id: its answer would replace that of in/7.txt; "
        "give it another id"
        for place in ("b.jsonl:2", "c.csv:4")
    ] == [str(one) for one in found]


def test_ids_that_no_file_can_have_do_not_collide() -> None:
    """Different paths as ids get different files."""
    rows = [{"id": id, "question": f"Q{n}?"} for n, id in enumerate(["a/b", "a_b", "a\\b", ".."])]
    lines("a.jsonl", *rows)
    assert [] == codes(check("a.jsonl"))


def test_equal_prompts_are_a_warning_that_names_the_first() -> None:
    """They share one request; a batch body counts with its parameters, not with its key order."""
    lines("a.jsonl", {"id": 1, "question": "Why?"}, {"id": 2, "question": "Why? "})
    other = batch("5", "How?")
    other["body"] = dict(reversed(other["body"].items()))
    lines("b.jsonl", batch("3", "How?"), batch("4", "How?", temperature=1), other)
    checked = check("a.jsonl", "b.jsonl")
    assert [] == checked.problems
    assert [
        "a.jsonl:2: duplicate_content: the same prompt as a.jsonl:1; it is asked once for both",
        "b.jsonl:3: duplicate_content: the same prompt as b.jsonl:1; it is asked once for both",
    ] == [str(one) for one in checked.warnings]


def test_a_batch_line_names_the_model_of_the_run_or_none() -> None:
    """Without a model of the run the first line that names one decides."""
    lines("a.jsonl", batch("1", "A?", None), batch("2", "B?", "m"), batch("3", "C?", "n"))
    assert ["a.jsonl:3: model_mismatch: asks for 'n', a.jsonl:2 for 'm'; run each model apart"] == [
        str(one) for one in check("a.jsonl").problems
    ]
    assert ["a.jsonl:2: model_mismatch: asks for 'm', the run for 'n'; run each model apart"] == [
        str(one) for one in check("a.jsonl", model="n").problems
    ]


@pytest.mark.parametrize(
    "name", ["journal.jsonl", "results.jsonl", "errors.jsonl", "run.json", "answers/a.md"]
)
def test_a_file_that_the_run_writes_is_no_input(name: str) -> None:
    """By whatever name it is given, and in any letter case, because some disks ignore it."""
    write(f"Out/{name}")
    Path("link.txt").symlink_to(f"Out/{name}")
    Path("in").symlink_to("Out")
    Path(f"Out/{name}").with_suffix(".JSONL").touch()
    for given in (f"Out/{name}", f"in/{name}", "link.txt", f"Out/{name}".replace("jsonl", "JSONL")):
        if not given.endswith(".json"):  # which bulk refuses anyway
            message = f"{given}: output_is_input: this run writes the file; name another --out"
            assert [message] == [str(one) for one in check(given, out="Out").problems]


def test_answers_of_another_run_are_inputs_like_any_other() -> None:
    """Only the files of this run's own folder are refused."""
    lines("old/errors.jsonl", {**batch("1", "Why?"), "error": {"code": "http_500"}, "attempts": 6})
    assert [] == codes(check("old/errors.jsonl"))


def test_a_prompt_that_cannot_be_read_is_refused_by_the_line_of_its_text() -> None:
    """In a file that is the file's line, in a row the row's with the line of the prompt."""
    text = GOLDEN[0].read_text("utf-8").replace("GitHub: https", "GitHub: x\nGitHub: https", 1)
    line = text[: text.index("GitHub: https")].count("\n") + 1
    write("a.txt", text)
    lines("b.jsonl", {"id": "b", "question": text.replace("CNAPS", "cnaps")})
    write("c.txt", "Why?\n\n## recommended ai models\nModel: M\n")
    message = "a second 'GitHub' in one entry; one of each label"
    assert [
        f"a.txt:{line}: unreadable_prompt: {message}",
        f"b.jsonl:1: unreadable_prompt: line {line} of the prompt: {message}",
        "c.txt:3: unreadable_prompt: a damaged heading '## recommended ai models'; "
        "write '### Recommended AI Models:'",
    ] == [str(one) for one in check("a.txt", "b.jsonl", "c.txt").problems]


def test_the_longest_texts_that_are_sent() -> None:
    """Questions, prompt files and all messages of a batch line have their limits."""
    question = "x" * MAX_QUESTION
    head = "Recommended AI Models:\nModel: M\n\n### Related Papers:\n\nModel: P\nSummary: "
    prompt = f'"Why?"\n\n### {head}'
    prompt += "x" * (MAX_PROMPT - len(prompt))
    long = batch("c", "Why?")
    long["body"]["messages"].insert(0, {"role": "system", "content": "x" * (MAX_PROMPT - 4)})
    for extra in ("", "x"):
        write("a.txt", question + extra)
        write("b.txt", prompt + extra)
        long["body"]["messages"][0]["content"] += extra
        lines("c.jsonl", long)
        expected = ["a.txt", "b.txt", "c.jsonl:1"] if extra else []
        found = check("a.txt", "b.txt", "c.jsonl")
        assert [f"{place}: prompt_too_long" for place in expected] == codes(found)


def test_a_prompt_that_was_valid_before_is_not_parsed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The digest of its text says so; one byte more and it is."""
    parsed: list[str] = []
    monkeypatch.setattr(prompts, "parse", lambda text, _: parsed.append(text))
    for path in GOLDEN[:2]:
        shutil.copy(path, ".")
    texts = [path.read_text("utf-8") for path in GOLDEN[:2]]
    sources = find(["."], Path("out"))
    checked = validate(sources, Path("out"), known={digest(texts[0])}.__contains__)
    assert ([texts[1]], 2) == (parsed, checked.items)


def test_problems_come_in_the_order_of_the_inputs_and_are_all_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of very many of one kind the first are kept, and other kinds are not crowded out."""
    monkeypatch.setattr(validation, "MAX_KEPT", 3)
    rows: list[dict[str, Any] | str] = [{"id": n, "question": ""} for n in range(9)]
    lines("b.jsonl", *rows, {"id": "x", "question": "One?"}, {"id": "X", "question": "Two?"})
    write("a.txt", "")
    checked = check("b.jsonl", "a.txt")
    assert [
        *(f"b.jsonl:{n}: empty_prompt" for n in (1, 2, 3)),
        "b.jsonl:11: duplicate_custom_id",
        "a.txt: empty_file",
    ] == codes(checked)
    assert {"empty_prompt": 9, "duplicate_custom_id": 1, "empty_file": 1} == checked.counts


def test_the_first_of_many_equal_ones_is_named_by_each() -> None:
    """Three of one kind and two of another, between others, in the order of the lines."""
    ids = ["a", "b", "A", "c", "B", "a", "d"]
    lines("a.jsonl", *({"id": id, "question": f"Q{n}?"} for n, id in enumerate(ids)))
    found = [(one.place, one.message.split(";")[0][-9:]) for one in check("a.jsonl").problems]
    first = {"a": "a.jsonl:1", "b": "a.jsonl:2"}
    assert [
        ("a.jsonl:3", first["a"]),
        ("a.jsonl:5", first["b"]),
        ("a.jsonl:6", first["a"]),
    ] == found


def test_of_very_many_duplicates_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the lines, which is not that of their hashes."""
    monkeypatch.setattr(validation, "MAX_KEPT", 9)
    lines("a.jsonl", *({"id": n % 30, "question": f"Q{n}?"} for n in range(60)))
    found = [problem.place for problem in check("a.jsonl").problems]
    assert [f"a.jsonl:{n}" for n in range(31, 40)] == found


def test_all_real_prompt_files_are_valid(shared: Path) -> None:
    """The 159 prompt files of the benchmark, read as bulk reads them."""
    sources = find([str(shared / "bench" / "cnaps" / "prompts")], Path("out"))
    checked = validate(sources, Path("out"))
    assert (159, []) == (checked.items, checked.problems)
