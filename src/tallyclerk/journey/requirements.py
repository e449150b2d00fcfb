"""Which milestones a custodian had to report, and whether they are there."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.milestones import MILESTONES, Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.context import Context
from tallyclerk.journey.observations import first_by, last_by


def requirements(
    observations: pl.DataFrame,
    shipments: pl.DataFrame,
    custody: pl.DataFrame,
    released: pl.DataFrame,
    context: Context,
) -> pl.DataFrame:
    """The milestones each custodian owed for a shipment, once a later one shows they happened.

    Args:
        observations: From `observe`.
        shipments: From `describe`.
        custody: From `custody`.
        released: From `handovers`.
        context: Tells what each partner owes.

    Returns:
        One row per shipment, custodian and required milestone, in no particular order: sid,
        partner, milestone, is_present, shown_by (event of the later milestone; null where none is
        known).
    """
    required = {
        Milestone.RELEASED: _release(custody, released),
        Milestone.ACCEPTED: _acceptance(custody),
        **_border(observations, shipments, custody),
        **_delivery(observations, shipments, custody),
    }
    owed = [
        rows.join(context.owing(milestone), on="partner", how="semi").select(
            "sid", "partner", "is_present", "shown_by", milestone=pl.lit(str(milestone))
        )
        for milestone, rows in required.items()
    ]
    columns = ("sid", "partner", "milestone", "is_present", "shown_by")
    return pl.concat(owed).select(columns).collect()


def of_unseen(
    observations: pl.DataFrame,
    shipments: pl.DataFrame,
    missing: pl.DataFrame,
    released: pl.DataFrame,
    context: Context,
) -> pl.DataFrame:
    """What partners owed for goods that they must have had and never scanned.

    Args:
        observations: From `observe`.
        shipments: From `describe`.
        missing: From `tallyclerk.journey.silent.unseen`.
        released: From `handovers`.
        context: Tells what each partner owes.

    Returns:
        The columns of `requirements`: the forwarder of the first leg owed the border's, the courier
        of the last one the delivery's.
    """
    is_inner = ((pl.col("role") == Role.FORWARDER) & ~pl.col("is_first")) | (
        (pl.col("role") == Role.COURIER) & pl.col("next_partner").is_not_null()
    )
    as_held = missing.with_columns(
        role=pl.when(~is_inner).then("role"),
        place=pl.lit(1, dtype=pl.Int64),
        is_implied=pl.lit(value=True),
        taken_event=pl.lit(None, dtype=pl.Int64),
        next_event=pl.lit(None, dtype=pl.Int64),
    )
    return requirements(observations, shipments, as_held, released, context)


def _release(custody: pl.DataFrame, released: pl.DataFrame) -> pl.LazyFrame:
    """RELEASED by everyone from whom somebody took the goods."""
    sent = released.lazy().select("sid", "released_event", partner="giver")
    return (
        custody.lazy()
        .filter(pl.col("next_partner").is_not_null())
        .join(sent, on=["sid", "partner"], how="left")
        .select(
            "sid",
            "partner",
            is_present=pl.col("released_event").is_not_null(),
            shown_by="next_event",
        )
    )


def _acceptance(custody: pl.DataFrame) -> pl.LazyFrame:
    """ACCEPTED by everyone who had the goods."""
    return (
        custody.lazy()
        .filter(pl.col("place") > 0)
        .select(
            "sid",
            "partner",
            is_present=~pl.col("is_implied"),
            shown_by="taken_event",
        )
    )


def _border(
    observations: pl.DataFrame, shipments: pl.DataFrame, custody: pl.DataFrame
) -> dict[Milestone, pl.LazyFrame]:
    """DEPARTED_ORIGIN and ARRIVED_DESTINATION of the first forwarder, across a border."""
    forwarder = first_by(_of_role(custody, Role.FORWARDER), "sid")
    abroad = shipments.lazy().filter(pl.col("origin_country") != pl.col("destination_country"))
    events = {
        Milestone.DEPARTED_ORIGIN: "departed_event",
        Milestone.ARRIVED_DESTINATION: "arrived_event",
    }
    return {
        milestone: abroad.join(_after(observations, milestone), on="sid")
        .join(forwarder, on="sid")
        .select("sid", "partner", "shown_by", is_present=pl.col(event).is_not_null())
        for milestone, event in events.items()
    }


def _delivery(
    observations: pl.DataFrame, shipments: pl.DataFrame, custody: pl.DataFrame
) -> dict[Milestone, pl.LazyFrame]:
    """OUT_FOR_DELIVERY and DELIVERED of the last courier."""
    courier = last_by(_of_role(custody, Role.COURIER), "sid")
    outing = (
        shipments.lazy()
        .join(_after(observations, Milestone.OUT_FOR_DELIVERY), on="sid")
        .join(courier, on="sid")
        .select(
            "sid",
            "partner",
            is_present=pl.col("out_event").is_not_null(),
            shown_by="shown_by",
        )
    )
    delivered = _first_of(observations, (Milestone.DELIVERED,)).rename({"shown_by": "seen"})
    final = (
        shipments.lazy()
        .join(delivered, on="sid", how="left")
        .filter(pl.col("seen").is_not_null() | (pl.col("outcome") == "delivered"))
        .join(courier, on="sid")
        .select(
            "sid",
            "partner",
            is_present=pl.col("seen").is_not_null(),
            shown_by="seen",
        )
    )
    return {Milestone.OUT_FOR_DELIVERY: outing, Milestone.DELIVERED: final}


def _of_role(custody: pl.DataFrame, role: Role) -> pl.LazyFrame:
    """The custodians with a role, in their order: sid, partner."""
    theirs = custody.lazy().filter(pl.col("role") == role, pl.col("place") > 0)
    return theirs.sort("sid", "place").select("sid", "partner")


def _after(observations: pl.DataFrame, milestone: Milestone) -> pl.LazyFrame:
    """The first event of a later path milestone, where there is one: sid, shown_by."""
    order = MILESTONES[milestone].order or 0
    later = tuple(m for m, facts in MILESTONES.items() if (facts.order or 0) > order)
    return _first_of(observations, later)


def _first_of(observations: pl.DataFrame, milestones: tuple[Milestone, ...]) -> pl.LazyFrame:
    return (
        observations.lazy()
        .filter(pl.col("milestone").is_in([str(m) for m in milestones]))
        .pipe(first_by, "sid")
        .select("sid", shown_by="event_id")
    )
