"""Bulk runs against a server that fails as servers do: nothing lost, doubled or mixed up."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.bulk import Job
from assistant.bulk.asking import reply_of
from assistant.bulk.batch_files import custom_id
from assistant.bulk.journal import DiskError, Journal
from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.generation.language_model import MAX_DRAFT
from assistant.grading.inputs import read_answers
from assistant.links import candidates
from assistant.workflow import weights

from .conftest import MakeJob
from .faults import FAULTS, OUTSIDE, Fault, Rule, limited
from .replies import grounded, sha256
from .server import Endpoint

Prompts = Callable[[int], Path]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def results(job: Job) -> list[dict[str, Any]]:
    return lines(job.out / "results.jsonl")


def errors(job: Job) -> list[tuple[str, str]]:
    path = job.out / "errors.jsonl"
    return [(e["custom_id"], e["error"]["code"]) for e in lines(path)] if path.exists() else []


def replied(job: Job) -> dict[str, str]:
    """The last reply of the model by id, as the journal has it."""
    return {
        line["id"]: line["body"]["choices"][0]["message"]["content"]
        for line in lines(job.out / "journal.jsonl")
        if line["t"] == "reply"
    }


def final(job: Job) -> dict[str, bytes]:
    names = [*(job.out / "answers").iterdir(), job.out / "results.jsonl"]
    return {path.name: path.read_bytes() for path in names}


COUNT = 80


def test_with_half_of_the_requests_failing_each_answer_stands_at_its_own_id(
    prompts: Prompts, job: MakeJob
) -> None:
    folder = prompts(COUNT)
    kinds = ("server_error", "cut_before", "cut_within", "not_json", "page")
    with Endpoint(*(Rule(kind, share=0.13) for kind in kinds)) as endpoint:
        work = job(folder, endpoint, concurrency=32, max_attempts=40)
        report = work.run()
    assert (COUNT, 0) == (report["counts"]["answered"], report["counts"]["failed"])
    assert 0.3 < 1 - COUNT / len(endpoint.log) < 0.7
    wanted = {str(n): sha256((folder / f"{n}.txt").read_text("utf-8")) for n in range(COUNT)}
    assert wanted == {
        name: re.findall("[0-9a-f]{64}", text)[0] for name, text in replied(work).items()
    }
    assert [str(n) for n in range(COUNT)] == [line["custom_id"] for line in results(work)]
    assert {"good": COUNT}.items() <= endpoint.said.items()


def test_a_run_that_changes_nothing_asks_nothing_and_writes_the_same_bytes(
    prompts: Prompts, job: MakeJob
) -> None:
    folder = prompts(6)
    with Endpoint(reply=grounded) as endpoint:
        work = job(folder, endpoint)
        work.run()
        before = final(work)
        again = job(folder, endpoint).run()
        assert (6, 6, 0) == (len(endpoint.log), again["counts"]["cached"], again["requests"])
        assert before == final(work)


def test_a_changed_prompt_redoes_only_itself(prompts: Prompts, job: MakeJob) -> None:
    folder = prompts(5)
    with Endpoint(reply=grounded) as endpoint:
        job(folder, endpoint).run()
        text = (folder / "3.txt").read_text("utf-8")
        (folder / "3.txt").write_text(text.replace("row 3", "row three"), "utf-8")
        counts = job(folder, endpoint).run()["counts"]
    assert (1, 4, 6) == (counts["answered"], counts["cached"], len(endpoint.log))


def test_another_catalog_checks_the_replies_anew_and_pays_for_none(
    prompts: Prompts, job: MakeJob, catalog: Catalog
) -> None:
    folder = prompts(3)
    smaller = Catalog(catalog.entries[1:], catalog.vocabulary)
    with Endpoint(reply=grounded) as endpoint:
        job(folder, endpoint).run()
        report = job(folder, endpoint, catalog=smaller).run()
    assert (3, 3, 0) == (len(endpoint.log), report["counts"]["answered"], report["requests"])


def test_a_machine_where_other_models_run_checks_the_replies_anew_and_pays_for_none(
    prompts: Prompts, job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = prompts(3)
    with Endpoint(reply=grounded) as endpoint:
        job(folder, endpoint).run()
        monkeypatch.setattr(weights, "shipped", list)
        elsewhere = job(folder, endpoint).run()
        again = job(folder, endpoint).run()
    assert (3, 3, 0) == (
        len(endpoint.log), elsewhere["counts"]["answered"], elsewhere["requests"]
    )  # fmt: skip
    assert 3 == again["counts"]["cached"]


@pytest.mark.parametrize("change", [{"model": "other"}, {"samples": 2}])
def test_another_model_or_a_further_sample_is_another_request(
    prompts: Prompts, job: MakeJob, change: dict[str, Any]
) -> None:
    folder = prompts(2)
    with Endpoint(reply=grounded) as endpoint:
        job(folder, endpoint).run()
        job(folder, endpoint, **change).run()
    assert 4 == len(endpoint.log)


def test_the_same_prompt_under_two_ids_is_asked_once_and_answered_twice(
    prompts: Prompts, job: MakeJob
) -> None:
    folder = prompts(2)
    (folder / "twin.txt").write_bytes((folder / "0.txt").read_bytes())
    with Endpoint(reply=grounded) as endpoint:
        work = job(folder, endpoint)
        counts = work.run()["counts"]
    assert (2, 2, 1) == (len(endpoint.log), counts["answered"], counts["cached"])
    pages = final(work)
    assert pages["0.md"] == pages["twin.md"]
    assert ["0", "1", "twin"] == [line["custom_id"] for line in results(work)]


def test_an_id_that_looks_like_a_further_sample_is_refused_where_samples_are_taken(
    prompts: Prompts, job: MakeJob
) -> None:
    folder = prompts(1)
    (folder / "0.txt").rename(folder / "0#2.txt")
    assert [] == job(folder).check().problems
    assert ["duplicate_custom_id"] == [p.code for p in job(folder, samples=2).check().problems]


def test_samples_have_files_and_ids_of_their_own(prompts: Prompts, job: MakeJob) -> None:
    work = job(prompts(1), samples=3)
    work.run()
    assert ["0", "0#2", "0#3"] == [line["custom_id"] for line in results(work)]
    assert {"0.md", "0.k2.md", "0.k3.md"} == {p.name for p in (work.out / "answers").iterdir()}


@pytest.mark.parametrize(
    ("form", "status"),
    [("seconds", 429), ("float", 429), ("ms", 429), ("date", 429), ("seconds", 503)],
)
def test_nobody_asks_before_the_time_that_the_endpoint_named(
    prompts: Prompts, job: MakeJob, form: Any, status: int
) -> None:
    with Endpoint(Rule(limited(form, 1, status), numbers=(3, 4))) as endpoint:
        report = job(prompts(12), endpoint, concurrency=4, max_attempts=1).run()
    assert 12 == report["counts"]["answered"]
    assert [] == endpoint.early


def test_a_limit_without_a_time_is_waited_out(prompts: Prompts, job: MakeJob) -> None:
    with Endpoint(Rule(limited(""), times=2)) as endpoint:
        report = job(prompts(3), endpoint, max_attempts=1).run()
    assert (3, 9) == (report["counts"]["answered"], report["attempts"])


def test_a_pause_longer_than_max_wait_ends_the_run_and_says_when_to_resume(
    prompts: Prompts, job: MakeJob
) -> None:
    folder = prompts(4)
    with Endpoint(Rule("429_long", numbers=[2])) as endpoint:
        work = job(folder, endpoint, concurrency=1)
        report = work.run()
        assert (1, 3, 2) == (report["answers"], report["counts"]["left"], len(endpoint.log))
        assert re.search(r"resume after \d\d:\d\d$", report["ended_by"]["message"])
        assert [(str(n), "rate_limit_deferred") for n in (1, 2, 3)] == errors(work)
        again = job(folder, endpoint).run()
    assert (4, 1, 5) == (again["answers"], again["counts"]["cached"], len(endpoint.log))


def test_requests_keep_to_the_rate_of_the_user(prompts: Prompts, job: MakeJob) -> None:
    with Endpoint(rpm=600) as endpoint:
        report = job(prompts(15), endpoint, rpm=600).run()
    assert 15 == report["counts"]["answered"]
    assert [] == endpoint.over_limit


def test_the_rate_of_the_endpoint_is_learned_from_its_headers(
    prompts: Prompts, job: MakeJob
) -> None:
    with Endpoint(rpm=1200) as endpoint:
        report = job(prompts(30), endpoint, concurrency=2).run()
    assert 30 == report["counts"]["answered"]
    assert [] == endpoint.early


@pytest.mark.parametrize("name", ["wrong_key", "quota"])
def test_a_wrong_key_or_an_empty_account_stops_the_run_at_the_first_reply(
    prompts: Prompts, job: MakeJob, name: str
) -> None:
    with Endpoint(name) as endpoint:
        work = job(prompts(5), endpoint, concurrency=1)
        report = work.run()
    assert (1, 5) == (len(endpoint.log), report["counts"]["left"])
    assert FAULTS[name].code == (work.halted.code if work.halted else "")


@pytest.mark.parametrize("name", ["forbidden", "no_model"])
def test_five_first_refusals_mean_that_no_item_is_at_fault(
    prompts: Prompts, job: MakeJob, name: str
) -> None:
    with Endpoint(name) as endpoint:
        report = job(prompts(9), endpoint, concurrency=1).run()
    assert (5, 5, 4) == (
        len(endpoint.log),
        report["counts"]["failed"],
        report["counts"]["left"],
    )


def test_what_is_too_long_fails_alone_and_is_not_asked_twice(
    prompts: Prompts, job: MakeJob
) -> None:
    with Endpoint(Rule("too_long", text="(row 2)")) as endpoint:
        work = job(prompts(4), endpoint)
        report = work.run()
    assert (3, 1, 4) == (report["answers"], report["counts"]["failed"], len(endpoint.log))
    assert [("2", "context_length_exceeded")] == errors(work)
    assert [{"code": "context_length_exceeded", "count": 1}] == [
        {key: error[key] for key in ("code", "count")} for error in report["errors"]
    ]


def test_failures_are_valid_input_and_can_be_asked_again_alone(
    prompts: Prompts, job: MakeJob, tmp_path: Path
) -> None:
    folder = prompts(4)
    rules = Rule("too_long", text="(row 2)", times=1), Rule("bad_request", text="(row 0)", times=1)
    with Endpoint(*rules, reply=grounded) as endpoint:
        work = job(folder, endpoint)
        work.run()
        fresh = job(work.out / "errors.jsonl", endpoint, out=tmp_path / "fresh")
        assert [] == fresh.check().problems
        assert 2 == fresh.run()["answers"]
        (folder / "new.txt").write_text((folder / "1.txt").read_text("utf-8") + " ", "utf-8")
        again = job(folder, endpoint, out=work.out, only_failed=True)
        counts = again.run()["counts"]
    assert (2, 2, 1) == (counts["answered"], counts["cached"], counts["left"])
    assert [] == errors(again)


@pytest.mark.parametrize("name", ["empty", "truncated", "filtered", "refused"])
def test_a_reply_that_is_no_normal_one_is_counted_and_its_answer_is_verified(
    prompts: Prompts, job: MakeJob, name: str
) -> None:
    with Endpoint(Rule(name, text="(row 1)"), reply=grounded) as endpoint:
        work = job(prompts(3), endpoint)
        report = work.run()
    assert {"ok": 2, name: 1} == report["replies"]
    assert (3, {"verified", "repaired", "fallback"}) == (
        report["answers"],
        {"verified", "repaired", "fallback"} | set(report["outcomes"]),
    )


def test_outside_links_reach_no_answer_and_are_counted(prompts: Prompts, job: MakeJob) -> None:
    folder = prompts(5)
    with Endpoint("outside", reply=grounded) as endpoint:
        work = job(folder, endpoint)
        report = work.run()
    pages = "".join(p.read_text("utf-8") for p in (work.out / "answers").iterdir())
    given = "".join(p.read_text("utf-8") for p in folder.iterdir())
    assert set() == {c.text for c in candidates(pages)} - {c.text for c in candidates(given)}
    assert 5 <= sum(report["findings"].values())


def better_when_told(messages: Sequence[dict[str, Any]]) -> str:
    """A draft with a link of its own, and without once its findings came back."""
    draft = grounded(messages)
    return (
        draft
        if messages[1:]
        else draft.replace("The question asks", f"{OUTSIDE}. The question asks")
    )


def test_findings_go_back_to_the_model_as_often_as_repair_says(
    prompts: Prompts, job: MakeJob
) -> None:
    with Endpoint(reply=better_when_told) as endpoint:
        work = job(prompts(2), endpoint, repair=1)
        report = work.run()
        assert (4, 4) == (len(endpoint.log), report["requests"])
        assert 4 == len([x for x in lines(work.out / "journal.jsonl") if x["t"] == "reply"])


def test_a_repair_that_fails_leaves_the_first_draft(prompts: Prompts, job: MakeJob) -> None:
    with Endpoint(Rule("bad_request", numbers=[2]), reply=better_when_told) as endpoint:
        report = job(prompts(1), endpoint, repair=1).run()
    assert (1, 0, 2) == (report["answers"], report["counts"]["failed"], len(endpoint.log))


def test_no_request_is_made_that_might_pass_the_cost_limit(prompts: Prompts, job: MakeJob) -> None:
    with Endpoint(reply=grounded) as endpoint:
        limits = {"max_cost": 0.01, "price_in": 1.0, "price_out": 2.0, "concurrency": 4}
        work = job(prompts(12), endpoint, **limits)
        report = work.run()
    assert 0.005 < report["cost"]["this_run"] <= 0.01
    assert 0 < report["answers"] < 12
    assert "max_cost" == report["ended_by"]["code"]
    assert {"max_cost"} == {code for _, code in errors(work)}


def test_an_unknown_price_cannot_be_limited(prompts: Prompts, job: MakeJob) -> None:
    with Endpoint() as endpoint, pytest.raises(InputError, match=r"the price of .* is not known"):
        job(prompts(1), endpoint, max_cost=1.0)


def test_shards_are_disjoint_whole_and_untouched_by_a_new_file(
    prompts: Prompts, job: MakeJob
) -> None:
    folder = prompts(20)

    def parts() -> list[set[str]]:
        works = [job(folder, shard=(n, 3)) for n in (1, 2, 3)]
        return [{due.id for due in work.selection} for work in works]

    before = parts()
    assert [str(n) for n in range(20)] == sorted(set.union(*before), key=int)
    assert 20 == sum(map(len, before))
    (folder / "00.txt").write_text((folder / "0.txt").read_text("utf-8"), "utf-8")
    assert before == [part - {"00"} for part in parts()]


def test_a_second_run_into_the_same_folder_is_refused_and_names_the_first(
    prompts: Prompts, job: MakeJob
) -> None:
    work = job(prompts(1))
    work.out.mkdir()
    first = Journal(work.out)
    with pytest.raises(InputError, match=r"another run \(process \d+\) writes there"):
        work.run()
    first.close()
    assert 1 == work.run()["answers"]


@pytest.mark.parametrize("torn", ['{"t": "answer", "key": "', "\n", '{"t": "reply"}'])
def test_a_torn_last_line_costs_only_itself(prompts: Prompts, job: MakeJob, torn: str) -> None:
    folder = prompts(3)
    with Endpoint(reply=grounded) as endpoint:
        work = job(folder, endpoint)
        work.run()
        before = final(work)
        with (work.out / "journal.jsonl").open("a") as journal:
            journal.write(torn)
        report = job(folder, endpoint).run()
        assert (3, 3, before) == (len(endpoint.log), report["counts"]["cached"], final(work))
        (folder / "1.txt").write_text((folder / "1.txt").read_text() + "\n", "utf-8")
        assert 1 == job(folder, endpoint).run()["counts"]["answered"]


def test_answers_that_were_lost_or_changed_are_restored_from_the_journal(
    prompts: Prompts, job: MakeJob
) -> None:
    folder = prompts(3)
    work = job(folder)
    work.run()
    before = final(work)
    (work.out / "answers/0.md").unlink()
    (work.out / "answers/1.md").write_text("half")
    (work.out / "results.jsonl").write_bytes(b"")
    assert 3 == work.run()["counts"]["cached"]
    assert before == final(work)


def test_after_a_full_disk_each_reply_still_stands_at_its_own_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> list[Any]:
        journal = Journal(tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr("assistant.bulk.journal.os.fsync", full)
            with pytest.raises(DiskError):
                await journal.append("reply", "a" * 64, n=0, body="a")
        for name in "bc":
            await journal.append("reply", name * 64, n=0, body=name)
        found = [journal.replies(name * 64) for name in "abc"]
        journal.close()
        return [[line["body"] for line in replies] for replies in found]

    def full(_: int) -> None:
        raise OSError(28, "the disk is full")

    assert [[], ["b"], ["c"]] == asyncio.run(work())


def test_a_full_disk_ends_the_run_in_one_line_and_the_next_one_goes_on(
    prompts: Prompts, job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "the disk is full")

    work = job(prompts(3))
    with monkeypatch.context() as patch:
        patch.setattr("assistant.bulk.journal.os.fsync", full)
        with pytest.raises(DiskError, match="the disk is full"):
            asyncio.run(_append(work))
    assert 3 == work.run()["answers"]


async def _append(work: Job) -> None:
    work.out.mkdir()
    journal = Journal(work.out)
    try:
        await journal.append("failed", "0" * 64)
    finally:
        journal.close()


def test_mismatches_are_listed_for_those_who_made_the_prompt_files(
    prompts: Prompts, job: MakeJob
) -> None:
    report = job(prompts(5)).run()
    assert {"fits": 4, "mismatch": 1} == report["fit"]
    (found,) = report["mismatches"]
    assert ("2", True) == (found["id"], found["place"].endswith("in/2.txt"))
    assert ["Deblur-MSSNet-GoPro"] == found["recommended"]
    assert found["reasons"]


def test_an_emitted_batch_comes_back_as_answers_and_the_rest_is_asked_online(
    prompts: Prompts, job: MakeJob, tmp_path: Path
) -> None:
    folder, sent, back = prompts(4), tmp_path / "sent.jsonl", tmp_path / "back.jsonl"
    with Endpoint(reply=grounded) as endpoint:
        work = job(folder, endpoint)
        assert ([sent], 4) == work.emit(sent)
        out = [batch_reply(line) for line in lines(sent)[:2]]
        out.append({"custom_id": "2", "response": None, "error": {"code": "batch_expired"}})
        out.append({"custom_id": "elsewhere", "response": None, "error": "x"})
        out.append(out[0])
        back.write_text("".join(json.dumps(line) + "\n" for line in out) + "nope\n")
        (folder / "1.txt").write_text(
            (folder / "1.txt").read_text("utf-8").replace("row 1", "row one"), "utf-8"
        )
        report = job(folder, endpoint).run(replies=[back])
        assert (1, 0) == (report["answers"], len(endpoint.log))
        assert {
            "stale_batch_line": 1,
            "unknown_custom_id": 1,
            "duplicate_custom_id": 1,
            "unreadable_response_line": 1,
            "missing_custom_id": 1,
        } == Counter(problem.split(": ")[1] for problem in report["problems"])
        size = (work.out / "journal.jsonl").stat().st_size
        job(folder, endpoint).run(replies=[back])
        last = lines(work.out / "journal.jsonl")[-1]["t"]
        assert ("failed", True) == (
            last,
            size <= (work.out / "journal.jsonl").stat().st_size,
        )
        assert (4, 3) == (job(folder, endpoint).run()["answers"], len(endpoint.log))


def batch_reply(line: dict[str, Any]) -> dict[str, Any]:
    """What a provider makes of a line, in the shape of vLLM's chat results."""
    message = {"role": "assistant", "content": grounded(line["body"]["messages"])}
    body = {"object": "chat.completion", "choices": [{"message": message}], "usage": {}}
    assert custom_id(line["custom_id"]) == line["custom_id"]
    return {"custom_id": line["custom_id"], "response": body, "error": None}


ODD = {"choices": [{"message": {"content": "x"}}], "model": ["m"], "usage": None}


@pytest.mark.parametrize(
    "usage",
    [
        *([1], "12", 7, {"prompt_tokens": "12"}, {"prompt_tokens": 3, "completion_tokens": None}),
        *({"prompt_tokens": 1, "completion_tokens": 1, "cost": "free"}, {"cost": float("nan")}),
    ],
)
def test_a_reply_is_kept_whatever_its_endpoint_says_of_the_cost(
    prompts: Prompts, job: MakeJob, usage: Any
) -> None:
    """What was paid for is not lost because its account is of a wrong type."""
    body = json.dumps({**ODD, "usage": usage}).encode()
    with Endpoint(Rule(Fault("odd", raw=body))) as endpoint:
        work = job(prompts(1), endpoint)
        report = work.run()
    assert (1, 1, 0) == (len(endpoint.log), report["answers"], report["counts"]["failed"])
    assert {"0": "x"} == replied(work)


def test_a_reply_without_an_end_is_cut_off_and_fails_alone(prompts: Prompts, job: MakeJob) -> None:
    """Megabytes of a reply are neither read nor asked for again."""
    long = Fault("long", raw=b'{"choices": "' + b"x" * 9_000_000 + b'"}')
    with Endpoint(Rule(long, text="(row 1)"), reply=grounded) as endpoint:
        work = job(prompts(2), endpoint)
        report = work.run()
    assert (1, 1, 2) == (report["answers"], report["counts"]["failed"], len(endpoint.log))
    assert [("1", "413")] == errors(work)


def test_a_reply_is_read_as_far_as_an_answer_may_go() -> None:
    """The rest of a loop counts as cut off, before anything looks at it."""
    text, end = reply_of({"choices": [{"message": {"content": "a" * 900_000}}]})
    assert (MAX_DRAFT, "length") == (len(text), end.finish)


def test_a_prompt_does_not_follow_a_redirection(prompts: Prompts, job: MakeJob) -> None:
    """Another address than the one that was named gets nothing, and the run says which it is."""
    with (
        Endpoint() as other,
        Endpoint(
            Rule(Fault("moved", status=307)), headers={"Location": f"{other.url}/chat/completions"}
        ) as endpoint,
    ):
        work = job(prompts(3), endpoint, concurrency=1)
        work.run()
    assert (0, 1) == (len(other.log), len(endpoint.log))
    assert work.halted
    assert other.url in work.halted.message


def test_a_result_tells_how_its_reply_ended(prompts: Prompts, job: MakeJob) -> None:
    """A reply that the endpoint's filter cut is not said to have stopped by itself."""
    with Endpoint(Rule("filtered", text="(row 1)"), reply=grounded) as endpoint:
        work = job(prompts(2), endpoint)
        work.run()
    ends = [r["response"]["body"]["choices"][0]["finish_reason"] for r in results(work)]
    assert ["stop", "content_filter"] == ends
    assert all(not one.error for one in read_answers(work.out / "results.jsonl").values())
