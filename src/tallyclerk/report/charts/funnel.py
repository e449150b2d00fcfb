"""Partners by size and rate, within the limits that chance alone would keep them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tallyclerk.domain.results import Result
from tallyclerk.report import text
from tallyclerk.report.charts.labels import hidden_number
from tallyclerk.report.charts.theme import COLOURS, INK, SCALE, SOFT, Specification, plot
from tallyclerk.stats.binomial import binomial_cdf
from tallyclerk.stats.funnel import funnel_limits

LEVELS = {"95": 0.95, "99.8": 0.998}
POINTS, SMALLEST = 40, 5
"""Sizes at which the limits are drawn, and the smallest of them."""
Row = dict[str, Any]


def common_rate(found: Sequence[Result]) -> float:
    """Give the rate of all partners together."""
    return sum(r.hits or 0 for r in found) / sum(r.n for r in found)


def rows(found: Sequence[Result], names: Mapping[str, str]) -> list[Row]:
    """Give one point for each partner: n, rate in per cent, and on which side of the limits it is.

    Args:
        found: Totals of one rate, one per partner.
        names: Display names.
    """
    rate = common_rate(found)
    return [_row(r, rate, names) for r in sorted(found, key=lambda r: (r.n, r.partner_id))]


def _row(result: Result, rate: float, names: Mapping[str, str]) -> Row:
    hits = result.hits or 0
    is_low = hits < rate * result.n
    tail = (
        binomial_cdf(hits, result.n, rate)
        if is_low
        else 1.0 - (binomial_cdf(hits - 1, result.n, rate) if hits else 0.0)
    )
    kind = "within"
    for level, confidence in LEVELS.items():
        if tail < (1.0 - confidence) / 2.0:
            is_worse = is_low == (result.better == "higher")
            kind = f"{'worse' if is_worse else 'better'}{level}"
    return {
        "note": text.short(names.get(result.partner_id, result.partner_id), 24),
        "n": result.n,
        "rate": round(100 * hits / result.n, 3),
        "kind": kind,
        "side": "out" if kind != "within" else "in",
    }


def limits(found: Sequence[Result]) -> list[Row]:
    """Give the limits in per cent over all sizes, at both levels.

    Where even none or all hits are no surprise, the limit is 0 or 100.
    """
    rate = common_rate(found)
    largest = max(SMALLEST + 1, round(max(r.n for r in found) * 1.1))
    step = max(1, (largest - SMALLEST) // POINTS)
    made = []
    for level, confidence in LEVELS.items():
        tail = (1.0 - confidence) / 2.0
        for n in range(SMALLEST, largest + 1, step):
            bounds = funnel_limits(n, rate, confidence)
            if bounds:
                low = 0.0 if (1.0 - rate) ** n >= tail else bounds.low
                high = 1.0 if rate**n >= tail else bounds.high
                ends = {"low": round(100 * low, 3), "high": round(100 * high, 3)}
                made.append({"n": n, "level": level, **ends})
    return made


def mean(found: Sequence[Result]) -> list[Row]:
    """Give the common rate with its label."""
    rate = common_rate(found)
    return [{"rate": round(100 * rate, 3), "text": text.quantity(rate, "rate")}]


def specification(_unit: str) -> Specification:
    """Describe the chart: data `main` (see `rows`), `limits` and `mean`."""
    import altair as alt  # noqa: PLC0415

    across = alt.Axis(title="n", grid=False, tickCount=6, labelExpr=hidden_number())
    x = alt.X("n:Q", scale=alt.Scale(zero=True, nice=False), axis=across)
    axis = alt.Axis(
        title=None, labelExpr=hidden_number(unit="rate"), tickCount=5, ticks=False, domain=False
    )
    y = alt.Y("rate:Q", scale=alt.Scale(zero=False, nice=True), axis=axis)
    limit = alt.Chart(alt.NamedData("limits"))
    dash = alt.StrokeDash(
        "level:N", legend=None, scale=alt.Scale(domain=list(LEVELS), range=[[3, 2], [1, 0]])
    )
    lines = [
        limit.mark_line(strokeWidth=1, color=SOFT).encode(
            x=x, y=alt.Y(f"{side}:Q", axis=axis), strokeDash=dash
        )
        for side in ("low", "high")
    ]
    point = alt.Chart(alt.NamedData("main"))
    kinds = ["within", *(f"{side}{level}" for side in ("worse", "better") for level in LEVELS)]
    worse, better = COLOURS["breach"], COLOURS["meets"]
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(domain=kinds, range=[SOFT, COLOURS["below"], worse, better, better]),
    )
    shape = alt.Shape(
        "kind:N",
        legend=None,
        scale=alt.Scale(
            domain=kinds, range=["circle", "triangle-up", "square", "diamond", "diamond"]
        ),
    )
    average = alt.Chart(alt.NamedData("mean"))
    chart = alt.layer(
        average.mark_rule(color=INK, strokeWidth=1).encode(y=y),
        average.mark_text(align="left", dx=5, color=INK).encode(
            x=alt.value("width"), y=y, text="text:N"
        ),
        *lines,
        point.mark_point(filled=True, size=56, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape
        ),
        point.transform_filter("datum.side == 'out'")
        .mark_text(align="left", dx=7, dy=-6)
        .encode(x=x, y=y, text="note:N", color=colour),
    ).properties(height=170, **plot(SCALE, right=54, bottom=36))
    return chart.to_dict()
