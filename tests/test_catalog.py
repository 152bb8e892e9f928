"""The catalog: what it holds, how it is looked up, and how a broken one is reported."""

from __future__ import annotations

import json
import random
import re
import time
from errno import EISDIR
from os import strerror
from pathlib import Path

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from assistant.catalog import BrokenCatalogError, Catalog, Model, Vocabulary, Words, check, keys
from assistant.catalog.card import card
from assistant.catalog.load import parse_yaml
from assistant.catalog.records import Concept, Entry
from assistant.catalog.schema import json_schema
from assistant.catalog.stated import Fact
from assistant.content import folder
from assistant.errors import CatalogError, InputError
from assistant.links import identify
from assistant.prompts import Request

RCAN = ("https://arxiv.org/pdf/1807.02758", "https://github.com/yulunzhang/RCAN")
HAN = ("https://arxiv.org/pdf/2008.08767", "https://github.com/wwlCape/HAN")
SAFMN = ("http://arxiv.org/pdf/2302.13800v1.pdf", "https://github.com/sunny2109/safmn")
HITSR = "HiTSR: A Hierarchical Transformer for Reference-based Super-Resolution"
MODELS = {
    "SISR-RCAN-2x": RCAN,
    "SISR-RCAN-3x": RCAN,
    "SISR-RCAN-4x": RCAN,
    "SISR-RCAN-8x": RCAN,
    "SISR-HAN-2x": HAN,
    "SISR-HAN-3x": HAN,
    "SISR-HAN-4x": HAN,
    "SISR-HAN-8x": HAN,
    "SISR-SAFMN-2x": SAFMN,
    "SISR-SAFMN-3x": SAFMN,
    "SISR-SAFMN-4x": SAFMN,
    "Deblur-MSSNet-GoPro": (
        "https://cg.postech.ac.kr/Research/MSSNet/MSSNet.pdf",
        "https://github.com/kky7/MSSNet",
    ),
}
KINDS = ("model", "paper", "concept")
FILES = sorted(path for kind in KINDS for path in folder("catalog").glob(f"{kind}s/*.yaml"))
SCHEMAS = {kind: folder("catalog") / "schema" / f"{kind}.json" for kind in KINDS}


# --- content -------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_a_model_has_its_links_to_the_letter(catalog: Catalog, model: str) -> None:
    """The ids of the benchmark exist, with the links that the example files give."""
    entry = catalog.get(model)
    assert isinstance(entry, Model)
    assert MODELS[model] == entry.links


def test_every_item_of_the_seeds_has_a_record_with_its_links(
    catalog: Catalog, seeds: dict[str, Request]
) -> None:
    """Four recommended models and eight papers, byte for byte, none with a link of our own."""
    items = {item.name: item for request in seeds.values() for item in request.items}
    assert 12 == len(items)
    for item in items.values():
        entry = catalog.find(item.name, item.links)
        assert entry is not None
        assert (item.name, item.links) == (
            entry.id if isinstance(entry, Model) else entry.title,
            entry.links,
        )


def test_all_scales_of_the_benchmark_are_there(shared: Path, catalog: Catalog) -> None:
    """Every RCAN and HAN of the benchmark's catalog has a record of its scale."""
    lines = (shared / "bench" / "cnaps" / "catalog.jsonl").read_text("utf-8").splitlines()
    rows = {row["name"]: row for row in map(json.loads, lines)}
    wanted = {name for name in rows if re.fullmatch(r"SISR-(RCAN|HAN)-\dx", name)}
    assert 8 == len(wanted)
    for name in sorted(wanted):
        entry = catalog.get(name)
        assert entry is not None
        assert (name, (float(rows[name]["scale"]),)) == (entry.id, entry.scales)
        assert (rows[name]["paper"], rows[name]["github"]) == entry.links


def test_every_link_comes_from_a_source(shared: Path, catalog: Catalog) -> None:
    """No link was made up or improved: each stands in the seeds or the shared data as it is."""
    sources = [
        *sorted((shared / "seeds").glob("*.txt")),
        shared / "bench" / "cnaps" / "catalog.jsonl",
        shared / "data" / "sr-papers" / "sr-papers.jsonl",
        shared / "data" / "papers-2023" / "papers.jsonl",
        shared / "data" / "field" / "works.jsonl",
    ]
    known: set[str] = set()
    for source in sources:
        if not source.is_file():
            pytest.skip(f"{source} is not there")
        known.update(re.findall(r'https?://[^\s"<>\\]+', source.read_text("utf-8")))
    given = [(entry.id, link) for entry in catalog for link in entry.links]
    given += [(model.id, link) for model in catalog.models for link in model.weights]
    assert [] == [(entry_id, link) for entry_id, link in given if link not in known]


def test_places_of_thirty_facts_are_works_that_were_read(shared: Path, catalog: Catalog) -> None:
    """A README named as the place of a fact is one that the shared data was read from."""
    source = shared / "data" / "field" / "works.jsonl"
    if not source.is_file():
        pytest.skip(f"{source} is not there")
    rows = map(json.loads, source.read_text("utf-8").splitlines())
    read = {identify(row["github"]) for row in rows if row["github"]}
    found = [
        re.fullmatch(r"record: README of (\S+/\S+)", f.place) for e in catalog for f in e.facts
    ]
    names = [match[1] for match in found if match]
    drawn = random.Random(7).sample(names, 30)  # noqa: S311 - a fixed draw, no secret
    assert [] == [n for n in drawn if identify(f"https://github.com/{n}") not in read]


def test_facts_are_short_and_name_their_work(catalog: Catalog) -> None:
    """A fact is read alone: at most 30 words, and of a model or a paper the work in the sentence;
    one of a concept may be about anything that explains it."""
    facts = [(entry, fact) for entry in catalog for fact in entry.told.values()]
    assert [] == [f.text for _, f in facts if len(f.text.split()) > 30]
    assert [] == [f.text for e, f in facts if e.kind != "concept" and not _named(e, f.text)]


ALONE = re.compile(
    r"^(?:It|Its|This|That|These|Those|They|Their|He|She)\b"  # who?
    r"|^The (?:network|model|method|paper|repository|code|README|framework|latter|former)\b(?! of)"
    r"|\b(?:we|our|us|you|your)\b"
    r"|\b(?:provided|snapshot|offered here|listed here|[Tt]he linked repository)\b"
    r"|[$\\]|https?:"
)


def test_facts_stand_alone_in_the_third_person(catalog: Catalog) -> None:
    """One whole sentence that needs no sentence before it, no page and no reader in it."""
    texts = dict.fromkeys(fact.text for entry in catalog for fact in entry.told.values())
    assert [] == [text for text in texts if ALONE.search(text) or not text.endswith(".")]


def test_every_task_is_told_with_what_of_its_result_was_recorded(catalog: Catalog) -> None:
    """The entry on how a task is done exists, and holds a use and a limit for who doubts it."""
    for task in catalog.vocabulary.tasks:
        entry = catalog.get(f"how-{task.id}")
        assert isinstance(entry, Concept)
        assert entry.means
        assert entry.facts_of("limit")


def test_measured_facts_state_the_numbers_of_their_receipts(catalog: Catalog) -> None:
    """Seconds, memory and decibels of a sentence stand in the receipt it names."""
    receipts = folder("catalog") / "measured"
    base = json.loads((receipts / "safmn-x2.json").read_text("utf-8"))["cost"]["seconds"]
    facts = [(model, fact) for model in catalog.models for fact in model.measured]
    assert len(facts) >= 20
    for model, fact in facts:
        told = json.loads((folder("catalog") / fact.place.partition(": ")[2]).read_text("utf-8"))
        assert model.id == told["model"]
        known = [*told["cost"].values(), *(abs(g["gain_db"]) for g in told["gains"].values())]
        known += [round(told["cost"]["seconds"] / base, 1), *told["size"], *model.scales, 2, 25, 50]
        said = re.findall(r"\d[\d,]*(?:\.\d+)?", fact.text.replace("640x480", "640 480"))
        assert [] == [n for n in said if float(n.replace(",", "")) not in known], fact.text


def _named(entry: Entry, text: str) -> bool:
    """Whether the text holds a name of the work, or a telling word of its name as in `the LMR
    data set paper`."""
    names = [entry.name, *entry.aliases, getattr(entry, "architecture", None) or entry.name]
    words = set(re.findall(r"\w{3,}", entry.name)) - {"the", "paper", "study", "data", "set"}
    return any(name.lower() in text.lower() for name in (*names, *words))


DAMAGE = {
    "Denoise-": "noise", "Deblur-": "blur", "JPEG-": "compression", "LowLight-": "dark",
    "Derain-": "rain", "Dehaze-": "haze", "Desnow-": "snow",
}  # fmt: skip


def test_a_repair_handles_the_damage_of_its_name(catalog: Catalog) -> None:
    """A denoiser handles noise, a dehazer haze; evening the light of a page is no darkness."""
    named = [(m, d) for m in catalog.models for p, d in DAMAGE.items() if m.id.startswith(p)]
    assert len(named) > 150
    assert [] == [m.id for m, d in named if d not in m.handles and not (d == "dark" and m.subjects)]


INVENTED = re.compile(
    r"invent|guess|plausib|likely|made? up|draws?\b|generat|hallucinat|not there|synthetic|wrong"
    r"|predicts|vanish|change|alter|paint|samples"
)


def test_a_model_that_may_invent_says_so_in_a_fact(catalog: Catalog) -> None:
    """The field is told in words too, and adversarial and diffusion models state it either way."""
    generative = {"gan", "diffusion"}
    assert [] == [m.id for m in catalog.models if generative & {*m.tags} and m.invents is None]
    inventing = [m for m in catalog.models if m.invents]
    assert [] == [m.id for m in inventing if not any(INVENTED.search(f.text) for f in m.facts)]


def test_fields_of_a_record_do_not_contradict_each_other(catalog: Catalog) -> None:
    """The year is that of the venue; nothing is for weak devices and in need of a GPU; what is
    made for any subject is limited to none but the medium."""
    venues = [
        (e, found) for e in catalog if (found := re.search(r"\b(?:19|20)\d\d\b", e.venue or ""))
    ]
    assert [] == [e.id for e, found in venues if e.year != int(found[0])]
    assert [] == [m.id for m in catalog.models if m.efficient and m.needs_gpu]
    assert [] == [m.id for m in catalog.models if m.general and {*m.subjects} - {"video"}]
    blind = re.compile(r"is not blind|has to be told|must be told|needs to be told")
    told = [m for m in catalog.models if any(blind.search(f.text) for f in m.facts)]
    assert [] == [m.id for m in told if m.blind is not False]


def test_models_of_one_scale_say_which(catalog: Catalog) -> None:
    """A model whose name ends in a factor enlarges, and by that factor."""
    named = [(m, found) for m in catalog.models if (found := re.search(r"-(\d+)x$", m.id))]
    wrong = [m.id for m, found in named if (float(found[1]),) != m.scales]
    assert [] == wrong
    assert [] == [m.id for m, _ in named if catalog.vocabulary.task(m.task).keeps_size]


def test_terms_of_the_records_are_in_the_vocabulary(catalog: Catalog) -> None:
    """Subjects and degradations of records are ids that questions can state."""
    vocabulary = catalog.vocabulary
    subjects = {term.id for term in vocabulary.subjects}
    degradations = {term.id for term in vocabulary.degradations}
    assert set() == {s for entry in catalog for s in entry.subjects} - subjects
    assert set() == {d for entry in catalog for d in entry.handles} - degradations


def test_a_record_is_frozen_and_hides_nothing(catalog: Catalog) -> None:
    """A record cannot be changed in passing, and reads back from its own dump."""
    for entry in catalog:
        with pytest.raises(ValidationError):
            entry.name = "other"
        assert entry == type(entry).model_validate(entry.model_dump(mode="json"))


# --- look-up -------------------------------------------------------------------------------

FOUND = [
    ("SISR-RCAN-3x", (), "SISR-RCAN-3x"),
    ("SISR-HAN-4x", RCAN, "SISR-HAN-4x"),  # an id decides, whatever the links
    ("sisr-rcan-3x", (), None),  # an id is an id
    ("SISR-RCAN-5x", RCAN, None),  # a link serves all scales, so it picks no model
    (HITSR, (), "arxiv-2408.16959"),
    (f" {HITSR.upper()}".replace(" ", "  "), (), "arxiv-2408.16959"),
    ("HiTSR", (), None),
    ("Another title", ("https://arxiv.org/abs/2408.16959v3",), "arxiv-2408.16959"),
    ("Another title", ("https://github.com/bia006/hitsr",), None),  # many works share a repository
    ("Another title", ("https://arxiv.org/abs/9999.99999", "no link"), None),
    ("", (), None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "links", "expected"), FOUND)
def test_an_item_finds_its_record(
    catalog: Catalog, name: str, links: tuple[str, ...], expected: str | None
) -> None:
    """By id, by title up to case and spaces, by the paper's identity; by nothing less."""
    entry = catalog.find(name, links)
    assert expected == (entry.id if entry else None)


def test_the_catalog_is_a_collection(catalog: Catalog) -> None:
    """Models, papers and concepts together are all records, each under its id."""
    assert [*catalog] == [*catalog.models, *catalog.papers, *catalog.concepts]
    assert len(catalog) == len(list(catalog))
    assert [*catalog] == [catalog.get(entry.id) for entry in catalog]
    assert catalog.get("no such id") is None
    assert (len(catalog), []) == check()


def test_a_fact_has_a_stable_id_of_its_own(catalog: Catalog) -> None:
    """The record's id and six digits of the text; another place or order keeps it."""
    ids = [fact_id for entry in catalog for fact_id in entry.told]
    assert len(ids) == len({*ids}) == sum(len(e.stated) for e in catalog)
    safmn = catalog.get("SISR-SAFMN-4x")
    assert safmn is not None
    assert [catalog.fact(i) for i in safmn.told] == [*safmn.facts, *safmn.measured]
    assert f"SISR-SAFMN-4x#{safmn.facts[0].key}" == next(iter(safmn.told))
    assert (None, None) == (catalog.fact("SISR-SAFMN-4x#000000"), catalog.fact("none"))
    fact = Fact(kind="limit", text="RCAN is slow.", place="known")
    moved = Fact(kind="limit", text="RCAN is slow.", place="record: README of yulunzhang/RCAN")
    assert "251792" == fact.key == moved.key
    assert ("known", "record") == (fact.basis, moved.basis)


CALLED = [
    ("sisr-rcan-3x", ["SISR-RCAN-3x"]),
    ("rcan", ["SISR-RCAN-2x", "SISR-RCAN-3x", "SISR-RCAN-4x", "SISR-RCAN-8x"]),
    (HITSR, ["arxiv-2408.16959"]),
    ("peak signal-to-noise ratio", ["psnr"]),
    ("no such name", []),
]


@pytest.mark.parametrize(("name", "expected"), CALLED)
def test_a_name_means_one_record_or_one_family(
    catalog: Catalog, name: str, expected: list[str]
) -> None:
    """An id in any case, the family of models, the title of a paper, another name of a concept."""
    assert expected == [entry.id for entry in catalog.called(name)]


def test_a_card_tells_of_a_family_once(catalog: Catalog) -> None:
    """Links and facts once, a row a member, what is unknown as such, every fact with its place."""
    family = catalog.called("RCAN")
    told = card(family)
    assert told.startswith("# RCAN\n")
    for once in (*RCAN, *(fact.text for fact in family[0].facts)):
        assert 1 == told.count(once), once
    assert [m.id for m in family] == re.findall(r"^\| (SISR-RCAN-\dx) \|", told, re.M)
    assert "| factors | 2x, 3x, 4x, 8x |" in told
    assert f"({family[0].facts[0].place.partition(': ')[2] or 'not read again'})" in told


def test_a_card_of_a_concept_says_what_it_means_for_the_reader(catalog: Catalog) -> None:
    """What it is, what follows for the user, its other names and what is related."""
    psnr = catalog.get("psnr")
    assert isinstance(psnr, Concept)
    told = card([psnr])
    for part in (psnr.does, f"For you: {psnr.means}", psnr.topic, *psnr.aliases, *psnr.related):
        assert part in told
    assert "license" not in told


def test_related_records_of_a_concept_exist(catalog: Catalog) -> None:
    """``related`` holds ids."""
    assert [] == [(c.id, r) for c in catalog.concepts for r in c.related if not catalog.get(r)]


def test_the_identity_of_links_is_that_of_their_works(catalog: Catalog) -> None:
    """Records of one work have the same keys, whatever their scale."""
    rcan = [keys(entry) for entry in catalog.models if entry.name == "RCAN"]
    assert [frozenset({"arxiv:1807.02758", "github:yulunzhang/rcan"})] * 4 == rcan


# --- files of one's own --------------------------------------------------------------------

GOOD = "id: A\ntitle: Title\nname: Name\ndoes: It does.\ntask: deblurring\n"
CONCEPT = "id: A\ntitle: T\nname: N\ndoes: It is.\ntopic: measure\nmeans: Look.\n"
FAMILY = """\
title: Title
name: Name
does: It does.
license: MIT
variants:
  - id: A-2x
    scales: [2]
  - id: A-3x
    scales: [3]
    license: null
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty catalog folder."""
    for kind in KINDS:
        (tmp_path / f"{kind}s").mkdir()
    return tmp_path


def test_a_file_is_one_record_or_a_family(root: Path) -> None:
    """Variants add to and replace what the family shares."""
    (root / "models" / "one.yaml").write_text(GOOD)
    (root / "models" / "two.yml").write_text(FAMILY)
    (root / "models" / "notes.txt").write_text("no record")
    found = [(entry.id, entry.scales, entry.license) for entry in Catalog.load(root)]
    assert [("A", (), None), ("A-2x", (2.0,), "MIT"), ("A-3x", (3.0,), None)] == found


def test_a_record_without_ports_takes_and_gives_what_its_task_does(root: Path) -> None:
    """What it states itself stays."""
    told = GOOD.replace("deblurring", "frame-interpolation") + "input: two scans\n"
    (root / "models" / "a.yaml").write_text(told)
    (found,) = Catalog.load(root)
    assert ("two scans", "frames in between") == (found.input, found.output)


def test_a_file_may_start_with_a_mark_and_end_lines_as_windows_does(root: Path) -> None:
    """Editors write such files; they read the same."""
    (root / "models" / "a.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert ["A"] == [entry.id for entry in Catalog.load(root)]


def test_the_digest_is_one_of_content(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Comments and layout change nothing, a changed value does."""

    def digest(text: str) -> str:
        (root / "models" / "a.yaml").write_text(text)
        return Catalog.load(root).digest

    first = digest(GOOD)
    assert first == digest("# a comment\n" + GOOD.replace("name: Name", 'name:   "Name"'))
    assert first != digest(GOOD.replace("It does.", "It does not."))


def test_a_catalog_may_bring_its_own_words(root: Path) -> None:
    """A ``vocabulary.yaml`` beside the records replaces the built-in one."""
    text = (folder("catalog") / "vocabulary.yaml").read_text("utf-8")
    (root / "models" / "a.yaml").write_text(GOOD.replace("deblurring", "cooking"))
    assert ["task"] == [problem.field for problem in check(root)[1]]
    (root / "vocabulary.yaml").write_text(text.replace("id: deblurring", "id: cooking"))
    assert "cooking" == Catalog.load(root).models[0].task


def test_a_kept_catalog_is_the_catalog_while_no_file_changes(root: Path, tmp_path: Path) -> None:
    """Read back it is the same; a changed file, or damage to what was kept, reads the files."""
    file, cache = root / "models" / "a.yaml", tmp_path / "cache"
    file.write_text(GOOD)
    loaded = [Catalog.load(root, cache=cache) for _ in range(2)]
    (kept,) = (cache / "catalog").iterdir()
    with_damage = kept.read_text("utf-8").replace("It does.", "It did.")
    kept.write_text(with_damage, "utf-8")
    loaded.append(Catalog.load(root, cache=cache))
    plain = Catalog.load(root)
    assert [(plain.entries, plain.digest)] * 3 == [(one.entries, one.digest) for one in loaded]
    file.write_text(GOOD.replace("It does.", "It does more."))
    assert "It does more." == Catalog.load(root, cache=cache).models[0].does


# --- broken files --------------------------------------------------------------------------

BROKEN = {
    # text of models/a.yaml: line, field, our words on it ("": the parser may refuse it first)
    "wrong type": (GOOD + "scales: three\n", 6, "scales", "to be a list"),
    "wrong type in a list": (GOOD + "scales: [2, x]\n", 6, "scales.1", "to be a number"),
    "out of range": (GOOD + "scales:\n  - 2\n  - 0\n", 8, "scales.1", "to be more than 0"),
    "text for a number": (GOOD + "parameters: many\n", 6, "parameters", "to be a whole number"),
    "number for a text": (GOOD + "license: 3\n", 6, "license", "to be a text"),
    "date for a text": (GOOD + "license: 2020-12-15\n", 6, "license", "to be a text"),
    "no choice": (GOOD + "scope: everything\n", 6, "scope", "to be 'photo'"),
    "bad id": (GOOD.replace("id: A", "id: a b"), 1, "id", "not in the form"),
    "empty text": (GOOD.replace("Title", "'  '"), 2, "title", "is empty"),
    "two lines": (GOOD.replace("Title", '"a\\nb"'), 2, "title", "not in the form"),
    "no link": (GOOD + "paper: arxiv 1807.02758\n", 6, "paper", "not in the form"),
    "script link": (GOOD + "github: javascript:x\n", 6, "github", "not in the form"),
    "unknown field": (GOOD + "colour: red\n", 6, "colour", "no field that is known"),
    "missing field": (GOOD.replace("does: It does.\n", ""), 1, "does", "needed here"),
    "missing in a fact": (
        GOOD + "facts:\n  - kind: limit\n    text: T\n    place: known\n  - kind: limit\n"
        "    place: known\n",
        10, "facts.1.text", "needed here",
    ),
    "wrong in a fact": (
        GOOD + "facts:\n  - kind: limit\n    text: T\n    place: known\n"
        "  - kind: boast\n    text: T\n    place: known\n",
        10, "facts.1.kind", "to be 'contribution'",
    ),
    "wrong in a flow": (
        GOOD + "figures:\n  - {metric: PSNR, value: 1, dataset: D, protocol: p, place: known}\n"
        "  - {metric: PSNR, dataset: D,\n     protocol: p, place: known, value: high}\n",
        9, "figures.1.value", "to be a number",
    ),
    "same word in an earlier value": (
        GOOD.replace("Title", "license") + "handles: [license]\nlicense: [MIT]\n", 7, "license",
        "to be a text",
    ),
    "unknown task": (GOOD.replace("deblurring", "cooking"), 5, "task", "cooking of A is none of"),
    "a fact twice": (
        GOOD + "facts:\n  - {kind: limit, text: T, place: known}\n"
        "  - {kind: use, text: T, place: known}\n",
        6, "facts", "A states a fact twice",
    ),
    "in a variant": (FAMILY.replace("[3]", "[x]"), 9, "scales.0", "to be a number"),
    "unknown in a variant": (FAMILY + "    colour: red\n", 11, "colour", "no field that is known"),
    "in a variant's list": (FAMILY + "    handles: [a, '']\n", 11, "handles.1", "is empty"),
    "missing in a variant": (
        FAMILY.replace("- id: A-3x\n    scales", "- scales"), 8, "id", "needed here",
    ),
    "unknown task of a variant": (FAMILY + "    task: cooking\n", 11, "task", "cooking of A-3x"),
    "one id in two variants": (FAMILY.replace("A-3x", "A-2x"), 8, "id", "A-2x is also in"),
    "variants no list": (GOOD + "variants:\n  id: B\n", 6, "variants", "a list of records"),
    "variants empty": (GOOD + "variants: []\n", 6, "variants", "a list of records"),
    "variants of words": (GOOD + "variants: [A, B]\n", 6, "variants", "a list of records"),
    "a field twice": (GOOD + "name: Other\n", 6, "name", "given twice"),
    "a field twice in a fact": (
        GOOD + "facts:\n  - kind: limit\n    place: known\n    place: q\n",
        9, "place", "given twice",
    ),
    "a number as a field": (GOOD + "7: x\n", 1, "7", "needs to be a text"),
    "a list as a field": (GOOD + "? [a]\n: x\n", 6, "", "a field needs a plain name"),
    "tab": (GOOD + "facts:\n\t- kind: limit\n", 7, "", "not YAML: "),
    "bracket": (GOOD + "license: [a\n", 7, "", "not YAML: "),
    "colon": (GOOD + "license: a: b\n", 6, "", "not YAML: "),
    "impossible date": (GOOD + "license: 2020-13-45\n", 1, "", "no value of YAML: "),
    "control character": (GOOD + "license: a\x07b\n", 6, "", "control characters"),
    "two documents": (GOOD + "---\n" + GOOD, 6, "", "not YAML: "),
    "a list": ("- id: A\n", 1, "", "expected the fields of a record"),
    "a word": ("hello\n", 1, "", "expected the fields of a record"),
    "nothing": ("", 1, "", "expected the fields of a record"),
    "a comment": ("# nothing yet\n", 1, "", "expected the fields of a record"),
    "alias": (GOOD + "license: &x MIT\nvariant: *x\n", 7, "", "aliases are not read"),
    "bomb": (GOOD + "aliases: &a [x, x]\nsteps: &b [*a, *a]\n", 7, "", "aliases are not read"),
    "endless": (GOOD + "aliases: &a [*a]\n", 6, "", "aliases are not read"),
    "deep": (GOOD + "aliases: " + "[" * 100_000 + "\n", 6, "", ""),
    "deep lists": (GOOD + "aliases:\n  " + "- " * 100_000 + "x\n", 7, "", "nested too deeply"),
    "other tag": (GOOD + "license: !mine MIT\n", 6, "", "not YAML: "),
}  # fmt: skip


def test_an_order_of_steps_names_tasks_of_the_vocabulary(root: Path) -> None:
    """A step that is none is a problem of its field."""
    path = root / "concepts" / "a.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "id: A\ntitle: T\nname: T\ndoes: It does.\nmeans: It means.\ntopic: method\norders:\n"
        "  - {kind: use, text: T, place: known, first: [denoising], then: [cooking]}\n",
        "utf-8",
    )
    problems = check(root)[1]
    assert [(path, 7, "orders")] == [(p.file, p.line, p.field) for p in problems]
    assert "cooking" in problems[0].message


@pytest.mark.parametrize(("text", "line", "field", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_record_is_named_by_file_line_and_field(
    root: Path, text: str, line: int, field: str, message: str
) -> None:
    """One problem, at the line where the field stands, also inside lists and variants."""
    path = root / "models" / "a.yaml"
    path.write_text(text, "utf-8")
    problems = check(root)[1]
    assert [(path, line, field)] == [(p.file, p.line, p.field) for p in problems]
    assert message in problems[0].message
    with pytest.raises(BrokenCatalogError) as caught:
        Catalog.load(root)
    assert f"{path}:{line}:{f' {field}:' if field else ''} " in caught.value.message
    assert "sr-assistant catalog validate" in caught.value.hint


def test_a_problem_of_the_family_is_named_once_a_variant(root: Path) -> None:
    """What all variants share is shown where the family writes it."""
    path = root / "models" / "a.yaml"
    path.write_text(FAMILY.replace("Name", "[Name]"))
    assert [(2, "name"), (2, "name")] == [(p.line, p.field) for p in check(root)[1]]


def test_a_link_to_the_paper_is_required_of_papers(root: Path) -> None:
    """A paper supports an answer only with a link."""
    path = root / "papers" / "a.yaml"
    path.write_text(GOOD)
    assert ["a paper needs the field `paper` with its link"] == [p.message for p in check(root)[1]]
    path.write_text(GOOD + "paper: https://example.org/a.pdf\n")
    assert (1, []) == check(root)


def test_bytes_that_are_no_text_are_named(root: Path) -> None:
    """A file in another encoding is refused by line."""
    path = root / "models" / "a.yaml"
    path.write_bytes(GOOD.encode() + b"license: caf\xe9\n")
    assert [f"{path}:6: not a UTF-8 text"] == [str(problem) for problem in check(root)[1]]


def test_a_folder_named_like_a_file_is_named(root: Path) -> None:
    """What cannot be opened is a problem of the catalog, not a crash."""
    (root / "models" / "a.yaml").mkdir()
    (problem,) = check(root)[1]
    assert f"unreadable: {strerror(EISDIR)}" == problem.message


def test_an_id_stands_once_in_all_files(root: Path) -> None:
    """The second file is named, with the first."""
    first, second = root / "models" / "a.yaml", root / "papers" / "b.yaml"
    first.write_text(GOOD)
    second.write_text("# again\n" + GOOD + "paper: https://example.org/a.pdf\n")
    assert [f"{second}:2: id: A is also in {first}"] == [str(p) for p in check(root)[1]]


def test_every_problem_of_every_file_is_listed(root: Path) -> None:
    """One broken record hides no other; sound ones are counted."""
    (root / "models" / "a.yaml").write_text(FAMILY.replace("[2]", "[x]") + "    colour: red\n")
    (root / "models" / "b.yaml").write_text(GOOD)
    (root / "papers" / "c.yaml").write_text("id: C\nid: D\n")
    sound, problems = check(root)
    assert 1 == sound
    assert [("a.yaml", 7), ("a.yaml", 11), ("c.yaml", 2)] == [
        (p.file.name, p.line) for p in problems
    ]
    with pytest.raises(BrokenCatalogError, match=r"and 2 more") as caught:
        Catalog.load(root)
    assert problems == caught.value.problems


def test_a_broken_vocabulary_is_named(root: Path) -> None:
    """The words are content too."""
    (root / "models" / "a.yaml").write_text(GOOD)
    path = root / "vocabulary.yaml"
    path.write_text("tasks:\n  - id: x\n    phrase: y\n    keeps_size: perhaps\n")
    problems = {(p.file, p.line, p.field) for p in check(root)[1]}
    assert (path, 4, "tasks.0.keeps_size") in problems
    assert (path, 1, "names") in problems


@pytest.mark.parametrize(
    ("make", "message"),
    [(True, "holds no records"), (False, "does not exist")],
    ids=["empty", "missing"],
)
def test_a_folder_without_records_is_no_catalog(tmp_path: Path, make: bool, message: str) -> None:
    """The error names the folder and what to do, and is one of a missing catalog."""
    place = tmp_path / "catalog"
    if make:
        place.mkdir()
    with pytest.raises(
        CatalogError, match=re.escape(f"the catalog folder {place} {message}")
    ) as caught:
        Catalog.load(place)
    assert 3 == caught.value.code
    assert caught.value.hint


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system ['touch {}']", "!!python/object/apply:os.mkdir [{}]",
     "!!python/object/new:os.system ['touch {}']", "!!python/name:os.system", "!!python/module:os"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}\n", GOOD + "license: {}\n"], ids=["file", "value"])
def test_python_tags_are_refused_and_never_run(root: Path, tag: str, form: str) -> None:
    """A content file is data: nothing in it is constructed, let alone called."""
    trace = root / "trace"
    (root / "models" / "a.yaml").write_text(form.format(tag.format(trace)))
    path = root / "models" / "a.yaml"
    line = 1 if form == "{}\n" else GOOD.count("\n") + 1
    assert [(path, line)] == [(p.file, p.line) for p in check(root)[1]]
    assert not trace.exists()


def test_a_large_bomb_takes_no_time(root: Path) -> None:
    """Nine levels of ten aliases would be a billion values; none is built."""
    levels = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for here, there in zip("bcdefghij", "abcdefghi", strict=True):
        levels.append(f"{here}: &{here} [{', '.join([f'*{there}'] * 10)}]")
    (root / "models" / "a.yaml").write_text("\n".join(levels))
    start = time.process_time()
    assert ["aliases are not read here"] == [problem.message for problem in check(root)[1]]
    assert time.process_time() - start < 5


def test_a_thousand_records_load_in_bounded_time(root: Path) -> None:
    """A catalog of a thousand files is read in far under ten seconds."""
    for number in range(1000):
        text = GOOD.replace("id: A", f"id: A{number}")
        (root / "models" / f"{number:04}.yaml").write_text(
            text + "facts:\n  - kind: limit\n    text: T\n    place: known\n"
        )
    start = time.process_time()
    assert 1000 == len(Catalog.load(root))
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("facts", "facts: [{{kind: limit, text: T, place: '{}'}}]\n"),
        ("figures", "figures: [{{metric: M, value: 1, dataset: D, protocol: P, place: '{}'}}]\n"),
        ("places", "places: {{license: '{}'}}\n"),
    ],
    ids=["fact", "figure", "field"],
)
def test_a_place_has_to_be_able_to_carry_the_claim(root: Path, field: str, text: str) -> None:
    """A receipt that is not there and the README of another repository are problems."""
    path = root / "models" / "a.yaml"
    good = GOOD + "github: https://github.com/Some/Work\n"
    for place in ("known", "record: README of some/work", "record: list", "measured: log.md"):
        path.write_text(good + text.format(place))
        (root / "log.md").touch()
        assert (1, []) == check(root)
    (root / "log.md").unlink()
    for place in ("measured: log.md", "record: README of a/b", "record: license file of a/b"):
        path.write_text(good + text.format(place))
        assert [(path, field)] == [(p.file, p.field) for p in check(root)[1]]
    path.write_text(GOOD + text.format("record: README of some/work"))
    assert [field] == [p.field for p in check(root)[1]]  # without a link there is no repository


# --- schema --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_fresh(kind: str) -> None:
    """``catalog/schema`` is what the records give; ``python docs/generate.py`` writes it."""
    text = SCHEMAS[kind].read_text("utf-8")
    jsonschema.Draft202012Validator.check_schema(json_schema(kind))
    assert json_schema(kind) == json.loads(text)


def test_every_catalog_file_meets_the_schema_it_names() -> None:
    """The first line names the schema for editors, and the file meets it."""
    checks = {
        path: jsonschema.Draft202012Validator(json.loads(path.read_text("utf-8")))
        for path in SCHEMAS.values()
    }
    assert FILES
    for path in FILES:
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text("utf-8"))
        assert named is not None, path
        schema = (path.parent / named[1]).resolve()
        assert SCHEMAS[path.parent.name.removesuffix("s")] == schema
        assert checks[schema].is_valid(parse_yaml(path).data), path


SCHEMA = [
    ("model", GOOD, True),
    ("model", FAMILY, True),
    ("model", GOOD + "scales: three\n", False),
    ("model", GOOD + "scales: [0]\n", False),
    ("model", GOOD + "colour: red\n", False),
    ("model", GOOD.replace("does: It does.\n", ""), False),
    ("model", GOOD + "scope: everything\n", False),
    ("model", GOOD + "facts: [{kind: limit, text: T}]\n", False),
    ("model", FAMILY + "    colour: red\n", False),
    ("model", FAMILY.replace("[3]", "[x]"), False),
    ("model", FAMILY.replace("- id: A-3x\n    scales", "- scales"), False),
    ("model", FAMILY.replace("does: It does.\n", ""), False),
    ("model", "title: T\nname: N\ndoes: D\nvariants: []\n", False),
    ("model", GOOD + "variants: []\n", False),
    ("paper", GOOD, False),
    ("paper", GOOD + "paper: https://example.org/a.pdf\n", True),
    ("paper", GOOD + "paper: https://example.org/a.pdf\nparameters: 3\n", False),
    ("concept", CONCEPT, True),
    ("concept", GOOD, False),
    ("concept", CONCEPT + "input: a picture\n", False),
    ("concept", CONCEPT.replace("measure", "weather"), False),
    ("model", GOOD + "places: {license: known}\n", True),
    ("model", GOOD + "places: {license: abstract}\n", False),
    ("model", GOOD + "facts: [{kind: limit, text: T, place: abstract}]\n", False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "sound"), SCHEMA)
def test_the_schema_and_the_reader_agree(root: Path, kind: str, text: str, sound: bool) -> None:
    """What an editor accepts, the catalog reads; what it marks, the catalog refuses."""
    (root / f"{kind}s" / "a.yaml").write_text(text)
    validator = jsonschema.Draft202012Validator(json_schema(kind))
    assert sound == validator.is_valid(yaml.safe_load(text))
    assert sound == (not check(root)[1])


def test_there_is_no_schema_of_other_kinds() -> None:
    """The error lists the kinds."""
    with pytest.raises(InputError, match="no kind of record 'weights'") as caught:
        json_schema("weights")
    assert "known: model, paper, concept" == caught.value.hint


# --- vocabulary ----------------------------------------------------------------------------

PHRASES = [
    ("super resolution", "Super-Resolution of images", "super resolution"),
    ("super-resolution", "super resolution", "super resolution"),
    ("upscal*", "He UPSCALED it", "upscaled"),
    ("upscal*", "an up scale", None),
    ("remov* .. rain", "removing all of the rain", "removing all of the rain"),
    ("remov* .. rain", "remove rain", "remove rain"),
    ("remov* .. rain", "removing one two three four five rain", None),
    ("remov* .. rain", "removing all of the rainbow", None),
    ("b&w", "a b&w photo", "b&w"),
    ("don't match", "they don't match", "don't match"),
    ("face", "faces on a surface", None),
    ("x y", "x", None),
    ("x", "", None),
]


@pytest.mark.parametrize(("phrase", "text", "expected"), PHRASES)
def test_a_phrase_matches_whole_words(phrase: str, text: str, expected: str | None) -> None:
    """Hyphens are spaces, ``*`` is any ending, ``..`` up to four words; case does not count."""
    assert expected == Words(text).match(phrase)


def test_a_term_counts_each_phrase_once(catalog: Catalog) -> None:
    """Strong phrases weigh more, and repeating a word changes nothing."""
    (term,) = (term for term in catalog.vocabulary.subjects if term.id == "face")
    once, twice = term.score(Words("portrait")), term.score(Words("portrait portrait portrait"))
    assert (term.weight, ("portrait",)) == once == twice
    assert (1, ("hair",)) == term.score(Words("hair"))
    assert (0, ()) == term.score(Words("chair"))


def test_ids_and_prefixes_of_the_vocabulary_are_unique(catalog: Catalog) -> None:
    """No id of a table and no prefix of a name stands for two things."""
    vocabulary = catalog.vocabulary
    for table in ("tasks", "subjects", "degradations", "devices", "aspects", "licenses", "scopes"):
        ids = [term.id for term in getattr(vocabulary, table)]
        assert len(ids) == len(set(ids)) > 0
    prefixes = [prefix.lower() for task in vocabulary.tasks for prefix in task.prefixes]
    assert len(prefixes) == len(set(prefixes))


def test_the_built_in_vocabulary_reads_as_it_stands() -> None:
    """The file validates by itself."""
    document = parse_yaml(folder("catalog") / "vocabulary.yaml")
    assert len(document.data["tasks"]) == len(Vocabulary.model_validate(document.data).tasks)
