"""The legs of a journey, each with the partner that answers for it."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.custody import holder_at
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import first_by

ENDED_BY_SCAN = {
    "export": Milestone.DEPARTED_ORIGIN,
    "linehaul": Milestone.ARRIVED_DESTINATION,
    "import": Milestone.IMPORT_CUSTOMS_CLEARED,
}
"""Legs that end with a milestone the partner itself reports."""
_STARTS = {
    "linehaul": ("departed", "arrived"),
    "import": ("arrived", "cleared"),
}
BEGUN_BY_TAKING = ("custody", "last_mile", "export")
COLUMNS = ("sid", "partner", "leg", "start_at", "end_at", "start_event", "end_event", "fate")


def legs(journeys: Journeys) -> pl.LazyFrame:
    """Every leg that has begun.

    Returns:
        One row per shipment, partner and leg, COLUMNS; `end_at` is null where the leg's end is not
        known, and `fate` says what became of the journey then: never, cancelled, undated,
        delivered, or null while it is open.
    """
    held = _held(journeys)
    found = [
        _of_suppliers(journeys),
        held.select(*COLUMNS[:2], *_custody("custody")),
        held.filter(pl.col("role") == Role.COURIER).select(*COLUMNS[:2], *_custody("last_mile")),
        held.filter(pl.col("role") == Role.FORWARDER).select(
            *COLUMNS[:2], *_times("export", "taken", "departed")
        ),
        *(
            holder_at(held, f"{start}_at").select(*COLUMNS[:2], *_times(leg, start, end))
            for leg, (start, end) in _STARTS.items()
        ),
        holder_at(held, "cleared_at")
        .filter(pl.col("role") != Role.COURIER)
        .with_columns(end_at=pl.when(_handed_on()).then("end_at"))
        .select(
            *COLUMNS[:2],
            leg=pl.lit("injection"),
            start_at="cleared_at",
            end_at=pl.coalesce("end_at", "depot_at"),
            start_event="cleared_event",
            end_event=pl.when(pl.col("end_at").is_not_null())
            .then("end_event")
            .otherwise("depot_event"),
            fate="fate",
        ),
    ]
    return pl.concat([rows.select(COLUMNS) for rows in found]).filter(
        pl.col("start_at").is_not_null()
    )


def _held(journeys: Journeys) -> pl.LazyFrame:
    """Custody of everyone who took it, with the times of the shipment."""
    times = [
        f"{name}_{what}" for name in ("departed", "arrived", "cleared") for what in ("at", "event")
    ]
    depot = (
        journeys.observations.lazy()
        .filter(pl.col("milestone") == Milestone.AT_DEPOT)
        .pipe(first_by, "sid")
        .select("sid", depot_at="occurred_at", depot_event="event_id")
    )
    return (
        journeys.custody.lazy()
        .filter(pl.col("place") > 0)
        .join(journeys.shipments.lazy().select("sid", *times), on="sid")
        .join(depot, on="sid", how="left")
    )


def _handed_on() -> pl.Expr:
    return pl.col("fate").is_in(["next", "delivered"])


def _custody(leg: str) -> list[pl.Expr]:
    reached = [
        pl.when(_handed_on()).then(f"end_{what}").alias(f"end_{what}") for what in ("at", "event")
    ]
    return [
        pl.lit(leg).alias("leg"),
        pl.col("taken_at").alias("start_at"),
        pl.col("taken_event").alias("start_event"),
        *reached,
        pl.col("fate"),
    ]


def _times(leg: str, start: str, end: str) -> list[pl.Expr]:
    return [
        pl.lit(leg).alias("leg"),
        *(pl.col(f"{start}_{what}").alias(f"start_{what}") for what in ("at", "event")),
        *(pl.col(f"{end}_{what}").alias(f"end_{what}") for what in ("at", "event")),
        pl.col("fate"),
    ]


def _of_suppliers(journeys: Journeys) -> pl.LazyFrame:
    return (
        journeys.shipments.lazy()
        .filter(pl.col("supplier_id").is_not_null())
        .select(
            "sid",
            partner="supplier_id",
            leg=pl.lit("dispatch"),
            start_at=pl.coalesce("ready_at", "label_at"),
            end_at="first_taken_at",
            start_event=pl.coalesce("ready_event", "label_event"),
            end_event="first_taken_event",
            fate=pl.coalesce("end_fate", "undated_fate"),
        )
    )
