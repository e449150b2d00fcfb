"""Axes of a chart as SVG: grid, ticks, labels, line and title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor
from typing import Any

from tallyclerk.report.charts.plot import marks
from tallyclerk.report.charts.plot.expressions import expression
from tallyclerk.report.charts.plot.scales import TICKS, Band, Linear, rounded
from tallyclerk.report.render.outlines import Strange

KNOWN = frozenset(
    ("scale", "orient", "grid", "gridScale", "domain", "ticks", "zindex", "aria", "title", "values",
     "tickCount", "tickMinStep", "labelColor", "labelFontSize", "labelFlush", "labelOverlap",
     "labelAngle", "labelBaseline", "encode")
)  # fmt: skip
TICK = 5
"""Pixels of a tick."""
EDGE = 0.5
"""Pixels by which an axis is moved, so that its lines are sharp."""
Sizes = tuple[float, float]
"""Width and height of the plot."""


class Axis:
    """An axis below the plot or left of it."""

    def __init__(
        self, told: Mapping[str, Any], scale: Linear | Band, sizes: Sizes, config: Mapping[str, Any]
    ) -> None:
        if (
            told.keys() - KNOWN
            or told["orient"] not in {"bottom", "left"}
            or told.get("labelAngle")
        ):
            raise Strange(str(told.keys() - KNOWN))
        self._told, self._scale, self._sizes = told, scale, sizes
        self._config: Mapping[str, Any] = config["axis"]
        self._is_below = told["orient"] == "bottom"

    def drawn(self) -> str:
        """Give it as SVG."""
        y = self._sizes[1] + EDGE if self._is_below else EDGE
        values, labels = zip(*self._labels(), strict=True)
        parts = [
            *(self._grid(values) if self._told["grid"] else ()),
            *(self._ticks(values) if self._told.get("ticks", True) else ()),
            *map(self._label, values, labels),
            *(self._line() if self._told.get("domain", True) else ()),
            *(self._title(labels) if self._told.get("title") else ()),
        ]
        place = f"translate({marks.number(EDGE)},{marks.number(y)})"
        return f'<g transform="{place}">{"".join(parts)}</g>'

    def _labels(self) -> Iterator[tuple[Any, Any]]:
        """Give each value of the axis with what is written there."""
        scale, told = self._scale, self._told
        if isinstance(scale, Band):
            values: Sequence[Any] = scale.domain
            names = [str(value) for value in values]
        else:
            count = self._count(scale)
            values = told.get("values") or scale.ticks(count)
            names = [scale.label(value, count) for value in values]
        if not values:
            raise Strange("an axis of nothing")
        written = told.get("encode", {}).get("labels", {}).get("update", {}).get("text")
        for index, (value, name) in enumerate(zip(values, names, strict=True)):
            datum = {"value": value, "label": name, "index": index}
            yield value, expression(written["signal"])({"datum": datum}) if written else name

    def _count(self, scale: Linear) -> float:
        """About how many ticks there shall be."""
        if "values" in self._told:
            return len(self._told["values"])
        count = float(self._told.get("tickCount", TICKS))
        if least := self._told.get("tickMinStep"):
            first, last = scale.domain
            count = min(count, floor((last - first) / least or 1) + 1.0)
        return count

    def _at(self, value: Any) -> float:
        """Give the pixel of a value along the axis."""
        if isinstance(self._scale, Band):
            return self._scale(value) + self._scale.bandwidth / 2 - EDGE
        return self._scale(value)

    def _grid(self, values: Sequence[Any]) -> Iterator[str]:
        look = {"stroke": self._config["gridColor"], "strokeWidth": 1}
        for value in values:
            at = rounded(self._at(value))
            if self._is_below:
                yield marks.line(at, 0, 0, -self._sizes[1], look)
            else:
                yield marks.line(0, at, self._sizes[0], 0, look)

    def _ticks(self, values: Sequence[Any]) -> Iterator[str]:
        if not self._is_below or isinstance(self._scale, Band):
            raise Strange("ticks")
        for value in values:
            look = {"stroke": self._config["tickColor"], "strokeWidth": 1}
            yield marks.line(rounded(self._at(value)), 0, 0, TICK, look)

    def _label(self, value: Any, name: Any) -> str:
        told, config, at = self._told, self._config, self._at(value)
        away = config["labelPadding"] + (TICK if told.get("ticks", True) else 0)
        look = {
            "align": self._align(at) if self._is_below else "right",
            "baseline": "top" if self._is_below else "middle",
            "fontSize": told.get("labelFontSize", config["labelFontSize"]),
            "fill": told.get("labelColor", config["labelColor"]),
        }
        x, y = (at, away) if self._is_below else (-away, at)
        return marks.text(x, y, name, look)

    def _align(self, at: float) -> str:
        """Labels at the ends of an axis do not stand out."""
        if self._told.get("labelFlush") and isinstance(self._scale, Linear):
            before, behind = (abs(at - end) for end in self._scale.range)
            if before <= 1 and before < behind:
                return "left"
            if behind <= 1:
                return "right"
        return "center"

    def _line(self) -> Iterator[str]:
        if not self._is_below:
            raise Strange("an upright line")
        look = {"stroke": self._config["domainColor"], "strokeWidth": 1}
        yield marks.line(0, 0, self._sizes[0], 0, look)

    def _title(self, labels: Sequence[Any]) -> Iterator[str]:
        config = self._config
        if not self._is_below or self._told.get("ticks", True) or not all(map(_is_line, labels)):
            raise Strange("a title")
        look = {
            "align": "center",
            "baseline": "top",
            "fontSize": config["titleFontSize"],
            "fontWeight": config["titleFontWeight"],
            "fill": config["titleColor"],
        }
        size = self._told.get("labelFontSize", config["labelFontSize"])
        below = config["labelPadding"] + size + config["titlePadding"]
        yield marks.text(self._sizes[0] / 2, below, self._told["title"], look)


def _is_line(label: Any) -> bool:
    return isinstance(label, str)
