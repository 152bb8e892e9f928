"""Any chat model of LangChain as a generator, for chains that have one already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.errors import BackendError
from assistant.generation.language_model import End, LanguageModel, Message

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class LangChainChat(LanguageModel):
    """``Assistant(generator=LangChainChat(ChatOpenAI(model=...)))``."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model
        self.name = f"langchain:{model.get_name()}"

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
                    str(told.get("finish_reason") or end.finish),
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
