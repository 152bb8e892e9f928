"""Speed, memory and quality of the networks that run, side by side.

Run from the checkout: ``python benchmarks/upscale.py speed|quality|memory [...]``.

``speed``: seconds of processor time and on the clock (the least of N runs that take turns) of
torch as it comes, of our default, of OpenVINO, ncnn and bfloat16 where there are any, and of
spandrel with the same weights. ``quality``: PSNR-Y on Set5 beside bicubic, and what each backend
loses.
``memory``: peak of a process that enlarges a picture of 4000x3000 pixels and writes it as PNG; the
network runs on the first two tiles, the others are filled by repetition, because a full run takes
hours and needs no more.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assistant.networks.backends import Backend

SHIPPED = Path(__file__).parents[1] / "catalog/weights"
SET5 = Path(__file__).parents[2] / "shared/images/Set5"
FULL: dict[str, tuple[str, dict[str, int]]] = {
    "SAFMN x4": ("SAFMN", {"scale": 4, "dim": 36, "blocks": 8, "factor": 2}),
    "RCAN x2": (
        "RCAN",
        {"scale": 2, "groups": 10, "blocks": 20, "features": 64, "reduction": 16},
    ),
    "HAN x4": (
        "HAN",
        {"scale": 4, "groups": 10, "blocks": 20, "features": 64, "reduction": 16},
    ),
    "MSSNet": ("MSSNet", {"wf": 54, "scale": 42, "vscale": 42}),
}
SIZES = {"SAFMN x4": 256, "RCAN x2": 96, "HAN x4": 64, "MSSNet": 128}
FAST: tuple[Backend, ...] = ("openvino", "ncnn")
LARGE = (4000, 3000)
LOSS = 0.02
GB = 2.5


def main() -> int:
    """Run what is asked for; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["speed", "quality", "memory", "one-memory"])
    parser.add_argument("names", nargs="*", help="networks of the published size, or files")
    parser.add_argument("--runs", type=int, default=3, help="timed runs of each row")
    parser.add_argument("--threads", type=int, default=1, help="threads of a run")
    arguments = parser.parse_args()
    names = arguments.names
    match arguments.what:
        case "speed":
            return speed(names or list(FULL), arguments.runs, arguments.threads)
        case "quality":
            return quality([Path(n) for n in names] or sorted(SHIPPED.glob("*.safetensors")))
        case "memory":
            return memory(names or list(FULL))
    return one_memory(*names)


def published(name: str) -> dict[str, Any]:
    """The state dict of a network of published size with random weights."""
    import torch

    from assistant.networks import create

    torch.manual_seed(0)
    architecture, sizes = FULL[name]
    return dict(create(architecture, **sizes).state_dict())


def ways(state: dict[str, Any], metadata: dict[str, str], tile: Any) -> Iterator[tuple[str, Any]]:
    """Each way to run the same network on ``tile`` that this machine has."""
    import torch

    from assistant.networks import backends, build

    channels_first = torch.from_numpy(tile).permute(2, 0, 1)[None].contiguous()
    plain = build(state, metadata)

    def eager(network: Callable[[Any], Any]) -> Callable[[], Any]:
        def call() -> Any:
            with torch.inference_mode():
                return network(channels_first)

        return call

    yield "torch fp32 as it comes", eager(plain)
    ours = backends.prepared(build(state, metadata))
    yield "ours, default", lambda: backends.run_tile(ours, tile)
    if backends.has_bf16():
        half = backends.prepared(build(state, metadata), "torch", "bf16")
        yield "ours, bf16", lambda: backends.run_tile(half, tile)
    for backend in filter(backends.has, FAST):
        fast = backends.prepared(build(state, metadata), backend)
        yield f"ours, {backend}", functools.partial(backends.run_tile, fast, tile)
    if other := by_spandrel(state):
        yield "spandrel eager", eager(other)


def by_spandrel(state: dict[str, Any]) -> Callable[[Any], Any] | None:
    """The same weights in spandrel, where it is installed and knows the network."""
    from assistant.errors import AssistantError, InputError
    from assistant.networks import zoo

    try:
        return zoo.build(state, InputError("unknown")).module
    except AssistantError:
        return None


def speed(names: list[str], runs: int, threads: int) -> int:
    """The table of seconds and ratios; where threads wait for each other, they burn time."""
    import numpy as np
    import torch

    torch.set_num_threads(threads)
    print(
        f"| network, {threads} threads | way | CPU s | ratio | wall s | ratio | first run, CPU s |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in names:
        side = SIZES[name]
        tile = np.random.default_rng(0).random((side, side, 3), dtype=np.float32)
        calls = dict(ways(published(name), {}, tile))
        first = {way: seconds(call) for way, call in calls.items()}
        times: dict[str, list[tuple[float, float]]] = {way: [] for way in calls}
        for _ in range(runs):
            for way, call in calls.items():
                times[way].append(seconds(call))
        least = {way: [min(each) for each in zip(*t, strict=True)] for way, t in times.items()}
        base = least["torch fp32 as it comes"]
        for way, best in least.items():
            cells = [
                f"{own:.2f} | {plain / own:.2f}" for own, plain in zip(best, base, strict=True)
            ]
            row = " | ".join([f"{name} at {side}x{side}", way, *cells, f"{first[way][0]:.1f}"])
            print(f"| {row} |", flush=True)
    return 0


def seconds(call: Callable[[], Any]) -> tuple[float, float]:
    """Processor time of one call, all threads together, and time on the clock."""
    processor, clock = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - processor, time.perf_counter() - clock


def quality(files: list[Path]) -> int:
    """PSNR-Y on Set5 for each weights file and backend; whether each keeps within ``LOSS``."""
    from assistant.networks import backends
    from assistant.workflow.weights import Weights

    print(
        "| weights | backend | PSNR-Y | over bicubic | against fp32 eager |\n|---|---|---|---|---|"
    )
    worst = 0.0
    for file in files:
        network = Weights(file, "given").load()
        if network.scale == 1:
            continue
        kinds = [("torch", "fp32")]
        kinds += [("torch", "bf16")] if backends.has_bf16() else []
        kinds += [(backend, "fp32") for backend in filter(backends.has, FAST)]
        base, bicubic = set5(network, network.scale)
        print(f"| {file.stem} | eager fp32 | {base:.3f} | {base - bicubic:+.3f} | |", flush=True)
        for backend, precision in kinds:
            ready = backends.prepared(Weights(file, "given").load(), backend, precision)  # type: ignore[arg-type]
            mean, _ = set5(ready, network.scale)
            worst = max(worst, base - mean)
            row = f"{mean:.3f} | {mean - bicubic:+.3f} | {mean - base:+.4f}"
            print(f"| {file.stem} | {backend} {precision} | {row} |", flush=True)
    print(f"\nbound: at most {LOSS} dB lost; measured {max(worst, 0):.4f}")
    return int(worst > LOSS)


def set5(network: Any, scale: int) -> tuple[float, float]:
    """Mean PSNR-Y of the network and of bicubic interpolation."""
    from assistant.imaging import pictures, tiles
    from assistant.networks.backends import run_tile
    from assistant.workflow import proof

    found = []
    for low in sorted((SET5 / f"image_SRF_{scale}").glob("*_LR.png")):
        given = pictures.read(low)
        truth = pictures.read(low.with_name(low.name.replace("_LR", "_HR")))
        whole = tiles.tiling(given.size, None, 0)
        pixels = tiles.assembled(given.pixels, scale, whole, lambda t: run_tile(network, t))
        made = proof.against(pictures.Picture(pixels), given, truth)
        found.append((made["psnr_y"], made["bicubic_psnr_y"]))
    ours, plain = zip(*found, strict=True)
    return statistics.fmean(ours), statistics.fmean(plain)


def memory(names: list[str]) -> int:
    """Peak memory for a large picture, each network in a process of its own."""
    print("| network | backend | tiles | peak MB |\n|---|---|---|---|", flush=True)
    worst = 0.0
    for name in names:
        for backend in ("torch", *FAST):
            command = [sys.executable, __file__, "one-memory", name, backend]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            print(done.stdout.strip() or done.stderr, flush=True)
            worst = max(worst, float(done.stdout.split("|")[-2]) if done.stdout else 1e9)
    print(f"\nbound: at most {GB * 1000:.0f} MB; measured {worst:.0f}")
    return int(worst > GB * 1000)


def one_memory(name: str, backend: str) -> int:
    """One row of the table: a picture file to a picture file, as ``run`` does it."""
    import numpy as np
    from PIL import Image
    from safetensors.torch import save_file

    from assistant.catalog import Catalog
    from assistant.networks import backends
    from assistant.workflow import Options, Runner, memory
    from assistant.workflow.batch import Wanted, process
    from assistant.workflow.drawing import draw_file
    from assistant.workflow.jobs import Job

    width, height = LARGE
    ramp = np.arange(width * height, dtype=np.uint32).reshape(height, width, 1)
    prepare = backends.prepared

    def brief(*how: Any) -> Any:
        network = prepare(*how)
        return dataclasses.replace(network, module=_Brief(network.module, network.scale))  # type: ignore[arg-type]

    backends.prepared = brief
    with tempfile.TemporaryDirectory() as folder:
        source, weights, target = (Path(folder) / n for n in ("a.png", "w.safetensors", "b.png"))
        Image.fromarray((ramp // np.uint32([7, 11, 13])).astype(np.uint8)).save(source)
        del ramp
        if Path(name).is_file():
            weights = Path(name)
        else:
            save_file({key: value.clone() for key, value in published(name).items()}, weights)
        catalog = Catalog.load()
        graph = draw_file(weights, catalog)
        runner = Runner(catalog, Options(weights=weights, backend=backend))  # type: ignore[arg-type]
        job = Job(source, {graph.nodes[-1].id: target})
        (receipt,) = process(runner, graph, job, Wanted())
    tiles = receipt.tiles
    cut = f"{tiles.count} of {tiles.size[0]}" if tiles else "whole"
    print(f"| {Path(name).stem} | {backend} | {cut} | {memory.peak_mb():.0f} |")
    return 0


class _Brief:
    """A module that runs twice and then only repeats its input."""

    def __init__(self, module: Any, scale: int) -> None:
        self.module, self.scale, self.left = module, scale, 2

    def __call__(self, picture: Any) -> Any:
        if self.left:
            self.left -= 1
            return self.module(picture)
        wide = picture.repeat_interleave(self.scale, dim=2)
        return wide.repeat_interleave(self.scale, dim=3)


if __name__ == "__main__":
    sys.exit(main())
