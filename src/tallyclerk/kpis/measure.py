"""How facts are stated: a duration with its ending, or a case that is a hit or not.

Every KPI returns rows with `sid`, `partner` (the subject) and the columns made here; the engine
adds what all facts share (lane, batch, role, month).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from tallyclerk.journey.context import Context
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.silences import minutes_between

Parameters = Mapping[str, Any]
OUT_OF_N = ("cancelled", "undated")
"""Fates that leave an interval open without saying how long it would have been."""


def hours(count: int) -> dt.timedelta:
    """Whole hours as a span of time."""
    return dt.timedelta(hours=count)


def days(count: int) -> dt.timedelta:
    """Whole days as a span of time."""
    return dt.timedelta(days=count)


def duration(
    context: Context, start: str, end: str, fate: str, events: tuple[str, str]
) -> dict[str, pl.Expr]:
    """The columns of a duration fact.

    Args:
        context: For `as_of`.
        start: Column of the start, which is also the cohort.
        end: Column of the end, null where it is not known.
        fate: Column that says why an end is missing: never, cancelled, undated, or open (null).
        events: Columns of the event ids at start and end.

    Returns:
        cohort_at (the start), until_at (the end, or as_of), reason, minutes (whole, rounded down;
        -30..0 count as 0), ending, from_event, to_event.
    """
    has_end = pl.col(end).is_not_null()
    until = pl.col(end).fill_null(context.now)
    reason = (
        pl.when(~has_end & pl.col(fate).is_in(OUT_OF_N))
        .then(pl.col(fate))
        .when(has_end | (pl.col(fate) != "never").fill_null(value=True))
        .then(pl.when(pl.col(start) - until > TOLERANCE).then(pl.lit("negative")))
    )
    ending = (
        pl.when(has_end)
        .then(pl.lit("observed"))
        .when(pl.col(fate) == "never")
        .then(pl.lit("never"))
        .otherwise(pl.lit("censored"))
    )
    is_in = reason.is_null()
    return {
        "cohort_at": pl.col(start),
        "until_at": until,
        "reason": reason,
        "minutes": pl.when(is_in & (ending != "never")).then(minutes_between(pl.col(start), until)),
        "ending": pl.when(is_in).then(ending),
        "from_event": pl.col(events[0]),
        "to_event": pl.col(events[1]),
    }


def case(
    context: Context,
    *,
    hit: pl.Expr,
    cohort: str,
    matures_at: pl.Expr | None = None,
    excluded: Mapping[str, pl.Expr] | None = None,
    events: tuple[str | None, str | None] = (None, None),
) -> dict[str, pl.Expr]:
    """The columns of a case that is a hit or not.

    Args:
        context: For `as_of`.
        hit: Whether the case is in the numerator.
        cohort: Column of the cohort time.
        matures_at: When it may be judged; null = not known yet. None: at once.
        excluded: Reason by the condition under which a case is out of n.
        events: Columns of the event ids behind it.

    Returns:
        cohort_at, reason, hits (0 or 1), from_event, to_event.
    """
    reason: pl.Expr = pl.lit(None, dtype=pl.String)
    if matures_at is not None:
        is_mature = (matures_at <= context.now).fill_null(value=False)
        reason = pl.when(~is_mature).then(pl.lit("waiting"))
    for name, condition in (excluded or {}).items():
        reason = pl.when(condition.fill_null(value=False)).then(pl.lit(name)).otherwise(reason)
    none = pl.lit(None, dtype=pl.Int64)
    return {
        "cohort_at": pl.col(cohort),
        "reason": reason,
        "hits": hit.fill_null(value=False).cast(pl.Int64),
        "from_event": pl.col(events[0]) if events[0] else none,
        "to_event": pl.col(events[1]) if events[1] else none,
    }


def takers(journeys: Journeys) -> pl.LazyFrame:
    """Custody of everyone who took it (all but suppliers)."""
    return journeys.custody.lazy().filter(pl.col("place") > 0)


def custody_reason(context: Context) -> pl.Expr:
    """Why silences of a custody cannot be told: it ended before it began, or at no known time."""
    is_over = pl.col("fate").is_not_null()
    until = pl.when(is_over).then("end_at").otherwise(context.now)
    return (
        pl.when(pl.col("taken_at") - until > TOLERANCE)
        .then(pl.lit("negative"))
        .when(is_over & pl.col("end_at").is_null())
        .then(pl.lit("undated"))
    )


def with_open_fate(rows: pl.LazyFrame, journeys: Journeys) -> pl.LazyFrame:
    """Adds `open_fate`: what became of a handover that nobody completed; cancellation first."""
    is_cancelled = pl.col("cancelled_at").is_not_null() | (
        pl.col("undated_fate") == "cancelled"
    ).fill_null(value=False)
    fate = pl.when(is_cancelled).then(pl.lit("cancelled")).otherwise(journey_fate())
    return rows.join(journeys.shipments.lazy().select("sid", open_fate=fate), on="sid")


def journey_fate() -> pl.Expr:
    """How the journey ended: delivered, never, cancelled, undated, or null while it is open."""
    return pl.coalesce("end_fate", "undated_fate")


def is_called_off(before: pl.Expr) -> pl.Expr:
    """Cancelled, at no known time or before the obligation fell due."""
    return (pl.col("undated_fate") == "cancelled").fill_null(value=False) | (
        pl.col("cancelled_at") < before
    ).fill_null(value=False)
