"""Dot and whisker: each value with its interval against its target. Also draws lanes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tallyclerk.domain.results import Result
from tallyclerk.report import text, verdict
from tallyclerk.report.charts.labels import hidden_number
from tallyclerk.report.charts.theme import COLOURS, INK, NAMES, SHAPES, Specification, plot
from tallyclerk.report.states import MARKS


def row(result: Result, label: str) -> dict[str, Any]:
    """Give one line of the chart, in per cent or hours. An interval without an end has no `high`."""
    scale = 100.0 if result.unit == "rate" else 1.0
    mark = MARKS[result.state]

    def scaled(value: float | None) -> float | None:
        return None if value is None else round(value * scale, 4)

    return {
        "name": text.short(label),
        "value": scaled(result.value),
        "low": scaled(result.low if result.low is not None else 0.0),
        "high": scaled(result.high),
        "cut": None,
        "target": scaled(result.target),
        "state": mark.css,
        "text": f"{mark.shape} {verdict.value(result)}",
    }


def fill_open_ends(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let intervals without an upper limit run to the right edge, where `cut` has their arrowhead."""
    known = [r[k] for r in rows for k in ("value", "high", "target") if r[k] is not None]
    edge = round(max(known, default=1.0) * 1.1, 4)
    return [r if r["high"] is not None else {**r, "high": edge, "cut": edge} for r in rows]


def frame(
    rows: Iterable[dict[str, Any]], *, from_zero: bool, most: float | None
) -> list[dict[str, float]]:
    """Give the two ends of the axis: all values with some air, from zero where less is better."""
    known = [r[k] for r in rows for k in ("low", "value", "high", "target") if r[k] is not None]
    low, high = min(known), max(known)
    air = (high - low or 1.0) * 0.05
    end = high + air if most is None else min(most, high + air)
    return [{"edge": 0.0 if from_zero else max(0.0, round(low - air, 4))}, {"edge": round(end, 4)}]


def specification(unit: str) -> Specification:
    """Describe the chart: data `main` (see `row`) and `frame`."""
    import altair as alt  # noqa: PLC0415 - a quarter of a second, and only pages need it

    ticks = alt.Axis(
        title=None,
        grid=True,
        tickCount=3,
        ticks=False,
        domain=False,
        labelExpr=hidden_number(unit=unit),
        labelFontSize=9.5,
    )
    x = alt.X("value:Q", scale=alt.Scale(zero=False, nice=False), axis=ticks)
    base = alt.Chart(alt.NamedData("main")).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(**NAMES))
    )
    keys = list(COLOURS)
    colour = alt.Color(
        "state:N", legend=None, scale=alt.Scale(domain=keys, range=[COLOURS[k] for k in keys])
    )
    shape = alt.Shape(
        "state:N", legend=None, scale=alt.Scale(domain=keys, range=[SHAPES[k] for k in keys])
    )
    edges = alt.Chart(alt.NamedData("frame")).mark_point(opacity=0, size=0).encode(x="edge:Q")
    whiskers = base.mark_rule(strokeWidth=2, clip=True).encode(
        x=alt.X("low:Q", axis=ticks), x2="high:Q", color=colour
    )
    heads = base.mark_point(shape="triangle-right", filled=True, size=70, opacity=1).encode(
        x=alt.X("cut:Q", axis=ticks), color=colour
    )
    goals = base.mark_tick(thickness=1.6, size=15, color=INK).encode(x="target:Q")
    dots = base.mark_point(filled=True, size=48, opacity=1).encode(x=x, color=colour, shape=shape)
    labels = base.mark_text(align="left", dx=8).encode(
        x=alt.value("width"), text="text:N", color=colour
    )
    chart = alt.layer(edges, whiskers, heads, goals, dots, labels).properties(
        height=alt.Step(18), **plot(left=176, right=66, bottom=20)
    )
    return chart.to_dict()
