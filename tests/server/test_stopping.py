"""A run that nobody waits for any more."""

from __future__ import annotations

import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from assistant.catalog import Catalog
from assistant.imaging import blocks, noise, pictures, saving
from assistant.server.flow import Listener
from assistant.server.running import Wanted, running
from assistant.workflow.drawing import draw


@pytest.mark.parametrize(
    ("where", "last", "told"),
    [
        (pictures, "read", []),
        (noise, "noise", []),
        (blocks, "of_pixels", []),
        (saving, "write", ["start", "tile", "tile"]),
    ],
)
def test_a_run_goes_no_further_than_its_step(
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: ModuleType,
    last: str,
    told: list[str],
) -> None:
    """Who leaves during a step of a run frees its worker at the end of that step."""
    picture = tmp_path / "p.png"
    Image.effect_noise((48, 48), 40).convert("RGB").save(picture)
    heard: list[str] = []
    done: list[str] = []
    stop = Listener(lambda piece: heard.append(piece[0]))
    step = getattr(where, last)

    def left(*given: Any, **more: Any) -> Any:
        stop.set()
        done.append(last)
        return step(*given, **more)

    monkeypatch.setattr(where, last, left)
    dropped: list[str] = []
    shelf = SimpleNamespace(drop=dropped.append, settle=lambda _: None)
    service: Any = SimpleNamespace(
        catalog=catalog,
        ending=threading.Event(),
        options=SimpleNamespace(max_result=10**6),
        shelf=shelf,
    )
    graph = draw([["SISR-SAFMN-2x"]], catalog, None)
    for name, _ in running(service, Wanted("a", tmp_path, picture, graph), stop):
        heard.append(name)
    assert ([last], ["a"]) == (done, dropped)
    assert sorted(told) == sorted(heard)
