"""Marks of a chart as SVG: bars, rules, points, lines and texts, each as Vega writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import sqrt
from typing import Any

from tallyclerk.report.charts.plot.scales import rounded
from tallyclerk.report.render.outlines import Strange

Item = Mapping[str, Any]
"""What a mark looks like for one row: values by channel, in pixels."""
POINT_WIDTH = 2
"""Width of the line around a point where nothing is said."""
LARGE, SMALL = 1e15, 1e-6
"""Numbers from which on, and below which, JavaScript writes them in another way than Python."""
THOUSAND = 1000
"""Outlines are written to the thousandth of a pixel."""
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
BASELINES = {"middle": 0.30, "top": 0.79, "alphabetic": 0.0}
"""By how much of its size a text is moved down."""
_LOOK = {
    "fill": "fill",
    "stroke": "stroke",
    "strokeWidth": "stroke-width",
    "strokeDash": "stroke-dasharray",
    "opacity": "opacity",
}
UNSEEN = "transparent"
"""A colour that is not written."""
_UNSAFE = frozenset("<>&\"'")


def number(value: float) -> str:
    """Write a number as JavaScript does."""
    told = repr(float(value)).removesuffix(".0")
    if abs(value) >= LARGE or value != value:  # noqa: PLR0124 - not a number
        raise Strange(told)
    if "e" in told:
        told = format(Decimal(told), "f") if abs(value) >= SMALL else told.replace("e-0", "e-")
    return "0" if told == "-0" else told


def _look(item: Item) -> str:
    """Give the attributes of how a shape looks."""
    told = []
    for channel, attribute in _LOOK.items():
        value = item.get(channel)
        if value is not None and value != UNSEEN:
            if isinstance(value, Sequence) and not isinstance(value, str):
                value = ",".join(map(number, value))
            told.append(f' {attribute}="{value if isinstance(value, str) else number(value)}"')
    return "".join(told)


def line(x: float, y: float, across: float, down: float, item: Item) -> str:
    """Give a straight line from a place."""
    place = f"translate({number(x)},{number(y)})"
    return f'<line transform="{place}" x2="{number(across)}" y2="{number(down)}"{_look(item)}/>'


def text(x: float, y: float, told: str | Sequence[str], item: Item) -> str:
    """Give a text whose baseline stands at a place; of several lines, the first one's."""
    size = item["fontSize"]
    weight = f' font-weight="{item["fontWeight"]}"' if "fontWeight" in item else ""
    lines = [told] if isinstance(told, str) else told
    if not _UNSAFE.isdisjoint("".join(lines)):
        raise Strange("a text that is not hidden")
    first, *rest = lines
    body = first
    if rest:
        down = number(size + 2)
        more = "".join(f'<tspan x="0" dy="{down}">{each}</tspan>' for each in rest)
        body = f"<tspan>{first}</tspan>{more}"
    y += rounded(BASELINES[item["baseline"]] * size)
    return (
        f'<text text-anchor="{ANCHORS[item["align"]]}" transform="translate({number(x)},{number(y)})"'
        f' font-size="{number(size)}px"{weight}{_look(item)}>{body}</text>'
    )


def _rect(item: Item) -> str:
    x, width = _side(item, "x", "width")
    y, height = _side(item, "y", "height")
    around = f"M{number(x)},{number(y)}h{number(width)}v{number(height)}h{number(-width)}Z"
    return f'<path d="{around}"{_look(item)}/>'


def _side(item: Item, axis: str, length: str) -> tuple[float, float]:
    """Give where a bar begins, and how long it is."""
    if (other := item.get(f"{axis}2")) is not None:
        return min(item[axis], other), abs(item[axis] - other)
    size = item.get(length, 0.0)
    if (middle := item.get(f"{axis}c")) is not None:
        return middle - size / 2, size
    return item[axis] or 0.0, size


def _rule(item: Item) -> str:
    x, y = item.get("x") or 0.0, item.get("y") or 0.0
    to_x, to_y = item.get("x2"), item.get("y2")
    return line(x, y, 0 if to_x is None else to_x - x, 0 if to_y is None else to_y - y, item)


def _symbol(item: Item) -> str:
    place = f"translate({number(item['x'] or 0)},{number(item['y'] or 0)})"
    shape = SHAPES[item.get("shape", "circle")](sqrt(item["size"]) / 2)
    look = _look({"strokeWidth": POINT_WIDTH, **item})
    return f'<path transform="{place}" d="{shape}"{look}/>'


def _words(item: Item) -> str:
    x, y = (item["x"] or 0) + item.get("dx", 0), (item["y"] or 0) + item.get("dy", 0)
    return text(x, y, item["text"], item)


def _short(value: float) -> str:
    return number(rounded(value * THOUSAND) / THOUSAND)


def _outline(*corners: tuple[float, float]) -> str:
    return f"M{'L'.join(f'{_short(x)},{_short(y)}' for x, y in corners)}Z"


def _circle(r: float) -> str:
    told, back = _short(r), _short(-r)
    return f"M{told},0A{told},{told},0,1,1,{back},0A{told},{told},0,1,1,{told},0"


def _square(r: float) -> str:
    corner, side, back = _short(-r), _short(2 * r), _short(-2 * r)
    return f"M{corner},{corner}h{side}v{side}h{back}Z"


_TALL = sqrt(3) / 2
SHAPES: Mapping[str, Callable[[float], str]] = {
    "circle": _circle,
    "diamond": lambda r: _outline((-r, 0), (0, -r), (r, 0), (0, r)),
    "square": _square,
    "triangle-right": lambda r: _outline((_TALL * r, 0), (-_TALL * r, -r), (-_TALL * r, r)),
    "triangle-up": lambda r: _outline((0, -_TALL * r), (-r, _TALL * r), (r, _TALL * r)),
}
"""Outlines of points, by half of their size."""
TURNS = {"linear": None, "step": 0.5, "step-after": 1.0}
"""Where a line of steps turns between two points; a straight one does not."""


def curve(items: Iterable[Item]) -> Iterator[str]:
    """Give a line through all points of a mark, with gaps where a point is not defined."""
    known = list(items)
    if not known:
        return
    turn = TURNS[known[0].get("interpolate", "linear")]
    told, run = "", list[tuple[float, float]]()
    for item in (*known, {"defined": False}):
        if item.get("defined", True):
            run.append((item["x"], item["y"]))
        elif run:
            told += _run(run, turn)
            run = []
    yield f'<path d="{told}"{_look(known[0])}/>' if told else f"<path{_look(known[0])}/>"


def _run(points: Sequence[tuple[float, float]], turn: float | None) -> str:
    """Give the line through points without a gap."""
    corners = [points[0]]
    for (x, y), (left, above) in zip(points[1:], points, strict=False):
        if turn is not None:
            at = left * (1 - turn) + x * turn
            corners += [(at, above), (at, y)]
        else:
            corners.append((x, y))
    if turn is not None and 0 < turn < 1 and len(points) > 1:
        corners.append(points[-1])
    told = "L".join(f"{_short(x)},{_short(y)}" for x, y in corners)
    return f"M{told}" if len(points) > 1 else f"M{told}Z"


DRAWN: Mapping[str, Callable[[Item], str]] = {
    "rect": _rect,
    "rule": _rule,
    "symbol": _symbol,
    "text": _words,
}
"""What draws one item of a mark, by its kind."""
