"""The graph: drawn, read back, brought to a factor; what cannot be drawn is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.catalog import Catalog
from assistant.errors import InputError
from assistant.workflow import Station, Workflow, plan
from assistant.workflow.drawing import draw

SR = "super-resolution"


def station(name: str, scale: float | None, task: str = SR) -> Station:
    return Station(name=name, task=task, scale=scale, model=name)


def test_models_in_series_multiply_their_factors(catalog: Catalog) -> None:
    """Deblurring keeps the size, the upscaler behind it triples it."""
    flow = draw([["Deblur-MSSNet-GoPro", "SISR-RCAN-3x"]], catalog)
    (way,) = flow.paths
    assert [None, "Deblur-MSSNet-GoPro", "SISR-RCAN-3x", None] == [node.model for node in way]
    assert flow.steps[-1].endswith("(3H×3W×3, 3 times as wide and as high)")


def test_models_side_by_side_share_their_input(catalog: Catalog) -> None:
    """Two branches, one picture in, two out."""
    flow = draw([["SISR-RCAN-2x"], ["SISR-SAFMN-2x"]], catalog)
    roles = [node.role for node in flow.nodes]
    assert (1, 2) == (roles.count("input"), roles.count("output"))
    assert 2 == len(flow.paths)


def test_a_larger_result_is_resized_to_the_factor_that_was_asked_for(catalog: Catalog) -> None:
    """3x from a 4x model: the model, then an exact resize, in text and drawing."""
    flow = plan([[station("A", 4)]], catalog.vocabulary, final=3)
    assert "3. **Resize** from 4x to 3x (bicubic, antialiased)" in flow.text
    assert "(3H×3W×3, " in flow.text.splitlines()[-1]
    assert 'r1["from 4x to 3x (bicubic, antialiased)"]' in flow.mermaid


def test_a_factor_that_is_reached_needs_no_resize(catalog: Catalog) -> None:
    """The graph is the same as without asking."""
    wanted = plan([[station("A", 4)]], catalog.vocabulary, final=4)
    assert plan([[station("A", 4)]], catalog.vocabulary) == wanted


@pytest.mark.parametrize(
    ("scale", "said"), [(2, "A enlarge 2x, not 3x"), (None, "its factor is not known")]
)
def test_a_factor_beyond_the_models_is_refused(
    catalog: Catalog, scale: float | None, said: str
) -> None:
    """Enlarging the rest by interpolation would not be what the model promises."""
    with pytest.raises(InputError, match=said):
        plan([[station("A", scale)]], catalog.vocabulary, final=3)


@pytest.mark.parametrize("around", ["alone", "graph", "answer"])
def test_a_workflow_reads_back_from_json_alone_and_inside_an_answer(
    tmp_path: Path, catalog: Catalog, around: str
) -> None:
    """What ``ask --json`` prints holds the object that runs."""
    flow = draw([["SISR-RCAN-2x"]], catalog, 1.5)
    data = flow.model_dump(mode="json")
    wrapped = {"alone": data, "graph": {"graph": data}, "answer": {"workflow": {"graph": data}}}
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(wrapped[around]), "utf-8")
    assert flow == Workflow.read(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ("{}", "no workflow: needed here"),
        ('{"workflow": null}', "no workflow"),
        ('{"nodes": [], "edges": [["a", "b"]]}', "does not lead to a later node"),
    ],
)
def test_a_file_without_a_workflow_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    """One line and what to pass instead."""
    file = tmp_path / "answer.json"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said) as caught:
        Workflow.read(file)
    assert caught.value.message.startswith(f"{file}: ")
    assert caught.value.hint


def test_the_first_way_of_an_answer_stands_alone(catalog: Catalog) -> None:
    """Of two branches the first, with its own input and output."""
    flow = draw([["SISR-RCAN-2x"], ["SISR-SAFMN-2x"]], catalog)
    assert draw([["SISR-RCAN-2x"]], catalog) == flow.first


@pytest.mark.parametrize(
    ("name", "scale", "model"),
    [
        ("SAFMN", 3, "SISR-SAFMN-3x"),
        ("safmn", 2, "SISR-SAFMN-2x"),
        ("HAN", None, "SISR-HAN-4x"),
        ("RCAN", 2.5, "SISR-RCAN-3x"),
    ],
)
def test_the_name_of_a_family_stands_for_the_member_that_the_factor_leaves(
    catalog: Catalog, name: str, scale: float | None, model: str
) -> None:
    """The factor, or what runs here, decides."""
    nodes = draw([[name]], catalog, scale).nodes
    assert [model] == [node.model for node in nodes if node.role == "model"]


def test_a_family_that_leaves_several_lists_them(catalog: Catalog) -> None:
    """In one line, by their ids."""
    with pytest.raises(InputError, match="take one of SISR-SAFMN-2x, SISR-SAFMN-3x, SISR-SAFMN-4x"):
        draw([["SAFMN"]], catalog)


def test_a_model_says_in_a_clause_what_it_does_and_its_steps_are_no_sentences(
    catalog: Catalog,
) -> None:
    """The lines of a workflow are labels: no full stop ends them."""
    node = station("A", 2).model_copy(update={"does": "doubles a photo", "steps": ("It reads.",)})
    flow = plan([[node]], catalog.vocabulary)
    assert "2. **Model** A: doubles a photo\n   - It reads\n" in flow.text


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        ("colorization", "gray-scale picture (H×W×1: height, width, one gray value)"),
        (
            "inpainting",
            "picture (H×W×3: height, width, 3 colors) and a mask of the missing region (H×W×1)",
        ),
    ],
)
def test_a_port_has_the_channels_of_what_it_holds(catalog: Catalog, task: str, shown: str) -> None:
    """A gray picture and a mask have one value for each pixel."""
    flow = plan([[Station(name="A", task=task, scale=1)]], catalog.vocabulary)
    assert f"**Input**: {shown}" == flow.steps[0]


def test_a_series_gives_what_all_its_models_did(catalog: Catalog) -> None:
    """The last output names what went before."""
    series = [
        Station(name="A", task="super-resolution", scale=4),
        Station(name="B", task="face-restoration", scale=1),
    ]
    flow = plan([series], catalog.vocabulary)
    assert "enlarged RGB picture with restored faces" == flow.nodes[-1].port


def test_a_series_for_a_whole_picture_takes_and_gives_no_face_alone(catalog: Catalog) -> None:
    """What its steps for faces take and give is a part of it."""
    hole, face = "aligned face picture with the hole painted white", "restored picture of the face"
    series = [
        Station(name="A", task="inpainting", scale=1, input=hole, output="face picture"),
        Station(name="B", task="super-resolution", scale=4),
        Station(name="C", task="face-restoration", scale=1, output=face),
    ]
    flow = plan([series], catalog.vocabulary)
    ports = flow.nodes[0].port, flow.nodes[-1].port
    assert (
        "picture with the hole painted white",
        "enlarged RGB picture with restored faces",
    ) == ports
    assert hole == plan([series[:1]], catalog.vocabulary).nodes[0].port
