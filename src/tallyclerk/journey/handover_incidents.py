"""Incidents in what passes between two partners: each counts for both, and names the other."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.handovers import TOLERANCE
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import first_by, preceding

ACKNOWLEDGE_WITHIN = dt.timedelta(hours=24)
RECORDED_WITHIN = dt.timedelta(hours=24)


def missing_acknowledgement(journeys: Journeys) -> pl.LazyFrame:
    """Released, and by the end of the waiting time nobody has taken it."""
    deadline = pl.col("released_at") + ACKNOWLEDGE_WITHIN
    ended = journeys.shipments.lazy().select("sid", "over_at", "undated_fate")
    found = (
        journeys.handovers.lazy()
        .join(ended, on="sid")
        .filter(
            pl.col("taker").is_in(sorted(journeys.context.takers)),
            pl.col("taken_at").is_null(),
            pl.col("next_at").is_null(),
            deadline + RECORDED_WITHIN <= journeys.context.now,
            (pl.col("over_at") >= deadline).fill_null(value=True),
            (pl.col("undated_fate") != "cancelled").fill_null(value=True),
        )
    )
    return _of_pair(found, "taker", to_event="taken_event")


def late_acknowledgement(journeys: Journeys) -> pl.LazyFrame:
    """Taken, but later than the agreed time after the release."""
    late = pl.col("taken_at") > pl.col("released_at") + ACKNOWLEDGE_WITHIN
    return _of_pair(journeys.handovers.lazy().filter(late), "taker", to_event="taken_event")


def unannounced_acceptance(journeys: Journeys) -> pl.LazyFrame:
    """Accepted from a partner that never said it handed over, though it owes that message."""
    owes = journeys.context.owing(Milestone.RELEASED)
    previous = pl.coalesce(preceding("partner", "sid"), "supplier_id")
    said = journeys.handovers.lazy().select("sid", partner="giver")
    return (
        journeys.custody.lazy()
        .filter(pl.col("place") > 0)
        .join(journeys.shipments.lazy().select("sid", "supplier_id"), on="sid")
        .sort("sid", "place")
        .with_columns(giver=previous)
        .filter(~pl.col("is_implied"))
        .select(
            "sid",
            partner="giver",
            other="partner",
            from_event=pl.lit(None, dtype=pl.Int64),
            to_event="taken_event",
        )
        .join(owes, on="partner", how="semi")
        .join(said, on=["sid", "partner"], how="anti")
    )


def wrong_receiver(journeys: Journeys) -> pl.LazyFrame:
    """Taken by a partner whom the giver had not named, and not by the one it had."""
    found = journeys.handovers.lazy().filter(
        pl.col("named").is_not_null(),
        pl.col("taken_at").is_null(),
        pl.col("next_partner").is_not_null(),
        pl.col("next_partner") != pl.col("named"),
    )
    return _of_pair(found, "named", to_event="next_event")


def acceptance_before_release(journeys: Journeys) -> pl.LazyFrame:
    """Taken before it was released, by more than clocks may differ."""
    early = pl.col("released_at") - pl.col("next_at") > TOLERANCE
    return _of_pair(journeys.handovers.lazy().filter(early), "next_partner", to_event="next_event")


def differs(column: str, journeys: Journeys) -> pl.LazyFrame:
    """Giver and taker state different values of a column, for a difference that matters."""
    theirs = (
        journeys.observations.lazy()
        .filter(pl.col("milestone") == Milestone.ACCEPTED)
        .pipe(first_by, "sid", "partner")
        .select("sid", next_partner="partner", stated=column, stated_event="event_id")
    )
    both = journeys.handovers.lazy().join(theirs, on=["sid", "next_partner"])
    return _of_pair(both.filter(_matters(column)), "next_partner", to_event="stated_event")


def _matters(column: str) -> pl.Expr:
    given, stated = pl.col(column), pl.col("stated")
    if column != "weight_grams":
        return given != stated
    difference = (given - stated).abs()
    return (difference > 200) & (difference * 100 > given * 5)  # noqa: PLR2004 max(200 g, 5 %)


def _of_pair(found: pl.LazyFrame, taker: str, *, to_event: str) -> pl.LazyFrame:
    """An incident of giver and taker, once for each."""
    columns = {"from_event": pl.col("released_event"), "to_event": pl.col(to_event)}
    return pl.concat(
        [
            found.select("sid", partner="giver", other=taker, **columns),
            found.select("sid", partner=taker, other="giver", **columns).filter(
                pl.col("partner").is_not_null()
            ),
        ]
    )
