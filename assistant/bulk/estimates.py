"""What a run would take: items, tokens, money and time, before a cent is spent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from assistant.bulk.costs import METHOD, estimate
from assistant.bulk.job import Job
from assistant.bulk.journal import Journal
from assistant.generation import LanguageModel
from assistant.generation.openai_chat import OpenAIChat


def estimated(job: Job) -> dict[str, Any]:
    """What running ``job`` would take, by file and in all. Nobody is asked, nothing is written.

    Output tokens are the most that a reply may have, ``cost`` that of one reply an item;
    ``cost_at_most`` has every draft go back as often as it may; None stands for unknown.
    ``minutes`` are those that the limits alone take.
    """
    generator, options = job.assistant.generator, job.options
    asks = isinstance(generator, LanguageModel)
    most = generator.settings.max_tokens if isinstance(generator, OpenAIChat) else 0
    rows: dict[str, Counter[str]] = {}
    journal = Journal(job.out, write=False)
    try:
        for due in job.selection:
            row = rows.setdefault(due.item.place.partition(":")[0], Counter())
            row["items"] += 1
            if journal.has_answer(due.key):
                row["cached"] += 1
            elif asks and not journal.replies(due.key):
                messages = (due.item.body or {}).get("messages")
                row["requests"] += 1
                row["tokens_in"] += estimate(messages or [{"content": due.item.text}])
                row["tokens_out"] += most
    finally:
        journal.close()
    total: Counter[str] = Counter()
    for row in rows.values():
        total.update(row)
    cost = job.prices.cost(total["tokens_in"], total["tokens_out"])
    tokens = total["tokens_in"] + total["tokens_out"]
    rates = (total["requests"], options.rpm), (tokens, options.tpm)
    return {
        "files": {name: dict(row) for name, row in rows.items()},
        "total": dict(total),
        "tokens_by": METHOD,
        "cost": cost,
        "cost_at_most": None if cost is None else cost * (1 + job.assistant.repair),
        "minutes": max((n / rate for n, rate in rates if rate), default=None),
    }
