"""The wheel: what is inside, and that it works alone, far from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from warm_index import warm

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


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and, behind it, our dependencies."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # A folder named in a .pth file is searched, but the .pth files in it are not read: so the
    # editable install of the checkout, which is one, stays out.
    ours = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    (site / "dependencies.pth").write_text("\n".join(ours), "utf-8")
    return folder / "bin/python"


def run(python: Path, folder: Path, *arguments: str, **environment: str) -> str:
    """What that Python prints, started in ``folder``."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(python), *arguments],
        cwd=folder,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


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


def test_an_installed_wheel_uses_its_own_code_and_content(python: Path, tmp_path: Path) -> None:
    code = "import assistant; from assistant.content import folder; print(assistant.__file__)"
    shown = run(python, tmp_path, "-c", f"{code}\nfor n in {CONTENT}: print(folder(n))")
    site = next(python.parents[1].glob("lib/python3*/site-packages"))
    assert [
        str(site / "assistant/__init__.py"),
        *(str(site / "assistant/_content" / name) for name in CONTENT),
    ] == shown.splitlines()


def test_an_installed_wheel_answers_a_question_and_the_example_prompt_files(
    python: Path, tmp_path: Path
) -> None:
    cache = str(warm())
    question = "Which model do I use for 3x on a phone?"
    printed = run(python, tmp_path, "-m", "assistant", "ask", question, "--json", SRA_CACHE=cache)
    answer = json.loads(printed)
    assert ("SISR-SAFMN-3x", "verified") == (answer["recommended"][0]["id"], answer["outcome"])
    examples = next(python.parents[1].glob("lib/**/_content/prompts/examples"))
    report = run(
        python, tmp_path, "-m", "assistant", "bulk", str(examples), "--out", "out", "--json"
    )
    assert {"verified": 5} == json.loads(report)["outcomes"]
