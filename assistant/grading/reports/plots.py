"""Small plots as inline SVG: no script, no font, readable at 320 pixels."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, ROW = 320, 22


def strip(values: Sequence[float], low: float | None, high: float | None, label: str) -> str:
    """A dot for every answer between 0 and 1, the mean as a line, its interval as a bar."""
    mean = sum(values) / len(values) if values else 0.0
    left, right = (_x(mean if v is None else v) for v in (low, high))
    dots = "".join(
        f'<circle cx="{_x(v):.1f}" cy="{_jitter(n):.1f}" r="2.2"/>' for n, v in enumerate(values)
    )
    title = escape(f"{label}: mean {mean:.3f} of {len(values)}")
    return (
        f'<svg viewBox="0 0 {WIDTH} {ROW}" role="img" aria-label="{title}"><title>{title}</title>'
        f'<line class="axis" x1="4" y1="{ROW - 2}" x2="{WIDTH - 4}" y2="{ROW - 2}"/>'
        f'<rect class="interval" x="{left:.1f}" y="3" height="14" '
        f'width="{max(1.0, right - left):.1f}"/>'
        f'{dots}<line class="mean" x1="{_x(mean):.1f}" y1="1" x2="{_x(mean):.1f}" y2="19"/></svg>'
    )


def differences(values: Sequence[float], label: str) -> str:
    """A bar for every prompt, sorted: gains to the right of the middle, losses to the left."""
    height = max(14, min(120, 3 * len(values) + 6))
    step = (height - 6) / max(1, len(values))
    widest = max((abs(v) for v in values), default=0.0) or 1.0
    bars = []
    for n, value in enumerate(sorted(values)):
        length = abs(value) / widest * (WIDTH / 2 - 6)
        x = WIDTH / 2 if value >= 0 else WIDTH / 2 - length
        name = "gain" if value > 0 else "loss"
        bars.append(
            f'<rect class="{name}" x="{x:.1f}" y="{3 + n * step:.2f}" width="{length:.1f}" '
            f'height="{max(1.0, step - 0.6):.2f}"/>'
        )
    title = escape(f"{label}: {len(values)} paired differences, widest {widest:.3f}")
    middle = f'<line class="axis" x1="{WIDTH / 2}" y1="0" x2="{WIDTH / 2}" y2="{height}"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{''.join(bars)}{middle}</svg>"
    )


def _x(value: float) -> float:
    return 4 + min(1.0, max(0.0, value)) * (WIDTH - 8)


def _jitter(n: int) -> float:
    return 5 + (n * 7 % 11)
