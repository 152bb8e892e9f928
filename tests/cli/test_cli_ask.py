"""``sr-assistant ask``: the answer on standard output, everything else beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from language_models.endpoint import Endpoint, serving, stating
from PIL import Image

from assistant import prompts
from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.generation import Composer
from assistant.prompts import Request
from assistant.world import World

Run = Callable[..., Any]
QUESTION = "Which model do I use for 3x on a phone?"
KEYS = {
    *("question", "wish", "recommended", "related", "task", "workflow", "references", "fit"),
    *("findings", "outcome", "markdown", "receipt"),
    *("parts", "table", "claims", "facts"),
}

pytestmark = pytest.mark.usefixtures("cache")


@pytest.mark.parametrize(
    ("seed", "model"),
    [
        ("000", "SISR-RCAN-3x"),
        ("001", "SISR-RCAN-2x"),
        ("002", "SISR-SAFMN-3x"),
        ("003", None),
        ("004", "SISR-HAN-4x"),
    ],
)
def test_the_question_of_each_example_gets_the_model_that_fits_it(
    call: Run, seeds: dict[str, Request], catalog: Catalog, seed: str, model: str | None
) -> None:
    answer = json.loads(call("ask", seeds[seed].question, "--json").out)
    found = answer["recommended"][0]["id"]
    assert "super-resolution" == catalog.get(found).task
    assert model in (None, found)


def test_json_is_one_object_with_the_promised_keys(call: Run) -> None:
    done = call("ask", QUESTION, "--json")
    answer = json.loads(done.out)
    assert (0, "") == (done.code, done.err)
    assert KEYS <= set(answer)
    assert {"id", "name", "score", "fit", "paper", "github"} == set(answer["recommended"][0])
    assert {"verdict", "reasons"} <= set(answer["recommended"][0]["fit"])
    assert {"id", "title", "name", "role", "paper", "github"} == set(answer["related"][0])
    assert {"text", "steps", "mermaid"} <= set(answer["workflow"])
    assert {"title", "url", "owner"} == set(answer["references"][0])
    assert {"verdict", "reasons", "closest"} <= set(answer["fit"])
    assert ("verified", []) == (answer["outcome"], answer["findings"])


def test_standard_output_holds_the_answer_alone(sra: Run, call: Run) -> None:
    markdown = json.loads(call("ask", QUESTION, "--json").out)["markdown"]
    done = sra("ask", QUESTION)
    assert (0, markdown, "") == (done.code, done.out, done.err)


def test_the_wait_for_an_index_is_told_on_standard_error(
    call: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm_cache: Path
) -> None:
    def build(
        catalog: object, cache: Path, *, on_build: Callable[[int], None], **_: object
    ) -> object:
        on_build(20)
        return opened(catalog, warm_cache)

    from assistant.retrieval import search

    opened = search.open_index
    monkeypatch.setattr(search, "open_index", build)
    done = call("ask", QUESTION)
    assert "indexing 20 new or changed records, once ...\n" == done.err
    assert done.out.startswith("## 1. Task\n")


@pytest.mark.parametrize(
    ("name", "flags", "form"),
    [
        ("answer.md", [], "markdown"),
        ("answer.json", [], "json"),
        ("answer.md", ["--json"], "json"),
        ("deep/er/answer.md", [], "markdown"),
    ],
)
def test_out_writes_the_form_that_the_name_or_the_flag_asks_for(
    call: Run, tmp_path: Path, name: str, flags: list[str], form: str
) -> None:
    file = tmp_path / name
    done = call("ask", QUESTION, "-o", file, *flags)
    assert (0, "", f"wrote {file}\n") == (done.code, done.out, done.err)
    text = file.read_text("utf-8")
    if form == "json":
        text = json.loads(text)["markdown"]
    assert call("ask", QUESTION).out == text


def test_out_with_a_dash_is_standard_output(call: Run) -> None:
    assert call("ask", QUESTION) == call("ask", QUESTION, "-o", "-")


def test_out_may_be_a_device(sra: Run) -> None:
    done = sra("ask", QUESTION, "-o", "/dev/stdout")
    assert (0, "## 1. Task") == (done.code, done.out.partition("\n")[0])


def test_a_flag_wins_over_the_text(call: Run) -> None:
    answer = json.loads(call("ask", "Which model for 3x?", "--scale", "4", "--json").out)
    assert ([4.0], "fits") == (answer["wish"]["scales"], answer["fit"]["verdict"])
    answer = json.loads(call("ask", "Which model for 3x?", "--task", "deblurring", "--json").out)
    assert "deblurring" == answer["wish"]["task"]
    assert answer["recommended"][0]["id"].startswith("Deblur-")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--task", "smelling"], "unknown task 'smelling'"),
        (["--scale", "0"], "a scale of 0 makes no sense"),
        (["--scale", "nan"], "a scale of nan makes no sense"),
        (["--scale", "three"], "--scale"),
        (["-k", "21"], "-k"),
        (["-o", "."], ".: cannot be written: it is a folder"),
        (["-o", "/dev/null/answer.md"], "/dev/null/answer.md: cannot be written: "),
    ],
)
def test_a_flag_that_makes_no_sense_is_refused_in_one_line_with_a_hint(
    call: Run, flags: list[str], said: str
) -> None:
    done = call("ask", QUESTION, *flags)
    assert (2, "") == (done.code, done.out)
    error, hint = done.err.splitlines()
    assert error.startswith("error: ")
    assert said in error
    assert hint.startswith("hint: ")


def test_an_unknown_task_names_the_known_ones(call: Run, catalog: Catalog) -> None:
    known = ", ".join(task.id for task in catalog.vocabulary.tasks)
    assert f"hint: known tasks: {known}\n" in call("ask", QUESTION, "--task", "smelling").err


@pytest.mark.parametrize("k", [0, 1, 5])
def test_k_is_the_most_papers_beside_the_model(call: Run, k: int) -> None:
    related = json.loads(call("ask", "Which model for 2x?", "-k", k, "--json").out)["related"]
    assert k == len(related)


def test_without_k_the_setting_decides(call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRA_RELATED", "1")
    assert 1 == len(json.loads(call("ask", QUESTION, "--json").out)["related"])


@pytest.mark.parametrize("question", [QUESTION, 'He said "3x"\nand\n### Related Papers:\nleft'])
def test_show_prompt_prints_a_prompt_file_that_asks_the_same(call: Run, question: str) -> None:
    done = call("ask", question, "--show-prompt", "-k", "2")
    request = prompts.parse(done.out)
    assert Request(question=question, recommended=()).question == request.question
    assert (1, 2) == (len(request.recommended), len(request.related))


def test_show_prompt_obeys_out_and_json(call: Run, tmp_path: Path) -> None:
    text = call("ask", QUESTION, "--show-prompt").out
    file = tmp_path / "prompt.txt"
    assert 0 == call("ask", QUESTION, "--show-prompt", "-o", file).code
    assert text == file.read_text("utf-8")
    printed = call("ask", QUESTION, "--show-prompt", "--json").out
    assert {"prompt": text} == json.loads(printed)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """An endpoint whose model states facts, but for two sentences of its own."""
    with serving(stating(OWN, OUTSIDE)) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        monkeypatch.setenv("SRA_REPAIR", "0")
        yield endpoint


OWN = "It is a gentle way to bring old memories back to life."
OUTSIDE = "See https://evil.example/best for a better one."


@pytest.mark.parametrize("asked", ["claims", "parts"])
def test_show_prompt_prints_what_a_language_model_is_sent(
    call: Run, scripted: Endpoint, asked: str
) -> None:
    """Claims or the prompt file, byte for byte; nothing is sent for it."""
    shown = call("ask", QUESTION, "--show-prompt", "--prompt", asked).out
    assert [] == scripted.asked
    call("ask", QUESTION, "--prompt", asked)
    sent = scripted.asked[0]
    assert (shown, asked == "claims") == (
        sent["messages"][0]["content"],
        "response_format" in sent,
    )


def test_show_prompt_prints_on_request_what_a_language_model_would_be_asked(call: Run) -> None:
    """Without one it is the prompt file unless claims are named."""
    shown = call("ask", QUESTION, "--show-prompt", "--prompt", "claims").out
    assert "[question-1] The question asks for" in shown
    with pytest.raises(InputError):
        prompts.parse(shown)


@pytest.mark.parametrize(
    ("check", "outcome", "kept"), [("facts", "repaired", False), ("links", "reworded", True)]
)
def test_check_links_keeps_own_words_and_no_outside_link(
    call: Run, scripted: Endpoint, check: str, outcome: str, kept: bool
) -> None:
    """The outcome says that words stand for which no fact does."""
    answer = json.loads(call("ask", QUESTION, "--check", check, "--json").out)
    assert (outcome, kept, False) == (
        answer["outcome"],
        OWN in answer["task"],
        "evil" in answer["markdown"],
    )
    assert 1 == len(scripted.asked)


def test_the_setting_check_is_read_from_the_environment(
    call: Run, scripted: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SRA_CHECK and SRA_PROMPT stand for the flags."""
    monkeypatch.setenv("SRA_CHECK", "links")
    monkeypatch.setenv("SRA_PROMPT", "parts")
    call("ask", QUESTION)
    assert "response_format" not in scripted.asked[0]
    monkeypatch.setenv("SRA_PROMPT", "claims")
    assert "reworded" == json.loads(call("ask", QUESTION, "--json").out)["outcome"]


@pytest.mark.usefixtures("scripted")
def test_a_stream_of_claims_prints_the_answer(call: Run) -> None:
    """Sentence by sentence or at once: the same bytes."""
    assert call("ask", QUESTION).out == call("ask", QUESTION, "--stream").out


@pytest.mark.parametrize("stdin", [b"Which model for 2x?", b"\xef\xbb\xbfWhich model for 2x?\r\n"])
def test_a_dash_reads_the_question_from_standard_input(call: Run, stdin: bytes) -> None:
    answer = json.loads(call("ask", "-", "--json", stdin=stdin).out)
    assert "Which model for 2x?" == answer["question"]


@pytest.mark.parametrize(
    ("argument", "stdin", "said"),
    [
        ("", b"", "the question is empty"),
        (" \n", b"", "the question is empty"),
        ("-", b"", "the question is empty"),
        ("-", b"\xff\xfe", "the question is not UTF-8 text"),
        ("\udcff upscale", b"", "the question is not UTF-8 text"),
        ("\x01", b"", "the question is empty"),
        ("upscale " * 4000, b"", "the question has 32,000 characters, at most 20,000 are read"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_in_one_line_with_a_hint(
    call: Run, argument: str, stdin: bytes, said: str
) -> None:
    done = call("ask", argument, stdin=stdin)
    assert (2, "") == (done.code, done.out)
    error, hint = done.err.splitlines()
    assert (f"error: {said}", "hint: ") == (error, hint[:6])


def test_a_question_about_something_else_is_refused_and_told_what_is_covered(call: Run) -> None:
    done = call("ask", "What is the capital of France?", "--json")
    answer = json.loads(done.out)
    assert (0, "refused", [], []) == (
        done.code,
        answer["outcome"],
        answer["recommended"],
        answer["references"],
    )
    assert re.search(r"super-resolution|upscal|enlarg|restor", answer["markdown"])


class Careless(Composer):
    """A writer that cites what was not provided."""

    def write(self, world: World) -> Answer:
        draft = super().write(world)
        return draft.model_copy(update={"task": "As https://example.org/paper says."})


def test_strict_exits_5_where_the_draft_could_not_be_grounded(
    call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.generation.registry.Composer", Careless)
    done = call("ask", QUESTION, "--strict")
    assert (5, "") == (done.code, done.out)
    assert done.err.startswith("error: the answer could not be grounded as it was written: ")
    assert "\nhint: " in done.err


def test_strict_leaves_a_grounded_answer_alone(call: Run) -> None:
    assert call("ask", QUESTION) == call("ask", QUESTION, "--strict")


def test_the_same_question_gives_the_same_bytes(call: Run) -> None:
    assert call("ask", QUESTION).out == call("ask", QUESTION).out


def test_what_only_a_language_model_hears_is_said_to_change_nothing(
    call: Run, here: Path, cache: Path
) -> None:
    """In one line, where none writes; the answer comes all the same."""
    done = call("ask", "4x for a photo", "--check", "links")
    assert 0 == done.code
    assert (
        "note: --check changes nothing: no language model writes here; name one with --llm"
        in done.err.splitlines()
    )


def test_a_question_about_a_picture_names_one_model_and_its_path(
    call: Run, here: Path, cache: Path
) -> None:
    """What is measured comes first; the command can be typed as it stands."""
    (here / "my pictures").mkdir()
    picture = here / "my pictures" / "a.png"
    Image.new("RGB", (64, 48), (90, 120, 60)).save(picture)
    done = call("ask", "enlarge this 4x, which model?", "--image", "my pictures/a.png", "--json")
    answer = json.loads(done.out)
    assert "'my pictures/a.png'" in answer["running"]["command"]
    assert "sr-assistant run" not in answer["fit"]["note"]
    assert 1 == answer["markdown"].count("`sr-assistant run '")
