"""Sparklines and interval bars: small SVG for table cells, written by hand.

They take numbers only, no text, so that nothing untrusted can get in. Colours stand in the drawing,
not in a style sheet, so that it looks the same inside a page and as an image.
"""

from __future__ import annotations

from collections.abc import Sequence

from tallyclerk.report.charts.theme import COLOURS, INK

WIDTH, HEIGHT = 96, 18
PAD = 3.0
_TICK, _DOT, _HALF = 6.0, 2.6, 3.5
_HEAD, _HALF_HEAD = 5.0, 3.2
_GOAL, _LINE = "#9aa3ab", "#3d4750"


def _at(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(body: str) -> str:
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' aria-hidden="true" focusable="false">{body}</svg>'
    )


def _line(x: tuple[float, float], y: tuple[float, float], stroke: str, width: float) -> str:
    return (
        f'<path d="M{_at(x[0])},{_at(y[0])}L{_at(x[1])},{_at(y[1])}"'
        f' stroke="{stroke}" stroke-width="{width}"/>'
    )


def _circle(x: float, y: float, radius: float, fill: str, edge: str = "") -> str:
    around = f' stroke="{edge}"' if edge else ""
    return f'<circle cx="{_at(x)}" cy="{_at(y)}" r="{radius}" fill="{fill}"{around}/>'


def _whisker(ends: tuple[float | None, float | None], y: float, stroke: str, width: float) -> str:
    """Draw an interval; an end that is None is cut at the edge, and its arrowhead says so."""
    left, right = (PAD if ends[0] is None else ends[0], WIDTH - PAD if ends[1] is None else ends[1])
    body = _line((left, right), (y, y), stroke, width)
    for end, edge, inwards in ((ends[0], 0.0, _HEAD), (ends[1], float(WIDTH), -_HEAD)):
        if end is None:
            base = _at(edge + inwards)
            corners = f"{base},{_at(y - _HALF_HEAD)}L{base},{_at(y + _HALF_HEAD)}"
            body += f'<path d="M{_at(edge)},{_at(y)}L{corners}z" fill="{stroke}"/>'
    return body


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
        low: Lower limit; None: the bar is cut at the left edge.
        high: Upper limit; None: the bar is cut at the right edge.
        target: Agreed value.
        css: Class of the state (see `states.Mark.css`), which gives the colour.
        most: Largest possible value (1 for rates).
    """
    known = [v for v in (value, low, high, target) if v is not None]
    if value is None:
        return ""
    first, last = _domain(known, most)
    scale = (WIDTH - 2 * PAD) / (last - first or 1.0)
    ends = tuple(None if v is None else PAD + (v - first) * scale for v in (low, high))
    middle = HEIGHT / 2
    body = _whisker((ends[0], ends[1]), middle, COLOURS[css], 2.5)
    if target is not None:
        at = PAD + (target - first) * scale
        body += _line((at, at), (middle - _TICK, middle + _TICK), INK, 1.2)
    return _svg(body + _circle(PAD + (value - first) * scale, middle, _DOT, COLOURS[css]))


def interval_pair(
    both: Sequence[tuple[float | None, float | None, float | None]], *, most: float | None = None
) -> str:
    """Draw two values with their intervals one above the other, on one scale.

    The first has a filled dot, the second an open one; "" where neither has a value.

    Args:
        both: Value, lower and upper limit of the first side, then of the second; a limit that is
            None is cut at the edge.
        most: Largest possible value (1 for rates).
    """
    known = [at for side in both for at in side if at is not None]
    if not known:
        return ""
    first, last = _domain(known, most)
    scale = (WIDTH - 2 * PAD) / (last - first or 1.0)
    body = ""
    for (value, low, high), y, fill in zip(
        both, (HEIGHT / 4, HEIGHT * 3 / 4), (INK, "#fff"), strict=True
    ):
        if value is None:
            continue
        left = None if low is None else PAD + (low - first) * scale
        right = None if high is None else PAD + (high - first) * scale
        body += _whisker((left, right), y, _LINE, 1.5)
        body += _circle(PAD + (value - first) * scale, y, _DOT, fill, edge=INK)
    return _svg(body)


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
        y = HEIGHT - PAD - (target - first) * scale
        body = _line((PAD, WIDTH - PAD), (y, y), _GOAL, 0.8)
    for run in _runs(points):
        if len(run) == 1:
            body += _circle(*run[0], 1.2, INK)
        else:
            path = " ".join(f"{_at(px)},{_at(py)}" for px, py in run)
            body += f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="1.3"/>'
    if points[-1] is not None:
        body += _circle(*points[-1], 2.2, INK)
    return _svg(body)


def part_bar(part: float, whole: float) -> str:
    """Draw a whole and the part of it that counts, both as shares of the bar's width."""
    body = ""
    for share, colour in ((whole, _GOAL), (part, _LINE)):
        width = (WIDTH - 2 * PAD) * min(1.0, max(0.0, share))
        if width:
            body += (
                f'<rect x="{_at(PAD)}" y="{_at(HEIGHT / 2 - _HALF)}" width="{_at(width)}"'
                f' height="{_at(2 * _HALF)}" fill="{colour}"/>'
            )
    return _svg(body)


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Cut a series at its gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
