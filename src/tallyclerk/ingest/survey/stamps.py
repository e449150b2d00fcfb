"""Days whose events were stamped in one minute: recorded all at once, or said to have happened so.

What is recorded in one minute though it happened over hours was sent late, as a whole; what is said
to have happened in one minute, and cannot have, was entered and not scanned.

Minutes are counted twice. The first pass keeps a few sums per day, which no day can pass of which
nearly everything lies in one minute by chance; the second one counts the minutes of the days that
are left, and has nothing to do where there are none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.tables import UTC
from tallyclerk.ingest.survey.coded import codes_of, counted, in_words

MIN_OF_DAY = 10
STAMPED_TENTHS = 9
"""Of ten events of the day so many in the minute."""
SPREAD = dt.timedelta(hours=4)
"""What was recorded in one minute had happened over this long, or it was recorded as it happened."""
SCANS_AT_ONCE = 3
"""So many different milestones do not happen in one minute, unlike all parcels of one truck."""
RECORDED, DOORS, SCANS = "recorded", "doors", "scans"
"""What is stamped: recordings; what happens at doors, one after the other; other scans."""
_WHAT = pl.Enum([RECORDED, DOORS, SCANS])
_TOGETHER = [
    str(name)
    for name in (
        Milestone.DEPARTED_ORIGIN,
        Milestone.ARRIVED_DESTINATION,
        Milestone.EXPORT_CUSTOMS_CLEARED,
        Milestone.IMPORT_CUSTOMS_CLEARED,
    )
]
"""What happens to a whole flight in one minute."""
_AT_DOORS = [str(Milestone.DELIVERED), str(Milestone.DELIVERY_ATTEMPT_FAILED)]
KEY = ("source", "partner", "what", "day")
"""One row of days that events were stamped on."""
FOR_STAMPS = ("shipment_id", "source", "partner_id", "occurred_at", "recorded_at")
"""What tells whether an observation may be stamped on a day."""
_LEFT_BY = 7
"""Minutes that recur by quarters or hours leave all kinds of numbers by a prime."""
_BITS = tuple(f"bit{place}" for place in range(3))
_FOUND: dict[str, Any] = {
    "source": pl.String,
    "partner": pl.String,
    "what": pl.String,
    "day": pl.Date,
    "minute": UTC,
    "cases": pl.Int64,
    "total": pl.Int64,
    "is_proven": pl.Boolean,
}


def glimpse_stamps(reported: pl.DataFrame) -> pl.DataFrame:
    """The first look at one bucket.

    Args:
        reported: From `tallyclerk.ingest.survey.chains.with_reporter`, with source, recorded_at,
            inherited and time_precision.

    Returns:
        One row per source, partner, what is stamped and (UTC) day of the stamp: total, and how
        many of the stamps have each of the bits of what is left of the minute's number by 7.
    """
    number = pl.col("at").dt.timestamp("ms") // 60_000 % _LEFT_BY
    bits = {bit: (number & 2**place).ne(0) for place, bit in enumerate(_BITS)}
    stamps = _stamps(reported).select(*KEY, **bits)
    sums = {bit: pl.col(bit).sum().cast(pl.Int64) for bit in _BITS}
    return in_words(counted(stamps, KEY, total=pl.len().cast(pl.Int64), **sums))


def days_of(stamps: pl.DataFrame) -> pl.DataFrame:
    """The days of the whole ledger that have events enough: as `glimpse_stamps`, and `is_open`.

    Open are the days of which the bits of the minutes agree so far that nearly all may lie in one.

    Args:
        stamps: From `glimpse_stamps`, added up.
    """
    agreed = [pl.max_horizontal(bit, pl.col("total") - pl.col(bit)) for bit in _BITS]
    return (
        stamps.filter(pl.col("total") >= MIN_OF_DAY)
        .with_columns(is_open=pl.all_horizontal(_is_nearly_all(bit) for bit in agreed))
        .select(*KEY, "total", "is_open")
    )


def told_on(events: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Observations that may be stamped on some days.

    Args:
        events: Rows with the columns of `FOR_STAMPS`.
        days: From `days_of`.
    """
    sources, partners = (
        pl.Enum(days[name].drop_nulls().unique()) for name in ("source", "partner")
    )
    nobody = len(partners.categories)

    def numbers(source: pl.Expr, partner: pl.Expr, day: pl.Expr) -> pl.Expr:
        whose = source.to_physical().cast(pl.Int64) * (nobody + 1) + partner
        return whose * 2**32 + day.cast(pl.Int32)

    partner = pl.col("partner").cast(partners).to_physical().fill_null(nobody)
    source = pl.col("source").cast(sources)
    # Who reports what names nobody is not known yet.
    wanted = pl.concat(
        days.select(numbers(source, who, pl.col("day"))).to_series()
        for who in (partner, pl.lit(nobody))
    ).implode()
    named = pl.col("partner_id").cast(partners, strict=False).to_physical()
    teller = pl.when(pl.col("partner_id").is_null()).then(nobody).otherwise(named)
    kinds = codes_of(events["source"], sources)
    return events.filter(
        pl.any_horizontal(
            numbers(pl.lit(kinds), teller, pl.col(time).dt.date()).is_in(wanted)
            for time in ("occurred_at", "recorded_at")
        )
    )


def recount_stamps(reported: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The second look at one bucket.

    Args:
        reported: As in `glimpse_stamps`.
        days: From `days_of`, open ones.

    Returns:
        One row per source, partner, what is stamped, day, minute and milestone: cases, and the
        first and the last of the times at which they happened.
    """
    return (
        in_words(_stamps(reported))
        .join(days.select(KEY), on=KEY, how="semi", nulls_equal=True)
        .group_by(*KEY, "milestone", minute=pl.col("at").dt.truncate("1m"))
        .agg(
            cases=pl.len().cast(pl.Int64),
            first=pl.col("occurred_at").min(),
            last=pl.col("occurred_at").max(),
        )
    )


def stamped(parts: Sequence[pl.DataFrame], days: pl.DataFrame) -> pl.DataFrame:
    """The days of which nearly all was stamped in one minute.

    Args:
        parts: From `recount_stamps`.
        days: From `days_of`.

    Returns:
        One row per source, partner, what and day, sorted: minute, cases, total, and is_proven,
        whether they cannot have been recorded as they happened, or cannot have happened so.
    """
    if not parts:
        return pl.DataFrame(schema=_FOUND)
    took = pl.col("last") - pl.col("first")
    is_proven = (
        pl.when(pl.col("what") == RECORDED)
        .then(took >= SPREAD)
        .otherwise((pl.col("what") == DOORS) | (pl.col("kinds") >= SCANS_AT_ONCE))
    )
    return (
        pl.concat(parts)
        .group_by(*KEY, "minute")
        .agg(
            pl.col("cases").sum(),
            pl.col("first").min(),
            pl.col("last").max(),
            kinds=pl.col("milestone").n_unique(),
        )
        .join(days, on=KEY, nulls_equal=True)
        .filter(_is_nearly_all(pl.col("cases")))
        .with_columns(is_proven=is_proven)
        .select(*_FOUND)
        .sort(KEY)
    )


def _stamps(reported: pl.DataFrame) -> pl.DataFrame:
    """Each event under the times it was stamped at, but for days without a time of day.

    A row that speaks of a whole flight is no event of each of its parcels.
    """
    own = reported.filter(pl.col("time_precision") != "day", ~pl.col("inherited")).select(
        "source", "partner", "milestone", "occurred_at", "recorded_at"
    )
    at_door = pl.col("milestone").is_in(_AT_DOORS)
    where = pl.when(at_door).then(_what(DOORS)).otherwise(_what(SCANS))
    return pl.concat(
        rows.select(
            "source",
            "partner",
            "milestone",
            "occurred_at",
            what=what,
            at=pl.col(column),
            day=pl.col(column).dt.date(),
        )
        for rows, what, column in (
            (own.drop_nulls("recorded_at"), _what(RECORDED), "recorded_at"),
            (own.filter(~pl.col("milestone").is_in(_TOGETHER)), where, "occurred_at"),
        )
    )


def _what(stamped: str) -> pl.Expr:
    return pl.lit(stamped, dtype=_WHAT)


def _is_nearly_all(cases: pl.Expr) -> pl.Expr:
    return cases * 10 >= pl.col("total") * STAMPED_TENTHS
