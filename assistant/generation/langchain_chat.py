"""Any chat model of LangChain as a generator: by the name of its provider, or an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.errors import BackendError, InputError
from assistant.generation.language_model import End, LanguageModel, Message

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings

_ENDS = ("finish_reason", "stop_reason", "done_reason")  # as OpenAI, Anthropic and Ollama say it


class LangChainChat(LanguageModel):
    """``Assistant(generator=LangChainChat(ChatOpenAI(model=...)))``."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model
        self.name = f"langchain:{model.get_name()}"

    @classmethod
    def of(cls, settings: Settings) -> LangChainChat:
        """The model that ``--llm PROVIDER:NAME`` names; keys come from the provider's variables.

        Raises:
            InputError: no model is named, or LangChain cannot open it.
        """
        if not settings.llm:
            raise InputError(
                "the generator langchain needs a model", hint="--llm PROVIDER:NAME, or SRA_LLM"
            )
        from langchain.chat_models import init_chat_model

        names = ("temperature", "timeout", "max_tokens", "base_url", "seed")
        values: dict[str, Any] = {name: getattr(settings, name) for name in names}
        try:
            model: BaseChatModel = init_chat_model(
                settings.llm, **{name: value for name, value in values.items() if value is not None}
            )
        except Exception as error:  # each provider has its own: no package, no key, no such name
            said = " ".join(str(error).split())[:200]
            raise InputError(
                f"--llm {settings.llm}: {said}",
                hint="PROVIDER:NAME of a provider whose package and key are there",
            ) from error
        return cls(model)

    def complete(self, messages: Sequence[Message]) -> Iterator[str | End]:
        """Stream one reply; see `LanguageModel.complete`."""
        end = End()
        try:
            for chunk in self._model.stream(list(messages)):
                if text := str(chunk.text):
                    yield text
                usage = getattr(chunk, "usage_metadata", None) or {}
                told = chunk.response_metadata
                end += End(
                    next((str(told[k]).lower() for k in _ENDS if told.get(k)), end.finish),
                    usage.get("input_tokens"),
                    usage.get("output_tokens"),
                    model=told.get("model_name"),
                )
        except GeneratorExit:
            raise
        except Exception as error:
            said = " ".join(str(error).split())[:200]
            raise BackendError(
                f"{self.name}: {type(error).__name__}: {said}", hint="check the chat model"
            ) from error
        yield end
