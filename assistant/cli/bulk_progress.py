"""How far a bulk run is: a line on a terminal, one JSON object every ten seconds elsewhere."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from assistant.cli import output

if TYPE_CHECKING:
    from rich.live import Live

    from assistant.bulk import Progress
    from assistant.bulk.asking import Asker

EVERY = 10.0  # seconds between two lines where no terminal is
_FRESH = 0.2  # seconds between two looks of a terminal


class Display:
    """Shows `Progress` on standard error."""

    def __init__(self) -> None:
        self._live: Live | None = None
        self._last = time.monotonic()

    def __enter__(self) -> Display:
        if sys.stderr.isatty():
            from rich.live import Live

            self._live = Live(console=output.console(error=True), auto_refresh=False)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, progress: Progress, asker: Asker | None) -> None:
        """Show the state if it is time to."""
        now = time.monotonic()
        done = progress.seen == progress.total
        if self._live is None:
            if now - self._last >= EVERY:
                self._last = now
                output.note(json.dumps(state_of(progress, asker)))
        elif done or now - self._last >= _FRESH:
            self._last = now
            self._live.update(line_of(state_of(progress, asker)), refresh=True)


def state_of(progress: Progress, asker: Asker | None) -> dict[str, Any]:
    """Counts, rates a minute, money, and seconds to the end; None stands for unknown."""
    passed = max(time.time() - progress.started, 1e-6)
    fresh = progress.answered + progress.failed
    left = progress.total - progress.seen
    state: dict[str, Any] = {
        "done": progress.answered,
        "failed": progress.failed,
        "cached": progress.cached,
        "total": progress.total,
        "eta_seconds": round(left * passed / fresh) if fresh else None,
    }
    if asker:
        spent = asker.spent
        tokens, share = spent.tokens_in + spent.tokens_out, (fresh + left) / max(fresh, 1)
        projected = None if spent.cost is None or not fresh else spent.cost * share
        state |= {
            "rpm": round(60 * spent.requests / passed),
            "tpm": round(60 * tokens / passed),
            "spent": spent.cost,
            "projected": projected,
        }
    return state


def line_of(state: dict[str, Any]) -> str:
    """The state as one line for people."""
    done = state["done"] + state["cached"] + state["failed"]
    parts = [
        f"answering {done}/{state['total']}",
        f"{state['done']} done, {state['failed']} failed, {state['cached']} cached",
    ]
    if "rpm" in state:
        money = [
            "unknown" if state[name] is None else f"${state[name]:.2f}"
            for name in ("spent", "projected")
        ]
        parts.append(f"{state['rpm']:,} RPM, {state['tpm']:,} TPM")
        parts.append(f"spent {money[0]} of {money[1]}")
    if state["eta_seconds"] is not None:
        minutes, seconds = divmod(state["eta_seconds"], 60)
        parts.append(f"ETA {minutes}:{seconds:02}")
    return " | ".join(parts)
