"""Deliveries that succeeded at the first attempt."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import first_by
from tallyclerk.kpis.measure import Parameters, case
from tallyclerk.kpis.shared_couriers import courier_at


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment that a courier attempted to deliver, or delivered at no known time."""
    delivered = first_by(
        journeys.observations.lazy().filter(pl.col("milestone") == Milestone.DELIVERED), "sid"
    ).select("sid", handed_at="occurred_at", handed_event="event_id")
    first_at = pl.min_horizontal("attempted_at", "handed_at")
    is_undated = (pl.col("outcome") == "delivered").fill_null(value=False) & first_at.is_null()
    rows = (
        journeys.shipments.lazy()
        .join(delivered, on="sid", how="left")
        .with_columns(at=first_at, is_undated=is_undated)
        .filter(pl.col("at").is_not_null() | pl.col("is_undated"))
    )
    tellers = journeys.context.attempt_tellers
    at_once = pl.col("attempted_at").is_null() | (pl.col("handed_at") < pl.col("attempted_at"))
    return (
        rows.join(courier_at(journeys, rows), on="sid")
        .with_columns(cohort=pl.coalesce("at", "taken_at"))
        .select(
            "sid",
            "partner",
            **case(
                journeys.context,
                hit=pl.col("handed_at").is_not_null() & at_once,
                cohort="cohort",
                excluded={
                    "undated": pl.col("is_undated"),
                    "not_reported": ~pl.col("partner").is_in(tellers),
                },
                events=("attempted_event", "handed_event"),
            ),
        )
    )


KPI = Kpi(
    name="first_attempt_success_rate",
    label="Delivered at the first attempt",
    question="Does the courier find somebody at home?",
    subject="the courier that had it at the first attempt",
    roles=(Role.COURIER,),
    cohort="first attempt: DELIVERY_ATTEMPT_FAILED or DELIVERED",
    eligible="Shipments attempted or delivered; delivered at no known time, or by a courier that "
    "never reports a failed attempt: out",
    numerator="Delivered, with no failed attempt before",
    maturity="at once",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="delivered at the first attempt",
    goals={Statistic.RATE: Goal(target=0.90, limit=0.80)},
    milestones=("DELIVERY_ATTEMPT_FAILED", "DELIVERED"),
    caveats="Failed attempts are self-reported. A pickup point without an attempt is none.",
    source="First-attempt delivery rate of parcel contracts",
    self_reported=True,
    facts=facts,
)
