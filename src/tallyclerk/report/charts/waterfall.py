"""What became of the late shipments: from all that were late to those of the partner's own doing."""

from __future__ import annotations

from typing import Any

from tallyclerk.domain.lateness import Waterfall
from tallyclerk.report import text, words
from tallyclerk.report.charts.theme import BESIDE, COLOURS, NAMES, SOFT, Specification, plot

STEPS = ("excused", "no_plan", "others", "disputed")
"""What is taken off, in this order; what is left is the partner's own."""


def rows(late: Waterfall) -> list[dict[str, Any]]:
    """Give a bar from `start` to `end` (shipments) for all, each step that takes some off, and the rest."""
    left = late.raw.shipments
    made = [_row("raw", 0, left, left)]
    for step in STEPS:
        number = getattr(late, step).shipments
        if number:
            made.append(_row(step, left - number, left, number))
        left -= number
    return [*made, _row("controllable", 0, left, left)]


def _row(step: str, start: int, end: int, number: int) -> dict[str, Any]:
    sign = "−" if step in STEPS else ""
    return {
        "name": words.say(f"step.{step}"),
        "start": start,
        "end": end,
        "kind": step if step in {"raw", "controllable", "disputed"} else "taken",
        "text": f"{sign}{text.count(number)}",
    }


def specification(_unit: str) -> Specification:
    """Describe the chart: data `main` (see `rows`)."""
    import altair as alt  # noqa: PLC0415

    base = alt.Chart(alt.NamedData("main")).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(**NAMES))
    )
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(
            domain=["raw", "taken", "disputed", "controllable"],
            range=[SOFT, "#b7c0c7", "#8296a6", COLOURS["meets"]],
        ),
    )
    x = alt.X("start:Q", axis=None, scale=alt.Scale(zero=True, nice=False))
    chart = alt.layer(
        base.mark_bar(height={"band": 0.68}).encode(x=x, x2="end:Q", color=colour),
        base.mark_text(align="left", dx=5).encode(x=alt.X("end:Q", axis=None), text="text:N"),
    ).properties(height=alt.Step(17), **plot(BESIDE, right=34))
    return chart.to_dict()
