"""The weights that ship: as their cards say, and above the floors beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open
from safetensors.torch import load_file

from assistant import networks
from assistant.networks import Network
from training import scores

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "catalog" / "weights"
FLOORS = json.loads((ROOT / "catalog" / "weights" / "floors.json").read_text("utf-8"))["weights"]
SHIPPED = sorted(path.stem for path in WEIGHTS.glob("*.safetensors"))
DEBLURRING = [name for name in SHIPPED if name.startswith("mssnet")]
REAL = [name for name in SHIPPED if name.endswith("-real")]
DAMAGED = [name for name in REAL if name not in DEBLURRING]


def card(name: str) -> dict[str, Any]:
    """The machine-readable card."""
    held: dict[str, Any] = json.loads((WEIGHTS / f"{name}.json").read_text("utf-8"))
    return held


def load(name: str) -> Network:
    """The network of a shipped file, as users load it."""
    path = WEIGHTS / f"{name}.safetensors"
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    return networks.build(load_file(path), metadata)


def test_every_shipped_file_has_a_card_and_a_floor() -> None:
    """No weights without a card, a picture of their training and a pinned floor."""
    assert SHIPPED
    assert SHIPPED == sorted(FLOORS)
    for name in SHIPPED:
        assert all((WEIGHTS / f"{name}{suffix}").is_file() for suffix in (".json", ".md", ".png"))


@pytest.mark.parametrize("name", SHIPPED)
def test_cards_belong_to_their_files(name: str) -> None:
    """Digest, size, architecture, range and skip in the card are the file's."""
    data = (WEIGHTS / f"{name}.safetensors").read_bytes()
    said, network = card(name), load(name)
    assert (said["sha256"], said["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (said["architecture"], said["scale"], said["parameters"]) == (
        network.architecture,
        network.scale,
        network.parameters,
    )
    assert (said["range"], said["skip"]) == (str(network.value_range), network.skip or "none")
    assert said["sha256"] in (WEIGHTS / f"{name}.md").read_text("utf-8")


@pytest.mark.long
@pytest.mark.parametrize(
    "name", [name for name in SHIPPED if name not in DEBLURRING and name not in REAL]
)
def test_upscalers_beat_their_floor_on_set5(shared: Path, name: str) -> None:
    """The mean gain over bicubic reaches the floor and the card; every picture gains."""
    network = load(name)
    seen = scores.score(network, scores.set5_tasks(network.scale))
    assert min(seen.gains) > 0
    assert seen.gain >= FLOORS[name]["floor"]
    assert pytest.approx(card(name)["measured"]["Set5"]["psnr_y"], abs=0.01) == seen.psnr


@pytest.mark.long
@pytest.mark.parametrize("name", DEBLURRING)
def test_the_deblurring_network_beats_its_floor(shared: Path, name: str) -> None:
    """On held-back pictures with synthetic motion blur the mean gain reaches the floor."""
    on = FLOORS[name]["measured_on"]
    kind = on.rpartition("pictures, ")[2]
    tasks = scores.blurred_tasks(kind) if kind in scores.BLURS else scores.held_back_tasks(1)
    seen = scores.score(load(name), tasks)
    assert seen.gain >= FLOORS[name]["floor"]
    measured = card(name)["measured"][on]
    assert pytest.approx(measured["psnr_y"], abs=0.01) == seen.psnr


@pytest.mark.parametrize("name", REAL)
def test_real_weights_say_what_they_were_made_for(name: str) -> None:
    """In the file itself, so that they never stand in for weights made for clean pictures."""
    assert "real" == load(name).metadata["made_for"]


@pytest.mark.long
@pytest.mark.parametrize("name", DAMAGED)
def test_real_weights_beat_their_floor(shared: Path, name: str) -> None:
    """On pictures damaged as the floor names it; each gains, and the mean is that of the card."""
    on = FLOORS[name]["measured_on"]
    network = load(name)
    seen = scores.score(network, scores.real_tasks(network.scale)[on])
    assert min(seen.gains) > 0
    assert seen.gain >= FLOORS[name]["floor"]
    assert pytest.approx(card(name)["measured"][on]["psnr_y"], abs=0.01) == seen.psnr
