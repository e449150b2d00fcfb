"""How long it took: the share of cases done within each time, open ones as a plateau."""

from __future__ import annotations

from typing import Any

from tallyclerk.domain.results import Histogram, Result
from tallyclerk.report import text, words
from tallyclerk.report.charts import labels
from tallyclerk.report.charts.labels import hidden_number
from tallyclerk.report.charts.theme import COLOURS, INK, SCALE, SOFT, WIDTH, Specification, plot

MOST_POINTS = 160
APART = 9.0
"""Per cent of the height that two names need."""
RIGHT = 58
"""Pixels that the names of the curves need at least."""
BESIDE = 7
"""Pixels between a point, or the agreed time, and the label beside it."""
FAR = 0.97
"""The axis ends where this share is done, or at what has to be seen (P90, target)."""


def curve(histogram: Histogram) -> list[tuple[float, float]]:
    """Give (hours, share done within it): Kaplan-Meier, so open cases count while they are open."""
    at_risk = sum(observed + censored for _, observed, censored in histogram.bins) + histogram.never
    left, points = 1.0, [(0.0, 0.0)]
    for minutes, observed, censored in histogram.bins:
        if observed:
            left *= (at_risk - observed) / at_risk
            points.append((minutes / 60, 1.0 - left))
        at_risk -= observed + censored
    return points


def rows(histogram: Histogram, until_hours: float) -> list[dict[str, float]]:
    """Give the curve up to a time as percentages, thinned to what an eye can see."""
    points = [p for p in curve(histogram) if p[0] <= until_hours]
    step = max(1, -(-len(points) // MOST_POINTS))
    thinned = points[::step]
    if thinned[-1] != points[-1]:
        thinned.append(points[-1])
    thinned.append((until_hours, points[-1][1]))
    return [{"hours": round(h, 3), "share": round(100 * s, 3)} for h, s in thinned]


def until(histogram: Histogram, seen: list[float]) -> float:
    """Give the end of the time axis in hours."""
    points = curve(histogram)
    done = next((h for h, s in points if s >= FAR), points[-1][0])
    return round(max([done, 1.0, *(1.15 * s for s in seen)]), 1)


def marks(percentiles: list[Result], until_hours: float) -> list[dict[str, Any]]:
    """Give P50 and P90 with their labels, which begin at `label_at`: no agreed time crosses them."""
    places = {"p50": 50.0, "p90": 90.0}
    agreed = sorted(r.target for r in percentiles if r.target is not None)
    made = []
    for r in percentiles:
        if r.value is None or r.statistic not in places:
            continue
        told = f"{r.statistic.upper()} {text.quantity(r.value, 'hours')}"
        at = r.value
        for target in agreed:
            if at < target < at + (BESIDE + labels.width(told)) / _hour(until_hours):
                at = target
        place = {"hours": round(r.value, 3), "share": places[r.statistic]}
        made.append({**place, "label_at": round(at, 3), "note": told})
    return made


def _hour(until_hours: float) -> float:
    """Give the pixels of an hour."""
    return (WIDTH - SCALE - RIGHT) / until_hours


def goals(percentiles: list[Result], until_hours: float) -> list[dict[str, Any]]:
    """Give the agreed times with their labels, which begin at `label_at`: where they fit."""
    return [_goal(r, r.target, until_hours) for r in percentiles if r.target is not None]


def _goal(result: Result, target: float, until_hours: float) -> dict[str, Any]:
    told = words.say(
        "chart.agreed_at",
        value=text.agreed(target, "hours"),
        statistic=result.statistic.upper(),
    )
    hour = _hour(until_hours)
    room = (until_hours - target) * hour + RIGHT
    width = labels.width(told) + labels.GAP
    at = target if width <= room else target - width / hour
    return {"hours": target, "label_at": round(at, 3), "note": told}


def ends(curves: list[tuple[str, float, str]], until_hours: float) -> list[dict[str, Any]]:
    """Name each curve at its end, the names apart from each other.

    Args:
        curves: (kind, share in per cent where it leaves the chart, name), the newest first.
        until_hours: End of the time axis.
    """
    placed: list[dict[str, Any]] = []
    for kind, share, name in curves:
        at = share
        if placed and abs(at - placed[0]["share"]) < APART:
            at = placed[0]["share"] - APART
        placed.append({"hours": until_hours, "share": round(at, 3), "kind": kind, "text": name})
    return placed


def specification(_unit: str) -> Specification:
    """Describe the chart: data `main` and `before` (see `rows`), `marks`, `goals` and `ends`."""
    import altair as alt  # noqa: PLC0415

    axis = alt.Axis(title=None, grid=False, tickCount=5, labelExpr=hidden_number(unit="hours"))
    x = alt.X("hours:Q", scale=alt.Scale(zero=True, nice=False), axis=axis)
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(domain=[0, 100]),
        axis=alt.Axis(
            title=None,
            values=[0, 25, 50, 75, 90, 100],
            labelExpr=hidden_number(unit="rate"),
            domain=False,
            ticks=False,
        ),
    )
    line = alt.Chart(alt.NamedData("main")).mark_line(
        interpolate="step-after", strokeWidth=1.8, color=COLOURS["meets"]
    )
    earlier = alt.Chart(alt.NamedData("before")).mark_line(
        interpolate="step-after", strokeWidth=1.1, strokeDash=[4, 2], color=SOFT
    )
    end = alt.Chart(alt.NamedData("ends"))
    goal = alt.Chart(alt.NamedData("goals"))
    mark = alt.Chart(alt.NamedData("marks"))
    chart = alt.layer(
        goal.mark_rule(strokeDash=[3, 2], color=INK).encode(x=x),
        goal.mark_text(align="left", dx=5, color=SOFT).encode(
            x=alt.X("label_at:Q", axis=axis), y=alt.value(142), text="note:N"
        ),
        earlier.encode(x=x, y=y),
        line.encode(x=x, y=y),
        end.mark_text(align="left", dx=5).encode(
            x=x,
            y=y,
            text="text:N",
            color=alt.condition(
                "datum.kind == 'now'", alt.value(COLOURS["meets"]), alt.value(SOFT)
            ),
        ),
        mark.mark_point(filled=True, size=46, opacity=1, color=INK).encode(x=x, y=y),
        mark.mark_text(align="left", dx=BESIDE, dy=10).encode(
            x=alt.X("label_at:Q", axis=axis), y=y, text="note:N"
        ),
    ).properties(height=150, **plot(SCALE, right=RIGHT, bottom=26))
    return chart.to_dict()
