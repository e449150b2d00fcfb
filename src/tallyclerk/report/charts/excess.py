"""Bad cases by lane beyond those that peers had there: observed less expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tallyclerk.domain.results import Result
from tallyclerk.report import text, verdict, words
from tallyclerk.report.charts.labels import hidden_number
from tallyclerk.report.charts.theme import BESIDE, COLOURS, INK, NAMES, Specification, plot
from tallyclerk.report.states import AGAINST

MOST, THIN = 7, 5
"""Lanes shown, and the cases below which a lane is pooled with others."""
LEAST = 0.5
"""Cases below which there is no excess to speak of."""
Row = dict[str, Any]


def rows(lanes: Sequence[Result]) -> list[Row]:
    """Give one bar (cases) for each lane, the largest excess first; thin ones and the rest pooled.

    Args:
        lanes: One rate of one partner by lane; lanes that no peer uses have no `expected`.
    """
    shared = [r for r in lanes if r.expected is not None]
    shared.sort(key=lambda r: (-_excess([r]), r.lane or ""))
    large = sorted((r for r in shared if r.n >= THIN), key=lambda r: (-r.n, r.lane or ""))[:MOST]
    own = [r for r in shared if r in large]
    pooled = [r for r in shared if r not in own]
    made = [_row([r], r.lane or "") for r in own]
    if pooled:
        name = words.say("chart.other_lanes", lanes=text.plural(len(pooled), "lane"))
        made.append(_row(pooled, pooled[0].lane or "" if len(pooled) == 1 else name))
    alone = [r for r in lanes if r.expected is None]
    if alone:
        name = words.say("chart.no_peers", lanes=text.plural(len(alone), "lane"))
        made.append(_row(alone, name))
    return made


def _bad(result: Result) -> int:
    return verdict.misses(result) or 0


def _expected(result: Result) -> float:
    rate = result.expected or 0.0
    return result.n * (1 - rate if result.better == "higher" else rate)


def _excess(lanes: Sequence[Result]) -> float:
    return sum(_bad(r) - _expected(r) for r in lanes)


def _hoped(lanes: Sequence[Result]) -> str:
    """Give the cases expected; of peers without any, those that they had none of."""
    expected = sum(_expected(r) for r in lanes)
    peers = sum(r.peers_n or 0 for r in lanes)
    if expected or not peers:
        return text.cases(expected)
    return words.say("basis.of", hits=text.count(0), n=text.count(peers))


def _row(lanes: Sequence[Result], name: str) -> Row:
    n, bad = sum(r.n for r in lanes), sum(_bad(r) for r in lanes)
    told = {"bad": text.count(bad), "n": text.count(n)}
    if any(r.expected is None for r in lanes):
        said = words.say("chart.cases", **told)
        return {"name": name, "excess": None, "kind": "none", "text": said, "lanes": len(lanes)}
    excess = round(_excess(lanes), 3)
    hoped = _hoped(lanes)
    kind = "proven" if any(r.state in AGAINST for r in lanes) else "open"
    said = words.say("chart.expected", **told, expected=hoped)
    return {"name": name, "excess": excess, "kind": kind, "text": said, "lanes": len(lanes)}


def frame(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Give the two ends of the axis: at least a case, so that a part of one does not look like many."""
    known = [row["excess"] for row in rows if row["excess"] is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    low, high = (low, max(high, 1.0)) if high >= -low else (min(low, -1.0), high)
    return [{"edge": low}, {"edge": high}]


def specification(_unit: str) -> Specification:
    """Describe the chart: data `main` (see `rows`) and `frame`."""
    import altair as alt  # noqa: PLC0415

    base = alt.Chart(alt.NamedData("main")).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(**NAMES))
    )
    axis = alt.Axis(
        title=None,
        tickCount=3,
        tickMinStep=1,
        ticks=False,
        domain=False,
        labelExpr=hidden_number("(datum.value > 0 ? '+' : '') + datum.label", also="+−"),
    )
    x = alt.X("excess:Q", axis=axis, scale=alt.Scale(zero=True, nice=False, padding=4))
    colour = alt.Color(
        "kind:N",
        legend=None,
        scale=alt.Scale(
            domain=["proven", "open", "none"], range=[COLOURS["below"], "#8296a6", "#ffffff"]
        ),
    )
    edges = alt.Chart(alt.NamedData("frame")).mark_point(opacity=0, size=0).encode(x="edge:Q")
    chart = alt.layer(
        edges,
        base.mark_bar(height={"band": 0.6}).encode(x=x, color=colour),
        alt.Chart(alt.NamedData("main")).mark_rule(color=INK).encode(x=alt.datum(0)),
        base.mark_text(align="left", dx=6).encode(x=alt.value("width"), text="text:N"),
    ).properties(height=alt.Step(17), **plot(BESIDE, right=150, bottom=20))
    return chart.to_dict()
