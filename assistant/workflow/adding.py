"""Adding a downloaded weights file: checked, matched with the catalog, copied."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import files
from assistant.catalog import Catalog, Model
from assistant.errors import InputError
from assistant.networks import checkpoint
from assistant.workflow import weights

if TYPE_CHECKING:
    from assistant.networks import Network


def add(path: Path, catalog: Catalog, model_id: str | None = None) -> Iterator[tuple[str, Path]]:
    """Check a downloaded file and copy it to the user's folder; yields model id and new path.

    A .zip may hold several; each is added under the model it belongs to. The copy is byte for
    byte, so that its SHA-256 stays that of the published file.

    Raises:
        InputError: the file is refused, is no network of the catalog, or of several models.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file", hint="check the path")
    inside = list(checkpoint.contents(path))
    known = {p.file for model in catalog.models for p in weights.published(model)}
    named = known & {name for name, _ in inside}
    for name, data in inside:
        network = weights.build(checkpoint.read_bytes(data, name), name)
        matching = _models_of(name, data, network, catalog)
        if model_id:
            matching = [_named(model_id, network, catalog)]
        if len(inside) > 1 and (not matching or (named and name not in named)):
            continue  # an archive also holds models that the catalog does not know
        model = _only(matching, name, network)
        suffix = Path(name).suffix.lower()
        target = (
            weights.user_folder()
            / f"{model.id}{suffix if suffix in checkpoint.SUFFIXES else '.pth'}"
        )
        files.write(target, lambda file, data=data: file.write(data))  # type: ignore[misc]  # mypy infers no lambda with a default
        for other in checkpoint.SUFFIXES:
            if other != target.suffix:
                target.with_suffix(other).unlink(missing_ok=True)
        yield model.id, target


def _models_of(name: str, data: bytes, network: Network, catalog: Catalog) -> list[Model]:
    """The models a file can belong to, by its digest, its name or its network.

    A file that tells no more is not taken for this project's own weights, which are here already.
    """
    digest = hashlib.sha256(data).hexdigest()
    fitting = [m for m in catalog.models if weights.belong(m, network)]
    if known := [m for m in fitting if digest in {p.sha256 for p in weights.published(m)}]:
        return known
    if known := [m for m in fitting if name in {p.file for p in weights.published(m)}]:
        return known
    alike = [m for m in fitting if m.parameters == network.parameters] or fitting
    return [m for m in alike if not (m.network and m.network.shipped)] or alike


def _named(model_id: str, network: Network, catalog: Catalog) -> Model:
    model = catalog.get(model_id)
    if not isinstance(model, Model):
        raise InputError(
            f"no model {model_id!r} in the catalog", hint="see: sr-assistant weights list"
        )
    weights.check_belongs(model, network)
    return model


def _only(models: Iterable[Model], name: str, network: Network) -> Model:
    found = list(models)
    if len(found) == 1:
        return found[0]
    what = f"{name}: a {network.architecture} for {network.scale}x"
    if found:
        ids = ", ".join(m.id for m in found)
        raise InputError(f"{what} can belong to {ids}", hint="say which: --model ID")
    raise InputError(
        f"{what}: no model of the catalog has this network",
        hint="run it without adding it: sr-assistant run PICTURE --weights FILE",
    )
