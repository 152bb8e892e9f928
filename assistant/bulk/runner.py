"""Answer prompt files one by one: a bad file stops nothing, a good answer is never lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant import prompts
from assistant.answer import Answer, Receipt
from assistant.bulk.inputs import beside
from assistant.bulk.report import Result
from assistant.errors import AssistantError, InputError
from assistant.files import write_text
from assistant.pipeline import Assistant

_GOOD = ("verified", "repaired")
_IDENTITY = {"version", "generator", "request", "catalog", "template"}  # equal: the same bytes


class UnexpectedError(AssistantError):
    """A bug of ours met on one file; the cause has the traceback."""


def run(
    assistant: Assistant, pairs: Sequence[tuple[Path, Path]], *, force: bool = False
) -> Iterator[Result]:
    """Answer the files in order; yields each result as soon as its answer is on disk."""
    for source, target in pairs:
        try:
            yield _one(assistant, source, target, force=force)
        except AssistantError as error:
            yield Result(source, target, "failed", error=error)
        except Exception as error:
            yield Result(source, target, "failed", error=_unexpected(source, error))


def preview(
    assistant: Assistant, pairs: Sequence[tuple[Path, Path]], *, force: bool = False
) -> Iterator[Result]:
    """What ``run`` would do with each file, without answering or writing anything."""
    for source, target in pairs:
        try:
            request = prompts.read(source)
        except InputError as error:
            yield Result(source, target, "failed", error=error)
            continue
        before = None if force else _previous(target)
        if before and _is_current(before, assistant.receipt(request)):
            yield _standing(source, target, before)
        else:
            yield Result(source, target, "due")


def _one(assistant: Assistant, source: Path, target: Path, *, force: bool) -> Result:
    request = prompts.read(source)
    before = _previous(target)
    if before and not force and _is_current(before, assistant.receipt(request)):
        return _standing(source, target, before)
    answer = assistant.answer(request)
    if before and answer.outcome not in _GOOD and _is_good(before, request):
        return Result(source, target, "kept", before.outcome, before.fit.verdict)
    page, data = _files(answer)
    write_text(beside(target, ".md"), page)
    write_text(beside(target, ".json"), data)  # last: it marks the answer as complete
    return Result(source, target, "answered", answer.outcome, answer.fit.verdict)


def _standing(source: Path, target: Path, before: Answer) -> Result:
    return Result(source, target, "unchanged", before.outcome, before.fit.verdict)


def _files(answer: Answer) -> tuple[str, str]:
    """Markdown and JSON of an answer; without the seconds, so that two runs can be compared."""
    if answer.receipt:
        receipt = answer.receipt.model_copy(update={"seconds": None})
        answer = answer.model_copy(update={"receipt": receipt})
    return answer.markdown, json.dumps(answer.to_json(), ensure_ascii=False, indent=1) + "\n"


def _previous(target: Path) -> Answer | None:
    """The answer that is there already, or None if there is none or any byte of it is not ours."""
    try:
        page = beside(target, ".md").read_bytes().decode()
        data = beside(target, ".json").read_bytes().decode()
        answer = Answer.from_json(json.loads(data))
    except (OSError, ValueError, RecursionError, InputError):
        return None
    return answer if answer.receipt and _files(answer) == (page, data) else None


def _is_current(before: Answer, now: Receipt) -> bool:
    """Whether answering again would give the same bytes."""
    then = before.receipt
    return then is not None and then.model_dump(include=_IDENTITY) == now.model_dump(
        include=_IDENTITY
    )


def _is_good(before: Answer, request: prompts.Request) -> bool:
    receipt = before.receipt
    return before.outcome in _GOOD and receipt is not None and receipt.request == request.digest


def _unexpected(source: Path, error: Exception) -> UnexpectedError:
    found = UnexpectedError(
        f"{source}: unexpected {type(error).__name__}: {error}",
        hint="this is a bug of sr-assistant; please report it with the output of --debug",
    )
    found.__cause__ = error
    return found
