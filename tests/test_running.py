"""What an answer says of this machine: what runs here, what does not, what stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer import COMMANDS, Answer
from assistant.catalog import Catalog, Model
from assistant.networks import packaged
from assistant.pipeline import Assistant
from assistant.question import Wish
from assistant.world.running import Running, running, stand_in


@pytest.fixture(autouse=True)
def _nothing_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who added no weights and did not install the extra ``real``."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(packaged, "PACKAGE", "no_such_package")


def of(catalog: Catalog, model: str, **wish: object) -> Running:
    entry = catalog.get(model)
    assert isinstance(entry, Model)
    asked = Wish.model_validate({"task": entry.task, **wish})
    return running([(entry, asked)], catalog)


def test_what_runs_here_needs_no_word(catalog: Catalog) -> None:
    """A model with weights is run by its own name."""
    found = of(catalog, "SISR-SAFMN-4x", scales=(4,))
    assert (True, "") == (found.here, found.text)
    assert "sr-assistant run photo.jpg --model SISR-SAFMN-4x" == found.command


def test_what_does_not_run_here_names_what_stands_in(catalog: Catalog) -> None:
    """One clause with the lightest that does the same, and what to type."""
    found = of(catalog, "SISR-Any-Meta-SR", scales=(3,))
    assert "SISR-Any-Meta-SR does not run on this machine; SISR-SAFMN-3x stands in." == found.text
    assert "sr-assistant run photo.jpg --model SISR-SAFMN-3x" == found.command


def test_a_large_factor_takes_networks_in_a_row(catalog: Catalog) -> None:
    """Where no single network reaches it and two make just this factor; else nothing stands in."""
    found = of(catalog, "SISR-Any-Meta-SR", scales=(16,))
    assert ("SISR-SAFMN-4x", "SISR-SAFMN-4x") == found.instead
    assert "SISR-SAFMN-4x, 2 times in a row, stands in." in found.text
    assert found.command.endswith("--model SISR-SAFMN-4x,SISR-SAFMN-4x")
    mixed = of(catalog, "SISR-Any-Meta-SR", scales=(12,))
    assert mixed.command.endswith("--model SISR-SAFMN-4x,SISR-SAFMN-3x")
    for unsound in (6.6667, 64):
        assert "" == of(catalog, "SISR-Any-Meta-SR", scales=(unsound,)).command


def test_nothing_that_stands_in_is_said(catalog: Catalog) -> None:
    """No network for holes ships."""
    found = of(catalog, "Inpainting-LaMa")
    assert (
        "Inpainting-LaMa does not run on this machine, and nothing here stands in for it."
        == found.text
    )
    assert "" == found.command


@pytest.mark.parametrize(
    ("model", "remedy"),
    [
        ("SISR-Real-ESRGAN-4x", "pip install 'sr-assistant[real]'"),
        ("SISR-SwinIR-Classical-DF2K-64-M-4x", ""),
    ],
)
def test_what_would_make_it_run_is_named(catalog: Catalog, model: str, remedy: str) -> None:
    """An extra that installs it, or nothing where there is no such way."""
    assert remedy == of(catalog, model, scales=(4,)).remedy


def test_a_spoiled_picture_gets_what_is_made_for_it(catalog: Catalog) -> None:
    """What stands in is chosen by the same verdict as what is recommended."""
    entry = catalog.get("SISR-Real-ESRGAN-4x")
    assert isinstance(entry, Model)
    wish = Wish(task=entry.task, scales=(4,), degradations=("noise", "compression"))
    assert ("SISR-SAFMN-real-4x",) == stand_in(entry, wish, catalog)


def test_the_answer_says_it_in_text_and_json(catalog: Catalog) -> None:
    """One line that code renders, one fact with its place, and the fields for programs."""
    answer = Assistant(catalog).ask("Which model do I use to enlarge by 16x?")
    line = next(one for one in answer.markdown.split("\n") if "not run on this machine" in one)
    assert COMMANDS.fullmatch(line)
    told = answer.to_json()["running"]
    assert (False, answer.running.text) == (told["here"], told["text"])
    assert line.startswith(told["text"])
    assert told["command"] in line
    assert answer == Answer.from_json(answer.to_json())
    assert answer.receipt
    assert told["text"] == answer.receipt.machine


def test_a_command_is_offered_only_for_what_runs(catalog: Catalog) -> None:
    """A network that is known but has no weights here is not offered to run."""
    answer = Assistant(catalog).ask("Which model do I use to enlarge by 16x?")
    assert "To run it: " not in answer.markdown


def test_a_model_that_needs_a_mask_says_so(catalog: Catalog) -> None:
    """Removing something asks for a mask, which ``run`` does not take."""
    answer = Assistant(catalog).ask("remove the tourists from my photo")
    assert "needs a mask beside the picture, and `sr-assistant run` takes pictures alone" in (
        answer.explanation
    )
    assert [] == [f for f in answer.findings if f.action in ("removed", "rejected")]


def test_what_stands_in_meets_what_the_model_meets(catalog: Catalog) -> None:
    """The license and the subject that are asked for, and the input that the model takes."""
    name = "SISR-ESC-4x"
    assert "--model SISR-SAFMN" in of(catalog, name, scales=(4,)).command
    assert "" == of(catalog, name, scales=(4,), license="mit").command
    assert "" == of(catalog, "SR-NAFSSR-4x", scales=(4,)).command
    assert "" == of(catalog, "SISR-SynthSR", subjects=("medical",)).command


def test_after_a_no_nothing_is_to_be_typed(catalog: Catalog) -> None:
    """An answer that denies names no command."""
    answer = Assistant(catalog).ask("Can I read a license plate after enlarging the picture 4x?")
    assert answer.task.startswith("No")
    assert "sr-assistant run" not in answer.markdown
