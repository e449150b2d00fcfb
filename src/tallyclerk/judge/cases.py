"""The cases that vetting looks at: of the whole span, and of each period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.domain.kpi import Goal, Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.judge.cap import Periods
from tallyclerk.judge.clocks import Clocks, on_clocks
from tallyclerk.judge.counts import SUBJECT, Count, count
from tallyclerk.kpis.retold import WORST

MONTHS_OF_YEAR = 12
Subject = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Counts of one KPI by partner and role: of the whole span, and of each period.

    `in_doubt` says how many cases a missing scan may have made look better than they are.
    """

    totals: Mapping[Subject, Count]
    periods: Mapping[Subject, Periods]
    clocks: tuple[Clocks, Clocks]
    in_doubt: Mapping[Subject, int]

    @classmethod
    def of(cls, tallies: pl.LazyFrame, kpi: Kpi, settings: Settings) -> Cases:
        """The counts of a KPI in TALLIES, periods as long as the settings say."""
        told = tallies.filter(pl.col("kpi") == kpi.name, pl.col("rule") == WORST)
        doubted = told.group_by(*SUBJECT).agg(pl.col("rows").sum()).collect()
        blocks = tallies.with_columns(month=_first_of(settings.vetting.months_per_period))
        return cls(
            totals={(each.partner_id, each.role): each for each in count(tallies, kpi)},
            periods=_by_period(count(blocks, kpi, "month")),
            clocks=(
                on_clocks(tallies, kpi, settings.targets, None),
                on_clocks(blocks, kpi, settings.targets, "month"),
            ),
            in_doubt={(row[0], row[1]): row[2] for row in doubted.iter_rows()},
        )

    def total(self, subject: Subject, goal: Goal | None) -> Count:
        """All cases, on the clock of the goal."""
        none = Count(partner_id=subject[0], role=subject[1])
        return self.clocks[0].chosen(self.totals.get(subject, none), goal)

    def period(self, subject: Subject, first: int, goal: Goal | None) -> Count | None:
        """The cases of one period, on the clock of the goal."""
        found = self.periods.get(subject, {}).get(first)
        return self.clocks[1].chosen(found, goal) if found else None


def span_of(tallies: pl.DataFrame) -> Period | None:
    """The months from first to last that any row is about."""
    first, last = tallies.select(first=pl.col("month").min(), last=pl.col("month").max()).row(0)
    return None if first is None else Period(first, last)


def _first_of(months: int) -> pl.Expr:
    """The first month of the period that a month lies in; periods start with the calendar's year 0."""
    place = (pl.col("month") // 100 * MONTHS_OF_YEAR + pl.col("month") % 100 - 1) // months * months
    return (place // MONTHS_OF_YEAR * 100 + place % MONTHS_OF_YEAR + 1).cast(pl.Int32)


def _by_period(counts: Iterable[Count]) -> dict[Subject, dict[int, Count]]:
    found: dict[Subject, dict[int, Count]] = {}
    for each in counts:
        if isinstance(each.value, int):
            found.setdefault((each.partner_id, each.role), {})[each.value] = each
    return found
