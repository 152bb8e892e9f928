"""Records of the catalog: what is known about one model, one paper or one concept.

A record holds links byte for byte as their source gave them, facts in our own
words with the place they come from, and the words users would use to ask for it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from assistant.catalog.stated import Fact, Figure, Line, Order, Place, Record, Scale, Url
from assistant.links import identify

Port = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\r\n]*$")]
Scope = Literal[
    "photo", "reference", "degradation", "training-data", "optics", "features", "application"
]


class Provenance(Record):
    """Where an imported record comes from, and the license of that data."""

    source: Line
    source_id: Line | None = None
    license: Line | None = None


class Published(Record):
    """Weights as the authors publish them."""

    file: Line = Field(description="name of the weights file, also inside an archive")
    page: Url = Field(description="where a person downloads it")
    url: Url | None = Field(default=None, description="the file or archive itself, for programs")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    architecture: Line | None = Field(default=None, description="where it differs from the model's")
    note: Line | None = None


class Network(Record):
    """What ``assistant.networks`` needs to build the model; absent until it is runnable."""

    architecture: Line
    multiple: int = Field(default=1, ge=1, description="input sides must be a multiple of this")
    weights: tuple[Published, ...] = Field(default=(), description="best first")
    shipped: Line | None = Field(
        default=None, description="id of the card in catalog/weights, where these are our weights"
    )


class Entry(Record):
    """What models, papers and concepts have in common."""

    kind: Literal["model", "paper", "concept"]
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$", max_length=160)]
    title: Line = Field(description="full name or title as published")
    name: Line = Field(description="short name after the first mention, e.g. RCAN")
    aliases: tuple[Line, ...] = Field(default=(), description="titles the same work goes by")
    task: Line | None = Field(default=None, description="id of a task in vocabulary.yaml")
    scope: Scope = "photo"
    scales: tuple[Scale, ...] = Field(default=(), description="trained factors; empty: unstated")
    any_scale: bool = False
    trained_to: Scale | None = Field(
        default=None, description="largest factor seen in training, of one that takes any"
    )
    subjects: tuple[Line, ...] = Field(default=(), description="limited to these; empty: any")
    paper: Url | None = None
    github: Url | None = None
    huggingface: Url | None = None
    does: Line = Field(description="one sentence in the third person: what it does")
    differs: Line | None = Field(
        default=None, description="role hint: how it differs from enlarging one photo"
    )
    input: Port = Field(default="", description="what goes in; empty: what its task takes")
    output: Port = Field(default="", description="what comes out; empty: what its task gives")
    steps: tuple[Line, ...] = Field(default=(), description="mechanism in order, one step a line")
    facts: tuple[Fact, ...] = ()
    figures: tuple[Figure, ...] = ()
    measured: tuple[Fact, ...] = Field(
        default=(), description="what we measured of this very variant, with its receipt"
    )
    handles: tuple[Line, ...] = Field(default=(), description="degradations it is made for")
    efficient: bool | None = Field(
        default=None, description="built for weak devices; None: unknown"
    )
    tags: tuple[Line, ...] = Field(default=(), description="labels its source gave it, first best")
    authors: Line | None = Field(default=None, description="first author, et al. where more")
    year: int | None = Field(default=None, ge=1900, le=2100)
    venue: Line | None = Field(default=None, description="conference or journal")
    license: Line | None = Field(default=None, description="of the code, or of both; SPDX id")
    weights_license: Line | None = Field(default=None, description="where weights have another")
    places: dict[str, Place] = Field(
        default_factory=dict, description="where a field was read; one that is not listed: known"
    )
    provenance: Provenance | None = None
    example_questions: tuple[Line, ...] = ()

    @property
    def links(self) -> tuple[str, ...]:
        """Paper, GitHub and Hugging Face links in this order, as given."""
        return tuple(link for link in (self.paper, self.github, self.huggingface) if link)

    def place_of(self, field: str) -> str:
        """Where the value of a field was read; ``known`` where nobody has read it again."""
        return self.places.get(field, "known")

    @property
    def stated(self) -> tuple[Fact, ...]:
        """Everything the record states, what we measured included."""
        return (*self.facts, *self.measured)

    @property
    def told(self) -> dict[str, Fact]:
        """The same by ids that hold as long as the texts: the record's id, ``#`` and the key of
        the fact."""
        return {f"{self.id}#{fact.key}": fact for fact in self.stated}

    def facts_of(self, kind: str, aspect: str | None = None) -> tuple[Fact, ...]:
        """Facts of one kind, of one aspect if given, in file order."""
        return tuple(f for f in self.facts if f.kind == kind and aspect in (None, f.aspect))


class Model(Entry):
    """A model that can be recommended; its id is its CNAPS unique name where it has one."""

    kind: Literal["model"] = "model"  # narrows what Entry leaves open
    architecture: Line | None = None
    variant: Line | None = Field(default=None, description="what tells it from its siblings")
    trained_on: tuple[Line, ...] = ()
    parameters: int | None = Field(default=None, gt=0)
    general: bool = Field(default=False, description="made for any subject")
    blind: bool | None = Field(
        default=None, description="for pictures whose damage is not known; None: unknown"
    )
    level: float | None = Field(
        default=None,
        description="the noise level (of 255) or JPEG quality it was trained for alone",
    )
    any_level: bool = Field(default=False, description="is told how strong the damage is")
    invents: bool | None = Field(
        default=None, description="may draw detail that was not there (adversarial, diffusion)"
    )
    video: bool | None = Field(default=None, description="made for video: frames seen together")
    needs_gpu: bool | None = Field(default=None, description="impractical without a GPU")
    weights: tuple[Url, ...] = Field(default=(), description="where its authors publish weights")
    channels: int | None = Field(default=None, gt=0, description="input channels")
    size_mb: float | None = Field(default=None, gt=0, description="smallest weights file")
    platforms: tuple[Line, ...] = Field(default=(), description="formats of the weights")
    released: Line | None = None
    network: Network | None = None


class Paper(Entry):
    """A paper that can support an answer."""

    kind: Literal["paper"] = "paper"

    @model_validator(mode="after")
    def _has_paper_link(self) -> Paper:
        if self.paper is None:
            raise ValueError("a paper needs the field `paper` with its link")
        return self


HELP = ("trouble", "usage")
"""Topics of this program's own documentation."""
UNKNOWN = "trouble-unknown"
"""Id of the entry on what to tell of a trouble that no other describes."""


class Concept(Entry):
    """An entry of the glossary: ``does`` says what it is, in one sentence."""

    kind: Literal["concept"] = "concept"
    topic: Literal[
        "measure",
        "resampling",
        "resolution",
        "architecture",
        "training",
        "damage",
        "artifact",
        "format",
        "data",
        "runtime",
        "tool",
        "method",
        "trouble",
        "usage",
    ]
    means: Line = Field(description="what it means for the user's decision, in one sentence")
    orders: tuple[Order, ...] = Field(
        default=(), description="which steps come before which; of several on one pair the first"
    )
    related: tuple[Line, ...] = Field(default=(), description="ids of related records")
    input: Literal[""] = ""
    output: Literal[""] = ""

    @property
    def stated(self) -> tuple[Fact, ...]:
        """Everything the entry states, the orders of steps included."""
        return (*super().stated, *self.orders)


def fold(name: str) -> str:
    """A title as it is compared: in one case, with single spaces."""
    return " ".join(name.casefold().split())


def keys(entry: Entry) -> frozenset[str]:
    """Identities of the entry's links (see ``assistant.links``)."""
    return frozenset(found.key for link in entry.links if (found := identify(link)))
