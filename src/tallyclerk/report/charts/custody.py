"""How long each leg took half the shipments, beside what peers took on the same lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tallyclerk.domain.results import Result
from tallyclerk.report import text, words
from tallyclerk.report.charts.theme import BESIDE, COLOURS, INK, NAMES, Specification, plot
from tallyclerk.report.model import KpiText

LEGS = (
    "dispatch_hours",
    "handover_in_hours",
    "transit_hours",
    "clearance_hours",
    "handover_out_hours",
    "lead_hours",
)
"""The times of a journey in its order."""


def rows(totals: Iterable[Result], kpis: Mapping[str, KpiText]) -> list[dict[str, Any]]:
    """Give a bar (hours) for each leg with a median; `peers` where they say what to expect.

    Args:
        totals: Totals of one partner in one role.
        kpis: The KPIs by name.
    """
    held = {r.kpi: r for r in totals if r.statistic == "p50" and r.value is not None}
    return [_row(held[kpi], kpis) for kpi in LEGS if kpi in held]


def _row(result: Result, kpis: Mapping[str, KpiText]) -> dict[str, Any]:
    told = text.quantity(result.value, "hours")
    if result.expected is not None:
        peers = text.quantity(result.expected, "hours")
        told = words.say("chart.beside", value=told, peers=peers)
    return {
        "name": text.short(kpis[result.kpi].label if result.kpi in kpis else result.kpi),
        "hours": None if result.value is None else round(result.value, 3),
        "peers": None if result.expected is None else round(result.expected, 3),
        "edge": round(max(result.value or 0.0, result.expected or 0.0), 3),
        "text": told,
    }


def specification(_unit: str) -> Specification:
    """Describe the chart: data `main` (see `rows`)."""
    import altair as alt  # noqa: PLC0415

    base = alt.Chart(alt.NamedData("main")).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(**NAMES))
    )
    x = alt.X("hours:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    chart = alt.layer(
        base.mark_bar(height={"band": 0.56}, color=COLOURS["meets"]).encode(x=x),
        base.mark_tick(thickness=2, size=15, color=INK).encode(x=alt.X("peers:Q", axis=None)),
        base.mark_text(align="left", dx=6).encode(x=alt.X("edge:Q", axis=None), text="text:N"),
    ).properties(height=alt.Step(17), **plot(BESIDE, right=92))
    return chart.to_dict()
