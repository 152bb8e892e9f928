"""The line from a question or a prompt file to a verified answer. Start reading here."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.answer import Answer, Receipt
from assistant.catalog import Catalog, reasons
from assistant.closing import closed, insist, scored
from assistant.generation import Composer, End, Generator, LanguageModel, open_generator
from assistant.generation.claims import TEMPLATE
from assistant.generation.language_model import prompt
from assistant.generation.reading import refined
from assistant.grounding import Again, Reply, cost_of, follow, ground
from assistant.prompts import PROMPT_FILE, Request, template_digest
from assistant.provider import Provider
from assistant.question import Wish, arranged
from assistant.retrieval.address import Address, store_of
from assistant.retrieval.search import Search
from assistant.settings import Settings
from assistant.settling import asked_for, settled
from assistant.streaming import DoneEvent, Event, stream
from assistant.world import build

if TYPE_CHECKING:
    from assistant.pictured import Pictured
    from assistant.retrieval.retriever import CatalogRetriever


class Assistant:
    """Answers questions and requests over one catalog with one generator.

    ``on_build`` hears the number of records when an index has to be built first; ``repair`` is how
    often a language model's draft goes back to it, ``check`` what its sentences need: facts that
    state them, or only right ``links``, names and numbers (the outcome then is ``reworded``).
    With ``read="model"`` it is asked what a question means where our reader is not sure.
    ``store`` is the Milvus that holds the vectors; without it FAISS does, in this process.
    """

    def __init__(  # noqa: PLR0913 - one argument a part that can be exchanged
        self,
        catalog: Catalog | None = None,
        generator: Generator | None = None,
        *,
        cache: Path | None = None,
        on_build: Callable[[int], None] | None = None,
        repair: int = 1,
        check: Literal["facts", "links"] = "facts",
        store: Address | None = None,
        read: Literal["reader", "model"] = "reader",
    ) -> None:
        self._store = store
        self._cache = cache or Settings().cache_folder
        self.catalog = catalog or Catalog.load(cache=self._cache)
        self.generator = generator or Composer()
        self.repair = repair
        self.check = check
        self.read = read
        self._on_build = on_build

    @classmethod
    def of(cls, settings: Settings, on_build: Callable[[int], None] | None = None) -> Assistant:
        """The assistant that the settings describe."""
        generator = open_generator(settings)
        cache = settings.cache_folder
        catalog = Catalog.load(settings.catalog, cache=cache)
        ways = settings.model_dump(include={"repair", "check", "read"})
        store = store_of(settings)
        return cls(catalog, generator, cache=cache, on_build=on_build, store=store, **ways)

    @functools.cached_property
    def search(self) -> Search:
        """The search over the catalog; the first use opens or builds the index."""
        return Search(self.catalog, self._cache, self._on_build, self._store)

    def retriever(self, k: int = 5) -> CatalogRetriever:
        """The search as a LangChain retriever, for chains of your own."""
        from assistant.retrieval.retriever import CatalogRetriever

        return CatalogRetriever(store=self.search.store, lexical=self.search.lexical, k=k)

    def wish(self, question: str, *, scale: float | None = None, task: str | None = None) -> Wish:
        """What the question asks for; ``scale`` and ``task`` given by the user win."""
        wish = asked_for(question, self.catalog, scale, task)
        if task:
            return wish
        if self.read == "model" and isinstance(self.generator, LanguageModel):
            asked = refined(question, wish, self.catalog.vocabulary, self.generator)
            if asked is not wish:  # who read the whole question is not overruled by the records
                return arranged(asked, reasons(self.catalog))
        return arranged(settled(question, wish, self.search), reasons(self.catalog))

    def request(
        self, question: str, wish: Wish, k: int, *, parts: bool = False
    ) -> tuple[Request, dict[str, float]]:
        """Retrieve the closed world of one question, as its form needs it: the best model for
        each step and ``k`` papers beside the first, or the records that it asks about."""
        found = Provider(self.search).provide(question, wish, k, parts=parts)
        return found.request(question), found.scores or {}

    def ask(  # noqa: PLR0913 - what a user may say of one question
        self,
        question: str,
        *,
        scale: float | None = None,
        task: str | None = None,
        k: int = 3,
        strict: bool = False,
        parts: bool = False,
        picture: Pictured | None = None,
    ) -> Answer:
        """Answer a question from the catalog, in the form it asks for or in three ``parts``, about
        ``picture`` where one was looked at."""
        start = time.perf_counter()
        wish = self.wish(question, scale=scale, task=task)
        if picture:
            wish = picture.wish(wish, self.catalog)
        request, scores = self.request(question, wish, k, parts=parts)
        answer = self.answer(request, wish=wish, strict=strict, since=start, parts=parts)
        if picture:
            answer = picture.told(answer, self.catalog)
        return scored(answer, scores)

    def answer(
        self,
        request: Request,
        *,
        wish: Wish | None = None,
        strict: bool = False,
        since: float | None = None,
        parts: bool | None = None,
    ) -> Answer:
        """Answer a request: its items are the whole world. Every answer passes the verifier.

        It has three ``parts`` unless they are refused, or a ``wish`` says that its question was
        asked without a prompt file.

        Raises:
            BackendError: the language model that was asked for cannot be used.
            GroundingError: with ``strict``, where anything had to be cut or replaced.
        """
        start = time.perf_counter() if since is None else since
        world = build(request, self.catalog, wish, parts=self._parts(parts, wish))
        answer, end = ground(self.generator, world, repair=self.repair, words=self.words)
        if strict:
            insist(answer)
        return self._closed(answer, request, start, end)

    def conclude(
        self,
        request: Request,
        replies: Sequence[Reply],
        *,
        wish: Wish | None = None,
        repair: int = 0,
    ) -> Answer | Again:
        """The answer that a language model's replies make, or which one goes back to it.

        For callers that ask the model themselves, with the prompt file (``assistant.bulk``); the
        verifier is the same.
        """
        start = time.perf_counter()
        world = build(request, self.catalog, wish, parts=self._parts(None, wish))
        step = follow(world, replies, repair, words=self.words)
        if isinstance(step, Again):
            return step
        return self._closed(step, request, start, cost_of(replies), PROMPT_FILE)

    def stream(
        self,
        question: str,
        *,
        scale: float | None = None,
        task: str | None = None,
        k: int = 3,
        parts: bool = False,
    ) -> Iterator[Event]:
        """Answer a question as events; the last one holds the answer (`assistant.streaming`)."""
        start = time.perf_counter()
        wish = self.wish(question, scale=scale, task=task)
        request, scores = self.request(question, wish, k, parts=parts)
        for event in self.stream_answer(request, wish=wish, since=start, parts=parts):
            if isinstance(event, DoneEvent):
                yield DoneEvent(answer=scored(event.answer, scores))
            else:
                yield event

    def stream_answer(
        self,
        request: Request,
        *,
        wish: Wish | None = None,
        since: float | None = None,
        parts: bool | None = None,
    ) -> Iterator[Event]:
        """Answer a request as events."""
        start = time.perf_counter() if since is None else since
        end = None
        world = build(request, self.catalog, wish, parts=self._parts(parts, wish))
        for event in stream(self.generator, world, repair=self.repair, words=self.words):
            if isinstance(event, End):
                end = event
            elif isinstance(event, DoneEvent):
                yield DoneEvent(answer=self._closed(event.answer, request, start, end))
            else:
                yield event

    @property
    def words(self) -> bool:
        """Whether the words of a sentence need facts, not its links, names and numbers alone."""
        return self.check == "facts"

    def prompt(self, request: Request, wish: Wish | None = None, asked: str = "parts") -> str:
        """What a language model is asked about ``request``, byte for byte.

        Of a generator that asks nobody: the prompt file, or what is asked for ``claims``.
        """
        template = TEMPLATE if asked == "claims" else PROMPT_FILE
        if isinstance(self.generator, LanguageModel):
            template = self.generator.template
        return prompt(build(request, self.catalog, wish, parts=True), template)

    def _parts(self, asked: bool | None, wish: Wish | None) -> bool:
        """Whether an answer has three parts: as asked, else where no wish came with the request,
        and always where a language model writes, which is told so."""
        written = isinstance(self.generator, LanguageModel)
        return written or (wish is None if asked is None else asked)

    def _closed(
        self,
        answer: Answer,
        request: Request,
        start: float,
        end: End | None,
        template: str | None = None,
    ) -> Answer:
        """An answer with its end; ``template`` is that of the prompt where it was not the
        generator's."""
        receipt = Receipt(
            generator=self.generator.name,
            request=request.digest,
            catalog=self.catalog.digest,
            template=template_digest(template or self.generator.template),
            seconds=round(time.perf_counter() - start, 3),
        )
        return closed(answer, receipt, end)
