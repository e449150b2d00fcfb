"""One row per shipment: its chain, route and promise, its firsts and lasts, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tallyclerk.domain.milestones import TERMINAL, Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.context import Context
from tallyclerk.journey.observations import first_by, last_by
from tallyclerk.journey.zones import day_start, destination_zone

FIRSTS: dict[str, Milestone] = {
    "label": Milestone.LABEL_CREATED,
    "ready": Milestone.READY_FOR_COLLECTION,
    "accepted": Milestone.ACCEPTED,
    "departed": Milestone.DEPARTED_ORIGIN,
    "arrived": Milestone.ARRIVED_DESTINATION,
    "cleared": Milestone.IMPORT_CUSTOMS_CLEARED,
    "out": Milestone.OUT_FOR_DELIVERY,
    "attempted": Milestone.DELIVERY_ATTEMPT_FAILED,
    "returning": Milestone.RETURN_STARTED,
    "returned": Milestone.RETURNED,
    "damaged": Milestone.DAMAGED,
    "cancelled": Milestone.CANCELLED,
}
"""Prefix of the `_at`, `_event` and `_partner` columns of a shipment's first such observation."""


def describe(
    observations: pl.DataFrame, shipments: pl.DataFrame, taken: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """Shipments with everything that a KPI may ask of a shipment as a whole.

    Args:
        observations: From `observe`.
        shipments: From `number_shipments`.
        taken: From `tallyclerk.journey.custody.takings`.
        context: The run.

    Returns:
        One row per shipment, sorted by sid: SHIPMENTS columns, lane, chain, a triple of columns
        per entry of FIRSTS and for over (first terminal event), delivered, lost, supplied (start of the supplier's custody),
        released (by the supplier), first_scan, last_scan; dispatched_at; due_at (the promise; to
        be met before it where `is_due_day`, else not after it); ended_at, end_fate, undated_fate.
    """
    seen = observations.lazy()
    frame = shipments.lazy().with_columns(lane=lane_of(context.lane))
    if not context.are_outcomes_known:
        frame = frame.with_columns(outcome=pl.lit(None, dtype=pl.String))
    known = _beside(
        frame.collect(),
        [
            _chains(shipments, taken),
            *(_first(seen, prefix, (milestone,)) for prefix, milestone in FIRSTS.items()),
            _first(seen, "over", TERMINAL),
            _delivered(seen, context),
            _released_by_supplier(seen, shipments),
            *_scans(seen),
            _first_taking(taken),
        ],
    )
    known = _beside(known, [_lost(seen, known.lazy())])
    return _with_promise(_with_ends(known.lazy()).collect(), context)


def _beside(shipments: pl.DataFrame, parts: Sequence[pl.LazyFrame]) -> pl.DataFrame:
    """Shipments with the columns of frames that have one row (or none) for some of them.

    The `sid` of a shipment is its place, so that nothing need be joined.
    """
    more = [
        values.clear(len(shipments)).scatter(part["sid"], values)
        for part in pl.collect_all(parts)
        for values in part.drop("sid")
    ]
    return shipments.hstack(more)


def lane_of(columns: tuple[str, ...]) -> pl.Expr:
    """The lane of a shipment: its columns that make one, "CN>DE"."""
    return pl.concat_str([pl.col(c).fill_null("?") for c in columns], separator=">")


def _chains(shipments: pl.DataFrame, taken: pl.DataFrame) -> pl.LazyFrame:
    """The partners in the order in which the goods met them, "supplier>forwarder>courier".

    One that SHIPMENTS name for a role in which nobody took the goods (yet) stands in its place: a
    chain is not the shorter for a parcel that got lost on the way.
    """
    role = pl.col("role")
    takers = (
        taken.lazy()
        .group_by("sid", maintain_order=True)
        .agg(
            pl.col("partner").str.join(">"),
            has_forwarder=(role == Role.FORWARDER).any(),
            has_courier=(role == Role.COURIER).any(),
        )
    )

    def unless(has_one: str, column: str) -> pl.Expr:
        return pl.when(~pl.col(has_one).fill_null(value=False)).then(column)

    return (
        shipments.lazy()
        .join(takers, on="sid", how="left")
        .select(
            "sid",
            chain=pl.concat_str(
                pl.col("supplier_id").fill_null("?"),
                unless("has_forwarder", "forwarder_id"),
                "partner",
                unless("has_courier", "courier_id"),
                separator=">",
                ignore_nulls=True,
            ),
        )
    )


def _first(
    seen: pl.LazyFrame, prefix: str, milestones: tuple[str, ...], *extra: pl.Expr
) -> pl.LazyFrame:
    wanted = seen.filter(pl.col("milestone").is_in([str(m) for m in milestones]))
    return first_by(wanted, "sid").select("sid", *_triple(prefix), *extra)


def _triple(prefix: str) -> list[pl.Expr]:
    return [
        pl.col("occurred_at").alias(f"{prefix}_at"),
        pl.col("event_id").alias(f"{prefix}_event"),
        pl.col("partner").alias(f"{prefix}_partner"),
    ]


def _delivered(seen: pl.LazyFrame, context: Context) -> pl.LazyFrame:
    day = pl.col("occurred_date").alias("delivered_date")
    return _first(seen, "delivered", context.delivered_means, day)


def _released_by_supplier(seen: pl.LazyFrame, shipments: pl.DataFrame) -> pl.LazyFrame:
    theirs = seen.filter(pl.col("milestone") == Milestone.RELEASED).join(
        shipments.lazy().select("sid", "supplier_id"), on="sid", maintain_order="left"
    )
    own = theirs.filter(pl.col("partner") == pl.col("supplier_id"))
    return first_by(own, "sid").select("sid", *_triple("released"))


def _scans(seen: pl.LazyFrame) -> list[pl.LazyFrame]:
    physical = seen.filter("is_physical")
    return [
        first_by(physical, "sid").select("sid", *_triple("first_scan")),
        last_by(physical, "sid").select("sid", *_triple("last_scan")),
    ]


def _first_taking(taken: pl.DataFrame) -> pl.LazyFrame:
    return (
        taken.lazy()
        .filter(pl.col("place") == 1)
        .select(
            "sid",
            first_taker="partner",
            first_taken_at="taken_at",
            first_taken_event="taken_event",
        )
    )


def _lost(seen: pl.LazyFrame, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The first report of loss that no later scan contradicts."""
    reports = seen.filter(pl.col("milestone").is_in([Milestone.LOST, Milestone.DESTROYED])).join(
        frame.select("sid", "last_scan_at"), on="sid", maintain_order="left"
    )
    stands = pl.col("last_scan_at").is_null() | (pl.col("occurred_at") >= pl.col("last_scan_at"))
    return first_by(reports.filter(stands), "sid").select("sid", *_triple("lost"))


def _with_ends(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Adds what ended the journey, and where custody began."""
    is_returned_first = pl.col("returned_at") <= pl.col("lost_at")
    never_at = pl.min_horizontal("returned_at", "lost_at")
    never_event = (
        pl.when(pl.col("lost_at").is_null() | is_returned_first)
        .then("returned_event")
        .otherwise("lost_event")
    )
    fate = {"lost": "never", "returned": "never", "cancelled": "cancelled", "delivered": "undated"}
    return frame.with_columns(
        supplied_at=pl.coalesce("ready_at", "label_at", "released_at", "first_taken_at"),
        supplied_event=pl.coalesce(
            "ready_event", "label_event", "released_event", "first_taken_event"
        ),
        dispatched_at=pl.coalesce("first_taken_at", "released_at"),
        ended_at=pl.coalesce("delivered_at", never_at, "cancelled_at"),
        ended_event=pl.coalesce("delivered_event", never_event, "cancelled_event"),
        end_fate=pl.when(pl.col("delivered_at").is_not_null())
        .then(pl.lit("delivered"))
        .when(never_at.is_not_null())
        .then(pl.lit("never"))
        .when(pl.col("cancelled_at").is_not_null())
        .then(pl.lit("cancelled")),
        undated_fate=pl.col("outcome").replace_strict(fate, default=None, return_dtype=pl.String),
    )


def _with_promise(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds the promise: `due_at`, `is_due_day`, `promise_at` (of the cohort), `promise_month`."""
    frame = frame.with_columns(zone=destination_zone(context.timezone))
    zones = frame["zone"].unique().sort().to_list()
    is_stricter = pl.col("day_ends") <= pl.col("promised_at")
    by_day = pl.col("day_ends").is_not_null() & is_stricter.fill_null(value=True)
    local = pl.col("promised_at").dt.convert_time_zone(context.timezone)
    return (
        frame.with_columns(
            day_ends=day_start("promised_date", zones, offset_days=1),
            day_begins=day_start("promised_date", zones),
        )
        .with_columns(is_due_day=by_day)
        .with_columns(
            due_at=pl.when("is_due_day").then("day_ends").otherwise("promised_at"),
            promise_at=pl.when("is_due_day").then("day_begins").otherwise("promised_at"),
            promise_month=pl.when("is_due_day")
            .then(yyyymm(pl.col("promised_date")))
            .otherwise(yyyymm(local)),
        )
        .drop("day_ends", "day_begins", "zone")
    )


def yyyymm(day: pl.Expr) -> pl.Expr:
    """A date or local time as the number 202610."""
    return day.dt.year() * 100 + day.dt.month().cast(pl.Int32)


def is_before_due(time: str, date: str) -> pl.Expr:
    """Whether a time (and, where no time of day was stated, its date) keeps the promise."""
    by_date = pl.col(date) <= pl.col("promised_date")
    in_time = (
        pl.when(pl.col("is_due_day"))
        .then(pl.col(time) < pl.col("due_at"))
        .otherwise(pl.col(time) <= pl.col("due_at"))
    )
    return (
        pl.when(pl.col("is_due_day") & pl.col(date).is_not_null()).then(by_date).otherwise(in_time)
    )
