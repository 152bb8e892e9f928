"""How far something long is: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant.cli import output

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """Shows how many of how many are done on standard error, and how long the rest takes."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def show(self, done: int, total: int) -> None:
        """The first call draws the bar."""
        if not sys.stderr.isatty():
            return
        if self._progress is None or self._task is None:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

            console = output.console(error=True)
            columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._progress = Progress(self._what, *columns, console=console)
            self._task = self._progress.add_task(self._what, total=total)
            self._progress.start()
        self._progress.update(self._task, completed=done, total=total)


@contextlib.contextmanager
def tiles(name: str) -> Iterator[Callable[[str, int, int], None]]:
    """What hears of finished tiles: a bar on a terminal, nobody elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _label, _done, _of: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("tiles"),
        TimeRemainingColumn(),
        console=output.console(error=True),
        transient=True,
    ) as bar:
        name = output.harmless(name)
        task = bar.add_task(name, total=None)

        def told(label: str, done: int, of: int) -> None:
            bar.update(task, description=f"{name}: {label}", completed=done, total=of)

        yield told
