"""The line from a question or a prompt file to a verified answer. Start reading here."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer, Receipt
from assistant.catalog import Catalog, Entry, Model
from assistant.encoder.embedding import all_minilm
from assistant.errors import GroundingError, InputError
from assistant.generation import Composer, End, Generator, open_generator
from assistant.grounding import Again, Reply, cost_of, follow, ground
from assistant.prompts import Item, Request, template_digest
from assistant.question import OUTSIDE, Wish, shipped, understand
from assistant.retrieval.search import SURE, Ranked, Search
from assistant.settings import Settings
from assistant.streaming import DoneEvent, Event, stream
from assistant.text.characters import BINARY
from assistant.world import build

if TYPE_CHECKING:
    from assistant.pictured import Pictured
    from assistant.retrieval.retriever import CatalogRetriever

MAX_QUESTION = 20_000
_DEEP = 60  # records among which the best of the task is looked for
_NEAR = 4.0  # a task may be this many times less likely than the likeliest and still be meant


class Assistant:
    """Answers questions and requests over one catalog with one generator.

    ``on_build`` hears the number of records when an index has to be built first; ``repair`` is how
    often a language model's draft goes back to it.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        generator: Generator | None = None,
        *,
        cache: Path | None = None,
        on_build: Callable[[int], None] | None = None,
        repair: int = 1,
    ) -> None:
        self._cache = cache or Settings().cache_folder
        self.catalog = catalog or Catalog.load(cache=self._cache)
        self.generator = generator or Composer()
        self.repair = repair
        self._on_build = on_build

    @classmethod
    def of(cls, settings: Settings, on_build: Callable[[int], None] | None = None) -> Assistant:
        """The assistant that the settings describe."""
        generator = open_generator(settings)
        cache = settings.cache_folder
        catalog = Catalog.load(settings.catalog, cache=cache)
        return cls(catalog, generator, cache=cache, on_build=on_build, repair=settings.repair)

    @functools.cached_property
    def search(self) -> Search:
        """The search over the catalog; the first use opens or builds the index."""
        return Search(self.catalog, self._cache, on_build=self._on_build)

    def retriever(self, k: int = 5) -> CatalogRetriever:
        """The search as a LangChain retriever, for chains of your own."""
        from assistant.retrieval.retriever import CatalogRetriever

        return CatalogRetriever(store=self.search.store, lexical=self.search.lexical, k=k)

    def wish(self, question: str, *, scale: float | None = None, task: str | None = None) -> Wish:
        """What the question asks for; ``scale`` and ``task`` given by the user win."""
        if not BINARY.sub("", question).strip():
            raise InputError("the question is empty", hint='ask something: sr-assistant ask "..."')
        if len(question) > MAX_QUESTION:
            raise InputError(
                f"the question has {len(question):,} characters, at most {MAX_QUESTION:,} are read",
                hint="shorten it, or use bulk for prompt files",
            )
        wish = understand(question, self.catalog.vocabulary, self.catalog.labels, shipped())
        if task is not None and self.catalog.vocabulary.task(task) is None:
            known = ", ".join(t.id for t in self.catalog.vocabulary.tasks)
            raise InputError(f"unknown task {task!r}", hint=f"known tasks: {known}")
        if scale is not None and not 0 < scale <= 64:
            raise InputError(f"a scale of {scale:g} makes no sense", hint="name a factor such as 3")
        chosen = {"task": task, "steps": (task,), "odds": {task: 1.0}} if task else {}
        wish = wish.model_copy(update={**chosen, "scales": (scale,) if scale else wish.scales})
        return wish if task else self._settled(question, wish)

    def request(self, question: str, wish: Wish, k: int) -> tuple[Request, dict[str, float]]:
        """Retrieve the closed world of one question: the best model for each step and ``k``
        papers beside the first."""
        search = self.search
        steps = [self._recommend(question, wish.of(step)) for step in wish.steps or (wish.task,)]
        models = [model for model in steps if model]
        if not models and wish.form not in (None, "recommend", "explain", OUTSIDE):
            models = search.find(question, wish.of(None), 1, "model")  # it asks about, not for
        papers = search.related(question, wish, k, models[0].entry) if models else []
        request = Request(
            question=question,
            recommended=tuple(item_of(model.entry) for model in models),
            related=tuple(item_of(paper.entry) for paper in papers),
        )
        return request, {ranked.entry.id: round(ranked.score, 6) for ranked in (*models, *papers)}

    def _settled(self, question: str, wish: Wish) -> Wish:
        """The wish with the task of the best model where its own task is not sure: of two
        likely ones the records decide."""
        odds = wish.odds.get(wish.task or "", 1.0)
        provided = any(model.task == wish.task for model in self.catalog.models)
        if len(wish.steps) != 1 or wish.form == OUTSIDE or (odds >= SURE and provided):
            return wish
        best = self.search.find(question, wish, 1, "model")
        task = best[0].entry.task if best else None
        named = bool(wish.named or wish.architectures) and not provided
        if task is None or (not named and wish.odds.get(task, 0.0) < odds / _NEAR):
            return wish
        return wish.model_copy(update={"task": task, "steps": (task,)})

    def _recommend(self, question: str, wish: Wish) -> Ranked | None:
        """The model that fits best; None where no model of the catalog does the task at all."""
        if wish.form == OUTSIDE and not wish.named:
            return None
        found = self.search.find(question, wish, _DEEP, "model")
        return next((r for r in found if wish.task in (None, r.entry.task)), None)

    def ask(
        self,
        question: str,
        *,
        scale: float | None = None,
        task: str | None = None,
        k: int = 3,
        strict: bool = False,
        picture: Pictured | None = None,
    ) -> Answer:
        """Answer a question from the catalog, about ``picture`` where one was looked at."""
        start = time.perf_counter()
        wish = self.wish(question, scale=scale, task=task)
        if picture:
            wish = picture.wish(wish, self.catalog)
        request, scores = self.request(question, wish, k)
        answer = self.answer(request, wish=wish, strict=strict, since=start)
        if picture:
            answer = answer.model_copy(update={"note": picture.note(answer, self.catalog)})
        return _scored(answer, scores)

    def answer(
        self,
        request: Request,
        *,
        wish: Wish | None = None,
        strict: bool = False,
        since: float | None = None,
    ) -> Answer:
        """Answer a request: its items are the whole world. Every answer passes the verifier.

        Raises:
            BackendError: the language model that was asked for cannot be used.
            GroundingError: with ``strict``, where anything had to be cut or replaced.
        """
        start = time.perf_counter() if since is None else since
        world = build(request, self.catalog, wish)
        answer, end = ground(self.generator, world, repair=self.repair)
        if strict:
            _insist(answer)
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

        For callers that ask the model themselves (``assistant.bulk``); the verifier is the same.
        """
        start = time.perf_counter()
        step = follow(build(request, self.catalog, wish), replies, repair)
        if isinstance(step, Again):
            return step
        return self._closed(step, request, start, cost_of(replies))

    def stream(
        self,
        question: str,
        *,
        scale: float | None = None,
        task: str | None = None,
        k: int = 3,
    ) -> Iterator[Event]:
        """Answer a question as events; the last one holds the answer (`assistant.streaming`)."""
        start = time.perf_counter()
        wish = self.wish(question, scale=scale, task=task)
        request, scores = self.request(question, wish, k)
        for event in self.stream_answer(request, wish=wish, since=start):
            if isinstance(event, DoneEvent):
                yield DoneEvent(answer=_scored(event.answer, scores))
            else:
                yield event

    def stream_answer(
        self, request: Request, *, wish: Wish | None = None, since: float | None = None
    ) -> Iterator[Event]:
        """Answer a request as events."""
        start = time.perf_counter() if since is None else since
        end = None
        for event in stream(self.generator, build(request, self.catalog, wish)):
            if isinstance(event, End):
                end = event
            elif isinstance(event, DoneEvent):
                yield DoneEvent(answer=self._closed(event.answer, request, start, end))
            else:
                yield event

    def _closed(self, answer: Answer, request: Request, start: float, end: End | None) -> Answer:
        """An answer with its receipt; one that recommends nothing is a refusal."""
        if not answer.recommended and answer.outcome in ("verified", "repaired"):
            answer = answer.model_copy(update={"outcome": "refused"})
        seconds = round(time.perf_counter() - start, 3)
        receipt = self.receipt(request, seconds, end)
        return answer.model_copy(update={"receipt": receipt})

    def receipt(
        self, request: Request, seconds: float | None = None, end: End | None = None
    ) -> Receipt:
        """What an answer to ``request`` depends on: equal receipts mean equal answers.

        Tokens and cost are those that the endpoint reported.
        """
        return Receipt(
            generator=self.generator.name,
            request=request.digest,
            catalog=self.catalog.digest,
            template=template_digest(self.generator.template),
            seconds=seconds,
            model=end.model if end else None,
            input_tokens=end.input_tokens if end else None,
            output_tokens=end.output_tokens if end else None,
            cost=end.cost if end else None,
        )


def _insist(answer: Answer) -> None:
    """Refuse an answer of which anything was cut or replaced."""
    faults = [f for f in answer.findings if f.action in ("removed", "rejected")]
    if faults or answer.outcome == "fallback":
        kinds = ", ".join(sorted({f.kind for f in faults}))
        raise GroundingError(
            f"the answer could not be grounded as it was written: {kinds}",
            hint="leave --strict out to get what is left of it",
        )


def _scored(answer: Answer, scores: dict[str, float]) -> Answer:
    """The answer with the scores of its search."""
    recommended = tuple(
        r.model_copy(update={"score": scores.get(r.id)}) for r in answer.recommended
    )
    receipt = answer.receipt and answer.receipt.model_copy(
        update={"scores": scores, "index": all_minilm().identity.version}
    )
    return answer.model_copy(update={"recommended": recommended, "receipt": receipt})


def item_of(entry: Entry) -> Item:
    """A record as an item of a request: its links as given, its facts as the summary."""
    facts = " ".join([entry.does, *(fact.text for fact in entry.facts)])
    return Item(
        name=entry.id if isinstance(entry, Model) else entry.title,
        paper=entry.paper,
        github=entry.github or entry.huggingface,
        summary=None if isinstance(entry, Model) else facts,
    )
