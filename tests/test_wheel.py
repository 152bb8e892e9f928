"""The wheel: what is inside, and that it works alone, far from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CONTENT = ("catalog", "prompts", "eval")

pytest.importorskip("hatchling", reason="building a wheel needs hatchling")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def files(folder: Path) -> set[str]:
    """The files of the checkout below ``folder`` that are source or content."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_its_content_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    code = {f"assistant/{name}" for name in files(ROOT / "assistant")}
    content = {f"assistant/_content/{n}/{file}" for n in CONTENT for file in files(ROOT / n)}
    assert code | content == names


@pytest.mark.parametrize("name", CONTENT)
def test_content_in_the_wheel_is_that_of_the_checkout_byte_for_byte(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            file: archive.read(f"assistant/_content/{name}/{file}") for file in files(ROOT / name)
        }
    assert {file: (ROOT / name / file).read_bytes() for file in packed} == packed
    assert packed


def test_the_wheel_brings_the_command_and_the_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.partition(".dist-info/")[2]: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert "sr-assistant = assistant.cli:main" in texts["entry_points.txt"].splitlines()
    assert (ROOT / "LICENSE").read_text("utf-8") == texts["licenses/LICENSE"]


class Installed:
    """The command of a fresh environment: the wheel, what it asks for, and no tool of ours."""

    def __init__(self, venv: Path, home: Path) -> None:
        self.bin = venv / "bin"
        self.home = home
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
        self.environment = {**kept, "SRA_CACHE": str(home / "cache")}

    def run(self, *command: str) -> str:
        """What a command prints, started far from the checkout."""
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert 0 == done.returncode, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def json(self, *command: str) -> Any:
        return json.loads(self.run("sr-assistant", *command, "--json"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed by pip with the constraints: the one test that asks a package index."""
    venv = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin/python"), "-m", "pip", "install", "-qq", "-c", "constraints.txt"]
    subprocess.run([*pip, str(wheel)], cwd=ROOT, check=True)
    return Installed(venv, tmp_path_factory.mktemp("home"))


@pytest.mark.long
def test_a_fresh_install_of_the_wheel_does_all_that_a_user_types(installed: Installed) -> None:
    from PIL import Image

    packages = {
        row["name"].lower() for row in json.loads(installed.run("pip", "list", "--format=json"))
    }
    assert set() == packages & {"pytest", "hypothesis", "matplotlib", "mypy", "hatchling"}
    code = "import assistant; from assistant.content import folder; print(assistant.__file__)"
    paths = installed.run("python", "-c", f"{code}\nfor n in {CONTENT}: print(folder(n))").split()
    assert all(Path(path).is_relative_to(installed.bin.parent) for path in paths)

    assert "bulk" in installed.run("sr-assistant", "--help")
    answer = installed.json("ask", "Which model do I use for 3x on a phone?")
    assert ("SISR-SAFMN-3x", "verified") == (answer["recommended"][0]["id"], answer["outcome"])
    assert "SISR-RCAN-2x" in {row["id"] for row in installed.json("search", "RCAN 2x")}

    examples = next(installed.bin.parent.glob("lib/**/_content/prompts/examples"))
    assert {"verified": 5} == installed.json("bulk", str(examples), "--out", "out")["outcomes"]
    report = installed.run(
        "sr-assistant", "grade", "out", "--prompts", str(examples), "--format", "json"
    )
    assert (5, []) == (json.loads(report)["answers"], json.loads(report)["failed"])

    Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(installed.home / "drawn.png")
    installed.run("sr-assistant", "run", "drawn.png", "--model", "SISR-SAFMN-2x", "-o", "large.png")
    with Image.open(installed.home / "large.png") as large:
        assert (80, 60) == large.size

    checks = {row["check"]: row["status"] for row in installed.json("doctor")}
    assert {"ok"} == set(checks.values())
