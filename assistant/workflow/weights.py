"""Which weights a model of the catalog runs with: the user's, else the small ones that ship."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant import content
from assistant.catalog import Catalog, Entry, Model, Published
from assistant.errors import InputError
from assistant.networks import checkpoint, packaged
from assistant.networks.checkpoint import Checkpoint
from assistant.version import APP

if TYPE_CHECKING:
    from assistant.networks import Network


CLEANED = ("noise", "compression")  # what weights made for real pictures take away
CLEAN = "clean"  # what weights were made for where their metadata do not say otherwise


@dataclass(frozen=True)
class Weights:
    """A weights file: given on the command line, added by the user, shipped with us, or of a
    package of the extra ``real``."""

    path: Path
    origin: Literal["given", "user", "shipped", "package"]

    @functools.cached_property
    def sha256(self) -> str:
        """SHA-256 of the file."""
        return checkpoint.sha256(self.path)

    def load(self) -> Network:
        """The network; raises InputError where the file cannot be trusted or understood."""
        return build(checkpoint.read(self.path), str(self.path))


def build(read: Checkpoint, name: str) -> Network:
    """The network in a checkpoint: one of ours, else one of spandrel's.

    Raises:
        InputError: naming ``name``, where there is none.
    """
    from assistant import networks
    from assistant.networks import zoo
    from assistant.networks.detect import detected, unwrapped

    try:
        state = unwrapped(read.state)
        try:
            detected(state)
        except InputError as unknown:
            return zoo.build(state, unknown)
        return networks.build(read.state, read.metadata)
    except InputError as error:
        raise InputError(f"{name}: {error.message}", hint=error.hint) from error


def user_folder() -> Path:
    """Where added weights lie."""
    from platformdirs import user_data_path

    return user_data_path(APP, appauthor=False) / "weights"


def find(model: Model, catalog: Catalog) -> Weights:
    """The weights that ``model`` runs with.

    Raises:
        InputError: there are none; names what can run.
    """
    if found := available(model):
        return found
    if model.id in packaged.HELD:
        raise InputError(f"{model.id} needs weights that install by name", hint=packaged.EXTRA)
    can = ", ".join(m.id for m in runnable(catalog)) or "none"
    where = (
        f"sr-assistant weights pull {model.id}"
        if published(model)
        else (
            f"run its own weights with --model {model.id} --weights FILE"
            if model.network
            else "run your own checkpoint with --weights FILE"
        )
    )
    raise InputError(
        f"{model.id} cannot be run: there are no weights for it; these can: {can}", hint=where
    )


def available(model: Model) -> Weights | None:
    """The weights that ``model`` runs with now, if any: the user's, else those of the card that its
    record names, else shipped ones of its architecture and scale that were made for clean input."""
    if packed := packaged.find(model.id):
        return Weights(packed, "package")
    if model.network is None:
        return None
    for suffix in checkpoint.SUFFIXES:
        path = user_folder() / f"{model.id}{suffix}"
        if path.is_file():
            return Weights(path, "user")
    card = model.network.shipped
    wanted = (model.network.architecture, str(scale_of(model)))
    for path, metadata in shipped():
        alike = (metadata.get("architecture"), metadata.get("scale")) == wanted
        clean = metadata.get("made_for", CLEAN) == CLEAN and not set(CLEANED) & set(model.handles)
        if path.stem == card or (not card and alike and clean):
            return Weights(path, "shipped")
    return None


def remedy(model: Model) -> str:
    """What to type so that ``model``, which does not run here, does; empty where nothing helps."""
    if model.id in packaged.HELD:
        return packaged.EXTRA
    if any(each.url for each in published(model)):
        return f"sr-assistant weights pull {model.id}"
    return "sr-assistant weights add FILE" if published(model) else ""


def runs_here(members: Sequence[Entry]) -> str:
    """Which models of a family run here, and with what the others do, in a cell of a table."""
    models = [m for m in members if isinstance(m, Model)]
    able = [m.id for m in models if available(m)]
    if models and len(able) == len(models):
        return "yes"
    after = dict.fromkeys(f"`{how}`" for m in models if m.id not in able and (how := remedy(m)))
    told = [", ".join(able)] if able else ["no"]
    if after:
        told.append(f"after {' or '.join(after)}: {'the others' if able else 'yes'}")
    elif models and not able and not any(m.network for m in models):
        told.append("the catalog only tells of it")
    return "; ".join(told)


def runnable(catalog: Catalog) -> list[Model]:
    """The models of ``catalog`` that can run now, in file order."""
    return [model for model in catalog.models if available(model)]


def scale_of(model: Model) -> int:
    """The factor of a network: that of its record; 1 for restoration."""
    return int(model.scales[0]) if len(model.scales) == 1 else 1


def published(model: Model) -> tuple[Published, ...]:
    """Where the authors of ``model`` publish weights."""
    return model.network.weights if model.network else ()


def belong(model: Model, network: Network) -> bool:
    """Whether weights of ``network`` can be those of ``model``: architecture and factor agree."""
    if model.network is None or scale_of(model) != network.scale:
        return False
    others = {p.architecture for p in model.network.weights}
    return network.architecture in {model.network.architecture, *others}


def check_belongs(model: Model, network: Network) -> None:
    """See that nothing runs under the name of another network.

    Raises:
        InputError: the weights of ``network`` are none of ``model``.
    """
    if not belong(model, network):
        raise InputError(
            f"these weights are a {network.architecture} for {network.scale}x, "
            f"{model.id} is something else",
            hint="leave --model out, or name the model that they belong to",
        )


@functools.cache
def shipped() -> tuple[tuple[Path, dict[str, str]], ...]:
    """The weights files of this installation with their metadata."""
    folder = content.folder("catalog") / "weights"
    return tuple((path, checkpoint.header(path)) for path in sorted(folder.glob("*.safetensors")))


def provenance(source: Weights, network: Network, model: Model | None) -> tuple[str, str | None]:
    """What to call weights in a receipt, and the sentence where they take another's place."""
    if source.origin == "shipped":
        if model and model.network and model.network.shipped:
            return f"weights of this project, {source.path.name}", None
        skip = f" with a {network.skip} skip" if network.skip else ""
        whose = f"The same network{skip}, trained by this project,"
        if network.configuration != "published":
            sizes = network.configuration.removeprefix("small: ")
            whose = f"A small {network.architecture} ({sizes}), trained by this project,"
        official = f"the official weights of {model.id}" if model else "official weights"
        return f"weights of this project, {source.path.name}", f"{whose} stands in for {official}"
    if source.origin == "package":
        return f"the authors' weights {network.configuration}, from the extra real", None
    for each in published(model) if model else ():
        if each.sha256 == source.sha256:
            return f"the authors' file {each.file}, SHA-256 as published", None
    return f"your file {source.path.name}", None
