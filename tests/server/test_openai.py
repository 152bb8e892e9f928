from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from .pictures import gradient
from .running import Running, running

QUESTION = "Which model do I use for 3x on a phone?"


@pytest.fixture(scope="module")
def client(server: Running) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as one:
        yield one


def asked(client: openai.OpenAI, *said: str, **more: Any) -> Any:
    """A completion for messages of the user and the assistant in turn."""
    roles = ("user", "assistant")
    messages: Any = [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]
    return client.chat.completions.create(model="sr-assistant", messages=messages, **more)


def events(server: Running, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of all events of a stream."""
    text = server.post(path, json=body).text
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def test_the_models_are_the_one_of_the_settings_and_the_offline_composer(
    client: openai.OpenAI,
) -> None:
    assert ["sr-assistant", "sr-assistant-offline"] == [m.id for m in client.models.list()]
    assert "sr-assistant" == client.models.retrieve("sr-assistant").id


def test_a_completion_has_three_parts_and_links_that_are_the_provided_ones(
    client: openai.OpenAI,
) -> None:
    done = asked(client, QUESTION)
    content = done.choices[0].message.content
    own = done.model_extra["sr_assistant"]
    assert ["## 1. Task", "## 2. Workflow", "## 3. References"] == [
        line for line in content.splitlines() if line.startswith("## ")
    ]
    assert {r["url"] for r in own["references"]} == set(done.model_extra["citations"])
    assert "SISR-SAFMN-3x" == own["recommended"][0]["id"]


def test_an_annotation_encloses_its_whole_markdown_link(client: openai.OpenAI) -> None:
    message = asked(client, QUESTION).choices[0].message
    found = [a.url_citation for a in message.annotations]
    assert found
    for one in found:
        link = message.content[one.start_index : one.end_index]
        assert (link[0], link.rpartition("](")[2]) == ("[", f"{one.url})")


def test_no_bare_link_is_left_in_a_completion(client: openai.OpenAI) -> None:
    content = asked(client, QUESTION).choices[0].message.content
    assert content.count("http") == content.count("](http")


def test_streamed_and_whole_completions_are_the_same(client: openai.OpenAI) -> None:
    whole = asked(client, QUESTION).choices[0].message
    with client.chat.completions.stream(
        model="sr-assistant", messages=[{"role": "user", "content": QUESTION}]
    ) as stream:
        streamed = stream.get_final_completion().choices[0].message
    assert whole.content == streamed.content
    urls = [a.url_citation.url for a in whole.annotations]
    assert urls == [a.url_citation.url for a in streamed.annotations]


@pytest.mark.parametrize("counted", [True, False])
def test_the_chunks_of_a_stream_come_in_the_agreed_order(server: Running, counted: bool) -> None:
    body = {
        "model": "sr-assistant",
        "messages": [{"role": "user", "content": QUESTION}],
        "stream": True,
        "stream_options": {"include_usage": counted},
    }
    chunks = events(server, "/v1/chat/completions", body)
    kinds = [
        "usage" if not c["choices"] else next(iter(c["choices"][0]["delta"]), "end") for c in chunks
    ]
    texts = kinds.count("content")
    assert texts > 3
    end = ["annotations", "end", *(["usage"] if counted else [])]
    assert ["role", *["content"] * texts, *end] == kinds
    assert {counted} == {"usage" in c for c in chunks[:-1]}
    for chunk in chunks:
        ChatCompletionChunk.model_validate(chunk, strict=True)


def test_our_json_passes_the_client_s_strict_validation(server: Running) -> None:
    body = {"model": "sr-assistant", "messages": [{"role": "user", "content": QUESTION}]}
    got = server.post("/v1/chat/completions", json=body).text
    ChatCompletion.model_validate_json(got, strict=True)
    got = server.post("/v1/responses", json={"model": "sr-assistant", "input": QUESTION}).text
    Response.model_validate_json(got, strict=True)


def test_a_response_and_its_stream_are_the_same(client: openai.OpenAI) -> None:
    whole = client.responses.create(model="sr-assistant", input=QUESTION)
    with client.responses.stream(model="sr-assistant", input=QUESTION) as stream:
        kinds = [event.type for event in stream]
        streamed = stream.get_final_response()
    assert whole.output_text == streamed.output_text
    part = whole.output[0].content[0]  # type: ignore[union-attr]
    notes = part.annotations  # type: ignore[union-attr]
    assert notes
    assert [n.url for n in notes] == [n.url for n in streamed.output[0].content[0].annotations]  # type: ignore[union-attr]
    assert [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
    ] == kinds[:4]
    assert [
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ] == kinds[-4:]


def test_the_history_that_a_client_sends_is_the_conversation(client: openai.OpenAI) -> None:
    first = asked(client, QUESTION).choices[0].message.content
    then = asked(client, QUESTION, first, "and for 4x?")
    assert "refine" == then.model_extra["sr_assistant"]["route"]
    assert "SISR-SAFMN-4x" in then.choices[0].message.content
    assert then.choices[0].message.annotations


def test_a_message_that_is_a_prompt_file_is_answered_as_one(
    client: openai.OpenAI, seeds: Any
) -> None:
    from assistant.prompts import render

    request = seeds["000"]
    own = asked(client, render(request)).model_extra["sr_assistant"]
    assert [item.name for item in request.recommended] == [r["name"] for r in own["recommended"]]


@pytest.mark.parametrize(
    ("wanted", "key"), [("title", "title"), ("tags", "tags"), ("follow_ups", "follow_ups")]
)
def test_the_side_requests_of_a_front_end_get_short_json(
    client: openai.OpenAI, wanted: str, key: str
) -> None:
    chore = (
        f"### Task:\nGenerate a concise {wanted} for the chat.\n### Output:\n"
        f'JSON format: {{ "{key}": "..." }}\n### Chat History:\n<chat_history>\n'
        f"USER: {QUESTION}\nASSISTANT: SAFMN.\n</chat_history>"
    )
    content = asked(client, chore).choices[0].message.content
    assert [key] == list(json.loads(content))
    assert len(content) < 200


def test_what_lies_outside_is_a_normal_completion_without_citations(client: openai.OpenAI) -> None:
    done = asked(client, "What is the capital of France?")
    message = done.choices[0].message
    assert ("stop", []) == (done.choices[0].finish_reason, message.annotations)


def test_parts_of_text_are_read_and_system_messages_are_no_question(client: openai.OpenAI) -> None:
    messages: Any = [
        {"role": "system", "content": "Answer as a pirate."},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    ]
    done = client.chat.completions.create(
        model="sr-assistant", messages=messages, temperature=1, tools=[], user="somebody"
    )
    assert "SISR-SAFMN-3x" in (done.choices[0].message.content or "")


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as error:
        client.chat.completions.create(model="gpt-9", messages=[{"role": "user", "content": "hi"}])
    assert ("model_not_found", "model", "invalid_request_error") == (
        error.value.code,
        error.value.param,
        error.value.type,
    )


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"model": "sr-assistant"}, "messages"),
        ({"model": "sr-assistant", "messages": []}, "messages"),
        ({"model": "sr-assistant", "messages": [{"role": "boss"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": "hi"}]}, "model"),
    ],
    ids=["none", "empty", "role", "no model"],
)
def test_a_malformed_body_is_refused_by_its_field(
    client: openai.OpenAI, body: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        client.post("/chat/completions", body=body, cast_to=object)
    assert param == error.value.param


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001], ids=["empty", "blank", "too long"])
@pytest.mark.parametrize("streamed", [True, False])
def test_a_message_that_cannot_be_read_is_refused_before_a_stream_begins(
    client: openai.OpenAI, text: str, streamed: bool
) -> None:
    with pytest.raises(openai.BadRequestError) as error:
        asked(client, text, stream=streamed)
    assert "invalid_input" == error.value.code


def test_pictures_are_not_fetched_from_addresses(client: openai.OpenAI) -> None:
    parts: Any = [
        {"type": "text", "text": "what is wrong with it?"},
        {"type": "image_url", "image_url": {"url": "http://127.0.0.1:1/secret.png"}},
    ]
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(
            model="sr-assistant", messages=[{"role": "user", "content": parts}]
        )


def test_a_missing_or_wrong_key_is_refused_and_the_right_one_is_not() -> None:
    from assistant.server.options import Options

    with running(Options(keys=("right", "other"))) as server:
        for key, status in (("wrong", 401), ("right", 200), ("other", 200)):
            head = {"Authorization": f"Bearer {key}"}
            assert status == server.get("/v1/models", headers=head).status_code
        with pytest.raises(openai.AuthenticationError) as error:
            openai.OpenAI(base_url=f"{server.url}/v1", api_key="wrong").models.list()
        assert "invalid_api_key" == error.value.code
        assert 200 == server.get("/healthz").status_code


def test_langchain_gets_text_in_chat_mode_and_citations_in_responses_mode(server: Running) -> None:
    from langchain_openai import ChatOpenAI

    how: Any = {"base_url": f"{server.url}/v1", "api_key": "none", "model": "sr-assistant"}
    plain = ChatOpenAI(**how).invoke(QUESTION)
    assert "SISR-SAFMN-3x" in plain.text
    for streamed in (False, True):
        model = ChatOpenAI(**how, use_responses_api=True, streaming=streamed)
        cited = [a for b in model.invoke(QUESTION).content_blocks for a in b.get("annotations", [])]
        assert cited
        assert {"citation"} == {a["type"] for a in cited}


def sent_along(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def test_a_picture_that_is_sent_along_is_run_where_it_is_asked_for(server: Running) -> None:
    parts = [
        {"type": "text", "text": QUESTION},
        {"type": "image_url", "image_url": {"url": sent_along(gradient(40, 30))}},
    ]
    body = {"model": "sr-assistant", "messages": [{"role": "user", "content": parts}]}
    plain = server.post("/v1/chat/completions", json=body).json()
    run = server.post("/v1/chat/completions", json={**body, "sr_assistant": {"run": True}}).json()
    text = run["choices"][0]["message"]["content"]
    assert text.startswith("**Measured in the picture.** 40x30 pixels: ")
    assert text.startswith(plain["choices"][0]["message"]["content"])
    assert "40x30 to 120x90 pixels" in text
    (result,) = run["sr_assistant"]["run"]["results"]
    assert 200 == server.get(result["url"]).status_code


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("data:image/png;base64,AAAA", "not a picture"),
        ("data:image/png;base64,A*", "no base64"),
        ("data:text/plain,hello", "a picture is sent as"),
    ],
)
def test_what_is_no_picture_is_refused(server: Running, uri: str, said: str) -> None:
    parts = [{"type": "text", "text": QUESTION}, {"type": "image_url", "image_url": {"url": uri}}]
    body = {"model": "sr-assistant", "messages": [{"role": "user", "content": parts}]}
    got = server.post("/v1/chat/completions", json=body)
    assert (400, True) == (got.status_code, said in got.json()["error"]["message"])
