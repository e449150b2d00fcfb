"""Legs that must have begun, but at no known time, because their own partner kept silent."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys

BEGUN_BY = {
    "linehaul": Milestone.DEPARTED_ORIGIN,
    "import": Milestone.ARRIVED_DESTINATION,
}
"""Legs that begin with a milestone the partner itself reports."""


def untimed(journeys: Journeys) -> pl.LazyFrame:
    """The legs whose start is missing though their partner owed it.

    Returns:
        One row per shipment, partner and leg: sid, partner, leg, shown_at (by when it is known to
        have begun).
    """
    return pl.concat(
        [
            _unsent(journeys),
            *_unseen(journeys.unseen.lazy()),
            _uncleared(journeys),
            _unready(journeys),
        ]
    )


def _lacking(journeys: Journeys) -> pl.LazyFrame:
    owed = pl.concat([journeys.requirements.lazy(), journeys.unseen_requirements.lazy()])
    return owed.filter(~pl.col("is_present"))


def _unsent(journeys: Journeys) -> pl.LazyFrame:
    """Linehaul and import, whose departure or arrival is missing."""
    shown = pl.coalesce("arrived_at", "cleared_at", "delivered_at", "dispatched_at")
    shipments = journeys.shipments.lazy().select("sid", shown_at=shown)
    legs = {str(milestone): leg for leg, milestone in BEGUN_BY.items()}
    leg = pl.col("milestone").replace_strict(legs, default=None, return_dtype=pl.String)
    return (
        _lacking(journeys)
        .select("sid", "partner", leg=leg)
        .filter(pl.col("leg").is_not_null())
        .join(shipments, on="sid")
    )


def _unseen(missing: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The legs of partners that never scanned what they had."""
    role = pl.col("role")
    legs = {
        "custody": missing,
        "last_mile": missing.filter(role == Role.COURIER),
        "export": missing.filter(role == Role.FORWARDER),
        "injection": missing.filter(role != Role.COURIER, pl.col("next_at").is_not_null()),
    }
    return [
        rows.select("sid", "partner", leg=pl.lit(leg), shown_at="since")
        for leg, rows in legs.items()
    ]


def _uncleared(journeys: Journeys) -> pl.LazyFrame:
    """Injections after a clearance that is missing, of whoever had the goods on arrival."""
    unarrived = _lacking(journeys).filter(pl.col("milestone") == str(Milestone.ARRIVED_DESTINATION))
    arrived = pl.col("arrived_at")
    had_it = (pl.col("taken_at") <= arrived) & (pl.col("end_at") > arrived)
    uncleared = journeys.shipments.lazy().filter(pl.col("cleared_at").is_null())
    return (
        journeys.custody.lazy()
        .filter(pl.col("role") != Role.COURIER, pl.col("fate") == "next")
        .join(uncleared.select("sid", "arrived_at"), on="sid")
        .join(
            unarrived.select("sid", "partner", is_silent=pl.lit(value=True)),
            on=["sid", "partner"],
            how="left",
        )
        .filter(had_it | pl.col("is_silent"))
        .join(journeys.context.owing(Milestone.IMPORT_CUSTOMS_CLEARED), on="partner", how="semi")
        .select("sid", "partner", leg=pl.lit("injection"), shown_at="end_at")
    )


def _unready(journeys: Journeys) -> pl.LazyFrame:
    """Dispatches of a supplier that owes a word of readiness and gave none."""
    handed_at = pl.coalesce("first_taken_at", "released_at")
    words = journeys.context.owing(Milestone.READY_FOR_COLLECTION, Milestone.LABEL_CREATED)
    return (
        journeys.shipments.lazy()
        .filter(
            pl.coalesce("ready_at", "label_at").is_null(),
            handed_at.is_not_null(),
            pl.col("supplier_id").is_not_null(),
        )
        .select("sid", partner="supplier_id", leg=pl.lit("dispatch"), shown_at=handed_at)
        .join(words, on="partner", how="semi")
    )
