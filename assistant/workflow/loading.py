"""The networks of a workflow's models: found, loaded once, prepared for what executes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.catalog import Catalog, Model
from assistant.errors import InputError
from assistant.imaging import tiles
from assistant.networks import backends
from assistant.networks.backends import Backend, Precision
from assistant.workflow import memory, weights
from assistant.workflow.graph import Node
from assistant.workflow.receipt import Step, Tiles
from assistant.workflow.weights import Weights

if TYPE_CHECKING:
    from assistant.networks import Network


@dataclass(frozen=True)
class Options:
    """How to run: side of a tile (None: what fits; 0: no tiles), a weights file, what executes."""

    tile: int | None = None
    weights: Path | None = None
    backend: Backend = "auto"
    precision: Precision = "fp32"


@dataclass(frozen=True)
class Loaded:
    """A network that is ready, with its weights and what executes it."""

    network: Network
    plain: Network  # as loaded: what it needs a pixel can be measured
    weights: Weights
    backend: Backend

    def cut(self, size: tuple[int, int], tile: int | None) -> tiles.Tiling:
        """How a picture of ``size`` is cut; ``tile`` as in ``Options``.

        Raises:
            InputError: the network cannot work on tiles so small.
        """
        network = self.plain
        if tile is None:
            own = self.backend != "torch" and self.network is not network
            tile = memory.fitting_tile(network, size, spare=own)
        elif tile:
            least = tiles.smallest_tile(network.overlap, network.grid, network.smallest)
            if tile < least:
                raise InputError(
                    f"--tile {tile} is too small for {network.architecture}",
                    hint=f"take at least {least}, or 0 for no tiles",
                )
            tile = tile // network.grid * network.grid
        return tiles.tiling(size, tile or None, network.overlap, network.grid)


class Networks:
    """Those of model nodes; what weights are added after a model was found changes nothing."""

    def __init__(self, catalog: Catalog, options: Options) -> None:
        self.catalog, self.options = catalog, options
        self._found: dict[str, Weights] = {}
        self._loaded: dict[Weights, Loaded] = {}

    def of(self, node: Node) -> Loaded:
        """The network of a model node.

        Raises:
            InputError: nothing here can run it.
        """
        source = self._source(node)
        if source not in self._loaded:
            how = (self.options.backend, self.options.precision)
            if light := backends.light(source.path, *how):
                self._loaded[source] = Loaded(light, light, source, "ncnn")
            else:
                network = source.load()
                kind = "torch" if how[0] == "auto" else how[0]
                ready = backends.prepared(network, *how)
                self._loaded[source] = Loaded(ready, network, source, kind)
        return self._loaded[source]

    def _source(self, node: Node) -> Weights:
        if self.options.weights:
            return Weights(self.options.weights, "given")
        model = self._record(node)
        if model is None:
            can = ", ".join(m.id for m in weights.runnable(self.catalog)) or "none"
            why = f"nothing here says what its network is; these can: {can}"
            raise InputError(
                f"{node.label} cannot be run: {why}",
                hint="with a checkpoint of its network: sr-assistant run PICTURE --weights FILE",
            )
        if model.id not in self._found:
            self._found[model.id] = weights.find(model, self.catalog)
        return self._found[model.id]

    def factor(self, node: Node) -> int:
        """The factor of its network.

        Raises:
            InputError: as ``of``, or the file is no network of that model, or of another factor.
        """
        network, model = self.of(node).network, self._record(node)
        if self.options.weights and model and model.network:
            weights.check_belongs(model, network)
        if node.scale not in (None, network.scale):
            raise InputError(
                f"{node.label} is drawn as {node.scale:g}x, but its network is {network.scale}x",
                hint="draw it with the factor of its network",
            )
        return network.scale

    def step(self, node: Node, cut: tiles.Tiling, seconds: float) -> Step:
        """What a receipt says of a node that ran."""
        loaded = self.of(node)
        network, source = loaded.network, loaded.weights
        alone = cut.count == 1
        name, stand_in = weights.provenance(source, network, self._record(node))
        return Step(
            model=node.model or node.label,
            architecture=network.architecture,
            configuration=network.configuration,
            scale=network.scale,
            weights=name,
            weights_sha256=source.sha256,
            stand_in=stand_in,
            backend=loaded.backend,
            precision=self.options.precision,
            tiles=None if alone else Tiles(size=cut.size, overlap=cut.overlap, count=cut.count),
            exact=alone,
            inexact_because=() if alone else network.image_global or ("tiles are joined",),
            seconds=seconds,
        )

    def clear(self) -> None:
        """Give the memory of all networks back."""
        self._loaded.clear()

    def _record(self, node: Node) -> Model | None:
        model = self.catalog.get(node.model) if node.model else None
        return model if isinstance(model, Model) else None
