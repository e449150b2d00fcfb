"""Control charts over the months: is the last one more than the noise of those before it?

The months before the last set centre and limits (13 months in all, at least ten with cases before
it). Rates get Laney's p' chart of their bad outcomes, whose limits allow for batches; where enough
other partners of the role had cases in each month, n is weighted by what was usual in that month,
so that a season which everybody has is no signal. Percentiles get an XmR chart of their months. A
signal marks the trend; it decides no state.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import month_name, shifted
from tallyclerk.domain.results import ControlPoint, Result
from tallyclerk.judge.change import Key, key_of
from tallyclerk.judge.estimates import MIN_CASES
from tallyclerk.stats.control_charts import laney_chart, run_signal, xmr_chart

ABOVE, BELOW, SHIFT = "above_limits", "below_limits", "shift"
MONTHS = 13
MIN_BASELINE = 10
"""Months with cases before the last one, below which there is no chart."""
MIN_EXPECTED = 5
"""Cases of either outcome that the last month must lead to expect."""
MIN_PEERS = 3
MIN_PEER_HITS = 10
"""Other partners, and bad outcomes of theirs in each month, that can tell a season."""

Market = Mapping[tuple[str, str], Mapping[str, Mapping[str, tuple[int, int]]]]
"""(n, bad outcomes) by (role, KPI), month and partner."""
Charts = dict[Key, tuple[ControlPoint, ...]]


class Chart(NamedTuple):
    """The points of a series, and what they say of its last month."""

    points: tuple[ControlPoint, ...]
    signal: str | None


def market_of(tallies: pl.LazyFrame, kpi: Kpi) -> Market:
    """What all partners had of one rate, month by month.

    Args:
        tallies: TALLIES of every partner in the months of the chart.
        kpi: A KPI; one of durations has no market.
    """
    market: dict[tuple[str, str], dict[str, dict[str, tuple[int, int]]]] = {}
    if not kpi.is_rate:
        return market
    rows = (
        tallies.filter(pl.col("kpi") == kpi.name, pl.col("rule").is_null())
        .group_by("role", "month", "partner_id")
        .agg(pl.col("n").sum(), pl.col("hits").sum())
        .filter(pl.col("n") > 0, pl.col("month").is_not_null())
        .collect()
    )
    for role, month, partner, n, hits in sorted(rows.iter_rows()):
        bad = n - hits if kpi.better == "higher" else hits
        months = market.setdefault((role, kpi.name), {})
        months.setdefault(month_name(month), {})[partner] = (n, bad)
    return market


def with_signals(
    totals: Sequence[Result], months: Iterable[Result], market: Market, last: int
) -> tuple[list[Result], Charts]:
    """Totals with `signal`, and the charts behind it.

    Args:
        totals: Of a period.
        months: Results by month of the same partners.
        market: What all partners had, see `market_of`.
        last: The last month of the period, 202610.

    Returns:
        The totals, and the points of each series that has a chart.
    """
    names = [month_name(shifted(last, place - MONTHS + 1)) for place in range(MONTHS)]
    series: dict[Key, dict[str, Result]] = defaultdict(dict)
    for month in months:
        if month.period:
            series[key_of(month)][month.period] = month
    charts: Charts = {}
    told = []
    for total in totals:
        key = key_of(total)
        chart = chart_of([series[key].get(name) for name in names], names, market)
        if chart:
            charts[key] = chart.points
        told.append(replace(total, signal=chart.signal) if chart else total)
    return told, charts


def chart_of(series: Sequence[Result | None], names: Sequence[str], market: Market) -> Chart | None:
    """The chart of one series of months, the last of which is judged by those before it."""
    last = series[-1]
    if last is None or last.value is None or last.n < MIN_CASES:
        return None
    known = [result for result in series[:-1] if result is not None and result.value is not None]
    if len(known) < MIN_BASELINE:
        return None
    return _rate_chart(series, names, market) if last.unit == "rate" else _time_chart(series, names)


def _rate_chart(
    series: Sequence[Result | None], names: Sequence[str], market: Market
) -> Chart | None:
    last = series[-1]
    assert last is not None  # noqa: S101 chart_of has looked
    season = _season(
        last, names, market, [result is not None and result.n > 0 for result in series]
    )
    factors = season or [1.0] * len(names)
    cases = [_weighted(result, factor) for result, factor in zip(series, factors, strict=True)]
    if any(hits > n for n, hits in cases):
        return None
    chart = laney_chart(cases, baseline=len(cases) - 1)
    if chart is None:
        return None
    due = cases[-1][0] * min(chart.centre, 1 - chart.centre)
    points = []
    for name, factor, found in zip(names, factors, chart.points, strict=True):
        if found.low is None or found.high is None:
            continue
        limits = [min(1.0, limit * factor) for limit in (found.low, chart.centre, found.high)]
        low, centre, high = limits if last.better == "lower" else [1 - v for v in limits[::-1]]
        points.append(
            ControlPoint(
                period=name,
                centre=centre,
                low=low,
                high=high,
                is_signal=found.is_signal,
                is_seasonal=season is not None,
            )
        )
    shares = [hits / n for n, hits in cases if n]
    points[-1] = replace(points[-1], is_signal=points[-1].is_signal and due >= MIN_EXPECTED)
    return _judged(points, last, shares if last.better == "lower" else [1 - s for s in shares])


def _weighted(result: Result | None, factor: float) -> tuple[float, int]:
    """(n weighted by the season, bad outcomes) of a month."""
    if result is None or result.hits is None:
        return 0.0, 0
    bad = result.n - result.hits if result.better == "higher" else result.hits
    return result.n * factor, bad


def _season(
    own: Result, names: Sequence[str], market: Market, has_cases: Sequence[bool]
) -> list[float] | None:
    """The others' bad outcomes in each month over all of them; None where they cannot tell."""
    months = market.get((own.role, own.kpi), {})
    others = [
        {who: counts for who, counts in months.get(name, {}).items() if who != own.partner_id}
        for name in names
    ]
    sums = [
        (sum(n for n, _ in month.values()), sum(bad for _, bad in month.values()))
        for month in others
    ]
    wanted = [
        (len(month), *counts)
        for month, counts, is_there in zip(others, sums, has_cases, strict=True)
        if is_there
    ]
    if any(peers < MIN_PEERS or bad < MIN_PEER_HITS for peers, _, bad in wanted):
        return None
    usual = sum(bad for *_, bad in wanted[:-1]) / sum(n for _, n, _ in wanted[:-1])
    return [bad / n / usual if n else 1.0 for n, bad in sums]


def _time_chart(series: Sequence[Result | None], names: Sequence[str]) -> Chart | None:
    held = [
        (name, result, result.value)
        for name, result in zip(names, series, strict=True)
        if result is not None and result.value is not None and result.n >= MIN_CASES
    ]
    values = [value for _, _, value in held]
    if len(held) <= MIN_BASELINE:
        return None
    chart = xmr_chart(values, baseline=len(values) - 1)
    if chart is None or chart.mean_range == 0:
        return None
    points = [
        ControlPoint(
            period=name,
            centre=chart.mean,
            low=max(0.0, chart.low),
            high=chart.high,
            is_signal=place in chart.signals,
        )
        for place, (name, *_) in enumerate(held)
    ]
    return _judged(points, held[-1][1], values)


def _judged(points: Sequence[ControlPoint], last: Result, values: Sequence[float]) -> Chart:
    """What the chart says of its last month: outside the limits, else part of a shift."""
    point = points[-1]
    signal = None
    if point.is_signal:
        signal = ABOVE if (last.value or 0.0) > point.centre else BELOW
    elif _has_shifted(values):
        signal = SHIFT
    return Chart(tuple(points), signal)


def _has_shifted(values: Sequence[float]) -> bool:
    """Whether months stay on one side of their median longer, or cross it less, than by chance."""
    runs = run_signal(values, statistics.median(values))
    return runs is not None and runs.is_signal
