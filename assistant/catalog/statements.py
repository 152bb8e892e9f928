"""Everything that a record states, one sentence each, with an id, an owner and an honest place.

Answers may say what stands here and nothing else of a record: its facts, its steps, and its
fields put into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.catalog.licenses import of_data, spoken
from assistant.catalog.records import Concept, Entry, Model
from assistant.catalog.stated import source

_HOSTS = {
    "github.com": "GitHub",
    "huggingface.co": "Hugging Face",
    "drive.google.com": "Google Drive",
    "www.dropbox.com": "Dropbox",
    ".sharepoint.com": "SharePoint",
    "1drv.ms": "OneDrive",
    "zenodo.org": "Zenodo",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence that an answer may rest on.

    ``id`` is unique within one answer, ``owner`` what the item is called in prose (empty: true
    of the field or of the question), ``place`` as `Fact.place`, or what else it rests on:
    ``given`` (the text that came with the request), ``fit``, ``arithmetic``, ``house``.
    """

    id: str
    owner: str
    text: str
    place: str
    kind: str = "contribution"
    aspect: str = "mechanism"


def statements(entry: Entry) -> tuple[Statement, ...]:
    """All statements of a record, in its own order."""
    return tuple(_statements(entry))


def _statements(entry: Entry) -> Iterator[Statement]:
    name = entry.name
    yield _field(entry, "does", entry.does, "contribution", "mechanism")
    if isinstance(entry, Concept):
        yield _field(entry, "means", entry.means, "use")
    for number, step in enumerate(entry.steps, 1):
        yield Statement(f"{entry.id}#step-{number}", name, step, "known", "mechanism")
    for fact_id, fact in entry.told.items():
        yield Statement(fact_id, name, fact.text, fact.place, fact.kind, fact.aspect)
    for number, f in enumerate(entry.figures, 1):
        scale = f" at {f.scale:g}x" if f.scale else ""
        told = f"{name} is published with {f.metric} {f.value:g} on {f.dataset}{scale}"
        text = f"{told} ({f.protocol}; {source(f.place)})."
        figure_id = f"{entry.id}#figure-{number}"
        yield Statement(figure_id, name, text, f.place, "result", "evaluation")
    for key, text, kind, aspect in _fields(entry):
        yield _field(entry, key, text, kind, aspect)
    if not isinstance(entry, Concept):
        for key, what in _open(entry):
            verb = "are" if what in ("The authors", "Published figures") else "is"
            text = f"{what} of {name} {verb} not recorded."
            yield _field(entry, f"no-{key}", text, "limit")


def _fields(entry: Entry) -> Iterator[tuple[str, str, str, str]]:
    """What the fields say: field, sentence, kind, aspect."""
    name = entry.name
    if entry.differs:
        yield "differs", f"{name}: {entry.differs}.", "contribution", "application"
    if entry.title != name and not isinstance(entry, Concept):
        yield "title", f"{name} was published as “{entry.title}”.", "author", "application"
    if entry.authors:
        yield "authors", f"{name} is by {entry.authors.rstrip('.')}.", "author", "application"
    if entry.year:
        text = f"{name} was published {_when(entry.year, entry.venue)}."
        yield "year", text, "author", "application"
    if entry.github or entry.huggingface:
        yield "github", f"The code of {name} is public, linked below.", "use", "application"
    if entry.paper:
        yield "paper", f"The paper of {name} is linked below.", "use", "application"
    if entry.license:
        text = f"The code of {name} is under {spoken(entry.license)}."
        yield "license", text, "license", "application"
    if entry.efficient:
        yield "efficient", f"{name} is built for weak devices.", "use", "efficiency"
    yield from _factors(entry)
    if isinstance(entry, Model):
        yield from _model_fields(entry)


def _factors(entry: Entry) -> Iterator[tuple[str, str, str, str]]:
    name = entry.name
    if entry.any_scale:
        yield "any_scale", f"{name} enlarges by any factor.", "use", "scale"
        if entry.trained_to:
            text = f"{name} was trained for factors up to {entry.trained_to:g}x."
            yield "trained_to", text, "limit", "scale"
    elif entry.scales and entry.scales != (1,):
        factors = _listing([f"{scale:g}x" for scale in entry.scales])
        yield "scales", f"{name} enlarges {factors}.", "use", "scale"


def _open(entry: Entry) -> Iterator[tuple[str, str]]:
    """The fields that people ask about and that are empty: field and what it would say."""
    known = {fact.kind for fact in entry.facts}
    if not entry.license and "license" not in known:
        yield "license", "The license"
    if not entry.authors:
        yield "authors", "The authors"
    if not entry.year:
        yield "year", "The year"
    if not (entry.github or entry.huggingface):
        yield "github", "A link to the code"
    if entry.license and not entry.weights_license and isinstance(entry, Model):
        yield "weights_license", "A license of its own for the weights"
    if isinstance(entry, Model):
        yield from _open_of_model(entry, known)


def _open_of_model(entry: Model, known: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    if not entry.parameters and "size" not in known:
        yield "parameters", "The number of parameters"
    if not entry.size_mb:
        yield "size_mb", "The size of a weights file"
    if not entry.trained_on and "data" not in known:
        yield "trained_on", "The training data"
    if not any(f.kind == "license" and of_data(f.text) for f in entry.facts):
        yield "data_license", "The license of the training data"
    if not entry.scales and not entry.any_scale and entry.task == "super-resolution":
        yield "scales", "The factor"
    if not entry.figures:
        yield "figure-1", "Published figures"
    if not entry.measured and "speed" not in known:
        yield "efficient" if entry.efficient is None else "speed", "The speed"
    if not entry.weights:
        yield "weights", "A link to the weights"


def _model_fields(entry: Model) -> Iterator[tuple[str, str, str, str]]:
    name = entry.name
    text = f"{name} takes an input, {entry.input}, and gives an output, {entry.output}."
    yield from [("input", text, "use", "mechanism")] * bool(entry.input and entry.output)
    yield from _weights(entry)
    if entry.parameters:
        text = f"{name} has {entry.parameters:,} parameters."
        yield "parameters", text, "size", "efficiency"
    if entry.size_mb:
        text = f"A weights file of {name} has {entry.size_mb:g} MB."
        yield "size_mb", text, "size", "efficiency"
    if entry.trained_on:
        text = f"{name} was trained on {_listing(entry.trained_on)}."
        yield "trained_on", text, "data", "training"
    if entry.needs_gpu:
        yield "needs_gpu", f"{name} is impractical without a GPU.", "limit", "efficiency"
    if entry.blind:
        text = f"{name} is made for pictures whose damage is not known."
        yield "blind", text, "use", "degradation"
    if entry.invents:
        yield "invents", f"{name} may draw detail that was not there.", "limit", "texture"
    elif entry.invents is False:
        yield "faithful", f"{name} draws no invented detail.", "use", "texture"
    if entry.video:
        yield "video", f"{name} is made for video.", "use", "application"
    if entry.handles:
        text = f"{name} is made to handle {_listing(entry.handles)}."
        yield "handles", text, "use", "degradation"
    if entry.subjects and not entry.general:
        text = f"{name} is made for {_listing(entry.subjects)}."
        yield "subjects", text, "use", "application"
    if entry.architecture and entry.architecture != name:
        text = f"{name} has the architecture {entry.architecture}."
        yield "architecture", text, "use", "mechanism"
    if entry.platforms:
        text = f"Weights of {name} come as {_listing(entry.platforms)}."
        yield "platforms", text, "use", "application"


def _weights(entry: Model) -> Iterator[tuple[str, str, str, str]]:
    name = entry.name
    if entry.weights_license:
        text = f"The weights of {name} are under {spoken(entry.weights_license)}."
        yield "weights_license", text, "license", "application"
    if entry.weights:
        text = (
            f"The weights of {name} are published{_host(entry.weights[0])}; "
            f"`sr-assistant catalog show {entry.id}` prints the link."
        )
        yield "weights", text, "use", "application"


def _when(year: int, venue: str | None) -> str:
    """``in 2021, at CVPR``; a venue that holds the year says it alone."""
    if venue and str(year) in venue:
        return f"at {venue}"
    return f"in {year}, at {venue}" if venue else f"in {year}"


def _host(url: str) -> str:
    """Where a link leads, by the name that people know; empty where there is none."""
    host = urlsplit(url).hostname or ""
    known = (name for domain, name in _HOSTS.items() if host == domain or host.endswith(domain))
    return f" on {name}" if (name := next(known, "")) else ""


def _field(entry: Entry, key: str, text: str, kind: str, aspect: str = "application") -> Statement:
    return Statement(f"{entry.id}#{key}", entry.name, text, entry.place_of(key), kind, aspect)


def _listing(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
