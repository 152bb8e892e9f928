"""What SAFMN costs beside RCAN and HAN: counted, and at no loss of quality."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.demos import Shown, efficiency


def test_safmn_gives_as_much_for_fewer_operations_and_parameters(
    holds: Callable[[str, Shown], bool],
) -> None:
    """Seconds and memory of a machine decide nothing."""
    shown = efficiency.show(0, pictures=1, side=96)
    assert holds("efficient-sr", shown)
    counts = [f for f in shown.figures if f.name.startswith(("multiply-adds", "parameters"))]
    assert all(figure.gain > 0 for figure in counts)
    quality = [figure for figure in shown.figures if figure.unit == "dB"]
    assert all(figure.gain > -0.1 for figure in quality)


def test_parameters_of_the_paper_are_those_of_the_record() -> None:
    """RCAN at 4x, as in the catalog."""
    assert 15_592_379 == efficiency.counted("RCAN", 4).parameters


def test_multiply_adds_of_one_convolution_are_counted_by_hand() -> None:
    """3 x 3 taps, 3 to 5 channels, one output for each pixel."""
    torch = pytest.importorskip("torch")
    layer = torch.nn.Conv2d(3, 5, 3, padding=1)
    assert 9 * 3 * 5 / 1000 == pytest.approx(efficiency.multiply_adds(layer, 1))
