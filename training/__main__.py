"""``python -m training [ID ...] --work DIR``: train recipes in order, write weights and cards."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import load_file
from torch import Tensor

from assistant.errors import AssistantError, InputError
from training import cards, patches, pictures, scores, teacher
from training.recipes import RECIPES, Recipe
from training.starts import goes_on, started
from training.train import Run, prepared, train

WEIGHTS = Path(__file__).parents[1] / "catalog" / "weights"


def main() -> int:
    """Read the command line; 0 done, 2 wrong usage or missing data."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help=f"of {', '.join(RECIPES)}; default all"
    )
    parser.add_argument("--work", type=Path, default=Path("out/training"), help="data, checkpoints")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where weights and cards go")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--publish", action="store_true", help="write what the checkpoints hold, train no further"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    unknown = [name for name in arguments.ids if name not in RECIPES]
    if unknown:
        parser.error(f"no recipe {unknown[0]}; there are {', '.join(RECIPES)}")
    try:
        for name in arguments.ids or RECIPES:
            (publish if arguments.publish else make)(RECIPES[name], arguments.work, arguments.out)
    except AssistantError as error:
        sys.stderr.write(f"error: {error.message}\nhint: {error.hint}\n")
        return error.code
    return 0


def publish(recipe: Recipe, work: Path, out: Path) -> None:
    """Write weights, card and plot of what the checkpoint holds.

    Raises:
        InputError: there is no checkpoint.
    """
    checkpoint = work / f"{recipe.id}.ckpt"
    if not checkpoint.exists():
        raise InputError(f"{checkpoint} is not there", hint=f"run: python -m training {recipe.id}")
    run = prepared(recipe, started(recipe, None), torch.device("cpu"))
    run.load(checkpoint)
    _average(run, _averaged(recipe, work))
    cards.publish(run, out)


def make(recipe: Recipe, work: Path, out: Path) -> None:
    """Train one recipe, or go on with it, and write its weights, card and plot to ``out``.

    Raises:
        InputError: the run whose body it starts from is not there, or data are missing.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    body, origin = _origin(recipe.id, recipe.start, work)
    other = _averaged(recipe, work)  # before hours of training, not behind them
    run = prepared(recipe, started(recipe, body, whole=goes_on(recipe)), device)
    run.origin = origin
    data = _data(recipe, work)
    looks = scores.looks_of(recipe)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(recipe.id, total=recipe.iterations)

        def report(run: Run, loss: float) -> None:
            bar.update(task, completed=run.iteration, description=f"{recipe.id} loss {loss:.4f}")
            if run.history and run.history[-1]["iteration"] == run.iteration:
                shown = ", ".join(f"{key} {value:.4g}" for key, value in run.history[-1].items())
                console.print(f"{recipe.id}: {shown}", soft_wrap=True)

        train(run, data, looks, work / f"{recipe.id}.ckpt", report)
    if recipe.ships:
        _average(run, other)
        cards.publish(run, out)


def _averaged(recipe: Recipe, work: Path) -> dict[str, Tensor] | None:
    """The weights of the run with which those of a recipe are averaged in the end."""
    return _origin(recipe.id, recipe.averaged, work)[0]


def _average(run: Run, other: Mapping[str, Tensor] | None) -> None:
    """The mean of a finished run's weights and another's, where there is one."""
    if other is not None:
        body = run.network.module.body
        state = body.state_dict()
        body.load_state_dict({name: (state[name] + other[name]) / 2 for name in state})


def _origin(name: str, start: str | None, work: Path) -> tuple[dict[str, Tensor] | None, str]:
    """What the run ``name`` takes from ``start``, and how the card says it: a checkpoint, or else
    shipped weights."""
    if not start:
        return None, "none"
    before = work / f"{start}.ckpt"
    if before.exists():
        held = torch.load(before, map_location="cpu", weights_only=True)
        return held["module"], f"{start} after {held['iteration']} iterations"
    shipped = WEIGHTS / f"{start}.safetensors"
    if RECIPES[start].architecture in {"RCAN", "HAN"} or not shipped.exists():
        raise InputError(
            f"{name} needs {start}, but {before} is not there",
            hint=f"first run: python -m training {start}",
        )
    digest = hashlib.sha256(shipped.read_bytes()).hexdigest()
    return load_file(shipped), f"{shipped.name}, SHA-256 {digest}"


def _data(recipe: Recipe, work: Path) -> patches.Patches:
    truths = pictures.training_pictures(work)
    if recipe.architecture == "MSSNet":
        if recipe.real:
            return patches.for_moved(truths, recipe.side, recipe.paths)
        return patches.for_deblurring(truths, recipe.side, recipe.seed)
    if recipe.real:
        return patches.for_real(truths, recipe.scale, recipe.side)
    taught = teacher.outputs(truths, recipe.scale, work) if recipe.taught else None
    return patches.for_scale(truths, recipe.scale, recipe.side, taught)


if __name__ == "__main__":
    sys.exit(main())
