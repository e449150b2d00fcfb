"""One figure over 13 months, with its intervals, its target and its control limits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tallyclerk.domain.results import ControlPoint, Result, State
from tallyclerk.report import text, verdict, words
from tallyclerk.report.charts.labels import hidden_number, hidden_word
from tallyclerk.report.charts.theme import COLOURS, INK, SCALE, SOFT, Specification, plot

APART = 0.11
"""Share of the height that two labels need."""
UNCERTAIN = frozenset({State.INSUFFICIENT, State.NOT_ASSESSABLE})


def rows(months: Sequence[str], series: Mapping[str, Result]) -> list[dict[str, Any]]:
    """Give one point a month; a month without a value stays on the axis as a gap."""
    return [_row(month, series.get(month), is_last=month == months[-1]) for month in months]


def _row(month: str, result: Result | None, *, is_last: bool) -> dict[str, Any]:
    if result is None or result.value is None:
        none = dict.fromkeys(("value", "low", "high"))
        return {"month": month, **none, "kind": "none", "n": result.n if result else 0, "text": ""}
    scale = 100.0 if result.unit == "rate" else 1.0
    low = result.value if result.low is None else result.low
    high = result.value if result.high is None else result.high
    thin = result.state in UNCERTAIN or result.provisional
    return {
        "month": month,
        "value": round(result.value * scale, 4),
        "low": round(low * scale, 4),
        "high": round(high * scale, 4),
        "kind": "thin" if thin else "firm",
        "n": result.n,
        "text": verdict.value(result) if is_last else "",
    }


def goals(result: Result, main: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the target as a line with its label, which keeps off that of the last month.

    Args:
        result: The total.
        main: See `rows`.
    """
    if result.target is None:
        return []
    scale = 100.0 if result.unit == "rate" else 1.0
    target = round(result.target * scale, 4)
    ends = [r[k] for r in main for k in ("low", "high") if r[k] is not None]
    room = (max([*ends, target]) - min([*ends, target])) * APART
    last = main[-1]["value"]
    label_at = target
    if last is not None and abs(last - target) < room:
        label_at = last - room if target <= last else last + room
    label = text.goal(result.target, result.better, result.unit)
    return [{"target": target, "label_at": round(label_at, 4), "text": label}]


def limits(points: Sequence[ControlPoint], unit: str) -> list[dict[str, Any]]:
    """Give the control limits of each month that has them."""
    scale = 100.0 if unit == "rate" else 1.0
    return [
        {
            "month": point.period,
            "low": round(point.low * scale, 4),
            "high": round(point.high * scale, 4),
        }
        for point in points
    ]


def signals(
    points: Sequence[ControlPoint], main: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Give the points of `rows` that lie outside their control limits."""
    outside = {point.period for point in points if point.is_signal}
    return [
        {"month": row["month"], "value": row["value"]}
        for row in main
        if row["month"] in outside and row["value"] is not None
    ]


def how(points: Sequence[ControlPoint]) -> str:
    """Give the line on how to read the chart."""
    told = ["how", "limits" if points else "no_limits"]
    if points and points[-1].is_seasonal:
        told.append("season")
    return " ".join(words.say(f"figure.trend.{key}") for key in told)


def title(label: str, unit: str, last: str, main: Sequence[Mapping[str, Any]]) -> str:
    """Tell the last month and the range of those before it, see `rows`."""
    scale = 100.0 if unit == "rate" else 1.0
    before = [r for r in main[:-1] if r["value"] is not None]
    known = [r["value"] / scale for r in before]
    latest = main[-1]["value"]
    key = "no_value" if latest is None else "finding"
    now = main[-1]["text"]
    said = words.say(f"figure.trend.{key}", label=label, now=now, month=text.month(last))
    if not known:
        return said
    of = sum(r["n"] for r in before)
    low, high = (text.quantity(end, unit, of=of) for end in (min(known), max(known)))
    ends = f"{text.interval(min(known), max(known), unit)}{text.NBSP}{text.sign(unit)}"
    key = "before" if len(known) > 1 else "before_one"
    return f"{said}; {words.say(f'figure.trend.{key}', range=low if low == high else ends)}"


def specification(unit: str) -> Specification:
    """Describe the chart: data `main` (see `rows`), `goals`, `limits` and `signals`."""
    import altair as alt  # noqa: PLC0415

    names = json.dumps([hidden_word(f"month.{number}") for number in range(1, 13)])
    month = f"{names}[toNumber(slice(datum.value,5)) - 1]"
    year = hidden_number("slice(datum.value,0,4)")
    with_year = f"slice(datum.value,5)=='01' || datum.index==0 ? [{month}, {year}] : {month}"
    x = alt.X(
        "month:O",
        sort="ascending",
        axis=alt.Axis(
            title=None, labelAngle=0, ticks=False, labelExpr=with_year, labelFontSize=9.5
        ),
    )
    axis = alt.Axis(
        title=None, tickCount=5, domain=False, ticks=False, labelExpr=hidden_number(unit=unit)
    )
    y = alt.Y("value:Q", scale=alt.Scale(zero=False, nice=True), axis=axis)
    base = alt.Chart(alt.NamedData("main"))
    goal = alt.Chart(alt.NamedData("goals"))
    limit = alt.Chart(alt.NamedData("limits"))
    signal = alt.Chart(alt.NamedData("signals"))
    dotted: dict[str, Any] = {
        "strokeDash": [1, 3],
        "strokeWidth": 1.2,
        "color": SOFT,
        "interpolate": "step",
    }
    fill = alt.condition("datum.kind == 'thin'", alt.value("#ffffff"), alt.value(COLOURS["meets"]))
    chart = alt.layer(
        goal.mark_rule(strokeDash=[3, 2], color=INK).encode(y="target:Q"),
        base.mark_rule(strokeWidth=5, color="#c9d8e2").encode(
            x=x, y=alt.Y("low:Q", axis=axis), y2="high:Q"
        ),
        limit.mark_line(**dotted).encode(x=x, y=alt.Y("low:Q", axis=axis)),
        limit.mark_line(**dotted).encode(x=x, y=alt.Y("high:Q", axis=axis)),
        base.mark_line(strokeWidth=1.2, color=COLOURS["meets"]).encode(x=x, y=y),
        base.mark_point(
            filled=True, size=36, opacity=1, stroke=COLOURS["meets"], strokeWidth=1.4
        ).encode(x=x, y=y, fill=fill),
        signal.mark_point(size=150, opacity=1, stroke=COLOURS["breach"], strokeWidth=1.6).encode(
            x=x, y=y
        ),
        base.mark_text(align="left", dx=8, fontWeight=600).encode(
            x=alt.value("width"), y=y, text="text:N"
        ),
        goal.mark_text(align="left", dx=8, color=SOFT).encode(
            x=alt.value("width"), y="label_at:Q", text="text:N"
        ),
    ).properties(height=130, **plot(SCALE, right=44, bottom=36))
    return chart.to_dict()
