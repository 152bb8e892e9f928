"""Execute a workflow on a picture: the graph that an answer prints is what runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.catalog import Catalog, Model
from assistant.errors import AssistantError, InputError
from assistant.imaging.faults import Look
from assistant.imaging.look import look
from assistant.imaging.pictures import Picture
from assistant.workflow import memory, proof, suiting
from assistant.workflow.graph import Node, Workflow
from assistant.workflow.inference import Told, enlarged, resized
from assistant.workflow.layout import check_size, sources, whole
from assistant.workflow.loading import Networks, Options
from assistant.workflow.receipt import Receipt, Step


@dataclass(frozen=True)
class Result:
    """One output of a workflow: the id of its node, picture and receipt."""

    output: str
    picture: Picture
    receipt: Receipt


class RejectedError(AssistantError):
    """A result that cannot be what a sound network makes of its input; ``picture`` holds it."""

    def __init__(self, message: str, *, hint: str, output: str, picture: Picture) -> None:
        super().__init__(message, hint=hint)
        self.output = output
        self.picture = picture


@dataclass(frozen=True)
class _Value:
    """What an edge carries: a picture and the steps that made it."""

    picture: Picture
    steps: tuple[Step, ...] = ()


def run(
    workflow: Workflow,
    picture: Picture,
    *,
    catalog: Catalog | None = None,
    options: Options | None = None,
    reference: Picture | None = None,
) -> tuple[Picture, Receipt]:
    """Run a workflow with one output; ``Runner`` runs others, and many pictures.

    Raises:
        InputError: it has several outputs or cannot be run; see ``Runner.run``.
    """
    runner = Runner(catalog or Catalog.load(), options)
    outputs = sum(node.role == "output" for node in workflow.nodes)
    if outputs != 1:
        raise InputError(f"the workflow has {outputs} outputs", hint="use Runner(catalog).run")
    (result,) = runner.run(workflow, picture, reference=reference)
    return result.picture, result.receipt


class Runner:
    """Runs workflows; networks are kept for the next picture, but after large results.

    Which weights a model runs with is found out once: what is added meanwhile changes nothing.
    """

    def __init__(self, catalog: Catalog, options: Options | None = None) -> None:
        self.catalog = catalog
        self.options = options or Options()
        self._networks = Networks(catalog, self.options)

    def check(self, workflow: Workflow, size: tuple[int, int]) -> dict[str, tuple[int, int]]:
        """The size of the picture at each output for an input of ``size``; nothing runs.

        Raises:
            InputError: the graph cannot be executed, a model has no weights or another factor
                than drawn, or a result would not fit into memory.
        """
        sizes: dict[str, tuple[int, int]] = {}
        before = sources(workflow)
        if self.options.weights and sum(n.role == "model" for n in workflow.nodes) > 1:
            raise InputError(
                "--weights names one file, but the workflow has several models",
                hint="add each: sr-assistant weights add FILE",
            )
        for node in workflow.nodes:
            width, height = sizes[before[node.id]] if node.id in before else size
            factor = self._networks.factor(node) if node.role == "model" else node.scale or 1
            sizes[node.id] = (whole(width * factor), whole(height * factor))
            check_size(node, *sizes[node.id])
        return {node.id: sizes[node.id] for node in workflow.nodes if node.role == "output"}

    def run(
        self,
        workflow: Workflow,
        picture: Picture,
        *,
        reference: Picture | None = None,
        told: Told = lambda _label, _done, _of: None,
        seen: Look | None = None,
    ) -> list[Result]:
        """Run every node once, in drawing order; one result for each output.

        ``seen`` is what was measured of ``picture``, where that was done already.

        Raises:
            InputError: as ``check``, or the reference has another size.
            RejectedError: a result is nearly one color, of another brightness, or something else.
            AssistantError: a network gave values that are not finite.
        """
        seen = seen or look(picture)
        for size in self.check(workflow, picture.size).values():
            if reference is not None:
                proof.check(size, picture, reference)
        before = sources(workflow)
        waiting = list(before.values())
        values: dict[str, _Value] = {}
        results = []
        for node in workflow.nodes:
            source = before.get(node.id)
            value = _Value(picture) if source is None else values[source]
            if source is not None:
                waiting.remove(source)
                if source not in waiting:  # nobody else needs it: give its memory back
                    del values[source]
            if node.role == "model":
                value = self._enlarged(node, value, told)
            elif node.role == "resize":
                value = _Value(resized(value.picture, node), value.steps)
            elif node.role == "output":
                results.append(self._result(node, value, (picture, seen), reference))
            values[node.id] = value
        if sum(result.picture.pixels.nbytes for result in results) > memory.BUDGET // 4:
            self._networks.clear()  # to write them takes memory; to load again takes a second
        return results

    def doubts(self, workflow: Workflow, seen: Look) -> tuple[str, ...]:
        """What to say before ``workflow`` runs on a picture of which ``seen`` was measured."""
        first = (way[1] for way in workflow.paths if len(way) > 2)
        return self._doubts([node.model or "" for node in first], seen)

    def _doubts(self, names: Sequence[str], seen: Look) -> tuple[str, ...]:
        """Of models that see the picture first; of files of one's own nothing is known."""
        models = [] if self.options.weights else map(self.catalog.get, names)
        found = [suiting.doubts(m, seen, self.catalog) for m in models if isinstance(m, Model)]
        return tuple(dict.fromkeys(said for each in found for said in each))

    def _enlarged(self, node: Node, value: _Value, told: Told) -> _Value:
        """The picture after a model node: color by the network, alpha by interpolation."""
        loaded = self._networks.of(node)
        cut = loaded.cut(value.picture.size, self.options.tile)
        start = time.perf_counter()
        picture = enlarged(value.picture, loaded.network, cut, node.label, told)
        step = self._networks.step(node, cut, round(time.perf_counter() - start, 3))
        return _Value(picture, (*value.steps, step))

    def _result(
        self, node: Node, value: _Value, before: tuple[Picture, Look], reference: Picture | None
    ) -> Result:
        (given, seen), picture, steps = before, value.picture, value.steps
        grain = seen.noise.sigma if seen.noise else 0.0
        if steps and (wrong := proof.fault(picture, given, grain)):
            raise RejectedError(
                f"{' and then '.join(step.model for step in steps)} gave no result: {wrong}",
                hint="its weights are damaged or made for another range: sr-assistant weights list",
                output=node.id,
                picture=picture,
            )
        doubts = self._doubts([step.model for step in steps[:1]], seen)
        quality = {} if reference is None else proof.against(picture, given, reference)
        receipt = Receipt(
            model=",".join(step.model for step in steps),
            weights_sha256=",".join(step.weights_sha256 for step in steps),
            input=given.size,
            output=picture.size,
            scale_measured=round(picture.size[0] / given.size[0], 4),
            seconds=round(sum(step.seconds for step in steps), 3),
            peak_mb=memory.peak_mb(),
            tiles=next((step.tiles for step in steps if step.tiles), None),
            exact=all(step.exact for step in steps),
            steps=steps,
            stand_in=". ".join(s.stand_in for s in steps if s.stand_in) or None,
            faults=tuple(fault.text for fault in seen.faults),
            consistency_db=None if seen.spoiled else proof.consistency(picture, given),
            notes=(*picture.notes, *doubts),
            **quality,
        )
        return Result(node.id, picture, receipt)
