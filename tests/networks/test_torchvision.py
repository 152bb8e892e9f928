"""A torchvision that does not match torch."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.networks import torchvision as shim
from assistant.networks.torchvision import shim_torchvision


@pytest.fixture
def torchvision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for torchvision, first on the path; its source is up to the test."""
    for name in [n for n in sys.modules if n.split(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(shim, "_operators", [])
    yield tmp_path / "torchvision.py"
    sys.modules.pop("torchvision", None)


def test_shim_makes_a_mismatched_torchvision_importable(torchvision: Path) -> None:
    """A torchvision that misses its compiled operators is imported with declared ones."""
    torchvision.write_text(
        "import torch\n"
        "@torch.library.register_fake('torchvision::nms')\n"
        "def nms(dets, scores, iou_threshold): ...\n"
        "mended = True\n"
    )
    shim_torchvision()
    assert importlib.import_module("torchvision").mended


def test_shim_leaves_a_healthy_torchvision_alone(torchvision: Path) -> None:
    """A torchvision that imports is left as it is."""
    torchvision.write_text("")
    shim_torchvision()
    assert [] == shim._operators


def test_shim_does_nothing_without_torchvision(
    torchvision: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no torchvision nothing happens."""
    monkeypatch.setitem(sys.modules, "torchvision", None)
    shim_torchvision()
    assert [] == shim._operators


def test_shim_hides_no_other_error(torchvision: Path) -> None:
    """An error that has nothing to do with missing operators is raised."""
    torchvision.write_text("raise RuntimeError('no driver')")
    with pytest.raises(RuntimeError, match="no driver"):
        shim_torchvision()
