"""A network as ncnn reads it: a text of layers and the bytes of their weights.

ncnn (Tencent, BSD-3) computes 3x3 convolutions by Winograd's algorithm, which torch does not.
The text: a magic number, the counts of layers and blobs, then a line for each layer: kind, name,
counts of inputs and outputs, their names, and ``key=value`` (ncnn's documentation, "param and
model file structure"). A blob has no batch: [C,H,W], [C] or [rows,columns].
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

Tensor = Any  # of torch, or an array of numpy
INPUT, RESULT = "input", "result"
_MAGIC = 7767517
_FLOAT32 = b"\0\0\0\0"  # what follows is stored in float32
_ARRAY = -23300  # ncnn's keys of lists
ADD, MULTIPLY, DIVIDE = 0, 2, 3
_FEW = 8  # outputs; with less there is no Winograd
_NO_MATRIX = 3 << 5  # a mask of what a layer must not use
NONE, RELU, SIGMOID = 0, 1, 4
NEAREST, BILINEAR = 1, 2


class Graph:
    """Layers in the order in which they run; each method adds one and names what it gives.

    ``size`` is the height and width of the input; ``sized`` tells whether a layer depends on it.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self.sized = False
        self._layers: list[tuple[str, tuple[str, ...], str]] = [("Input", (), "")]
        self._weights: list[bytes] = []

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the input; who asks makes a graph for this size only."""
        self.sized = True
        return self._size

    @property
    def weights(self) -> bytes:
        """The file of weights."""
        return b"".join(self._weights)

    def layer(self, kind: str, *inputs: str, **settings: float | tuple[int, ...]) -> str:
        """Any layer; a setting ``_5=1`` is ncnn's ``5=1``. The layer with number n gives ``bn``."""
        words = []
        for name, value in settings.items():
            key = int(name[1:])
            if isinstance(value, tuple):
                words.append(f"{_ARRAY - key}={len(value)}," + ",".join(map(str, value)))
            else:
                words.append(f"{key}={value}")
        self._layers.append((kind, inputs, " ".join(words)))
        return _name(len(self._layers) - 1)

    def convolution(
        self, x: str, weight: Tensor, bias: Tensor | None, *, groups: int = 1, then: int = NONE
    ) -> str:
        """``weight`` is [out,in/groups,k,k]; sizes stay; ``then`` is an activation."""
        settings: dict[str, int] = {
            "_0": weight.shape[0],
            "_1": weight.shape[-1],
            "_4": weight.shape[-1] // 2,
            "_5": int(bias is not None),
            "_6": math.prod(weight.shape),
            "_9": then,
        }
        if weight.shape[0] < _FEW and weight.shape[-1] > 1:
            settings["_31"] = _NO_MATRIX  # else the picture is copied once for each filter tap
        self._filter(weight, bias)
        if groups == 1:
            return self.layer("Convolution", x, **settings)
        return self.layer("ConvolutionDepthWise", x, **settings, _7=groups)

    def linear(self, x: str, weight: Tensor, bias: Tensor | None, then: int = NONE) -> str:
        """``weight`` is [out,in], ``x`` is [in]."""
        self._filter(weight, bias)
        return self.layer(
            "InnerProduct",
            x,
            _0=weight.shape[0],
            _1=int(bias is not None),
            _2=math.prod(weight.shape),
            _9=then,
        )

    def layer_norm(self, x: str, weight: Tensor, bias: Tensor, eps: float) -> str:
        """Over the last axis."""
        self._plain(weight, bias)
        return self.layer("LayerNorm", x, _0=math.prod(weight.shape), _1=eps, _2=1)

    def scaled(self, x: str, factor: Tensor, plus: Tensor) -> str:
        """``factor * x + plus``, a number for each channel."""
        self._plain(factor, plus)
        return self.layer("Scale", x, _0=math.prod(factor.shape), _1=1)

    def prelu(self, x: str, slope: Tensor) -> str:
        """Leaky by a factor for all or for each channel."""
        self._plain(slope)
        return self.layer("PReLU", x, _0=math.prod(slope.shape))

    def binary(self, operation: int, a: str, b: str | float) -> str:
        """``a`` and another blob of the same shape, a number for each channel, or a number."""
        if isinstance(b, str):
            return self.layer("BinaryOp", a, b, _0=operation)
        return self.layer("BinaryOp", a, _0=operation, _1=1, _2=float(b))

    def add(self, first: str, *others: str) -> str:
        """The sum of blobs, from left to right."""
        for other in others:
            first = self.binary(ADD, first, other)
        return first

    def resized(self, x: str, factor: float, kind: int = BILINEAR, *, corners: bool = False) -> str:
        """Height and width times ``factor``."""
        return self.layer("Interp", x, _0=kind, _1=float(factor), _2=float(factor), _6=int(corners))

    def text(self, result: str) -> str:
        """The file of layers; a blob with several readers is split, as ncnn wants it."""
        readers = Counter(name for _, inputs, _ in self._layers for name in inputs)
        taken: Counter[str] = Counter()
        lines, blobs = [], 0

        def reading(name: str) -> str:
            if readers[name] == 1:
                return name
            taken[name] += 1
            return f"{name}_{taken[name]}"

        readers[result] += 1
        for number, (kind, inputs, settings) in enumerate(self._layers):
            name = _name(number)
            read = " ".join(map(reading, inputs))
            lines.append(f"{kind} {name} {len(inputs)} 1 {read} {name} {settings}")
            copies = readers[name]
            blobs += 1 + (copies if copies > 1 else 0)
            if copies > 1:
                each = " ".join(f"{name}_{copy + 1}" for copy in range(copies))
                lines.append(f"Split {name}s 1 {copies} {name} {each}")
        lines.append(f"Noop {RESULT} 1 1 {reading(result)} {RESULT}")
        return "\n".join([str(_MAGIC), f"{len(lines)} {blobs + 1}", *lines, ""])

    def _filter(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weights.append(_FLOAT32)
        self._plain(weight, *(() if bias is None else (bias,)))

    def _plain(self, *tensors: Tensor) -> None:
        self._weights += [array(each).tobytes() for each in tensors]


def array(values: Tensor) -> Any:
    """A tensor of torch or numpy as a contiguous array of float32."""
    if hasattr(values, "detach"):
        values = values.detach().float().contiguous().numpy()
    return np.ascontiguousarray(values, np.float32)


def _name(number: int) -> str:
    return f"b{number}" if number else INPUT
