"""What is written when a run ends: the weights, their card (JSON and Markdown) and a plot."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant import files, networks
from assistant.networks import Network
from training import teacher
from training.blur import LONGEST, SHARP, SHORTEST, SOFT
from training.damage import BEST_JPEG, NOISIEST, WORST_JPEG
from training.patches import NOISE, NOISY
from training.pictures import LIST, held_back
from training.recipes import RECIPES, Recipe
from training.scores import Score, of_recipe, score
from training.starts import published
from training.train import Run

BICUBIC = "bicubic reduction by MATLAB's imresize (assistant/imaging/resize.py)"
BLUR = (
    f"synthetic motion blur: random smooth camera paths of {SHORTEST:g} to {LONGEST:g} pixels "
    "(training/blur.py), no noise; not real camera shake"
)

SHAKEN = (
    f"synthetic motion blur: random smooth camera paths of {SHORTEST:g} to %g pixels, "
    f"growing over the run; {SHARP:.0%}% of the pictures not moved, {SOFT:.0%}% a little out of "
    f"focus, {NOISY:.0%}% with noise up to sigma {NOISE:g} (training/blur.py); not real camera "
    "shake"
)
DAMAGE = (
    "a mixture of bicubic reduction, blur, resizing, Gaussian noise up to sigma "
    f"{NOISIEST:g} and JPEG of quality {WORST_JPEG} to {BEST_JPEG}, in random order, up to twice "
    "(training/damage.py)"
)


def publish(run: Run, out: Path) -> dict[str, Any]:
    """Write ``<id>.safetensors``, ``.json``, ``.md`` and ``.png`` to ``out``; return the card."""
    import safetensors.torch

    recipe = run.recipe
    skip = run.network.skip or "none"
    state = published(recipe, run.network.module.body.state_dict())
    metadata = {
        "architecture": recipe.architecture,
        "scale": str(recipe.scale),
        "range": "255" if recipe.architecture in {"RCAN", "HAN"} else "1",
        "skip": skip,
        "configuration": run.network.configuration,
        "card": recipe.id,
    }
    if recipe.real:
        metadata["made_for"] = "real"
    network = networks.build(state, metadata)  # what is measured is what users will load
    out.mkdir(parents=True, exist_ok=True)
    weights = out / f"{recipe.id}.safetensors"
    data = safetensors.torch.save(state, metadata)  # save_file would make the file private
    files.write(weights, lambda file: file.write(data))
    card = _card(run, network, metadata, weights)
    files.write_text(out / f"{recipe.id}.json", json.dumps(card, indent=2) + "\n")
    files.write_text(out / f"{recipe.id}.md", text(card))
    _plot(run, out / f"{recipe.id}.png")
    return card


def text(card: Mapping[str, Any]) -> str:
    """The card as Markdown, from nothing but its JSON."""
    lines = [f"# {card['id']}", "", *_summary(card), ""]
    lines += [
        "| measured (PSNR-Y / SSIM-Y, border = scale) | network | plain | gain |",
        "|---|---|---|---|",
    ]
    for name, seen in card["measured"].items():
        plain = f"{seen['plain_psnr_y']:.3f} / {seen['plain_ssim_y']:.4f} ({seen['plain']})"
        mine = f"{seen['psnr_y']:.3f} / {seen['ssim_y']:.4f}"
        gain = f"{seen['gain']:+.2f} dB (least {min(seen['gains']):+.2f})"
        lines.append(f"| {name} | {mine} | {plain} | {gain} |")
    lines += ["", f"![loss and gains]({card['id']}.png)", ""]
    for title in ("data", "training"):
        lines += [f"## {title.capitalize()}", ""]
        lines += [f"- {key.replace('_', ' ')}: {value}" for key, value in card[title].items()]
        lines.append("")
    lines += [f"SHA-256 of {card['file']}: `{card['sha256']}`", ""]
    return "\n".join(lines)


def _summary(card: Mapping[str, Any]) -> list[str]:
    task = f"x{card['scale']} super-resolution" if card["scale"] > 1 else card["task"]
    sizes = ", ".join(f"{key} {value}" for key, value in card["hyperparameters"].items())
    return [
        f"{card['architecture']} ({card['configuration']}) for {task}, trained by this project.",
        "",
        f"- {card['parameters']:,} parameters: {sizes}",
        f"- degradation: {card['degradation']}",
        f"- value range inside: 0..{card['range']}; image skip: {card['skip']}",
        f"- license: {card['license']}",
    ]


def _card(run: Run, network: Network, metadata: Mapping[str, str], weights: Path) -> dict[str, Any]:
    recipe = run.recipe
    measured = {n: score(network, given) for n, given in of_recipe(recipe).items() if given}
    return {
        "id": recipe.id,
        "file": weights.name,
        "bytes": weights.stat().st_size,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        **{key: metadata[key] for key in ("architecture", "configuration", "range", "skip")},
        "scale": recipe.scale,
        "hyperparameters": dict(network.hyperparameters),
        "parameters": network.parameters,
        "task": network.task,
        "degradation": _degradation(recipe),
        "license": "Apache-2.0, as this project; the training pictures keep their licenses, below",
        "measured": {name: _measured(seen, recipe) for name, seen in measured.items()},
        "data": _data(recipe),
        "training": _training(run),
    }


def _degradation(recipe: Recipe) -> str:
    if recipe.architecture == "MSSNet":
        return SHAKEN % recipe.paths[1] if recipe.real else BLUR
    return DAMAGE if recipe.real else BICUBIC


def _measured(seen: Score, recipe: Recipe) -> dict[str, Any]:
    return {
        "plain": "bicubic" if recipe.scale > 1 else "the input",
        "psnr_y": round(seen.psnr, 4),
        "ssim_y": round(seen.ssim, 5),
        "plain_psnr_y": round(seen.plain_psnr, 4),
        "plain_ssim_y": round(seen.plain_ssim, 5),
        "gain": round(seen.gain, 4),
        "gains": [round(gain, 3) for gain in seen.gains],
    }


def _data(recipe: Recipe) -> dict[str, str]:
    said = {
        "pictures": "free pictures of Debian wallpaper packages (GPL-2.0-or-later, CC-BY-4.0, "
        "CC-BY-SA-3.0, CC-BY-SA-4.0, CC0-1.0), each with its author and license in "
        f"training/{LIST.name} (SHA-256 {hashlib.sha256(LIST.read_bytes()).hexdigest()[:16]}...)",
        "research_data": "none",
        "exclusions": "no picture of Set5, Set14, BSD100 or Urban100; thumbnails are compared with "
        "Set5 in four rotations before training",
        "held_back": f"{len(held_back())} pictures of BSDS500 test, every tenth; never trained on",
    }
    line = _ancestry(recipe)
    if any(ancestor.taught for ancestor in line):
        direct = "outputs" if recipe.taught else f"through {line[-1].id}, outputs"
        said["teacher"] = (
            f"{teacher.NAME}, SHA-256 {teacher.SHA256}: {direct} on the training pictures, "
            "half of the L1 loss; none of its parameters"
        )
    else:
        said["teacher"] = "none"
    return said


def _training(run: Run) -> dict[str, str]:
    recipe = run.recipe
    said = {key: str(value) for key, value in asdict(recipe).items() if key not in {"id", "sizes"}}
    return {
        "command": f"python -m training {recipe.id}",
        **said,
        "start": run.origin,
        "iterations_done": str(run.iteration),
        "minutes": f"{run.seconds / 60:.0f} wall time, on a machine shared with other work",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "commit": _commit(),
        "torch": __import__("torch").__version__,
    }


def _ancestry(recipe: Recipe) -> list[Recipe]:
    """The recipe and those whose bodies it descends from, itself first."""
    line = [recipe]
    while line[-1].start:
        line.append(RECIPES[line[-1].start])
    return line


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    done = subprocess.run(  # noqa: S603
        command, cwd=LIST.parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def _plot(run: Run, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8, 3), layout="constrained")
    steps = [seen["iteration"] for seen in run.history]
    left.plot(steps, [seen["loss"] for seen in run.history], color="black")
    positive = all(seen["loss"] > 0 for seen in run.history)  # one in decibels is not
    left.set(xlabel="iteration", ylabel="loss", yscale="log" if positive else "linear")
    for name, label in (("held_back", "20 held-back pictures"), ("set5", "Set5")):
        if all(name in seen for seen in run.history):
            right.plot(steps, [seen[name] for seen in run.history], label=label)
    right.set(xlabel="iteration", ylabel="gain in PSNR-Y, dB")
    if right.lines:
        right.legend()
    figure.suptitle(run.recipe.id)
    figure.savefig(path, dpi=100)
    pyplot.close(figure)
