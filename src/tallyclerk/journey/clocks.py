"""Clocks that run only while a partner works, as expressions over columns of times.

A calendar is a table of its working days with the instants at which they open and close. A time is
looked up in it by bisection, so nothing is done row by row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from tallyclerk.journey.zones import first_instant

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
"""Working days are known between these."""
DAY_MINUTES = 24 * 60
"""A business day in minutes, so that all durations have one unit."""
_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class WorkingTime:
    """When a partner works.

    Attributes:
        timezone: Zone of its days and hours.
        weekdays: Days of the week it works on, 1 = Monday.
        opens: Local time at which a working day begins.
        closes: Local time at which it ends; 00:00 is the midnight that ends it.
        cut_off: What comes in later counts as come in at the next opening; None: what comes in
            once it has closed does.
        holidays: Days off.
    """

    timezone: str
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    opens: dt.time = dt.time(0)
    closes: dt.time = dt.time(0)
    cut_off: dt.time | None = None
    holidays: tuple[dt.date, ...] = ()

    @cached_property
    def days(self) -> pl.DataFrame:
        """One row per working day, sorted: opens_at, closes_at, last_at, before.

        `last_at` is the first instant that is too late for the day, `before` the working time of
        all days before it. A day on which the clocks change is as long as it really was.
        """
        day = pl.col("day")
        overnight = dt.timedelta(days=int(self.closes == dt.time(0)))
        limit = (day + overnight).dt.combine(self.closes)
        last = limit if self.cut_off is None else day.dt.combine(self.cut_off) + _INSTANT
        return (
            pl.DataFrame({"day": pl.date_range(FIRST_DAY, LAST_DAY, "1d", eager=True)})
            .filter(
                day.dt.weekday().is_in(self.weekdays),
                ~day.is_in(pl.lit(pl.Series(self.holidays, dtype=pl.Date)).implode()),
            )
            .select(
                opens_at=self._utc(day.dt.combine(self.opens)),
                closes_at=self._utc(limit),
                last_at=self._utc(last),
            )
            .filter(pl.col("opens_at") < pl.col("closes_at"))
            .with_columns(length=pl.col("closes_at") - pl.col("opens_at"))
            .with_columns(before=pl.col("length").cum_sum() - pl.col("length"))
        )

    def _utc(self, moment: pl.Expr) -> pl.Expr:
        return first_instant(moment.cast(pl.Datetime("us")), self.timezone).cast(
            pl.Datetime("us", "UTC")
        )

    def worked(self, time: pl.Expr) -> pl.Expr:
        """The working time up to an instant, since the first day known."""
        place = self._place("opens_at", time) - 1
        within = pl.min_horizontal(time, self._at("closes_at", place)) - self._at("opens_at", place)
        so_far = pl.when(place >= 0).then(self._at("before", place) + within)
        return pl.when(time.is_not_null()).then(so_far.fill_null(dt.timedelta()))

    def taken_up(self, time: pl.Expr) -> pl.Expr:
        """When the partner takes up what comes in at an instant: then, or when it next opens."""
        taken = pl.max_horizontal(time, self._at("opens_at", self._place("last_at", time)))
        return pl.when(time.is_not_null()).then(taken)

    def spent(self, start: pl.Expr, end: pl.Expr) -> pl.Expr:
        """Working time from the taking up of `start` to `end`, never below 0."""
        none = pl.lit(dt.timedelta(), dtype=pl.Duration("us"))
        span = self.worked(end) - self.worked(self.taken_up(start))
        return pl.when(span < none).then(none).otherwise(span)

    def business_minutes(self, start: pl.Expr, end: pl.Expr) -> pl.Expr:
        """Whole minutes of working time between two instants, rounded down."""
        return self.spent(start, end).dt.total_minutes()

    def business_days(self, start: pl.Expr, end: pl.Expr) -> pl.Expr:
        """Working days that have begun between the one of `start` and the one of `end`.

        Done on the day on which it is taken up: 0; on the next working day: 1.
        """
        begun = self._place("opens_at", end) - 1
        return (begun - self._place("last_at", start)).clip(lower_bound=0)

    def minutes_on(self, clock: str, start: pl.Expr, end: pl.Expr) -> pl.Expr:
        """Minutes of a clock from start to end; of business days 24 hours each."""
        if clock == "business_hours":
            return self.business_minutes(start, end)
        return self.business_days(start, end) * DAY_MINUTES

    def _place(self, column: str, time: pl.Expr) -> pl.Expr:
        """How many working days have that column at or before an instant; null without one."""
        found = pl.lit(self.days[column]).search_sorted(time, side="right").cast(pl.Int64)
        return pl.when(time.is_not_null()).then(found)

    def _at(self, column: str, place: pl.Expr) -> pl.Expr:
        inside = place.clip(0, len(self.days) - 1)
        return pl.lit(self.days[column]).gather(inside.fill_null(0))
