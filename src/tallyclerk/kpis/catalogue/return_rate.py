"""Parcels that a courier brought back to their sender."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case, days
from tallyclerk.kpis.shared_couriers import courier_at, couriers


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and courier that took custody of it."""
    shipments = journeys.shipments.lazy().with_columns(
        at=pl.min_horizontal("returning_at", "returned_at"),
        return_event=pl.when(pl.col("returned_at") < pl.col("returning_at"))
        .then("returned_event")
        .otherwise(pl.coalesce("returning_event", "returned_event")),
        is_called_off=pl.col("outcome") == "cancelled",
    )
    is_returned = pl.col("at").is_not_null() | (pl.col("outcome") == "returned")
    returned = shipments.filter(is_returned)
    owner = courier_at(journeys, returned).select("sid", owner="partner")
    is_known = journeys.context.is_sent(Milestone.RETURN_STARTED, Milestone.RETURNED)
    is_called_off = pl.col("is_called_off").fill_null(value=False) | (
        pl.col("cancelled_at").is_not_null()
        & (pl.col("cancelled_at") <= pl.col("at")).fill_null(value=True)
    )
    return (
        couriers(journeys)
        .join(
            shipments.select("sid", "at", "return_event", "cancelled_at", "is_called_off"), on="sid"
        )
        .join(owner, on="sid", how="left")
        .select(
            "sid",
            "partner",
            **case(
                journeys.context,
                hit=pl.col("partner") == pl.col("owner"),
                cohort="taken_at",
                matures_at=pl.col("taken_at") + days(parameters["mature_days"]),
                excluded={
                    "cancelled": is_called_off,
                    "not_reported": pl.lit(not is_known),
                },
                events=("taken_event", "return_event"),
            ),
        )
    )


KPI = Kpi(
    name="return_rate",
    label="Returned to sender",
    question="How many parcels come back?",
    subject="each courier",
    roles=(Role.COURIER,),
    cohort="own taking of custody",
    eligible="Shipments it took custody of; called off before the return began: out",
    numerator="Returned, or on the way back, from the subject's custody",
    maturity="30 days after own taking",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="returned to sender",
    parameters={"mature_days": 30},
    goals={Statistic.RATE: Goal(target=0.03, limit=0.08)},
    milestones=("ACCEPTED", "RETURNED"),
    caveats="Not assessable where nobody ever reports a return. Returns are self-reported. Wrong addresses and refusals are the sender's or the "
    "customer's, not the courier's.",
    source="Return-to-origin rate of courier scorecards",
    self_reported=True,
    facts=facts,
)
