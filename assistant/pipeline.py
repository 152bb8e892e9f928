"""The line from a question or a prompt file to a verified answer. Start reading here."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer, Finding, Receipt, draft
from assistant.catalog import Catalog, Entry, Model
from assistant.errors import GroundingError, InputError
from assistant.generation import Composer, Generator
from assistant.prompts import Item, Request, template_digest
from assistant.question import Wish, read
from assistant.retrieval.embedding import all_minilm
from assistant.retrieval.search import Ranked, Search
from assistant.settings import Settings
from assistant.verification import verify
from assistant.world import World, build

if TYPE_CHECKING:
    from assistant.retrieval.retriever import CatalogRetriever

MAX_QUESTION = 20_000


class Assistant:
    """Answers questions and requests over one catalog with one generator.

    ``on_build`` hears the number of records when an index has to be built first.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        generator: Generator | None = None,
        *,
        cache: Path | None = None,
        on_build: Callable[[int], None] | None = None,
    ) -> None:
        self._cache = cache or Settings().cache_folder
        self.catalog = catalog or Catalog.load(cache=self._cache)
        self.generator = generator or Composer()
        self._on_build = on_build

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
        if not question.strip():
            raise InputError("the question is empty", hint='ask something: sr-assistant ask "..."')
        if len(question) > MAX_QUESTION:
            raise InputError(
                f"the question has {len(question):,} characters, at most {MAX_QUESTION:,} are read",
                hint="shorten it, or use bulk for prompt files",
            )
        wish = read(question, self.catalog.vocabulary, self.catalog.labels)
        if task is not None and self.catalog.vocabulary.task(task) is None:
            known = ", ".join(t.id for t in self.catalog.vocabulary.tasks)
            raise InputError(f"unknown task {task!r}", hint=f"known tasks: {known}")
        if scale is not None and not 0 < scale <= 64:
            raise InputError(f"a scale of {scale:g} makes no sense", hint="name a factor such as 3")
        update = {"task": task or wish.task, "scales": (scale,) if scale else wish.scales}
        return wish.model_copy(update=update)

    def request(self, question: str, wish: Wish, k: int) -> tuple[Request, dict[str, float]]:
        """Retrieve the closed world of one question: the best model and ``k`` papers."""
        search = self.search
        model = self._recommend(question, wish)
        papers = search.related(question, wish, k, model.entry) if model else []
        found = [model, *papers] if model else papers
        request = Request(
            question=question,
            recommended=(_item(model.entry),) if model else (),
            related=tuple(_item(paper.entry) for paper in papers),
        )
        return request, {ranked.entry.id: round(ranked.score, 6) for ranked in found}

    def _recommend(self, question: str, wish: Wish) -> Ranked | None:
        """The model that fits best; None where no model of the catalog does the task at all."""
        if wish.task is None and self.search.outside(question):
            return None
        best = self.search.find(question, wish, 1, "model")
        if not best or (wish.task is not None and best[0].entry.task != wish.task):
            return None
        return best[0]

    def ask(
        self,
        question: str,
        *,
        scale: float | None = None,
        task: str | None = None,
        k: int = 3,
        strict: bool = False,
    ) -> Answer:
        """Answer a question from the catalog."""
        start = time.perf_counter()
        wish = self.wish(question, scale=scale, task=task)
        request, scores = self.request(question, wish, k)
        answer = self.answer(request, wish=wish, strict=strict, since=start)
        assert answer.receipt is not None  # noqa: S101 - answer() writes one
        recommended = tuple(
            r.model_copy(update={"score": scores.get(r.id)}) for r in answer.recommended
        )
        receipt = answer.receipt.model_copy(
            update={"scores": scores, "index": all_minilm().identity.version}
        )
        return answer.model_copy(update={"recommended": recommended, "receipt": receipt})

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
            GroundingError: with ``strict``, where the generator's own answer was refused.
        """
        start = time.perf_counter() if since is None else since
        world = build(request, self.catalog, wish)
        answer = verify(self.generator.write(world), world)
        if answer.outcome == "refused":
            if strict:
                kinds = ", ".join(sorted({f.kind for f in answer.findings}))
                raise GroundingError(
                    f"the answer could not be grounded: {kinds}",
                    hint="leave --strict out to get the composer's answer",
                )
            answer = _fallback(world, answer.findings)
        elif not world.recommended:
            answer = answer.model_copy(update={"outcome": "refused"})
        seconds = round(time.perf_counter() - start, 3)
        return answer.model_copy(update={"receipt": self.receipt(request, seconds)})

    def receipt(self, request: Request, seconds: float | None = None) -> Receipt:
        """What an answer to ``request`` depends on: equal receipts mean equal answers."""
        return Receipt(
            generator=self.generator.name,
            request=request.digest,
            catalog=self.catalog.digest,
            template=template_digest(self.generator.template),
            seconds=seconds,
        )


def _fallback(world: World, findings: tuple[Finding, ...]) -> Answer:
    """The composer's answer, itself verified, with the findings on the rejected one.

    Item names of a hostile file can make even the composer's prose fail; what is returned then
    names no item outside part 3.
    """
    answer = verify(Composer().write(world), world)
    if answer.outcome == "refused":
        plain = draft(
            world,
            task="The question can be answered only by the references below.",
            explanation="The names of the provided items cannot be shown safely in a sentence, "
            "so no workflow is drawn.",
        )
        answer = verify(plain, world)
    return answer.model_copy(
        update={"outcome": "fallback", "findings": (*findings, *answer.findings)}
    )


def _item(entry: Entry) -> Item:
    """A record as an item of a request: its links as given, its facts as the summary."""
    facts = " ".join([entry.does, *(fact.text for fact in entry.facts)])
    return Item(
        name=entry.id if isinstance(entry, Model) else entry.title,
        paper=entry.paper,
        github=entry.github or entry.huggingface,
        summary=None if isinstance(entry, Model) else facts,
    )
