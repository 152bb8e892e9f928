"""The training pictures: fetched, checked against the test sets, shrunk and cached."""

from __future__ import annotations

import hashlib
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from assistant.errors import InputError
from assistant.imaging.resize import resize, resize_to

Picture = npt.NDArray[np.uint8]

LIST = Path(__file__).with_name("pictures.toml")
SHARED = Path(__file__).parents[2] / "shared"
EXCLUDED = ("train/302003.jpg",)  # of BSDS500: Set5's "woman"
LONG_SIDES = (1440, 720)  # two sizes of each picture, so that detail comes in two densities
ALIKE = 0.97  # correlation of thumbnails from which two pictures count as the same
MULTIPLE = 12  # sides fit the scales 2, 3 and 4


def training_pictures(folder: Path) -> list[Picture]:
    """The free pictures, shrunk by the exact resizer at least by 2, cached in ``folder``.

    Shrinking removes what JPEG left, which a network would otherwise learn as detail.

    Raises:
        InputError: a package cannot be fetched or is another than the list says, or a picture
            is one of the test pictures.
    """
    cache = folder / f"pictures-{_digest(LIST)[:12]}.npz"
    if not cache.exists():
        shrunk = [picture for path in free_pictures(folder) for picture in _shrunk(path)]
        forbidden = test_pictures()
        for number, picture in enumerate(shrunk):
            if alike(picture, forbidden) >= ALIKE:
                raise InputError(f"training picture {number} is a test picture: fix {LIST.name}")
        fresh = cache.with_suffix(".tmp.npz")
        np.savez(fresh, *shrunk)
        fresh.replace(cache)
    with np.load(cache) as held:
        return [held[f"arr_{number}"] for number in range(len(held.files))]


def free_pictures(folder: Path) -> list[Path]:
    """The files of the list, unpacked from their Debian packages below ``folder``."""
    paths = []
    for package in tomllib.loads(LIST.read_text("utf-8"))["package"]:
        place = folder / package["name"]
        if not place.exists():
            _unpack(_fetched(package, folder), place)
        paths += [place / picture["path"] for picture in package["pictures"]]
    return paths


def held_back() -> list[Path]:
    """Twenty pictures of BSDS500's ``test``, never trained on: all choices are made on them."""
    return sorted((SHARED / "images" / "BSDS500" / "test").glob("*.jpg"))[::10]


def research_pictures() -> list[Path]:
    """BSDS500 ``train`` and ``test`` without what was held back or overlaps a test set."""
    root = SHARED / "images" / "BSDS500"
    kept = set(held_back()) | {root / name for name in EXCLUDED}
    return sorted(path for path in root.glob("t*/*.jpg") if path not in kept)


def test_pictures() -> list[Picture]:
    """Every HR picture of Set5 where ``../shared`` has them."""
    return [read(path) for path in sorted((SHARED / "images" / "Set5").glob("*_4/*_HR.png"))]


def read(path: Path) -> Picture:
    """An 8-bit RGB array [H,W,3]."""
    with Image.open(path) as picture:
        return np.array(picture.convert("RGB"))


def cut(picture: Picture, multiple: int) -> Picture:
    """The top left part whose sides are multiples of ``multiple``."""
    height, width = (side - side % multiple for side in picture.shape[:2])
    return picture[:height, :width]


def reduced(picture: Picture, scale: int) -> Picture:
    """The LR picture of an HR picture whose sides are multiples of ``scale``."""
    return resize(picture, 1 / scale)


def alike(picture: Picture, others: list[Picture]) -> float:
    """The highest correlation of thumbnails with any of ``others`` in four rotations."""
    mine = _thumbnail(picture)
    turned = (np.rot90(_thumbnail(other), turns) for other in others for turns in range(4))
    return max((float(np.mean(mine * other)) for other in turned), default=0.0)


def _thumbnail(picture: Picture) -> npt.NDArray[np.float64]:
    small = resize_to(picture, 16, 16).astype(np.float64).mean(axis=2)
    return np.asarray((small - small.mean()) / (small.std() + 1e-9))


def _shrunk(path: Path) -> Iterator[Picture]:
    picture = read(path)
    for side in LONG_SIDES:
        factor = max(2.0, max(picture.shape) / side)
        yield cut(resize(picture, 1 / factor), MULTIPLE)


def _fetched(package: dict[str, str], folder: Path) -> Path:
    name, version = package["name"], package["version"]
    folder.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "download", f"{name}={version}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    found = sorted(folder.glob(f"{name}_{version.replace(':', '%3a')}_*.deb"))
    if not found:
        reason = done.stderr.strip().splitlines()[-1:] or ["no such file came"]
        raise InputError(
            f"the Debian package {name} {version} cannot be fetched: {reason[0]}",
            hint=f"put its .deb file into {folder}",
        )
    if _digest(found[0]) != package["sha256"]:
        raise InputError(
            f"{found[0]} is not the package that {LIST.name} names",
            hint="remove it and try again",
        )
    return found[0]


def _unpack(deb: Path, place: Path) -> None:
    fresh = place.with_name(f"{place.name}.tmp")
    subprocess.run(["dpkg-deb", "-x", str(deb), str(fresh)], check=True)  # noqa: S603, S607
    fresh.rename(place)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
