"""``sr-assistant run`` and ``ask --run``: files, names, errors, progress and receipts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from errno import ENAMETOOLONG
from os import strerror
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from small_network import save

from assistant.answer import Answer
from assistant.imaging import pictures
from assistant.workflow.weights import user_folder

Run = Callable[..., Any]
X2, X4 = "SISR-SAFMN-2x", "SISR-SAFMN-4x"
QUESTION = "Which model do I use for 4x on a phone?"


@pytest.fixture(autouse=True)
def _ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small networks for 2x and 4x, an empty current folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    save(user_folder() / f"{X2}.safetensors", 2)
    save(user_folder() / f"{X4}.safetensors", 4)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def photo(path: str | Path, width: int = 40, height: int = 30, **more: Any) -> Path:
    y, x = np.mgrid[:height, :width]
    shown = np.stack([x * 5 % 256, y * 7 % 256, (x + y) * 3 % 256], axis=-1).astype(np.uint8)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(shown).save(path, **more)
    return Path(path)


def test_a_picture_gets_its_result_beside_it_with_the_models_name(call: Run) -> None:
    """The file and the receipt in words on standard output."""
    photo("a/photo.jpg")
    done = call("run", "a/photo.jpg", "--model", X2)
    target = Path(f"a/photo_{X2}.png")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith(f"{target}\n  {X2} (your file {X2}.safetensors; in one piece): ")
    assert (80, 60) == pictures.read(target).size


def test_json_is_the_receipt(call: Run) -> None:
    """With the promised keys; alone for one result, a list for several."""
    photo("a.png")
    (receipt,) = json.loads(call("run", "a.png", "--model", X2, "--json").out)
    promised = {"model", "weights_sha256", "input", "output", "scale_measured", "seconds"}
    assert promised | {"peak_mb", "tiles"} <= set(receipt)
    assert (X2, [40, 30], [80, 60], 2.0) == (
        receipt["model"],
        receipt["input"],
        receipt["output"],
        receipt["scale_measured"],
    )
    both = json.loads(call("run", "a.png", "--model", X2, "--model", X4, "--json", "--force").out)
    assert [X2, X4] == [one["model"] for one in both]


def test_nothing_is_overwritten_without_force(call: Run) -> None:
    """Neither a result nor a comparison; told before any work."""
    photo("a.png")
    Path("b.png").write_bytes(b"mine")
    for flags in (["-o", "b.png"], ["--compare", "b.png", "-o", "c.png"]):
        done = call("run", "a.png", "--model", X2, *flags)
        assert (2, "error: b.png: exists already\nhint: --force overwrites it\n") == (
            done.code,
            done.err,
        )
    assert b"mine" == Path("b.png").read_bytes()
    assert not Path("c.png").exists()
    assert 0 == call("run", "a.png", "--model", X2, "-o", "b.png", "--force").code
    assert (80, 60) == pictures.read(Path("b.png")).size


def test_bad_pictures_are_a_line_each_and_the_others_run(call: Run) -> None:
    """A folder keeps its layout; exit 1; a second run takes no result for an input."""
    photo("in/sub/good.png")
    Path("in/empty.png").touch()
    Path("in/text.png").write_text("hello")
    Path("in/cut.jpg").write_bytes(photo("whole.jpg", 200, 200).read_bytes()[:900])
    done = call("run", "in", "--model", X2)
    assert 1 == done.code
    *lines, last = done.err.splitlines()
    assert 3 == len(lines)
    assert all(line.startswith("failed: in/") for line in lines)
    assert "4 pictures: 1 done, 3 failed" == last
    assert (80, 60) == pictures.read(Path(f"in_{X2}/sub/good_{X2}.png")).size
    again = call("run", "in", "--model", X2, "--force")
    assert last == again.err.splitlines()[-1]


def test_a_bad_picture_alone_is_an_error(call: Run) -> None:
    """Exit 2 with one line and a hint."""
    Path("a.png").write_text("hello")
    done = call("run", "a.png", "--model", X2)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith("error: a.png: not a picture\nhint: read are PNG")


def test_patterns_and_results_of_an_earlier_run(call: Run) -> None:
    """A quoted pattern is expanded here; what the first run made is no input of the second."""
    photo("a.png")
    photo("b.png")
    assert 0 == call("run", "*.png", "--model", X2).code
    done = call("run", "*.png", "--model", X2, "--force", "--json")
    assert ["a.png", "b.png"] == [one["input_file"] for one in json.loads(done.out)]


def test_pictures_of_one_stem_keep_their_suffix_in_the_name(call: Run) -> None:
    """A GIF beside a PNG, a camera's HEIC beside its JPEG: both are done, in a folder and named."""
    photo("a.png")
    photo("a.jpg")
    photo("b.png")
    assert 0 == call("run", "a.png", "a.jpg", "b.png", "--model", X2).code
    assert [f"a.jpg_{X2}.png", f"a.png_{X2}.png", f"b_{X2}.png"] == sorted(
        path.name for path in Path().glob(f"*_{X2}.png")
    )


def test_two_pictures_that_would_share_a_result_are_refused(call: Run) -> None:
    """Before anything is run: two folders' pictures of one name into one folder."""
    photo("one/a.png")
    photo("two/a.png")
    done = call("run", "one/a.png", "two/a.png", "--model", X2, "-o", "out")
    assert (2, True) == (done.code, "would both be written to out/a" in done.err)


def test_a_long_name_is_shortened_and_kept_apart(call: Run) -> None:
    """240 letters are a fine name for a picture, but not with the model's behind them."""
    photo(f"{'x' * 240}.png")
    photo(f"{'x' * 239}y.png")
    done = call("run", f"{'x' * 240}.png", f"{'x' * 239}y.png", "--model", X2)
    assert 0 == done.code
    assert 4 == len(list(Path().iterdir()))


def test_every_suffix_that_is_read_is_found_in_a_folder(call: Run) -> None:
    """``.jfif`` is a JPEG, in a folder as when named."""
    photo("in/a.jfif", format="JPEG")
    assert 0 == call("run", "in", "--model", X2).code
    assert (80, 60) == pictures.read(Path(f"in_{X2}/a_{X2}.png")).size


def test_an_unknown_format_makes_no_folder(call: Run) -> None:
    """``-o z.xyz`` is a mistake; a folder may well have a dot in its name."""
    photo("a.png")
    done = call("run", "a.png", "--model", X2, "-o", "z.xyz")
    assert (2, False) == (done.code, Path("z.xyz").exists())
    assert "unknown picture format" in done.err
    assert 0 == call("run", "a.png", "--model", X2, "-o", "v1.2").code


def test_models_in_series_and_a_final_factor(call: Run) -> None:
    """2x, then 2x again, brought to 3x; the name tells."""
    photo("a.png")
    done = call("run", "a.png", "--model", f"{X2},{X2}", "--scale", "3", "--json")
    (receipt,) = json.loads(done.out)
    assert ([120, 90], f"a_{X2}+{X2}_3x.png") == (receipt["output"], receipt["file"])


@pytest.mark.parametrize("name", ["b.jpg", "b.webp", "b.tif", "b.bmp", "deep/er/b.png"])
def test_the_name_decides_the_format(call: Run, name: str) -> None:
    """And the folder is made."""
    photo("a.png")
    assert 0 == call("run", "a.png", "--model", X2, "-o", name).code
    assert (80, 60) == pictures.read(Path(name)).size


def test_strip_and_metadata(call: Run) -> None:
    """Kept unless asked otherwise."""
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    photo("a.jpg", exif=exif.tobytes())
    call("run", "a.jpg", "--model", X2, "-o", "kept.png")
    call("run", "a.jpg", "--model", X2, "-o", "bare.png", "--strip")
    kept, bare = (pictures.read(Path(n)).metadata for n in ("kept.png", "bare.png"))
    assert (True, None) == (b"Camera" in (kept.exif or b""), bare.exif)


def test_reference_and_comparison(call: Run) -> None:
    """Quality beside bicubic in the receipt, a picture to look at."""
    photo("small.png")
    photo("large.png", 80, 60)
    done = call(
        "run",
        "small.png",
        "--model",
        X2,
        "--reference",
        "large.png",
        "--compare",
        "c.png",
        "--json",
    )
    (receipt,) = json.loads(done.out)
    assert {"psnr_y", "ssim_y", "bicubic_psnr_y", "bicubic_ssim_y"} <= {
        key for key, value in receipt.items() if value is not None
    }
    assert 2 * 480 < pictures.read(Path("c.png")).size[0]


def test_the_workflow_of_an_answer_runs(call: Run, cache: Path) -> None:
    """``ask -o answer.json``, then ``run --workflow answer.json``."""
    photo("a.png")
    assert 0 == call("ask", QUESTION, "-o", "answer.json").code
    (receipt,) = json.loads(call("run", "a.png", "--workflow", "answer.json", "--json").out)
    assert (X4, [160, 120]) == (receipt["model"], receipt["output"])


@pytest.mark.parametrize("name", ["out/../../out", "in1"])
def test_a_workflow_with_odd_ids_is_no_workflow(call: Run, name: str) -> None:
    """An id becomes part of a file name, and names one node."""
    photo("a.png")
    nodes = [
        {"id": node, "role": role, "label": role, "port": "RGB picture"}
        for node, role in (("in1", "input"), (name, "output"))
    ]
    Path("w.json").write_text(json.dumps({"nodes": nodes, "edges": [["in1", name]]}))
    done = call("run", "a.png", "--workflow", "w.json")
    assert (2, "error: w.json: no workflow: ") == (done.code, done.err[:28])


def test_a_name_that_is_too_long_is_one_line(call: Run) -> None:
    """As an input and as a place for results."""
    photo("a.png")
    for arguments in (["a" * 300], ["a.png", "-o", f"{'b' * 300}.png", "--model", X2]):
        done = call("run", *arguments)
        assert (2, True) == (done.code, strerror(ENAMETOOLONG).lower() in done.err)


def test_a_folder_named_by_dots_gets_its_results_beside_it(
    call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``..`` is a folder with a name, too."""
    photo("holiday/a.png")
    Path("holiday/deep").mkdir()
    monkeypatch.chdir("holiday/deep")
    assert 0 == call("run", "..", "--model", X2).code
    assert Path(f"../../holiday_{X2}/a_{X2}.png").is_file()


def test_an_answer_says_that_it_ran_only_with_a_receipt(call: Run, cache: Path) -> None:
    """``ask --run`` runs the printed workflow; the receipt is in the text and in the JSON."""
    photo("a.png")
    plain = json.loads(call("ask", QUESTION, "--json").out)
    done = call("ask", QUESTION, "--run", "a.png", "--json")
    answer = json.loads(done.out)
    assert f"wrote a_{X4}.png\n" == done.err
    assert (None, X4) == (plain["receipt"]["run"], answer["receipt"]["run"]["model"])
    assert "**Run on the given picture**" not in plain["markdown"]
    assert f"**Run on the given picture**\n\n{X4} (your file" in answer["markdown"]
    assert answer["markdown"] == Answer.from_json(answer).markdown
    assert "verified" == answer["outcome"]


def test_a_failed_run_does_not_cost_the_answer(call: Run, cache: Path) -> None:
    """It is printed without a receipt; the hint is for this command."""
    photo("a.png")
    photo(f"a_{X4}.png")
    done = call("ask", QUESTION, "--run", "a.png", "-o", "answer.json")
    assert (2, None) == (done.code, json.loads(Path("answer.json").read_text())["receipt"]["run"])
    assert [
        "wrote answer.json",
        f"error: a_{X4}.png: exists already",
        "hint: move it away, or: sr-assistant run PICTURE --force",
    ] == done.err.splitlines()


def test_ask_run_of_a_missing_photo_is_refused_first(call: Run, cache: Path) -> None:
    """Nobody waits for an answer to learn of a typing error."""
    done = call("ask", QUESTION, "--run", "nope.png")
    assert (2, "error: nope.png: no such file\n") == (done.code, done.err.splitlines(True)[0])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--model", "SISR-SAFMN-2"], "no model 'SISR-SAFMN-2' in the catalog"),
        (["--model", "SISR-RCAN-8x"], "SISR-RCAN-8x cannot be run"),
        (["--model", X2, "-o", "b.gif"], "unknown picture format '.gif'"),
        (["--model", X2, "-o", "-"], "pictures are not written to standard output"),
        (["--model", X2, "-o", "b.png", "--compare", "b.png"], "b.png: the result and the compar"),
        (["--model", X2, "--compare", "a.png/b.png"], "a.png: cannot be written: "),
        (["--model", X2, "--scale", "3"], f"{X2} enlarge 2x, not 3x"),
        (["--scale", "0"], "a scale of 0 makes no sense"),
        (["--workflow", "nope.json"], "nope.json: no such file"),
        (["--weights", "nope.pth"], "nope.pth: no such file"),
        (["--model", X2, "--tile", "8"], "--tile 8 is too small"),
        (["--model", X2, "-o", "b.xyz", "--format", "xyz"], "unknown picture format 'xyz'"),
        (["--model", X2, "--compare", "c.jpg"], "c.jpg: a comparison is written as PNG"),
        (["--model", X2, "--backend", "abacus"], "--backend"),
    ],
)
def test_a_flag_that_makes_no_sense_is_one_line_with_a_hint(
    call: Run, flags: list[str], said: str
) -> None:
    """Exit 2; nothing was written."""
    photo("a.png")
    before = sorted(Path().iterdir())
    done = call("run", "a.png", *flags)
    error, hint = done.err.splitlines()
    assert (2, "", "hint: ") == (done.code, done.out, hint[:6])
    assert error.startswith("error: ")
    assert said in error
    assert before == sorted(Path().iterdir())


def test_tiles_are_shown_on_a_terminal(terminal: Run) -> None:
    """A bar that counts them."""
    photo("a.png", 200, 150)
    shown = terminal("run", "a.png", "--model", X2, "--tile", "64").out
    assert "tiles" in shown
    assert "in 24 tiles of 64x64 pixels" in " ".join(shown.split())


def test_an_interrupted_run_leaves_no_half_picture() -> None:
    """Ctrl-C between tiles: exit 130, no file, no temporary file."""
    photo("a.png", 3000, 2000)
    before = sorted(Path().iterdir())
    # As the installed command runs: under -m, CPython ends by the signal itself (-2 in place of
    # 130) where Ctrl-C met code that is made by exec, as torch's import does, though we caught it.
    command = "from assistant.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", command, "run", "a.png", "--model", X4, "--tile", "64"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        while b"ncnn.cpython" not in Path(f"/proc/{process.pid}/maps").read_bytes():
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    *notes, last = err.splitlines()
    assert (130, b"interrupted") == (process.returncode, last)
    assert all(note.startswith(b"note: ") for note in notes)
    assert before == sorted(Path().iterdir())


def noisy(path: str, sigma: float = 20) -> Path:
    """A made-up photo of 160x120 with noise."""
    coarse = np.random.default_rng(0).integers(60, 196, (6, 8, 3), np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((160, 120), Image.Resampling.BICUBIC))
    grain = np.random.default_rng(1).normal(0, sigma, smooth.shape)
    Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8)).save(path)
    return Path(path)


def test_a_model_made_for_other_pictures_is_doubted_before_it_runs(call: Run) -> None:
    """On standard error and in the receipt; a sound picture gets no such line."""
    noisy("a.png")
    done = call("run", "a.png", "--model", X2)
    assert 0 == done.code
    assert f"note: a.png: {X2} was made for other pictures than this one, which has" in done.err
    assert "noise of sigma" in done.out
    noisy("b.png", sigma=0)
    assert "" == call("run", "b.png", "--model", X2).err


def test_auto_says_what_it_takes_and_names_results_so(call: Run) -> None:
    """The models may differ from picture to picture, so results are called ``auto``."""
    noisy("b.png", sigma=0)
    done = call("run", "b.png", "--auto", "--scale", "2")
    assert 0 == done.code
    assert done.err.startswith(f"{X2}: ")
    assert (320, 240) == pictures.read(Path("b_auto.png")).size
    assert 2 == call("run", "b.png", "--auto", "--model", X2).code


def test_a_black_result_is_an_error_and_kept_only_when_asked_for(call: Run) -> None:
    """Weights without their skip give black: exit 1, nothing written; ``.rejected`` by --force."""
    from safetensors.torch import load_file, save_file

    place = user_folder() / f"{X2}.safetensors"
    save_file({key: value * 0 for key, value in load_file(place).items()}, place)
    noisy("a.png", sigma=0)
    done = call("run", "a.png", "--model", X2)
    assert (1, False) == (done.code, Path(f"a_{X2}.png").exists())
    assert "gave no result: it is nearly one color" in done.err
    assert 1 == call("run", "a.png", "--model", X2, "--force").code
    assert (False, True) == (
        Path(f"a_{X2}.png").exists(),
        Path(f"a_{X2}.rejected.png").exists(),
    )


def test_ask_looks_at_the_picture_it_is_asked_about(call: Run, cache: Path) -> None:
    """What was measured stands before the answer, counts in the wish, and the model runs on it."""
    noisy("a.png", sigma=0)
    Image.open("a.png").save("a.jpg", quality=30)
    done = call("ask", "How do I enlarge this photo 4x?", "--image", "a.jpg", "--json")
    assert 0 == done.code
    answer = json.loads(done.out)
    assert "compression" in answer["wish"]["degradations"]
    assert [160, 120] == answer["wish"]["size"]
    done = call("ask", "How do I enlarge this photo 4x?", "--image", "a.jpg")
    assert done.out.startswith("**Measured of a.jpg** (160x120 pixels): JPEG of quality 30")
    assert 2 == call("ask", "Enlarge it?", "--image", "no.jpg").code


def test_where_the_recommended_model_cannot_run_what_suits_the_picture_does(call: Run) -> None:
    """``ask --run`` says which ran instead; the receipt names it."""
    from assistant.catalog import Catalog
    from assistant.cli.run import run_answer
    from assistant.workflow.drawing import draw

    catalog = Catalog.load()
    noisy("a.png", sigma=0)
    receipt = run_answer(draw([["SISR-HAN-8x"]], catalog), Path("a.png"), catalog, 2)
    assert X2 == receipt.model


@pytest.mark.parametrize("again", [["."], ["b.jpg", "a.jpg", "a_auto.png", "b_auto.png"]])
def test_results_of_an_earlier_run_are_no_inputs(call: Run, again: list[str]) -> None:
    """Those of any model, in any folder and format, also where a shell has listed them."""
    for number, name in enumerate("ab"):
        Image.new("RGB", (24, 16), (90, 120, 60 + number)).save(f"{name}.jpg")
    assert 0 == call("run", "a.jpg", "--model", X2).code
    assert 0 == call("run", ".", "--auto", "-o", ".").code
    done = call("run", *again, "--auto", "-o", "second", "--json")
    taken = sorted(Path(one["input_file"]).name for one in json.loads(done.out))
    assert ["a.jpg", "b.jpg"] == taken
    assert 0 == call("run", "a_auto.png", "--scale", "2", "-o", "third.png").code
