"""Sparklines and interval bars: small SVG for table cells, written by hand.

They take numbers only, no text, so that nothing untrusted can get in.
"""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 96, 18
PAD = 3.0
_TICK, _DOT = 6.0, 2.6


def _at(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(body: str, css: str) -> str:
    return (
        f'<svg class="{css}" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' aria-hidden="true" focusable="false">{body}</svg>'
    )


def _domain(known: Sequence[float], most: float | None) -> tuple[float, float]:
    """Give an axis that holds all values with some air, within 0 and `most`."""
    low, high = min(known), max(known)
    air = (high - low or abs(high) or 1.0) * 0.12
    return max(0.0, low - air), high + air if most is None else min(most, high + air)


def interval_bar(
    value: float | None,
    low: float | None,
    high: float | None,
    target: float | None,
    *,
    css: str,
    most: float | None = None,
) -> str:
    """Draw a value with its interval and, as an upright line, its target; "" without a value.

    Args:
        value: The statistic.
        low: Lower limit; None: the bar runs to the left edge.
        high: Upper limit; None: the bar runs to the right edge.
        target: Agreed value.
        css: Class that colours the bar.
        most: Largest possible value (1 for rates).
    """
    known = [v for v in (value, low, high, target) if v is not None]
    if value is None:
        return ""
    first, last = _domain(known, most)
    scale = (WIDTH - 2 * PAD) / (last - first or 1.0)
    x = [PAD + ((first if v is None else v) - first) * scale for v in (value, low, high)]
    right = WIDTH - PAD if high is None else x[2]
    middle = HEIGHT / 2
    body = f'<line class="whisker" x1="{_at(x[1])}" x2="{_at(right)}" y1="{_at(middle)}" y2="{_at(middle)}"/>'
    if target is not None:
        at = _at(PAD + (target - first) * scale)
        body += f'<line class="goal" x1="{at}" x2="{at}" y1="{_at(middle - _TICK)}" y2="{_at(middle + _TICK)}"/>'
    body += f'<circle class="dot" cx="{_at(x[0])}" cy="{_at(middle)}" r="{_DOT}"/>'
    return _svg(body, f"bar {css}")


def sparkline(
    values: Sequence[float | None], target: float | None, *, most: float | None = None
) -> str:
    """Draw one value a month, a gap where there is none; "" where there is no value at all."""
    known = [v for v in values if v is not None]
    if not known:
        return ""
    first, last = _domain([*known, *([] if target is None else [target])], most)
    step = (WIDTH - 2 * PAD) / max(1, len(values) - 1)
    scale = (HEIGHT - 2 * PAD) / (last - first or 1.0)
    points = [
        None if v is None else (PAD + i * step, HEIGHT - PAD - (v - first) * scale)
        for i, v in enumerate(values)
    ]
    body = ""
    if target is not None:
        y = _at(HEIGHT - PAD - (target - first) * scale)
        body += f'<line class="goal" x1="{_at(PAD)}" x2="{_at(WIDTH - PAD)}" y1="{y}" y2="{y}"/>'
    for run in _runs(points):
        if len(run) == 1:
            body += f'<circle class="lone" cx="{_at(run[0][0])}" cy="{_at(run[0][1])}" r="1.2"/>'
        else:
            path = " ".join(f"{_at(px)},{_at(py)}" for px, py in run)
            body += f'<polyline points="{path}"/>'
    if points[-1] is not None:
        body += f'<circle class="dot" cx="{_at(points[-1][0])}" cy="{_at(points[-1][1])}" r="2.2"/>'
    return _svg(body, "spark")


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Cut a series at its gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
