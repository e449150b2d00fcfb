"""What was planned for a partner's custody: agreed, else usual for others, else nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from tallyclerk.domain.roles import Role
from tallyclerk.journey.context import Context
from tallyclerk.journey.observations import last_by

RESOLUTION_MINUTES = 10
"""Times of others are kept to ten minutes: a median of them is no finer."""
MIN_OTHERS = 30
"""Cases of others without which their median is no plan."""
MEDIAN = Fraction(1, 2)


def with_plans(rows: pl.LazyFrame, context: Context) -> pl.LazyFrame:
    """Adds `overrun`: minutes of own custody beyond the plan, null without a plan.

    Args:
        rows: Custody: sid, partner, role, lane, start_at, release_at, own_minutes, handover_due_at.
        context: Commitments for a whole custody (of suppliers: for the dispatch), and the medians
            of others.

    The plan of a supplier is its ship-by time; then, as for everybody, the commitment valid when
    custody began, that of the lane first; then the median of *other* partners in the role on the
    lane. On a business clock the overrun is what that clock says beyond the commitment.
    """
    agreed = _agreed(rows, context)
    others = context.plans.lazy()
    theirs = others.filter(pl.col("partner").is_not_null()).select(
        "partner", "role", "lane", others="minutes", is_seen=pl.lit(value=True)
    )
    anybody = others.filter(pl.col("partner").is_null()).select("role", "lane", usual="minutes")
    is_supplier = pl.col("role") == Role.SUPPLIER
    by_due = pl.when(is_supplier).then(_between("handover_due_at", "release_at"))
    median = pl.when(pl.col("is_seen").is_null()).then("usual").otherwise("others")
    return (
        rows.join(agreed, on=["sid", "partner"], how="left")
        .join(theirs, on=["partner", "role", "lane"], how="left")
        .join(anybody, on=["role", "lane"], how="left")
        .with_columns(
            overrun=pl.coalesce(by_due, "beyond", pl.col("own_minutes") - median).cast(pl.Int64)
        )
    )


def _agreed(rows: pl.LazyFrame, context: Context) -> pl.LazyFrame:
    """The minutes beyond the commitment of each custody that has one: sid, partner, beyond."""
    day = pl.col("start_at").dt.convert_time_zone(context.timezone).dt.date()
    leg = pl.when(pl.col("role") == Role.SUPPLIER).then(pl.lit("dispatch"))
    lane = pl.col("committed_lane")
    commitments = context.commitments.with_row_index("row").lazy()
    start, end = pl.col("start_at"), pl.col("release_at")
    within = pl.col("within").dt.total_minutes()
    beyond: pl.Expr = pl.col("own_minutes") - within
    for name, calendar in sorted(context.calendars.items()):
        is_theirs = pl.col("calendar") == name
        in_hours = is_theirs & (pl.col("clock") == "business_hours")
        in_days = is_theirs & (pl.col("clock") == "business_days")
        spent = calendar.business_minutes(start, end)
        late = calendar.business_days(start, end) - pl.col("within_days")
        beyond = pl.when(in_hours).then(spent - within).otherwise(beyond)
        beyond = pl.when(in_days).then(late * 24 * 60).otherwise(beyond)
    return (
        rows.with_columns(leg=leg.otherwise(pl.lit("custody")))
        .join(commitments, on=["partner", "leg"])
        .filter(
            (lane == pl.col("lane")).fill_null(value=True),
            (pl.col("valid_from") <= day).fill_null(value=True),
        )
        .sort("sid", "partner", lane.is_not_null(), "valid_from", "row", nulls_last=False)
        .pipe(last_by, "sid", "partner")
        .select("sid", "partner", beyond=beyond)
    )


def _between(start: str, end: str) -> pl.Expr:
    minutes = [pl.col(name).dt.epoch("s").floordiv(60) for name in (start, end)]
    return minutes[1] - minutes[0]


def medians_of_others(times: pl.DataFrame) -> list[tuple[str | None, str, str, int | None]]:
    """The plan that others make for each partner of a lane.

    Args:
        times: Histogram: role, lane, partner, minutes, cases.

    Returns:
        (partner, role, lane, minutes), sorted: for each partner seen there the median of the
        others (null where they have too few cases), and for anybody else (partner null) that of
        all; lanes with too few cases for it have no such row.
    """
    known = {(role, lane): told for role, lane, told in _histograms(times, "role", "lane")}
    found: list[tuple[str | None, str, str, int | None]] = []
    for (role, lane), everybody in known.items():
        usual = everybody.median()
        if usual is not None:
            found.append((None, role, lane, usual))
    for role, lane, partner, own in _histograms(times, "role", "lane", "partner"):
        found.append((partner, role, lane, known[role, lane].median(without=own)))
    return sorted(found, key=lambda row: (row[1], row[2], row[0] or ""))


@dataclass(frozen=True)
class _Histogram:
    """How many cases took how long.

    Attributes:
        minutes: The times that occur, ascending.
        up_to: Cases that took as long as each, or less.
    """

    minutes: list[int]
    up_to: list[int]

    def at(self, minutes: int) -> int:
        """Cases that took so long, or less."""
        place = bisect_right(self.minutes, minutes)
        return self.up_to[place - 1] if place else 0

    def median(self, without: _Histogram | None = None) -> int | None:
        """The order statistic at rank ceil(n / 2), None with too few cases.

        Args:
            without: Cases among them that are left out.
        """
        others = without or _Histogram([], [0])
        total = self.up_to[-1] - others.up_to[-1]
        if total < MIN_OTHERS:
            return None
        rank = -(-total * MEDIAN.numerator // MEDIAN.denominator)
        place = bisect_left(self.minutes, rank, key=lambda m: self.at(m) - others.at(m))
        return self.minutes[place]


def _histograms(times: pl.DataFrame, *keys: str) -> Iterator[tuple[Any, ...]]:
    """The keys, and the histogram of each."""
    found = (
        times.group_by(*keys, "minutes")
        .agg(pl.col("cases").sum())
        .sort(*keys, "minutes")
        .group_by(keys, maintain_order=True)
        .agg("minutes", up_to=pl.col("cases").cum_sum())
    )
    for *key, minutes, up_to in found.iter_rows():
        yield *key, _Histogram(minutes, up_to)
