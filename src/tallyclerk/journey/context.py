"""What a bucket must be told from outside: the run's settings, and what only the whole data know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.agreements import Excused, commitment_columns
from tallyclerk.journey.clocks import WorkingTime


@cache
def plan_columns() -> dict[str, Any]:
    """The columns of the plans of legs."""
    return {"partner": pl.String, "role": pl.String, "lane": pl.String, "minutes": pl.Int64}


@cache
def unlinked_columns() -> dict[str, Any]:
    """The columns of pairs of partners whose ids do not link."""
    return {"partner": pl.String, "other": pl.String, "role": pl.String}


@cache
def outage_columns() -> dict[str, Any]:
    """The columns of days of which most of a partner's messages are missing."""
    return {"partner": pl.String, "first": pl.Date, "last": pl.Date}


@cache
def stamp_columns() -> dict[str, Any]:
    """The columns of minutes in which a partner stamped a whole day's events."""
    return {"partner": pl.String, "clock": pl.String, "minute": pl.Datetime("us", "UTC")}


@dataclass(frozen=True, kw_only=True)
class Context:
    """Inputs of a bucket's journeys that do not come from the bucket.

    Attributes:
        as_of: Nothing recorded later is known.
        timezone: Calendar of months, batch days and promise dates without a zone.
        lane: SHIPMENTS columns that make a lane.
        delivered_means: Milestones that count as delivered.
        lost_after_promise: Presumed lost this long after the promise …
        lost_after_silence: … and this long after the last physical scan.
        roles: Configured role by partner.
        owed: Columns partner, milestone: what each partner owes us (its `must_report`, else what
            it was ever seen to send of `tallyclerk.domain.milestones.OWED_BY_HABIT`).
        sent: Columns partner, milestone: what each partner was ever seen to send.
        takers: Partners of which acceptances or scans are ever received.
        has_notices: Whether customer notices are in the data at all.
        has_tickets: Whether customer contacts are in the data at all.
        has_reviews: Whether reviews by customers are in the data at all.
        has_damage: Whether damage is reported in the data at all.
        are_outcomes_known: Whether undated outcomes are known yet: from the data's end on.
        lane_p99: Columns lane, minutes: 99th percentile of the lane's lead time, from an earlier
            pass; stands in for a missing promise.
        calendars: When partners work, by name of the calendar.
        calendar_of: Name of each partner's calendar; those without one are absent.
        commitments: See `tallyclerk.journey.agreements.commitment_columns`.
        excuses: Agreed exclusions, first one first.
        plans: Columns partner, role, lane, minutes: the median time of *other* partners there,
            from an earlier pass; partner null: for whoever was never seen there.
        unlinked: Columns partner, other, role (of the other): pairs whose ids do not link, both
            ways round.
        outages: Columns partner, first, last: (UTC) days of which most of a partner's messages are
            missing, from an earlier pass.
        stamps: Columns partner, clock (recorded or occurred: which time was stamped), minute (its
            beginning): minutes in which a whole day's events of a partner were stamped, from an
            earlier pass.
    """

    as_of: dt.datetime
    timezone: str
    lane: tuple[str, ...]
    delivered_means: tuple[Milestone, ...] = (Milestone.DELIVERED,)
    lost_after_promise: dt.timedelta = dt.timedelta(days=15)
    lost_after_silence: dt.timedelta = dt.timedelta(days=10)
    roles: Mapping[str, str] = field(default_factory=dict)
    owed: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"partner": pl.String, "milestone": pl.String})
    )
    sent: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"partner": pl.String, "milestone": pl.String})
    )
    takers: frozenset[str] = frozenset()
    has_notices: bool = False
    has_tickets: bool = False
    has_reviews: bool = False
    has_damage: bool = True
    are_outcomes_known: bool = True
    lane_p99: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"lane": pl.String, "minutes": pl.Int64})
    )

    calendars: Mapping[str, WorkingTime] = field(default_factory=dict)
    calendar_of: Mapping[str, str] = field(default_factory=dict)
    commitments: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=commitment_columns())
    )
    excuses: tuple[Excused, ...] = ()
    plans: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=plan_columns()))
    unlinked: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=unlinked_columns()))
    outages: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=outage_columns()))
    stamps: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=stamp_columns()))

    def is_sent(self, *milestones: Milestone) -> bool:
        """Whether anybody was ever seen to send one of some milestones."""
        return self.sent["milestone"].is_in([str(m) for m in milestones]).any()

    def owing(self, *milestones: Milestone) -> pl.LazyFrame:
        """The partners that owe one of some milestones: partner, once each."""
        names = [str(m) for m in milestones]
        return self.owed.lazy().filter(pl.col("milestone").is_in(names)).select("partner").unique()

    @property
    def attempt_tellers(self) -> list[str]:
        """The partners that were ever seen to report a failed attempt, sorted."""
        failed = pl.col("milestone") == Milestone.DELIVERY_ATTEMPT_FAILED
        return sorted(self.sent.filter(failed)["partner"].to_list())

    @property
    def now(self) -> pl.Expr:
        """`as_of` as an expression."""
        return pl.lit(self.as_of, dtype=pl.Datetime("us", "UTC"))
