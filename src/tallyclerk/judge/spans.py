"""One KPI over the spans of time a page looks at: the period, its months, 3 and 12 months back.

The tallies of a KPI are read once and cut in memory: its months, its lanes and what stood a year ago
all come from the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Histogram, Result
from tallyclerk.judge.change import with_changes
from tallyclerk.judge.counts import count
from tallyclerk.judge.estimates import pooled
from tallyclerk.judge.lanes import with_expected
from tallyclerk.judge.results import Judge, sort_key
from tallyclerk.judge.screening import Screened, screened
from tallyclerk.judge.trend import MONTHS, Charts, market_of, with_signals

TRAILING = (3, 12)
"""Numbers of months that a contract looks back on."""


@dataclass(kw_only=True)
class Found:
    """Results of some KPIs at every cut, see `Judgement`."""

    totals: list[Result] = field(default_factory=list)
    months: list[Result] = field(default_factory=list)
    lanes: list[Result] = field(default_factory=list)
    counterparts: list[Result] = field(default_factory=list)
    rules: list[Result] = field(default_factory=list)
    trailing: dict[int, list[Result]] = field(default_factory=lambda: {m: [] for m in TRAILING})
    screened: list[Screened] = field(default_factory=list)
    limits: Charts = field(default_factory=dict)
    histograms: dict[tuple[str, str, str], Histogram] = field(default_factory=dict)
    histograms_before: dict[tuple[str, str, str], Histogram] = field(default_factory=dict)


def window_of(period: Period) -> Period:
    """Every month that a judgement of a period looks at."""
    first = min(period.before.first, period.year_before.first, period.back_to(MONTHS).first)
    return Period(first, period.last)


ByMonth = Callable[[pl.LazyFrame, Judge], list[Result]]
"""Results of some TALLIES, split by month."""


def judged_by_month(tallies: pl.LazyFrame, judge: Judge) -> list[Result]:
    """The results of each month."""
    return judge.results(tallies, "month")


def add_totals(
    found: Found,
    everyone: pl.LazyFrame,
    mine: pl.LazyFrame,
    period: Period,
    judge: Judge,
    by_month: ByMonth = judged_by_month,
) -> None:
    """Add the totals of a period with what earlier months and peers say of them.

    Args:
        found: Is added to.
        everyone: TALLIES of one KPI over `window_of(period)`, of every partner.
        mine: Of these the partners that are judged.
        period: The period.
        judge: A judge of that KPI.
        by_month: Judges the months.
    """
    months = by_month(within(mine, period.back_to(MONTHS)), judge)
    totals = judge.results(within(mine, period))
    before, year = (
        _earlier(mine, span, judge, months) for span in (period.before, period.year_before)
    )
    for kpi in judge.kpis.values():
        totals, charts = with_signals(
            with_changes(totals, before, year), months, market_of(everyone, kpi), period.last
        )
        found.limits |= charts
        found.screened += screened(within(everyone, period), kpi, judge.asked)
    found.totals += with_expected(totals, within(everyone, period), judge.kpis)
    found.months += months


def add_cuts(
    found: Found, everyone: pl.LazyFrame, mine: pl.LazyFrame, period: Period, judge: Judge
) -> None:
    """Add what else a page says of one KPI: finer rows, trailing totals and histograms."""
    rows = within(mine, period)
    lanes = judge.results(rows, "lane")
    found.lanes += with_expected(lanes, within(everyone, period), judge.kpis)
    found.counterparts += judge.results(rows, "counterpart")
    found.rules += judge.results(rows, "rule")
    for months in TRAILING:
        span = period.back_to(months)
        found.trailing[months] += judge.over(span).results(within(mine, span))
    for kpi in judge.kpis.values():
        if not kpi.is_rate:
            found.histograms |= _times(rows, kpi)
            found.histograms_before |= _times(within(mine, period.before), kpi)


def _times(rows: pl.LazyFrame, kpi: Kpi) -> dict[tuple[str, str, str], Histogram]:
    """The times of a KPI by partner, role and KPI."""
    return {
        (counts.partner_id, counts.role, kpi.name): pooled(counts.times)
        for counts in count(rows, kpi)
        if counts.n
    }


def within(tallies: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """The rows of a period."""
    return tallies.filter(pl.col("month").is_between(period.first, period.last))


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """Results as every answer lists them."""
    return tuple(sorted(results, key=sort_key))


def _earlier(
    mine: pl.LazyFrame, span: Period, judge: Judge, months: Iterable[Result]
) -> list[Result]:
    """Totals of an earlier span; one of a single month is among the months already."""
    if span.first == span.last:
        return [result for result in months if result.period == span.label]
    return judge.over(span).results(within(mine, span))
