"""Pictures as people have them: what each way to enlarge or clean them gains, and a sheet to see.

Run from the checkout: ``python benchmarks/real.py [--scale 4] [--set set5|held-back]``. Rows are
damages and ways: bicubic, weights for clean pictures, those for real ones, what ``--auto`` takes
and, with ``--others`` where the extra ``real`` is installed, Real-ESRGAN. Columns: mean gain in
PSNR-Y and SSIM-Y over bicubic (x1: over the picture), pictures below it, and without a reference
what ``look`` measures of the results: noise and the softness of edges. With ``--blur`` held-back
pictures in motion, and sharp ones, through MSSNet and what ``--auto`` takes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.imaging.faults import Look
from assistant.imaging.look import look
from assistant.imaging.measures import psnr_y, ssim_y
from assistant.imaging.pictures import Picture
from assistant.workflow import Runner
from assistant.workflow.drawing import draw
from assistant.workflow.suiting import choose
from training.damage import compressed, noisy
from training.pictures import cut, held_back, read
from training.scores import BLUR_SEED, BLURS, Task, blurred_tasks, real_tasks

CLEAN = {1: None, 2: "SISR-SAFMN-2x", 4: "SISR-SAFMN-4x"}
REAL = {1: "Restoration-SAFMN-real", 2: "SISR-SAFMN-real-2x", 4: "SISR-SAFMN-real-4x"}
OTHER = "SISR-Real-ESRGAN-4x"
DEBLURRING = "Deblur-MSSNet-S-GoPro"
CLEANED = {"JPEG 40": (0, 40), "noise 15": (15, None)}  # of 1x beside those of the cards
CROP = 160
Pixels = np.ndarray
Way = Callable[[Task], Pixels]


def main() -> int:
    """Print the table and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=int, default=4, choices=[1, 2, 4])
    parser.add_argument("--set", default="set5", choices=["set5", "held-back"])
    parser.add_argument("--blur", action="store_true", help="motion and sharp pictures, at 1x")
    parser.add_argument("--others", action="store_true", help="Real-ESRGAN too, minutes a picture")
    parser.add_argument("--sheet", type=Path, help="PNG of crops, one row a damage")
    arguments = parser.parse_args()
    wanted = "Set5" if arguments.set == "set5" else "20 held-back"
    if arguments.blur:
        arguments.scale = 1
        tasks = {kind: blurred_tasks(kind) for kind in BLURS}
    else:
        tasks = {k: v for k, v in real_tasks(arguments.scale).items() if k.startswith(wanted)}
    if arguments.scale == 1 and not arguments.blur and wanted != "Set5":
        tasks |= {f"{wanted} pictures, {kind}": cleaning(*CLEANED[kind]) for kind in CLEANED}
    ways = of(arguments.scale, others=arguments.others, blur=arguments.blur)
    for name, way in list(ways.items())[1:] if arguments.blur else ():
        kept = [psnr_y(way(Task(p, p, p, 1)), p, 1) for p in held_back_pictures()]
        print(f"of sharp pictures {name} keeps {np.mean(kept):.1f} dB, at least {min(kept):.1f}\n")
    print("| pictures | way | PSNR-Y | SSIM-Y | below | noise | edges |\n" + "|---" * 7 + "|")
    rows = []
    for damage, each in tasks.items():
        made = {name: [way(task) for task in each] for name, way in ways.items()}
        for name, pictures in made.items():
            print(f"| {damage} | {name} | {line(pictures, each, arguments.scale)} |", flush=True)
        rows.append((damage.rpartition("pictures, ")[2].removeprefix("Set5, "), each, made))
    if arguments.sheet:
        sheet(rows).save(arguments.sheet)
    return 0


def held_back_pictures() -> list[Pixels]:
    """The held-back pictures with sides that every network takes."""
    return [cut(read(path), 16) for path in held_back()]


def cleaning(sigma: float, quality: int | None) -> list[Task]:
    """Held-back pictures with noise of ``sigma``, then as a JPEG of ``quality``."""
    tasks = []
    for number, truth in enumerate(held_back_pictures()):
        random = np.random.default_rng((BLUR_SEED, number))
        given = noisy(truth, random, sigma) if sigma else truth
        given = compressed(given, random, quality) if quality else given
        tasks.append(Task(given, truth, given, 1))
    return tasks


def of(scale: int, *, others: bool, blur: bool = False) -> dict[str, Way]:
    """Each way by name."""
    catalog = Catalog.load()
    runner = Runner(catalog)

    def models(*names: str) -> Way:
        graph = draw([names], catalog, float(scale) if scale > 1 else None)
        return lambda task: runner.run(graph, Picture(task.given), seen=BLANK)[0].picture.pixels

    def auto(task: Task) -> Pixels:
        given = Picture(task.given)
        try:
            chosen = choose(look(given), catalog, float(scale)).models
        except InputError:  # nothing to be done
            return task.given
        return models(*chosen)(task)

    ways: dict[str, Way] = {"bicubic" if scale > 1 else "as it is": lambda task: task.plain}
    if CLEAN[scale]:
        ways["clean weights"] = models(CLEAN[scale])
    ways["MSSNet" if blur else "real weights"] = models(DEBLURRING if blur else REAL[scale])
    ways["--auto"] = auto
    if others and scale == 4:
        ways["Real-ESRGAN"] = models(OTHER)
    return ways


BLANK = look(Picture(np.zeros((8, 8, 3), np.uint8)))  # nothing measured: faster, and none refused


def line(pictures: list[Pixels], tasks: list[Task], border: int) -> str:
    """The cells of one row."""
    pairs = list(zip(pictures, tasks, strict=True))
    gains = [psnr_y(p, t.truth, border) - psnr_y(t.plain, t.truth, border) for p, t in pairs]
    alike = [ssim_y(p, t.truth, border) - ssim_y(t.plain, t.truth, border) for p, t in pairs]
    seen: list[Look] = [look(Picture(p)) for p in pictures]
    noise = np.mean([each.noise.sigma for each in seen if each.noise])
    edges = np.mean([each.blur.sigma for each in seen if each.blur])
    below = sum(gain < -0.005 for gain in gains)
    mean = np.mean([g for g in gains if np.isfinite(g)] or [0])
    return (
        f"{mean:+.2f} | {np.mean(alike):+.3f} | {below} of {len(gains)} | {noise:.1f} | {edges:.2f}"
    )


def sheet(rows: list[tuple[str, list[Task], dict[str, list[Pixels]]]]) -> Image.Image:
    """Crops of two pictures, one row a damage, the truth at the right."""
    names = [*rows[0][2], "truth"]
    shown = (1, 2) if len(rows[0][1]) > 2 else (0,)
    wide = len(names) * CROP
    page = Image.new("RGB", (wide * len(shown), (CROP + 18) * len(rows)), "white")
    pen = ImageDraw.Draw(page)
    for row, (damage, tasks, made) in enumerate(rows):
        for block, picture in enumerate(shown):
            truth = tasks[picture].truth
            top, left = ((side - CROP) // 2 for side in truth.shape[:2])
            every = [made[name][picture] for name in names[:-1]] + [truth]
            for column, (name, pixels) in enumerate(zip(names, every, strict=True)):
                at = block * wide + column * CROP, row * (CROP + 18)
                pen.text((at[0] + 2, at[1] + 3), f"{damage}: {name}", "black")
                crop = pixels[max(top, 0) : top + CROP, max(left, 0) : left + CROP]
                page.paste(Image.fromarray(crop), (at[0], at[1] + 18))
    return page


if __name__ == "__main__":
    sys.exit(main())
