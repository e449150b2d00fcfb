"""A chart that was compiled and filled with rows, as the SVG that Vega would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tallyclerk.report.charts.plot import marks, scales
from tallyclerk.report.charts.plot.axes import Axis
from tallyclerk.report.charts.plot.data import tables
from tallyclerk.report.charts.plot.expressions import expression
from tallyclerk.report.charts.plot.scales import Band, Linear
from tallyclerk.report.render.outlines import Strange

Told = Mapping[str, Any]
"""A part of the description of a chart."""
STYLES = frozenset({"bar", "line", "point", "rule", "text", "tick"})
CLIP = "clip"
"""Name of the frame to which marks are cut."""


def drawn(filled: Told) -> str:
    """Draw a chart.

    Raises:
        Strange: Something in it is not known here.
    """
    try:
        return Chart(filled).drawn()
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Strange(str(error)) from error


class Chart:
    """A chart with its rows, scales and sizes."""

    def __init__(self, filled: Told) -> None:
        self._told = filled
        self._rows = tables(filled["data"])
        self._described = {each["name"]: each for each in filled["scales"]}
        self._scales: dict[str, Any] = {}
        self._scope: dict[str, Any] = {
            "width": filled["width"],
            "height": filled.get("height"),
            "bandspace": scales.space,
            "bandwidth": lambda name: self._scales[name].bandwidth,
            "domain": lambda name: self._domain(self._described[name]),
        }
        for signal in filled.get("signals", ()):
            is_given = "value" in signal
            value = signal["value"] if is_given else expression(signal["update"])(self._scope)
            self._scope[signal["name"]] = value
        for name, told in self._described.items():
            self._scales[name] = self._scale(told)

    def drawn(self) -> str:
        """Give it as SVG."""
        told, sizes = self._told, (self._scope["width"], self._scope["height"])
        room = told["padding"]
        axes = [
            Axis(axis, self._scales[axis["scale"]], sizes, told["config"]).drawn()
            for axis in told["axes"]
        ]
        parts = [*axes, *map(self._mark, told["marks"])]
        across = marks.number(sizes[0] + room["left"] + room["right"])
        down = marks.number(sizes[1] + room["top"] + room["bottom"])
        place = f"translate({marks.number(room['left'])},{marks.number(room['top'])})"
        clip = ""
        if any(mark.get("clip") for mark in told["marks"]):
            frame = f'width="{marks.number(sizes[0])}" height="{marks.number(sizes[1])}"'
            clip = f'<defs><clipPath id="{CLIP}"><rect x="0" y="0" {frame}/></clipPath></defs>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}"'
            f' viewBox="0 0 {across} {down}"><g fill="none" stroke-miterlimit="10"'
            f' transform="{place}"><g transform="translate(0,0)">{"".join(parts)}</g></g>{clip}</svg>'
        )

    def _scale(self, told: Told) -> Any:
        kind, domain = told["type"], self._domain(told)
        if kind == "ordinal":
            return dict(zip(domain, told["range"], strict=True)).__getitem__
        if kind == "linear":
            start, end = map(self._end, told["range"])
            return scales.linear(told, domain, (start, end))
        if kind != "band":
            raise Strange(kind)
        inner, outer, names = told["paddingInner"], told["paddingOuter"], tuple(domain)
        if isinstance(told["range"], Mapping):
            step = self._end(told["range"]["step"])
            end = step * scales.space(len(names), inner, outer)
        else:
            end = self._end(told["range"][1])
        return Band.within(names, end, inner, outer)

    def _end(self, told: Any) -> float:
        """Give an end of a range."""
        return float(self._scope[told["signal"]] if isinstance(told, Mapping) else told)

    def _domain(self, told: Told) -> list[Any]:
        """Give the values that a scale has to show: names once, in order, numbers as they come."""
        domain = told["domain"]
        if not isinstance(domain, Mapping):
            return list(domain)
        values = [
            value
            for part in domain["fields"]
            for value in (
                part
                if isinstance(part, list)
                else [row[part["field"]] for row in self._rows[part["data"]]]
            )
        ]
        if told["type"] == "linear":
            return values
        names = list(dict.fromkeys(values))
        return sorted(names) if domain.get("sort") else names

    def _mark(self, told: Told) -> str:
        """Give all items of a mark."""
        if not set(told["style"]) <= STYLES:
            raise Strange(str(told["style"]))
        rows = self._rows[told["from"]["data"]]
        items = [self._item(told["encode"]["update"], row) for row in rows]
        if sort := told.get("sort"):
            items.sort(key=lambda item: item[sort["field"]])
        parts = (
            marks.curve(items) if told["type"] == "line" else map(marks.DRAWN[told["type"]], items)
        )
        body = "".join(parts)
        around = f' clip-path="url(#{CLIP})"' if told.get("clip") else ""
        return f"<g{around}>{body}</g>" if body else f"<g{around}/>"

    def _item(self, update: Told, row: Told) -> dict[str, Any]:
        """Give the channels of a mark for a row."""
        scope = {**self._scope, "datum": row}
        return {name: self._value(told, row, scope) for name, told in update.items()}

    def _value(self, told: Any, row: Told, scope: Told) -> Any:
        """Give the value of a channel for a row."""
        if isinstance(told, list):
            told = next(
                each for each in told if "test" not in each or expression(each["test"])(scope)
            )
        if "signal" in told:
            return expression(told["signal"])(scope)
        value = told["value"] if "value" in told else self._field(told["field"], row)
        if "scale" not in told:
            return value
        scale = self._scales[told["scale"]]
        if isinstance(scale, Linear):
            return None if value is None else scale(float(value))
        if isinstance(scale, Band):
            return scale(value) + told.get("band", 0) * scale.bandwidth
        return scale(value)

    def _field(self, name: Any, row: Told) -> Any:
        """Give a value of a row, or of the plot."""
        return self._scope[name["group"]] if isinstance(name, Mapping) else row[name]
