"""What a run may do at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may do at most; None is no limit. Times are seconds, prices for 1e6 tokens.

    ``shard`` (i, n) is the i-th of n parts, ``related`` the papers searched for a question,
    ``jobs`` the workers that search and verify: processes of this machine (None: one), or with the
    ``engine`` ray actors of the cluster at ``ray_address`` (None: one a processor);
    ``only_failed`` leaves out what did not fail before, ``render`` writes every prompt anew.
    """

    concurrency: int = 32
    jobs: int | None = None
    rpm: float | None = None
    tpm: float | None = None
    max_attempts: int = 6
    max_wait: float = 300.0
    max_cost: float | None = None
    price_in: float | None = None
    price_out: float | None = None
    samples: int = 1
    limit: int | None = None
    shard: tuple[int, int] = (1, 1)
    render: bool = False
    related: int = 3
    only_failed: bool = False
    engine: Literal["local", "ray"] = "local"
    ray_address: str | None = None
