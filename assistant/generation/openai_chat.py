"""Any OpenAI-compatible endpoint: OpenAI, vLLM, Ollama, llama.cpp, LM Studio and others."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from assistant.errors import BackendError
from assistant.generation.language_model import MAX_DRAFT, End, LanguageModel, Message
from assistant.settings import Settings
from assistant.text.characters import printable

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

OPENAI = "https://api.openai.com/v1"
REDIRECTS = range(300, 400)
_NO_KEY = "none"  # the client insists on one; servers without keys ignore it


class Unreachable(BackendError):  # noqa: N818 - it names a state
    """Nobody answers, or nobody lets us in: asking again makes no sense."""


class Rejected(BackendError):  # noqa: N818 - likewise
    """The endpoint does not take the request as it is."""


class OpenAIChat(LanguageModel):
    """A model behind ``/v1/chat/completions``; nothing is imported or sent before it is asked.

    Without a ``model`` the first one that the endpoint lists is taken.
    """

    def __init__(
        self,
        model: str | None = None,
        base_url: str | None = None,
        key: str | None = None,
        *,
        settings: Settings | None = None,
    ) -> None:
        self._given = model
        self.base_url = base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI
        self.key = key or os.environ.get("OPENAI_API_KEY") or ""
        self.settings = settings or Settings()
        self._plain = False  # the endpoint takes no schema
        self.name = f"openai:{model}" if model else "openai"

    @classmethod
    def of(cls, settings: Settings) -> OpenAIChat:
        """The endpoint and model of the settings; the key comes from ``OPENAI_API_KEY`` only."""
        return cls(settings.llm, settings.base_url, settings=settings)

    @property
    def masked_key(self) -> str:
        """Enough of the key to tell it from another."""
        if not self.key:
            return "no key"
        return f"key {self.key[:3]}…{self.key[-4:]}" if len(self.key) > 12 else "key ***"

    @functools.cached_property
    def model(self) -> str:
        """The model that is asked."""
        if self._given:
            return self._given
        models = self.models()
        if not models:
            raise BackendError(f"{self.base_url} lists no model", hint="name one: SRA_LLM=...")
        return models[0]

    def models(self, timeout: float = 10) -> list[str]:
        """The models that the endpoint lists; raises BackendError where it cannot be asked."""
        try:
            return [m.id for m in self._client.with_options(timeout=timeout).models.list().data]
        except Exception as error:
            raise self._told(error) from error

    def complete(self, messages: Sequence[Message]) -> Iterator[str | End]:
        """Stream one reply; see `LanguageModel.complete`."""
        return self._streamed(messages, {})

    def complete_json(
        self, messages: Sequence[Message], schema: Mapping[str, Any]
    ) -> Iterator[str | End]:
        """Stream one reply that the endpoint holds to ``schema``; an endpoint that rejects this
        is asked without from then on."""
        if not self._plain:
            try:
                yield from self._streamed(messages, {"response_format": _shape(schema)})
                return
            except Rejected:
                pass
        for piece in self.complete(messages):
            self._plain = True
            yield piece

    def _streamed(
        self, messages: Sequence[Message], shape: Mapping[str, Any]
    ) -> Iterator[str | End]:
        finish, cost = "", End()
        model = self.model
        try:
            reply = self._client.chat.completions.create(
                model=model,
                messages=[_message(role, text) for role, text in messages],
                stream=True,
                stream_options={"include_usage": True},
                **self.parameters,
                **shape,
            )
            with reply:
                for chunk in reply:
                    cost += _end(chunk, model)
                    for choice in chunk.choices[:1]:
                        finish = choice.finish_reason or finish
                        if choice.delta.content:
                            yield choice.delta.content
        except GeneratorExit:
            raise
        except Exception as error:
            raise self._told(error) from error
        if not finish:
            raise BackendError(f"{self.base_url} broke off its reply", hint="try again")
        yield replace(cost, finish=finish)

    def json_reply(self, prompt: str, schema: Mapping[str, Any], *, seed: int) -> str:
        """The raw text of one reply to one message that should follow a JSON schema.

        Raises:
            Unreachable: nobody answers there, or nobody lets us in.
            BackendError: the endpoint refused this message.
        """
        try:
            done = self._client.with_options(max_retries=2).chat.completions.create(
                model=self.model,
                messages=[{"role": "user", "content": prompt}],
                temperature=self.settings.temperature,
                seed=seed,
                response_format=_shape(schema),
            )
        except Exception as error:
            raise self._told(error) from error
        said = (done.choices[0].message.content or "") if done.choices else ""
        return str(said)[:MAX_DRAFT]

    @property
    def parameters(self) -> dict[str, Any]:
        """What the settings say of every request."""
        settings = self.settings
        seed = {} if settings.seed is None else {"seed": settings.seed}
        return {"temperature": settings.temperature, "max_tokens": settings.max_tokens, **seed}

    @property
    def identity(self) -> dict[str, str]:
        """What tells its replies from those of another model: its name and the host it is at."""
        return {"model": self.model, "host": urlsplit(self.base_url).netloc}

    @property
    def sent_key(self) -> str:
        """The key of a request; raises BackendError where one is needed and none is set."""
        return self.key or self._without_key()

    @property
    def _client(self) -> OpenAI:
        from openai import DefaultHttpxClient, OpenAI

        return OpenAI(
            http_client=DefaultHttpxClient(follow_redirects=False, timeout=self.settings.timeout),
            base_url=self.base_url,
            api_key=self.sent_key,
            timeout=self.settings.timeout,
            max_retries=0,
        )

    def _without_key(self) -> str:
        if urlsplit(self.base_url).hostname == urlsplit(OPENAI).hostname:
            raise Unreachable("OPENAI_API_KEY is not set", hint="export OPENAI_API_KEY=...")
        return _NO_KEY

    def _told(self, error: Exception) -> BackendError:
        """What went wrong with the endpoint in one line, and what to do."""
        if isinstance(error, BackendError):
            return error
        import openai

        where, status = self.base_url, getattr(error, "status_code", None)
        said = " ".join(str(getattr(error, "message", "") or error).split())[:200]
        if isinstance(error, openai.APITimeoutError):
            seconds = f"{self.settings.timeout:g} seconds"
            return Unreachable(f"{where} did not answer within {seconds}", hint="raise SRA_TIMEOUT")
        if status in (401, 403):
            hint = "check OPENAI_API_KEY; is it the key of this provider?"
            return Unreachable(f"{where} refused the {self.masked_key}", hint=hint)
        if isinstance(error, openai.APIStatusError) and status in REDIRECTS:
            aim = error.response.headers.get("location", "")
            return Unreachable(redirected(where, aim), hint="name that address if you trust it")
        if status == 404:
            hint = "check SRA_LLM and the /v1 at the end of the URL; see: sr-assistant doctor"
            return BackendError(f"{where}: not found: {said}", hint=hint)
        if status == 429:
            return BackendError(f"{where}: too many requests or no credit left", hint="wait")
        if status is not None:
            kind = Rejected if status in (400, 422) else BackendError
            return kind(f"{where}: status {status}: {said}", hint="see: sr-assistant doctor")
        if isinstance(error, openai.APIConnectionError):
            return Unreachable(f"{where} cannot be reached", hint="is the server running?")
        return BackendError(f"{where}: {type(error).__name__}: {said}", hint="try again")


def redirected(where: str, aim: str) -> str:
    """What is told of an endpoint that sends us to another address; prompts do not follow."""
    return f"{where} points to another address: {printable(aim)[:200] or 'none'}"


def _shape(schema: Mapping[str, Any]) -> Any:
    """How the protocol asks for a reply of this shape."""
    named = {"name": "reply", "strict": True, "schema": dict(schema)}
    return {"type": "json_schema", "json_schema": named}


def _message(role: str, text: str) -> ChatCompletionMessageParam:
    if role == "assistant":
        return {"role": "assistant", "content": text}
    return {"role": "user", "content": text}


def _end(chunk: ChatCompletionChunk, model: str) -> End:
    """What a chunk says of the cost of its reply; the endpoint's own words, nothing estimated."""
    sound = isinstance(chunk.usage, BaseModel)
    usage = chunk.usage.model_dump(warnings=False) if chunk.usage and sound else None
    return End.told("", usage, chunk.model or model)
