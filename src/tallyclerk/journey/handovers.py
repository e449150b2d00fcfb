"""Handovers: a giver says "I tendered it", a taker says "I have it", or does not."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.observations import first_by

TOLERANCE = dt.timedelta(minutes=30)
"""Clocks may differ by this much before a negative interval is an error."""


def handovers(
    observations: pl.DataFrame, shipments: pl.DataFrame, chain: pl.DataFrame, taken: pl.DataFrame
) -> pl.DataFrame:
    """Pairs each giver's first RELEASED with who was to take it and who took it.

    The taker is the counterpart it names, else the next custodian after the giver, else the next
    partner that SHIPMENTS names.

    Returns:
        One row per shipment and giver, sorted: sid, giver, giver_role, released_at,
        released_event, pieces, weight_grams, destination (as the giver states them), named, taker;
        taken_at, taken_event: the taker's own taking; next_partner, next_at, next_event: who
        really took it from the giver.
    """
    released = _released(observations, chain)
    with_next = released.join(_next_custodian(released, taken), on=["sid", "giver"], how="left")
    own = taken.lazy().select("sid", "taken_at", "taken_event", taker="partner")
    return (
        with_next.join(shipments.lazy().select("sid", "forwarder_id", "courier_id"), on="sid")
        .with_columns(taker=pl.coalesce("named", "next_partner", _next_named()))
        .join(own, on=["sid", "taker"], how="left")
        .drop("forwarder_id", "courier_id")
        .sort("sid", "released_at", "giver")
        .collect()
    )


def _released(observations: pl.DataFrame, chain: pl.DataFrame) -> pl.LazyFrame:
    first = first_by(
        observations.lazy().filter(
            pl.col("milestone") == Milestone.RELEASED, pl.col("partner").is_not_null()
        ),
        "sid",
        "partner",
    )
    with_role = first.join(chain.lazy(), on=["sid", "partner"])
    told = with_role.select(
        "sid",
        "pieces",
        "weight_grams",
        "destination",
        giver="partner",
        giver_role="role",
        released_at="occurred_at",
        released_event="event_id",
        named=pl.when(pl.col("counterpart") != pl.col("partner")).then("counterpart"),
    )
    return told.collect().lazy()


def _next_custodian(released: pl.LazyFrame, taken: pl.DataFrame) -> pl.LazyFrame:
    """Who took custody after each giver: sid, giver, next_partner, next_at, next_event."""
    givers = released.select("sid", "giver", "giver_role", "released_at")
    takes = taken.lazy()
    after_custody = givers.join(
        takes.select("sid", "next_partner", "next_at", "next_event", giver="partner"),
        on=["sid", "giver"],
    )
    without = givers.join(takes.select("sid", giver="partner"), on=["sid", "giver"], how="anti")
    is_later = pl.col("taken_at") > pl.col("released_at") - TOLERANCE
    after_release = (
        without.join(takes.select("sid", "partner", "place", "taken_at", "taken_event"), on="sid")
        .filter((pl.col("giver_role") == Role.SUPPLIER) | is_later)
        .filter(pl.col("partner") != pl.col("giver"))
        .sort("sid", "giver", "place")
        .pipe(first_by, "sid", "giver")
        .select(
            "sid",
            "giver",
            next_partner="partner",
            next_at="taken_at",
            next_event="taken_event",
        )
    )
    return pl.concat(
        [
            after_custody.select("sid", "giver", "next_partner", "next_at", "next_event"),
            after_release,
        ]
    )


def _next_named() -> pl.Expr:
    """The partner after the giver in the chain that SHIPMENTS names."""
    forwarder, courier = (
        pl.when(pl.col(column) != pl.col("giver")).then(column)
        for column in ("forwarder_id", "courier_id")
    )
    return (
        pl.when(pl.col("giver_role") == Role.SUPPLIER)
        .then(pl.coalesce(forwarder, courier))
        .when(pl.col("giver") == pl.col("forwarder_id"))
        .then(courier)
    )
