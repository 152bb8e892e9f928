"""``sr-assistant catalog``: read, check, index, import and export."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.catalog import Catalog
from assistant.catalog.card import card
from assistant.content import folder
from assistant.workflow.weights import runs_here

Run = Callable[..., Any]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A few files of the built-in catalog to break."""
    for name in (
        "papers/hitsr.yaml",
        "models/mssnet.yaml",
        "models/rcan.yaml",
        "measured/mssnet-small.json",
        "measured/rcan-small-x2.json",
        "measured/rcan-small-x3.json",
    ):
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder("catalog") / name, tmp_path / "own" / name)
    return tmp_path / "own"


def test_list_prints_a_line_for_each_record(call: Run, catalog: Catalog) -> None:
    lines = call("catalog", "list").out.splitlines()
    assert [entry.id for entry in catalog] == [line.split("\t")[0] for line in lines]
    assert "SISR-RCAN-3x\tmodel\tRCAN\tsuper-resolution\t3x" in lines


def test_list_as_json_holds_the_records(call: Run, catalog: Catalog) -> None:
    found = json.loads(call("catalog", "list", "--json").out)
    assert [entry.model_dump(mode="json") for entry in catalog] == found


def test_a_terminal_gets_a_table_with_a_heading(terminal: Run, catalog: Catalog) -> None:
    lines = terminal("catalog", "list", "--no-color", COLUMNS="400").out.splitlines()
    assert ["id", "kind", "name", "task", "scales"] == lines[0].split()
    assert len(catalog) + 1 == len(lines)


@pytest.mark.parametrize(
    ("flags", "fits"),
    [
        (["--task", "deblurring"], lambda e: e.task == "deblurring"),
        (["--scale", "8"], lambda e: 8.0 in e.scales or e.any_scale),
        (
            ["--task", "super-resolution", "--scale", "3"],
            lambda e: e.task == "super-resolution" and (3.0 in e.scales or e.any_scale),
        ),
        (["--scale", "7.5"], lambda e: e.any_scale),
        (["--kind", "paper"], lambda e: e.kind == "paper"),
        (["--efficient", "--kind", "model"], lambda e: e.efficient and e.kind == "model"),
        (["--license", "mit"], lambda e: (e.license or "").lower() == "mit"),
    ],
)
def test_list_keeps_what_the_flags_ask_for(
    call: Run, catalog: Catalog, flags: list[str], fits: Callable[[Any], bool]
) -> None:
    found = json.loads(call("catalog", "list", *flags, "--json").out)
    assert [entry.id for entry in catalog if fits(entry)] == [entry["id"] for entry in found]


def test_list_of_an_unknown_task_names_the_known_ones(call: Run) -> None:
    done = call("catalog", "list", "--task", "smelling")
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith("error: unknown task 'smelling'\nhint: known tasks: super-res")


@pytest.mark.parametrize("name", ["SISR-RCAN-3x", "sisr-rcan-3x", "RCAN", "PSNR", "psnr"])
def test_show_prints_a_card_or_a_list_of_records(call: Run, catalog: Catalog, name: str) -> None:
    members = catalog.called(name)
    assert members
    assert card(members, runs=runs_here(members)) == call("catalog", "show", name).out
    listed = json.loads(call("catalog", "show", name, "--json").out)
    facts = [fact for entry in listed for field in ("facts", "measured") for fact in entry[field]]
    assert [i for entry in members for i in entry.told] == [fact.pop("id") for fact in facts]
    assert [entry.model_dump(mode="json", exclude_none=True) for entry in members] == listed


@pytest.mark.parametrize(
    ("record", "hint"),
    [
        ("SISR-RCAN-3", "did you mean SISR-RCAN-3x, SISR-RCAN-"),
        ("psnrr", "did you mean PSNR"),
        ("qqqqqq", "see: sr-assistant catalog list"),
    ],
)
def test_show_of_an_unknown_name_suggests_near_ones(call: Run, record: str, hint: str) -> None:
    done = call("catalog", "show", record)
    assert (2, "") == (done.code, done.out)
    assert done.err.startswith(f"error: no record {record!r} in the catalog\nhint: {hint}")


def test_a_sound_catalog_validates(call: Run, catalog: Catalog) -> None:
    done = call("catalog", "validate")
    assert (0, "", f"{len(catalog)} sound records, 0 problems\n") == (done.code, done.out, done.err)


def line_of(file: Path, start: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(start))


def test_validate_names_each_problem_by_file_line_and_field(call: Run, own: Path) -> None:
    sound = len(Catalog.load(own))
    paper, model = own / "papers/hitsr.yaml", own / "models/mssnet.yaml"
    paper.write_text(paper.read_text("utf-8").replace("paper: http", "paper: gopher"), "utf-8")
    model.write_text(model.read_text("utf-8") + "flavor: sweet\n", "utf-8")
    wrong = {
        f"{paper}:{line_of(paper, 'paper:')}": "paper",
        f"{model}:{line_of(model, 'flavor:')}": "flavor",
    }
    done = call("catalog", "validate", "--catalog", own)
    printed = [line.split(": ")[:2] for line in done.out.splitlines()]
    assert (1, sorted(map(list, wrong.items()))) == (done.code, sorted(printed))
    assert f"{sound - 2} sound records, 2 problems\n" == done.err
    found = json.loads(call("catalog", "validate", "--catalog", own, "--json").out)
    listed = {f"{p['file']}:{p['line']}": p["field"] for p in found["problems"]}
    assert (sound - 2, wrong) == (found["records"], listed)


@pytest.mark.parametrize("verb", [["catalog", "list"], ["ask", "upscale 3x"], ["catalog", "index"]])
def test_a_broken_record_stops_every_other_verb_with_code_3(
    call: Run, own: Path, verb: list[str]
) -> None:
    file = own / "papers/hitsr.yaml"
    file.write_text(file.read_text("utf-8") + "flavor: sweet\n", "utf-8")
    done = call(*verb, "--catalog", own)
    assert (3, "") == (done.code, done.out)
    error, hint = done.err.splitlines()
    assert error.startswith(f"error: {file}:{line_of(file, 'flavor:')}: flavor: ")
    assert "hint: see them all: sr-assistant catalog validate --catalog DIR" == hint


@pytest.mark.parametrize(
    "verb",
    [
        *[["catalog", verb] for verb in ("list", "validate", "index")],
        ["catalog", "show", "x"],
        ["ask", "upscale 3x"],
        ["search", "upscale 3x"],
    ],
)
@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_a_catalog_folder_without_records_is_named_with_code_3(
    call: Run, tmp_path: Path, verb: list[str], place: str
) -> None:
    (tmp_path / "empty").mkdir()
    done = call(*verb, "--catalog", tmp_path / place, "--json")
    error = json.loads(done.err)["error"]
    assert (3, "", 3) == (done.code, done.out, error["code"])
    assert error["message"].startswith(f"the catalog folder {tmp_path / place} ")
    assert error["hint"]


def test_the_index_is_built_once_and_again_on_demand(call: Run, small: Path) -> None:
    index = ["catalog", "index", "--catalog", small]
    said = "indexing 5 new or changed records"
    first, second, again = call(*index), call(*index), call(*index, "--rebuild")
    assert [0, 0, 0] == [done.code for done in (first, second, again)]
    assert [True, False, True] == [said in done.err for done in (first, second, again)]
    assert [False, True, False] == ["is up to date" in d.err for d in (first, second, again)]
    assert not json.loads(call(*index, "--json").out)["built"]
    assert json.loads(call(*index, "--rebuild", "--json").out)["built"]


def test_the_index_says_what_it_kept_added_changed_and_removed(call: Run, small: Path) -> None:
    index = ["catalog", "index", "--catalog", small]
    assert "kept\t0\nadded\t5\nchanged\t0\nremoved\t0\nembedded\t5\n" == call(*index).out
    file = small / "models/One.yaml"
    file.write_text(file.read_text().replace("Enlarges.", "Enlarges well."))
    (small / "models/Four.yaml").write_text("{id: Four, title: Four, name: Four, does: Sharpens.}")
    (small / "models/Three.yaml").unlink()
    done = json.loads(call(*index, "--json").out)
    assert (5, 3, 1, 1, 1, 2) == tuple(
        done[name] for name in ("records", "kept", "added", "changed", "removed", "embedded")
    )


def test_an_index_that_is_damaged_is_built_anew(call: Run, small: Path, tmp_path: Path) -> None:
    ask = ["ask", "upscale 3x", "--catalog", small]
    expected = call(*ask)
    for file in (tmp_path / "cache").rglob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:-4])
    mended, again = call(*ask), call(*ask)
    assert [expected.out] * 2 == [mended.out, again.out]
    assert [True, False] == ["indexing 5 new" in done.err for done in (mended, again)]


@pytest.mark.parametrize("verb", [["ask", "upscale 3x"], ["catalog", "index"], ["search", "3x"]])
def test_a_cache_that_cannot_be_written_is_named_with_code_3(
    call: Run, tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch, verb: list[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SRA_CACHE", str(tmp_path / "file/cache"))
    done = call(*verb, "--catalog", small)
    assert (3, "") == (done.code, done.out)
    error, hint = done.err.splitlines()
    assert error.startswith(f"error: the index cannot be written to {tmp_path / 'file/cache'}")
    assert "hint: set SRA_CACHE to a writable folder" == hint


# --- import, stats, export -----------------------------------------------------------------


@pytest.fixture
def cnaps(tmp_path: Path) -> Path:
    """A list with two models and a bad row."""
    file = tmp_path / "list.csv"
    file.write_text(
        "Model Unique Name,Summary\nSISR-Blah-3x,It enlarges.\n,Nameless.\nDeblur-Blub,Sharp.\n"
    )
    return file


def test_an_import_prints_what_it_did_and_names_what_it_rejected(
    call: Run, cnaps: Path, tmp_path: Path
) -> None:
    done = call("catalog", "import", "cnaps", cnaps, "--into", tmp_path / "new")
    assert (1, "added\t2\nchanged\t0\nunchanged\t0\nrejected\t1\n") == (done.code, done.out)
    assert f"{cnaps}:3: Model Unique Name: a model needs its unique name\n" == done.err
    again = json.loads(
        call("catalog", "import", "cnaps", cnaps, "--into", tmp_path / "new", "--json").out
    )
    assert (0, 2, 1) == (again["added"], again["unchanged"], again["rejected"])
    assert [3] == [problem["line"] for problem in again["problems"]]


def test_what_was_imported_is_a_catalog(call: Run, cnaps: Path, tmp_path: Path) -> None:
    call("catalog", "import", "cnaps", cnaps, "--into", tmp_path / "new")
    done = call("catalog", "validate", "--catalog", tmp_path / "new")
    assert (0, "2 sound records, 0 problems\n") == (done.code, done.err)
    listed = call("catalog", "list", "--scale", "3", "--catalog", tmp_path / "new").out
    assert "SISR-Blah-3x\tmodel\tBlah\tsuper-resolution\t3x\n" == listed


def test_a_dry_run_of_an_import_writes_nothing(call: Run, cnaps: Path, tmp_path: Path) -> None:
    arguments = ["catalog", "import", "cnaps", cnaps, "--into", tmp_path / "new", "--dry-run"]
    done = json.loads(call(*arguments, "--json").out)
    assert (2, True, False) == (done["added"], done["dry_run"], (tmp_path / "new").exists())


def test_changes_and_conflicts_of_an_import_are_named(
    call: Run, cnaps: Path, tmp_path: Path
) -> None:
    into = tmp_path / "new"
    (into / "models").mkdir(parents=True)
    mine = "{id: SISR-Blah-3x, title: T, name: N, does: D, scales: [4]}"
    (into / "models/mine.yaml").write_text(mine)
    call("catalog", "import", "cnaps", cnaps, "--into", into)
    cnaps.write_text(cnaps.read_text().replace("Sharp.", "Very sharp.").replace(",Nameless.\n", ""))
    done = call("catalog", "import", "cnaps", cnaps, "--into", into)
    assert 0 == done.code
    assert [
        "changed: Deblur-Blub: does",
        "conflict, kept as it was: SISR-Blah-3x: scales",
    ] == done.err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cnaps", "x.csv"], "--into"),
        (["nothing", "x.csv", "--into", "new"], "no importer 'nothing'"),
        (["cnaps", "x.csv", "--into", "new"], "x.csv: no such file or folder"),
        (["arxiv", "--into", "new"], "give one of PATH, --query and --ids"),
        (["arxiv", "x", "--ids", "1", "--into", "new"], "give one of PATH, --query and --ids"),
        (["bibtex", "--ids", "1", "--into", "new"], "bibtex is not read online by ids"),
    ],
)
def test_an_import_that_cannot_start_is_a_usage_error(
    call: Run, here: Path, arguments: list[str], message: str
) -> None:
    done = call("catalog", "import", *arguments)
    assert (2, "", []) == (done.code, done.out, list(here.iterdir()))
    assert message in done.err


def test_the_help_of_import_names_every_source(call: Run) -> None:
    from assistant.catalog.importers import SOURCES

    shown = call("catalog", "import", "--help").out
    assert [] == [source for source in SOURCES if source not in shown]


@pytest.mark.parametrize(
    ("license", "wanted", "allowed"),
    [
        ("MIT", "permissive", True),
        ("cc-by-4.0", "permissive", True),
        ("CC-BY-NC-4.0", "permissive", False),
        ("GPL-3.0-only", "permissive", False),
        ("MIT OR GPL-3.0-only", "permissive", True),
        ("(MIT AND GPL-3.0-only)", "permissive", False),
        (None, "permissive", False),
        ("GPL-3.0-only", "gpl-3.0-only", True),
        ("MIT OR GPL-3.0-only", "MIT", True),
        ("MIT-0", "MIT", False),
        (None, "MIT", False),
    ],
)
def test_a_license_is_met_as_an_expression(
    license: str | None,  # noqa: A002 - what it is
    wanted: str,
    allowed: bool,
) -> None:
    from assistant.catalog.licenses import allows

    assert allowed == allows(license, wanted)


def test_stats_count_every_record(call: Run, catalog: Catalog) -> None:
    counted = json.loads(call("catalog", "stats", "--json").out)
    for name in ("kind", "task", "license"):
        assert len(catalog) == counted["records"] == sum(counted[name].values())
    lines = call("catalog", "stats").out.splitlines()
    assert f"kind\tmodel\t{len(catalog.models)}" in lines
    assert f"scale\t3x\t{sum(3.0 in entry.scales for entry in catalog)}" in lines
    for kind, least in {"model": 500, "paper": 350, "concept": 80}.items():
        assert least <= counted["kind"][kind]
    facts = [fact for entry in catalog for fact in {*entry.stated}]
    assert len(facts) == sum(counted["basis of facts"].values())


def test_exports_say_who_when_and_where(call: Run, tmp_path: Path) -> None:
    (tmp_path / "own/papers").mkdir(parents=True)
    (tmp_path / "own/papers/a.yaml").write_text(
        "{id: A, title: T, name: N, does: D, paper: https://example.org/a.pdf, "
        "authors: Ada Byron et al., year: 1999, venue: R&D 1999}"
    )
    export = ["catalog", "export", "--catalog", tmp_path / "own", "--format"]
    bibtex = call(*export, "bibtex").out
    for line in ("author = {Ada Byron and others}", "year = {1999}", r"booktitle = {R\&D 1999}"):
        assert line in bibtex
    (item,) = json.loads(call(*export, "csl").out)
    assert [{"literal": "Ada Byron et al."}] == item["author"]
    assert ([[1999]], "R&D 1999") == (item["issued"]["date-parts"], item["container-title"])
    row = json.loads(call(*export, "jsonl").out)
    assert ("Ada Byron et al.", 1999, "R&D 1999") == (row["authors"], row["year"], row["venue"])


@pytest.mark.parametrize("form", ["jsonl", "bibtex", "csl"])
def test_an_export_goes_to_a_file_or_standard_output(call: Run, tmp_path: Path, form: str) -> None:
    printed = call("catalog", "export", "--format", form)
    written = call("catalog", "export", "--format", form, "-o", tmp_path / "out")
    assert (0, 0, "") == (printed.code, written.code, written.out)
    assert printed.out == (tmp_path / "out").read_text("utf-8")
    assert printed.out.startswith({"jsonl": "{", "bibtex": "@misc{", "csl": "["}[form])


def test_a_work_of_several_scales_is_exported_once(call: Run) -> None:
    items = json.loads(call("catalog", "export", "--format", "csl").out)
    links = [item["URL"] for item in items]
    assert len(links) == len(set(links))
    assert 1 == sum("1807.02758" in link for link in links)
