"""Longest silence of each shipment: how many fell silent for how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tallyclerk.domain.results import Histogram
from tallyclerk.report import text
from tallyclerk.report.charts.labels import hidden_number, hidden_word
from tallyclerk.report.charts.theme import COLOURS, SCALE, SOFT, Specification, plot

EDGES_HOURS = (0, 2, 4, 8, 12, 24, 36, 48, 72, 120)
LIMIT_HOURS = 48
MOST_COUNTED = 9_999
"""Shipments in a bar up to which their number fits above it; with more, all bars tell their share."""


def rows(histogram: Histogram) -> list[dict[str, Any]]:
    """Count shipments by longest silence; `open` ones were still silent as of the run's date."""
    counts = [[0, 0] for _ in EDGES_HOURS]
    for minutes, observed, censored in histogram.bins:
        place = max(i for i, edge in enumerate(EDGES_HOURS) if minutes >= edge * 60)
        counts[place][0] += observed
        counts[place][1] += censored
    counts[-1][1] += histogram.never
    ends = [*EDGES_HOURS[1:], None]
    totals = [sum(count) for count in counts]
    told = _told(totals)
    return [
        {
            "bin": f"{start}–{end}" if end else f"{start}+",
            "kind": "long" if start >= LIMIT_HOURS else "usual",
            "ended": ended,
            "total": total,
            "note": note,
        }
        for (ended, _), total, note, start, end in zip(
            counts, totals, told, EDGES_HOURS, ends, strict=True
        )
    ]


def _told(totals: Sequence[int]) -> list[str]:
    """Give the label of each bar; none where there is no shipment."""
    if max(totals) <= MOST_COUNTED:
        return [text.count(total) if total else "" for total in totals]
    every = sum(totals)
    return [text.about_percent(total / every) if total else "" for total in totals]


def beyond(histogram: Histogram, hours: int) -> tuple[int, int]:
    """Count the shipments silent for longer than some hours, and all of them."""
    long = sum(o + c for minutes, o, c in histogram.bins if minutes > hours * 60) + histogram.never
    return long, sum(o + c for _, o, c in histogram.bins) + histogram.never


def specification(_unit: str) -> Specification:
    """Describe the chart: data `main` (see `rows`)."""
    import altair as alt  # noqa: PLC0415

    x = alt.X(
        "bin:O",
        sort=None,
        axis=alt.Axis(
            title=hidden_word("chart.hours"),
            labelAngle=0,
            ticks=False,
            labelExpr=hidden_number(also="–+"),
            labelOverlap=False,
            labelFontSize=9.5,
        ),
    )
    axis = alt.Axis(title=None, tickCount=4, domain=False, ticks=False, labelExpr=hidden_number())
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(domain=["usual", "long"], range=["#7d8f9c", COLOURS["below"]]),
    )
    base = alt.Chart(alt.NamedData("main")).encode(x=x)
    y = alt.Y("total:Q", axis=axis)
    chart = alt.layer(
        base.mark_bar(width={"band": 0.86}, color="#ffffff", strokeWidth=1).encode(
            y=y, stroke=colour
        ),
        base.mark_bar(width={"band": 0.86}).encode(y=alt.Y("ended:Q", axis=axis), color=colour),
        base.mark_text(dy=-7, color=SOFT).encode(y=y, text="note:N"),
    ).properties(height=160, **plot(SCALE, right=12, top=16, bottom=36))
    return chart.to_dict()
