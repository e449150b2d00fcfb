"""Incidents that are one feed outage: messages that most of a partner's days lack alike."""

from __future__ import annotations

import polars as pl

from tallyclerk.journey.journeys import Journeys


def in_outages(found: pl.DataFrame, journeys: Journeys) -> pl.DataFrame:
    """The incidents among some that lie in an outage of the partner whose message is missing.

    A message is missing on the (UTC) day on which the shipment was last heard of before it: an
    acknowledgement on that of the release, a milestone on that of the last event before the one
    that shows it.

    Args:
        found: From `tallyclerk.journey.incidents.incidents`.
        journeys: Of the same shipments.

    Returns:
        Rows of `found`, each once.
    """
    outages = journeys.context.outages
    if outages.is_empty():
        return found.clear()
    waiting = pl.concat([_unanswered(found.lazy(), journeys), _unsent(found.lazy(), journeys)])
    day = pl.col("heard_at").dt.date()
    return (
        waiting.join(outages.lazy().rename({"partner": "whose"}), on="whose")
        .filter(day >= pl.col("first"), day <= pl.col("last"))
        .select(found.columns)
        .unique()
        .sort(found.columns)
        .collect()
    )


def _unanswered(found: pl.LazyFrame, journeys: Journeys) -> pl.LazyFrame:
    """Releases that the taker never acknowledged."""
    released = journeys.handovers.lazy().select(
        "sid", from_event="released_event", whose="taker", heard_at="released_at"
    )
    missing = found.filter(pl.col("rule") == "missing_acknowledgement")
    return missing.join(released, on=["sid", "from_event"])


def _unsent(found: pl.LazyFrame, journeys: Journeys) -> pl.LazyFrame:
    """Milestones that a custodian owed."""
    seen = journeys.observations.lazy()
    shown = seen.select("sid", to_event="event_id", shown_at="occurred_at")
    is_before = (pl.col("occurred_at") < pl.col("shown_at")).fill_null(value=True)
    return (
        found.filter(pl.col("rule") == "milestone_missing")
        .join(shown, on=["sid", "to_event"], how="left")
        .join(seen.select("sid", "occurred_at"), on="sid")
        .filter(is_before)
        .group_by(found.collect_schema().names())
        .agg(heard_at=pl.col("occurred_at").max())
        .with_columns(whose="partner")
        .select(*found.collect_schema().names(), "whose", "heard_at")
    )
