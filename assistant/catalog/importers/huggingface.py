"""Model cards of Hugging Face: ``README.md`` files with a YAML block on top, read from disk.

What a card says of results are claims of who uploaded it; they are kept as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.catalog.importers.fields import cut, named_in, of_task, plain, record, slug
from assistant.catalog.load import BrokenCatalogError, Document, Problem, parse_yaml
from assistant.catalog.records import Entry, Model, Provenance
from assistant.catalog.vocabulary import Vocabulary
from assistant.errors import InputError
from assistant.files import read_text

_TASKS = {  # tasks of the Hub that leave no doubt; image-to-image is left to the tags
    "audio-classification": "audio-classification",
    "automatic-speech-recognition": "speech-recognition",
    "depth-estimation": "depth-estimation",
    "image-classification": "classification",
    "image-feature-extraction": "image-embedding",
    "image-segmentation": "segmentation",
    "image-to-text": "captioning",
    "object-detection": "object-detection",
    "sentence-similarity": "text-embedding",
    "text-classification": "text-embedding",
    "text-generation": "text-generation",
    "text-to-image": "text-to-image",
    "text-to-speech": "text-to-speech",
    "video-classification": "video-classification",
    "visual-question-answering": "visual-question-answering",
}
_BLOCK = re.compile(r"\s*^---[ \t]*\r?\n(.*?)^---[ \t]*$", re.S | re.M)
_SCALE = re.compile(r"(?<![a-z0-9])(?:x([2-9]|16)|([2-9]|16)x)(?![a-z0-9])", re.I)


def read(path: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    """Every card below ``path``; the folder ``OWNER/NAME`` gives the id."""
    cards = [path] if path.is_file() else sorted(path.rglob("README.md"))
    if not cards:
        raise InputError(f"{path}: no README.md", hint="name a model card or a folder with some")
    for card in cards:
        try:
            yield from _card(card, path, vocabulary)
        except BrokenCatalogError as error:
            yield error.problems[0]
        except InputError as error:
            yield Problem(card, 1, "", error.message)


def _card(path: Path, root: Path, vocabulary: Vocabulary) -> Iterator[Entry | Problem]:
    text = read_text(path)
    block = _BLOCK.match(text)
    before = text[: block.start(1)].count("\n") if block else 0
    document = parse_yaml(path, "\n" * before + (block[1] if block else ""))
    data = document.data if document.data is not None else {}
    if not isinstance(data, dict):
        yield Problem(path, document.line([]), "", "expected fields between the lines ---")
        return
    body = text[block.end() :] if block else text
    owner, name = _owner_and_name(path, root)
    tags = tuple(dict.fromkeys(tag for tag in _texts(data.get("tags")) if tag.strip()))
    said = " ".join([name, *tags])
    factor = _SCALE.search(said)
    task = _TASKS.get(str(data.get("pipeline_tag")))
    named = [t for tag in (*tags, name) if (t := vocabulary.task_of_title(tag.replace("_", " ")))]
    task = task or (named[0].id if named else None)
    figures, problems = _figures(data.get("model-index"), document)
    license_ = data.get("license")
    given = {
        "id": slug(f"{owner}-{name}" if owner else name),
        "title": f"{owner}/{name}" if owner else name,
        "name": name,
        "scales": (float(factor[1] or factor[2]),) if factor else (),
        "paper": _paper(tags, body),
        "github": named_in(body, "github") or None,
        "huggingface": f"https://huggingface.co/{owner}/{name}" if owner else None,
        "does": cut(_first(body)) or f"The model {name}.",
        "tags": tags,
        "figures": figures,
        "trained_on": tuple(_texts(data.get("datasets"))),
        "license": data.get("license_name") or "other" if license_ == "other" else license_,
        "provenance": Provenance(
            source="huggingface", source_id=f"{owner}/{name}" if owner else name
        ),
        **of_task(vocabulary, task),
    }
    document = Document(path, data, document.node, before + 1)
    yield record(Model, given, document, vocabulary)
    yield from problems


def _owner_and_name(path: Path, root: Path) -> tuple[str, str]:
    """From ``OWNER/NAME/README.md`` below ``root``, or from the layout of the Hub's cache."""
    for part in reversed(path.parent.parts):
        if found := re.fullmatch(r"models--(.+?)--(.+)|(.+?)__(.+)", part):
            return found[1] or found[3], found[2] or found[4]
    inside = path.parent.relative_to(root).parts if path != root else ()
    return ("", path.resolve().parent.name) if len(inside) < 2 else (inside[-2], inside[-1])


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]


def _paper(tags: tuple[str, ...], body: str) -> str | None:
    numbers = [tag.removeprefix("arxiv:") for tag in tags if tag.startswith("arxiv:")]
    found = f"https://arxiv.org/abs/{numbers[0]}" if numbers else named_in(body, "arxiv")
    return found if found.startswith("http") else None


def _first(body: str) -> str:
    """The first paragraph of prose: neither a heading, a table, a list nor code."""
    paragraphs = re.split(r"\n\s*\n", re.sub(r"(?ms)^```.*?^```|<!--.*?-->", "", body))
    prose = (p for p in paragraphs if not re.match(r"\s*(?:[#|<>!-]|\[!|\d+\.)", p))
    return next((words for p in prose if len((words := plain(p)).split()) > 3), "")


def _figures(index: object, place: Document) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The results of ``model-index``, and a problem for each that is incomplete."""
    figures: list[dict[str, Any]] = []
    problems: list[Problem] = []
    models = index if isinstance(index, list) else []
    for result in (r for m in models if isinstance(m, Mapping) for r in m.get("results") or ()):
        try:
            dataset = result["dataset"].get("name") or result["dataset"]["type"]
            for metric in result["metrics"]:
                name = str(metric.get("name") or metric["type"])
                figures.append(
                    {"metric": name, "value": float(metric["value"]), "dataset": dataset,
                     "protocol": "as the uploader states it", "place": "record: model card"}
                )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError):
            message = "a result without data set, metric or value is left out"
            problems.append(
                Problem(place.path, place.line(["model-index"]), "model-index", message)
            )
    return figures, problems
