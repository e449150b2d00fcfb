"""Silences: the time between one physical scan and the next while one partner has the goods."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.context import Context
from tallyclerk.journey.observations import (
    first_by,
    first_of,
    following,
    in_order,
    preceding,
)


def silences(observations: pl.DataFrame, custody: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Every silence of every custody: between taking, scans by anybody, and the end of custody.

    Returns:
        One row per silence, sorted by shipment, partner and start: sid, partner, from_at,
        from_event, until_at, until_event (null for an open one, which lasts to `as_of`), is_open,
        is_flight (opened by DEPARTED_ORIGIN). Custody that ends at no known time has none.
    """
    held = (
        custody.lazy()
        .filter(pl.col("place") > 0)
        .filter(pl.col("end_at").is_not_null() | pl.col("fate").is_null())
        .select(
            "sid",
            "partner",
            "place",
            "taken_at",
            "taken_event",
            "is_flight",
            "end_event",
            end_at=pl.when(pl.col("end_at").is_not_null()).then(
                pl.max_horizontal("taken_at", "end_at")
            ),
        )
        .sort("sid", "partner")
        .with_row_index("held")
        .collect()
    )
    order = ("held", "from_at", "is_end", "is_flight", "from_event")
    points = in_order(_points(observations, held.lazy()).collect(), *order)
    return (
        points.lazy()
        .with_columns(
            until_at=following("from_at", "held"), until_event=following("from_event", "held")
        )
        .filter(~pl.col("is_end"))
        .join(held.lazy().select("held", "sid", "partner"), on="held", maintain_order="left")
        .select(
            "sid",
            "partner",
            "from_at",
            "from_event",
            "is_flight",
            "until_event",
            until_at=pl.col("until_at").fill_null(context.now),
            is_open=pl.col("until_at").is_null(),
        )
        .collect()
    )


def _points(observations: pl.DataFrame, held: pl.LazyFrame) -> pl.LazyFrame:
    """Taking, scans and end of each custody as points in time."""
    scans = observations.lazy().filter("is_physical")
    inside = (
        scans.select("sid", "occurred_at", "event_id", "milestone")
        .sort("occurred_at")
        .join_asof(
            held.sort("taken_at", "place"),
            left_on="occurred_at",
            right_on="taken_at",
            by="sid",
            check_sortedness=False,  # both are sorted just above
        )
        .filter(pl.col("held").is_not_null(), pl.col("event_id") != pl.col("taken_event"))
        .filter(pl.col("end_at").is_null() | (pl.col("occurred_at") < pl.col("end_at")))
    )
    is_departure = pl.col("milestone") == Milestone.DEPARTED_ORIGIN
    never = pl.lit(value=False)
    return pl.concat(
        [
            _as_points(
                held, "taken_at", "taken_event", is_end=never, is_flight=pl.col("is_flight")
            ),
            _as_points(inside, "occurred_at", "event_id", is_end=never, is_flight=is_departure),
            _as_points(
                held.filter(pl.col("end_at").is_not_null()),
                "end_at",
                "end_event",
                is_end=pl.lit(value=True),
                is_flight=never,
            ),
        ]
    )


def _as_points(
    rows: pl.LazyFrame, time: str, event: str, *, is_end: pl.Expr, is_flight: pl.Expr
) -> pl.LazyFrame:
    return rows.select("held", from_at=time, from_event=event, is_end=is_end, is_flight=is_flight)


def longest(silent: pl.DataFrame) -> pl.LazyFrame:
    """The longest silence of each custody; of equally long ones a closed one.

    Returns:
        One row per shipment and custodian: the columns of `silences` and `minutes`.
    """
    minutes = minutes_between("from_at", "until_at")
    is_new = preceding("sid", "sid", "partner").is_null()
    ranked = silent.lazy().with_columns(
        minutes=minutes,
        custody=is_new.cum_sum(),
        rank=pl.col("is_open").cast(pl.Int64) - 2 * minutes,
    )
    best_first = in_order(ranked.collect(), "custody", "rank", "from_at")
    return first_of(best_first.lazy(), "custody").drop("custody", "rank")


def dark(silent: pl.DataFrame, limit: dt.timedelta, in_flight: dt.timedelta) -> pl.LazyFrame:
    """Custody with a silence beyond the limit: sid, partner, is_dark, ids of the first such silence."""
    allowed = pl.when("is_flight").then(pl.lit(in_flight)).otherwise(pl.lit(limit))
    is_dark = (pl.col("until_at") - pl.col("from_at")) > allowed
    return first_by(silent.lazy().filter(is_dark), "sid", "partner").select(
        "sid",
        "partner",
        is_dark=pl.lit(value=True),
        dark_from="from_event",
        dark_until="until_event",
    )


def minutes_between(start: str | pl.Expr, end: str | pl.Expr) -> pl.Expr:
    """Whole minutes from start to end, rounded down, never below 0."""
    begin = pl.col(start) if isinstance(start, str) else start
    finish = pl.col(end) if isinstance(end, str) else end
    return (finish - begin).dt.total_minutes().clip(lower_bound=0)
