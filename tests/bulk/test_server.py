"""The loopback endpoint does what it says: else the tests of bulk would prove nothing."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion

from assistant import Assistant, Catalog, prompts
from assistant.generation.openai_chat import OpenAIChat

from .faults import FAULTS, OUTSIDE, Fault, Rule, limited
from .limits import Bucket, duration
from .replies import MODEL, digest, grounded, sha256
from .server import MARGIN, Endpoint


def client(endpoint: Endpoint) -> openai.OpenAI:
    return openai.OpenAI(base_url=endpoint.url, api_key="sk-test", max_retries=0, timeout=10)


def ask(endpoint: Endpoint, text: str = "hello", **more: Any) -> Any:
    with client(endpoint) as asking:
        return create(asking, text, **more)


def create(asking: openai.OpenAI, text: str, **more: Any) -> Any:
    messages: list[Any] = [{"role": "user", "content": text}]
    return asking.chat.completions.create(model=MODEL, messages=messages, **more)


def said(reply: ChatCompletion) -> str:
    return reply.choices[0].message.content or ""


def test_each_request_gets_the_answer_to_its_own_messages() -> None:
    """The reply quotes the request, tells its usage, and is the same the second time."""
    with Endpoint() as endpoint:
        replies = [ask(endpoint, text) for text in ("one", "two", "one")]
    assert sha256("one") in said(replies[0])
    assert sha256("two") in said(replies[1])
    assert replies[0] == replies[2]
    assert 1 == replies[0].usage.prompt_tokens


def test_the_log_tells_who_asked_what_and_what_was_said() -> None:
    """One entry a request: order, digest, attempt, parameters, key and reply."""
    with Endpoint(Rule("server_error", numbers={2})) as endpoint:
        ask(endpoint, "one", temperature=0.5)
        with pytest.raises(openai.InternalServerError):
            ask(endpoint, "one")
    first, second = endpoint.log
    assert (1, 1, "good", 200, True) == (
        first.number,
        first.attempt,
        first.said,
        first.status,
        first.done,
    )
    assert (2, 2, "server_error", 500) == (
        second.number,
        second.attempt,
        second.said,
        second.status,
    )
    assert {digest([{"role": "user", "content": "one"}]): 2} == endpoint.attempts
    assert (0.5, "sk-test") == (first.parameters["temperature"], first.key)
    assert first.time <= first.told <= second.time


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("too_long", openai.BadRequestError, "context_length_exceeded"),
        ("wrong_key", openai.AuthenticationError, "invalid_api_key"),
        ("forbidden", openai.PermissionDeniedError, "unsupported_country_region_territory"),
        ("no_model", openai.NotFoundError, "model_not_found"),
        ("conflict", openai.ConflictError, None),
        ("quota", openai.RateLimitError, "insufficient_quota"),
        ("gateway_timeout", openai.InternalServerError, None),
    ],
)
def test_an_error_has_the_status_and_the_code_of_the_protocol(
    name: str, error: type[openai.APIStatusError], code: str | None
) -> None:
    """The real client reads each as the error it stands for."""
    with Endpoint(name) as endpoint, pytest.raises(error) as raised:
        ask(endpoint)
    assert code == raised.value.code


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("form", "header", "value"),
    [
        ("seconds", "retry-after", "2"),
        ("float", "retry-after", "2"),
        ("ms", "retry-after-ms", "2000"),
    ],
)
def test_a_limit_tells_when_to_come_back(form: Any, header: str, value: str, status: int) -> None:
    """Seconds or milliseconds stand in the header, and in the log as a time."""
    with Endpoint(limited(form, 2, status)) as endpoint:
        with pytest.raises(openai.APIStatusError) as raised:
            ask(endpoint)
        assert (status, value) == (raised.value.status_code, raised.value.response.headers[header])
    assert 2 == pytest.approx(endpoint.log[0].not_before - endpoint.log[0].told)


def test_a_date_is_told_in_whole_seconds_and_not_too_early() -> None:
    """An HTTP date has no fraction; what is told covers the seconds that were asked for."""
    with Endpoint(limited("date", 1.5)) as endpoint:
        with pytest.raises(openai.RateLimitError) as raised:
            ask(endpoint)
        date = parsedate_to_datetime(raised.value.response.headers["retry-after"])
    assert date.timestamp() == endpoint.log[0].not_before
    assert 1.5 <= endpoint.log[0].not_before - endpoint.log[0].told < 2.5


def test_who_comes_back_during_a_pause_is_noted() -> None:
    """A request in the half minute that was told is early; one after it is not."""
    with Endpoint(Rule(limited("float", 30), numbers={1})) as endpoint:
        with pytest.raises(openai.RateLimitError):
            ask(endpoint)
        time.sleep(2 * MARGIN)
        ask(endpoint)
    assert [2] == [asked.number for asked in endpoint.early]
    with Endpoint(Rule(limited("float", 0.2), numbers={1})) as endpoint:
        with pytest.raises(openai.RateLimitError):
            ask(endpoint)
        time.sleep(0.3)
        ask(endpoint)
    assert [] == endpoint.early


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("name", ["cut_before", "cut_within"])
def test_a_connection_is_cut(name: str, streamed: bool) -> None:
    """Before the reply or in its middle; the log knows that it never ended."""
    with Endpoint(name) as endpoint:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - the client has several names
            list(ask(endpoint, stream=streamed))
        assert type(raised.value).__module__.split(".")[0] in ("openai", "httpx2", "httpcore2")
    assert [False] == [asked.done for asked in endpoint.log]


@pytest.mark.parametrize(
    "name", ["not_json", "wrong_shape", "no_choices", "array", "nothing", "page"]
)
def test_garbage_comes_as_it_is(name: str) -> None:
    """Status 200 and a body that is no completion."""
    with Endpoint(name) as endpoint, client(endpoint) as asking:
        reply = asking.chat.completions.with_raw_response.create(
            model=MODEL, messages=[{"role": "user", "content": "x"}]
        )
        assert FAULTS[name].raw == reply.content
    assert [200] == [asked.status for asked in endpoint.log]


def test_replies_that_are_no_success() -> None:
    """Empty, cut short, filtered, refused, another's identifier, outside links, no usage."""
    names = ("empty", "truncated", "filtered", "refused", "wrong_id", "outside", "no_usage")
    with Endpoint(*(Rule(name, text=name) for name in names)) as endpoint:
        replies = {name: ask(endpoint, name) for name in names}
        good = ask(endpoint, "good")
    assert "" == said(replies["empty"])
    assert ["length", "content_filter"] == [
        replies[name].choices[0].finish_reason for name in ("truncated", "filtered")
    ]
    assert 0 < len(said(replies["truncated"])) < len(said(good))
    assert FAULTS["refused"].refusal == replies["refused"].choices[0].message.refusal
    assert FAULTS["wrong_id"].id == replies["wrong_id"].id
    assert said(replies["outside"]).endswith(f"{OUTSIDE}\n")
    assert (None, True) == (replies["no_usage"].usage, good.usage is not None)


def test_a_streamed_reply_says_the_same() -> None:
    """The pieces make up the text; usage comes last where it is asked for."""
    with Endpoint() as endpoint, client(endpoint) as asking:
        whole = ask(endpoint, "x")
        chunks = list(create(asking, "x", stream=True, stream_options={"include_usage": True}))
    pieces = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    assert said(whole) == "".join(pieces)
    assert whole.usage == chunks[-1].usage
    assert 5 < len(pieces)


def test_chance_depends_on_messages_and_attempt_and_not_on_the_order() -> None:
    """Two servers of one seed fail the same messages; another seed fails others."""
    texts = [str(number) for number in range(40)]

    def failed(order: list[str], seed: int) -> set[str]:
        with Endpoint(Rule("empty", share=0.5), seed=seed) as endpoint, client(endpoint) as asking:
            return {text for text in order if not said(create(asking, text))}

    first = failed(texts, 1)
    assert 8 < len(first) < 32
    assert first == failed(texts[::-1], 1)
    assert first != failed(texts, 2)


def test_a_fault_may_be_met_once_by_each_message() -> None:
    """The second attempt succeeds."""
    with Endpoint(Rule("empty", times=1)) as endpoint:
        replies = [said(ask(endpoint, text)) for text in ("a", "b", "a", "b")]
    assert [False, False, True, True] == [bool(reply) for reply in replies]


def test_a_rate_limit_is_kept_and_told() -> None:
    """What goes beyond the bucket is refused, with the time to wait and what is left."""
    with Endpoint(rpm=Bucket(6, capacity=2), tpm=60_000) as endpoint:
        ask(endpoint)
        ask(endpoint)
        with pytest.raises(openai.RateLimitError) as raised:
            ask(endpoint)
        told = raised.value.response.headers
    assert 0 < int(told["retry-after-ms"]) <= 10_000
    assert ("6", "0") == tuple(told[f"x-ratelimit-{n}-requests"] for n in ("limit", "remaining"))
    assert "60000" == told["x-ratelimit-limit-tokens"]
    assert [3] == [asked.number for asked in endpoint.over_limit]


def test_a_bucket_refills_all_the_time() -> None:
    """Two at once, then one each second; what is too large needs a full bucket."""
    bucket = Bucket(60, capacity=2)
    waits = []
    for now in (100.0, 100.0, 100.0, 100.5, 101.0):
        waits.append(bucket.wait(1, now))
        if not waits[-1]:
            bucket.take(1)
    assert [0, 0, 1, 0.5, 0] == waits
    assert (0, 2) == (bucket.left, bucket.reset)
    assert (2, 0) == (bucket.wait(50, 101.0), bucket.wait(50, 103.0))


def test_a_refused_request_takes_no_tokens() -> None:
    """A bucket that is short does not empty the other one."""
    with Endpoint(rpm=6000, tpm=Bucket(6, capacity=200)) as endpoint:
        ask(endpoint, "x" * 400)
        for _ in range(3):
            with pytest.raises(openai.RateLimitError):
                ask(endpoint, "x" * 400)
        assert 5990 < endpoint.rpm.left  # type: ignore[union-attr]  # it has a limit
    assert [2, 3, 4] == [asked.number for asked in endpoint.over_limit]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.02, "20ms"), (1, "1s"), (1.5, "1.5s"), (360, "6m0s"), (3661, "1h1m1s"), (0, "0ms")],
)
def test_times_are_written_as_openai_writes_them(seconds: float, text: str) -> None:
    """The forms of ``x-ratelimit-reset-*``."""
    assert text == duration(seconds)


def test_requests_in_flight_are_counted() -> None:
    """Eight at once through the asynchronous client, each slow enough to meet the others."""

    async def eight(url: str) -> None:
        async with openai.AsyncOpenAI(base_url=url, api_key="x", max_retries=0) as asking:
            calls = [
                asking.chat.completions.create(
                    model=MODEL, messages=[{"role": "user", "content": str(n)}]
                )
                for n in range(8)
            ]
            await asyncio.gather(*calls)

    with Endpoint(Fault("slow", wait=1.5)) as endpoint:
        asyncio.run(eight(endpoint.url))
        assert (8, 0) == (endpoint.most_in_flight, endpoint.in_flight)


def test_the_model_is_listed_and_unfinished_requests_do_not_hold_up_the_end() -> None:
    """A server that is told to wait an hour does not wait for it."""
    start = time.monotonic()
    with Endpoint(Fault("slow", wait=3600)) as endpoint, client(endpoint) as asking:
        assert [MODEL] == [model.id for model in asking.models.list()]
        with pytest.raises(openai.APITimeoutError):
            ask(endpoint, timeout=1)
    assert 60 > time.monotonic() - start
    assert [("", False)] == [(asked.said, asked.done) for asked in endpoint.log]


def test_a_verifier_keeps_the_grounded_reply(
    catalog: Catalog, seeds: dict[str, prompts.Request]
) -> None:
    """A draft made from the prompt file speaks of its question and nothing else."""
    with Endpoint(reply=grounded) as endpoint:
        model = OpenAIChat(MODEL, endpoint.url)
        model.template = prompts.PROMPT_FILE
        asking = Assistant(catalog, model, repair=0)
        answers = [asking.answer(request) for request in seeds.values()]
    assert ["verified"] * 5 == [answer.outcome for answer in answers]
    assert 5 == len({answer.task for answer in answers})


def test_it_runs_as_a_process_of_its_own() -> None:
    """It prints its URL, serves, and ends on SIGTERM."""
    command = [sys.executable, "-m", "tests.bulk.server", "--fault", "empty:0.5", "--seed", "3"]
    place = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=place) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with openai.OpenAI(base_url=url, api_key="x", max_retries=0) as asking:
                for n in range(20):
                    create(asking, str(n))
            with urllib.request.urlopen(url.replace("/v1", "/stats")) as reply:  # noqa: S310 - loopback
                stats = json.load(reply)
        finally:
            process.terminate()
    assert 0 == process.returncode
    assert (20, 1) == (stats["requests"], stats["most_in_flight"])
    assert {"empty", "good"} == set(stats["said"])
