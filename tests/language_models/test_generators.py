"""Which generator the settings open, and what other packages may add."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk

from assistant import Assistant, Catalog
from assistant.errors import BackendError, InputError
from assistant.generation import Composer, known, open_generator
from assistant.generation.langchain_chat import LangChainChat
from assistant.generation.openai_chat import OpenAIChat
from assistant.prompts import Request
from assistant.settings import Settings

from .endpoint import MODEL, Reply, serving
from .test_grounding import GOOD, STEPS, TASK


def test_without_configuration_the_composer_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment alone sends no question anywhere."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-something")
    assert isinstance(open_generator(Settings()), Composer)


@pytest.mark.parametrize(
    "settings", [{"llm": "m"}, {"base_url": "http://127.0.0.1:1/v1"}], ids=["model", "endpoint"]
)
def test_auto_takes_the_endpoint_that_is_named(settings: dict[str, str]) -> None:
    """A named model or endpoint is what the user wants; its failure falls back."""
    generator = open_generator(Settings(**settings))  # type: ignore[arg-type]
    assert isinstance(generator, OpenAIChat)
    assert not generator.required


def test_the_variables_of_the_openai_client_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """OPENAI_BASE_URL and OPENAI_API_KEY are enough; the model is the one that is listed."""
    with serving(GOOD) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789abcdef")
        generator = open_generator(Settings())
        assert isinstance(generator, OpenAIChat)
        assert (MODEL, "key sk-…cdef") == (generator.model, generator.masked_key)
    assert ["Bearer sk-0123456789abcdef"] == endpoint.keys


def test_temperature_seed_and_length_reach_the_endpoint(
    catalog: Catalog, seeds: dict[str, Request]
) -> None:
    """The settings of a language model are sent as the protocol names them."""
    with serving(GOOD) as endpoint:
        values = Settings(llm="m", base_url=endpoint.url, temperature=0.5, seed=7, max_tokens=900)
        Assistant(catalog, open_generator(values)).answer(seeds["000"])
    asked = endpoint.asked[0]
    assert ("m", 0.5, 7, 900) == tuple(
        asked[name] for name in ("model", "temperature", "seed", "max_tokens")
    )


def test_the_key_of_openai_is_asked_for_before_anything_is_sent() -> None:
    """Without a key the error names the variable."""
    with pytest.raises(BackendError) as error:
        OpenAIChat("m", settings=Settings()).reply([("user", "x")])
    assert "OPENAI_API_KEY is not set" == error.value.message


def test_an_unknown_generator_is_refused_with_those_that_are_known() -> None:
    """A misspelled name lists the right ones."""
    with pytest.raises(InputError) as error:
        open_generator(Settings(generator="opnai"))
    assert "known: auto, composer, langchain, local, openai" == error.value.hint


def test_another_package_adds_a_generator_by_an_entry_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A function from settings to a generator, named in a package's metadata, is enough."""
    point = metadata.EntryPoint("mine", f"{__name__}:make", "sr_assistant.generators")
    monkeypatch.setattr(metadata, "entry_points", lambda **_: [point])
    assert {"mine", "composer", "langchain", "local", "openai"} == set(known())
    assert "mine" == open_generator(Settings(generator="mine")).name


def make(settings: Settings) -> Composer:
    generator = Composer()
    generator.name = "mine"
    return generator


@pytest.mark.parametrize(
    ("content", "message"), [(None, "no such file"), (b"PK", "is no GGUF file")]
)
def test_a_gguf_file_that_cannot_be_used_is_named(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """What is no model of llama.cpp is refused before anything starts."""
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as error:
        open_generator(Settings(generator="local", gguf=path))
    assert message in error.value.message


def test_any_chat_model_of_langchain_can_write(catalog: Catalog, seeds: dict[str, Request]) -> None:
    """Its text takes the same way as that of an endpoint."""
    said: Iterator[AIMessage] = iter([AIMessage(GOOD)])
    model = LangChainChat(GenericFakeChatModel(messages=said))
    answer = Assistant(catalog, model).answer(seeds["000"])
    assert ("verified", TASK, STEPS) == (answer.outcome, answer.task, answer.explanation)


def test_a_provider_of_langchain_is_opened_by_name(
    catalog: Catalog, seeds: dict[str, Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROVIDER:NAME is enough; settings reach the endpoint and token counts come back."""
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    with serving(Reply(GOOD)) as endpoint:
        settings = Settings(
            generator="langchain", llm=f"openai:{MODEL}", base_url=endpoint.url, seed=7
        )
        answer = Assistant(catalog, open_generator(settings)).answer(seeds["000"])
    assert answer.receipt is not None
    assert ("verified", 100) == (answer.outcome, answer.receipt.input_tokens)
    assert (MODEL, 7) == (endpoint.asked[0]["model"], endpoint.asked[0]["seed"])


@pytest.mark.parametrize(
    ("llm", "message"),
    [
        (None, "the generator langchain needs a model"),
        ("nobody:m", "--llm nobody:m: Unable to infer model provider"),
        ("anthropic:m", "langchain-anthropic"),
        ("openai:m", "OPENAI_API_KEY"),
    ],
)
def test_what_langchain_cannot_open_is_one_line(llm: str | None, message: str) -> None:
    """No model, no such provider, no package and no key are told before a question is sent."""
    with pytest.raises(InputError) as error:
        open_generator(Settings(generator="langchain", llm=llm))
    assert message in error.value.message


@pytest.mark.parametrize("usage", [[1], "12", {"prompt_tokens": "1", "cost": "free"}])
def test_a_streamed_reply_is_kept_whatever_is_said_of_its_cost(usage: object) -> None:
    """An account of a wrong type leaves the words as they are."""
    events = (
        {"choices": [{"index": 0, "delta": {"content": "RCAN."}, "finish_reason": "stop"}]},
        {"choices": [], "usage": usage},
    )
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    with serving(Reply(raw=raw + b"data: [DONE]\n\n")) as endpoint:
        text, end = OpenAIChat("m", endpoint.url, "k", settings=Settings()).reply([("user", "x")])
    assert ("RCAN.", "stop", None) == (text, end.finish, end.input_tokens)


@pytest.mark.parametrize(
    ("told", "finish"),
    [
        ({"finish_reason": "content_filter"}, "content_filter"),
        ({"stop_reason": "refusal"}, "refusal"),
        ({"finish_reason": "STOP"}, "stop"),
    ],
)
def test_how_a_reply_of_langchain_ended_is_read_in_the_words_of_its_provider(
    told: dict[str, str], finish: str
) -> None:
    """A filter or a refusal does not become a normal end."""

    class Told(GenericFakeChatModel):
        def stream(self, *_: object, **__: object) -> Iterator[AIMessageChunk]:
            yield AIMessageChunk("RCAN.")
            yield AIMessageChunk("", response_metadata=told)
            yield AIMessageChunk("")

    _, end = LangChainChat(Told(messages=iter(()))).reply([("user", "x")])
    assert finish == end.finish


def test_no_prompt_follows_a_redirection_to_another_address() -> None:
    """A 307 would post the prompt again wherever the server says; it is told instead."""
    with serving("hello") as other, serving(Reply(status=307, to=other.url)) as endpoint:
        with pytest.raises(BackendError) as error:
            OpenAIChat("m", endpoint.url, "k", settings=Settings()).reply([("user", "x")])
        assert ([], 1) == (other.asked, len(endpoint.asked))
    assert other.url in error.value.message
