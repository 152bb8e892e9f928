"""What each network that ships costs and gains here: receipts for the facts of the catalog.

Run from the checkout on a quiet machine: ``python benchmarks/measured.py [ID ...]``. Writes
``catalog/measured/ID.json`` and prints the sentences that records may state. Cost is that of the
whole command ``sr-assistant run`` on a 640x480 picture with two threads; gains are means of
PSNR-Y in dB over bicubic interpolation (deblurring: over the blurred picture) on Set5 and on
twenty held-back photographs, clean and after JPEG or noise, which the networks were not
trained on.
"""

from __future__ import annotations

import io
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from assistant.networks import Network, checkpoint
from assistant.workflow import weights as shipped
from training.pictures import Picture
from training.scores import Task, held_back_tasks, score, set5_tasks, upscaling

WEIGHTS = Path(__file__).parents[1] / "catalog/weights"
RECEIPTS = Path(__file__).parents[1] / "catalog/measured"
SIZE = (640, 480)
THREADS = 2
SEED = 20_261_128
MODELS = {
    "safmn-x2": "SISR-SAFMN-2x",
    "safmn-x3": "SISR-SAFMN-3x",
    "safmn-x4": "SISR-SAFMN-4x",
    "rcan-small-x2": "SISR-RCAN-2x",
    "rcan-small-x3": "SISR-RCAN-3x",
    "han-small-x4": "SISR-HAN-4x",
    "mssnet-small": "Deblur-MSSNet-GoPro",
}


def jpeg(quality: int) -> Callable[[Picture], Picture]:
    """Compression by Pillow with its own tables."""

    def spoil(picture: Picture) -> Picture:
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=quality)
        return np.array(Image.open(file).convert("RGB"))

    return spoil


def noise(sigma: float) -> Callable[[Picture], Picture]:
    """White Gaussian noise, the same for equal sizes."""

    def spoil(picture: Picture) -> Picture:
        drawn = np.random.default_rng(SEED).normal(0, sigma, picture.shape)
        return np.clip(np.round(picture + drawn), 0, 255).astype(np.uint8)

    return spoil


DAMAGE: dict[str, Callable[[Picture], Picture]] = {
    "jpeg-50": jpeg(50),
    "noise-10": noise(10),
    "noise-25": noise(25),
}


def cost(model: str) -> dict[str, float]:
    """Seconds on the clock, of both processors, and peak memory in MB of the whole command."""
    with tempfile.TemporaryDirectory() as folder:
        across, down = np.meshgrid(np.linspace(0, 60, SIZE[0]), np.linspace(0, 45, SIZE[1]))
        wave = (np.sin(across * down / 9) + 1) * 127.5
        Image.fromarray(wave.astype(np.uint8)).convert("RGB").save(f"{folder}/in.png")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "run", "in.png", "--model", model, "--json"],
            cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": str(THREADS), "PYTHONPATH": str(Path.cwd())},
            check=True,
            capture_output=True,
            text=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        receipt = json.loads(done.stdout)
        receipt = receipt[0] if isinstance(receipt, list) else receipt
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {
        "seconds": round(receipt["seconds"], 1),
        "cpu_seconds": round(spent, 1),
        "peak_mb": round(receipt["peak_mb"]),
    }


def gains(network: Network) -> dict[str, dict[str, float]]:
    """Mean gain and the share of pictures that lose, by set and damage."""
    scale = network.scale
    found = {}
    for name, tasks in (("set5", set5_tasks(scale)), ("held-back", held_back_tasks(scale))):
        if not tasks:
            continue
        damages = {"clean": None, **DAMAGE} if scale > 1 else {"clean": None}
        for damage, spoil in damages.items():
            spoiled = tasks if spoil is None else [_spoiled(t, spoil) for t in tasks]
            result = score(network, spoiled)
            found[f"{name}, {damage}"] = {
                "gain_db": round(result.gain, 2),
                "psnr_y": round(result.psnr, 2),
                "pictures": len(tasks),
                "worse": sum(gain < 0 for gain in result.gains),
            }
    return found


def _spoiled(task: Task, spoil: Callable[[Picture], Picture]) -> Task:
    return upscaling(spoil(task.given), task.truth, task.scale)


def main() -> int:
    """Measure the named weights, or all of them."""
    RECEIPTS.mkdir(exist_ok=True)
    for name in sys.argv[1:] or MODELS:
        file = WEIGHTS / f"{name}.safetensors"
        network = shipped.build(checkpoint.read(file), name)
        told: dict[str, Any] = {
            "weights": file.name,
            "sha256": checkpoint.sha256(file),
            "model": MODELS[name],
            "machine": f"{_processor()}, {THREADS} threads, {platform.system()}",
            "size": list(SIZE),
            "cost": cost(MODELS[name]),
            "gains": gains(network),
            "command": f"python benchmarks/measured.py {name}",
        }
        text = json.dumps(told, indent=2) + "\n"
        (RECEIPTS / f"{name}.json").write_text(text, "utf-8")
        print(text)
    return 0


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))


if __name__ == "__main__":
    sys.exit(main())
