"""Legs against the time that was agreed for them, on the agreed clock."""

from __future__ import annotations

import polars as pl

from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import last_by


def committed(begun: pl.LazyFrame, journeys: Journeys) -> pl.LazyFrame:
    """The legs for which something was agreed when they began.

    Args:
        begun: Legs: sid, partner, leg, start_at.
        journeys: Of the bucket.

    Returns:
        The columns of `begun`, lane, within, within_days, clock and calendar of the commitment: the
        one for the lane before the one for all, of several the one valid last.
    """
    context = journeys.context
    day = pl.col("start_at").dt.convert_time_zone(context.timezone).dt.date()
    lane = pl.col("committed_lane")
    agreed = context.commitments.with_row_index("row").lazy()
    return (
        begun.join(journeys.shipments.lazy().select("sid", "lane"), on="sid")
        .join(agreed, on=["partner", "leg"])
        .filter(
            (lane == pl.col("lane")).fill_null(value=True),
            (pl.col("valid_from") <= day).fill_null(value=True),
        )
        .sort("sid", "partner", "leg", lane.is_not_null(), "valid_from", "row", nulls_last=False)
        .pipe(last_by, "sid", "partner", "leg")
    )


def is_within(context: Context, end: pl.Expr, since: str = "start_at") -> pl.Expr:
    """Whether a leg that ends then keeps its commitment, to the instant.

    A column of `committed`, begun at the column `since`; null where either is not known.
    """
    start = pl.col(since)
    kept: pl.Expr = end - start <= pl.col("within")
    for name, calendar in sorted(context.calendars.items()):
        is_theirs = pl.col("calendar") == name
        in_hours = is_theirs & (pl.col("clock") == "business_hours")
        in_days = is_theirs & (pl.col("clock") == "business_days")
        kept = (
            pl.when(in_hours).then(calendar.spent(start, end) <= pl.col("within")).otherwise(kept)
        )
        days = calendar.business_days(start, end)
        kept = pl.when(in_days).then(days <= pl.col("within_days")).otherwise(kept)
    return kept
