"""A run through a provider's batch API: its requests as files, and its replies from files."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.bulk.batch_files import custom_id, read_output, write_shards
from assistant.bulk.costs import Prices, Spent
from assistant.bulk.items import Problem
from assistant.bulk.requests import world
from assistant.bulk.runner import Run
from assistant.errors import InputError


async def emit(run: Run, path: Path) -> tuple[list[Path], int]:
    """Write the requests of all that has neither answer nor reply; the files and their lines.

    The journal keeps which request went out under which custom_id.

    Raises:
        InputError: nothing is due.
    """
    count, safe = 0, None

    def lines() -> Iterator[tuple[str, dict[str, Any]]]:
        nonlocal count, safe
        for due in run.selection:
            if run.journal.has_answer(due.key) or run.journal.replies(due.key):
                continue
            body = run.body(due.item, world(run.assistant, due.item, run.related)[0])
            name = custom_id(due.id)
            safe = run.journal.append("emitted", due.key, custom_id=name)
            count += 1
            yield name, body

    written = write_shards(path, lines())
    if safe is None:
        raise InputError("nothing is due: everything has an answer", hint="see results.jsonl")
    await safe
    return written, count


async def ingest(run: Run, files: Sequence[Path], prices: Prices) -> list[Problem]:
    """Take the replies of output and error files into the journal; doing it twice changes nothing.

    Lines are joined by ``custom_id``. Unknown and repeated ids, lines of a prompt that has changed
    since it was emitted, and ids without any line are the problems that are returned.
    """
    journal, spent = run.journal, Spent()
    problems: list[Problem] = []
    wanted = {custom_id(due.id): due for due in run.selection}
    emitted, seen, safe = journal.emitted(), set(), None
    for line in (line for file in files for line in read_output(file)):
        name = line.custom_id
        due = wanted.get(name) if name else None
        if name is None or due is None:
            code = "unknown_custom_id" if name else line.code
            said = f"{name} is none of the inputs" if name else line.message
            problems.append(Problem(line.place, code, said))
            continue
        if name in seen:
            said = f"{name} came before; this line is left out"
            problems.append(Problem(line.place, "duplicate_custom_id", said))
            continue
        seen.add(name)
        if emitted.get(name, due.key) != due.key:
            said = f"the prompt of {name} has changed since it was emitted"
            problems.append(Problem(line.place, "stale_batch_line", said))
        elif journal.replies(due.key) or journal.has_answer(due.key):
            continue
        elif line.body is None:
            error = {"class": "item", "code": line.code, "message": line.message}
            safe = journal.append("failed", due.key, id=due.id, time=time.time(), error=error)
        else:
            told: dict[str, Any] = {"n": 0, "cost": spent.add(line.body, prices), "attempts": 1}
            told |= {"latency": None, "time": time.time(), "body": line.body}
            safe = journal.append("reply", due.key, **{"id": due.id, **told})
    for name, due in wanted.items():
        if name not in seen and not (journal.replies(due.key) or journal.has_answer(due.key)):
            said = "no line of the batch has it; run without --ingest-batch to ask for it"
            problems.append(Problem(name, "missing_custom_id", said))
    if safe:
        await safe
    return problems
