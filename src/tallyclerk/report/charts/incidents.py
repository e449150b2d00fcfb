"""Incidents by rule: how many shipments each kind of miscommunication touched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tallyclerk.domain.results import Result
from tallyclerk.report import tables, text, words
from tallyclerk.report.charts.theme import COLOURS, NAMES, Specification, plot

MOST_BARS = 10
SERIOUS = tables.INCIDENT_KPIS[0]


def rows(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Give one bar for each rule with a case: the serious ones first, the most frequent first."""
    found = [r for r in results if r.kpi in tables.INCIDENT_KPIS and r.rule and r.hits]
    found.sort(key=lambda r: (r.kpi != SERIOUS, -(r.hits or 0), r.rule or ""))
    return [
        {
            "name": text.short(tables.rule(r.rule or "")),
            "cases": r.hits,
            "kind": "serious" if r.kpi == SERIOUS else "hygiene",
            "text": words.say(
                "chart.serious" if r.kpi == SERIOUS else "chart.hygiene",
                cases=text.count(r.hits or 0),
            ),
        }
        for r in found[:MOST_BARS]
    ]


def specification(_unit: str) -> Specification:
    """Describe the chart: data `main` (see `rows`)."""
    import altair as alt  # noqa: PLC0415

    base = alt.Chart(alt.NamedData("main")).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(**NAMES)), x=alt.X("cases:Q", axis=None)
    )
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(domain=["serious", "hygiene"], range=[COLOURS["meets"], "#a9b4bc"]),
    )
    chart = alt.layer(
        base.mark_bar(height={"band": 0.62}).encode(color=colour),
        base.mark_text(align="left", dx=5).encode(text="text:N"),
    ).properties(height=alt.Step(21), **plot(left=190, right=62))
    return chart.to_dict()
