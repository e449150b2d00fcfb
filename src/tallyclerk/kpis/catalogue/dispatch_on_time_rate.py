"""On-time shipping of a supplier."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case, days, is_called_off


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment with a ship-by time."""
    due = pl.col("handover_due_at")
    handed_over = pl.coalesce("first_taken_at", "released_at")
    called_off = is_called_off(due) & pl.col("first_taken_at").is_null()
    return (
        journeys.shipments.lazy()
        .filter(due.is_not_null(), pl.col("supplier_id").is_not_null())
        .with_columns(handed_event=pl.coalesce("first_taken_event", "released_event"))
        .select(
            "sid",
            partner="supplier_id",
            counterpart="first_taker",
            **case(
                journeys.context,
                hit=handed_over <= due,
                cohort="handover_due_at",
                matures_at=due + days(parameters["mature_days"]),
                excluded={"cancelled": called_off},
                events=(None, "handed_event"),
            ),
        )
    )


KPI = Kpi(
    name="dispatch_on_time_rate",
    label="On-time shipping",
    question="Does the supplier hand over by the agreed ship-by time?",
    subject="supplier",
    roles=(Role.SUPPLIER,),
    cohort="handover_due_at",
    eligible="Shipments with a ship-by time; cancelled before it and never taken: out",
    numerator="First taking of custody by another partner (else own RELEASED) not after the due time",
    maturity="3 days after the due time; never handed over = late",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="handed over on time",
    parameters={"mature_days": 3},
    goals={Statistic.RATE: Goal(target=0.95, limit=0.90)},
    needs=("a ship-by time",),
    milestones=("ACCEPTED",),
    source="Late shipment rate of marketplaces, turned into its complement",
    about_time=True,
    facts=facts,
)
