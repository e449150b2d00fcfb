"""Shipments that customs held."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case, days
from tallyclerk.kpis.shared_customs import customs_agents

HELD = (Milestone.EXPORT_CUSTOMS_HELD, Milestone.IMPORT_CUSTOMS_HELD)
CLEARED = (Milestone.EXPORT_CUSTOMS_CLEARED, Milestone.IMPORT_CUSTOMS_CLEARED)


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment that customs held or cleared."""
    is_held = pl.col("milestone").is_in([str(m) for m in HELD])
    at_customs = (
        journeys.observations.lazy()
        .filter(pl.col("milestone").is_in([str(m) for m in (*HELD, *CLEARED)]))
        .group_by("sid", maintain_order=True)
        .agg(
            start=pl.col("occurred_at").first(),
            first_event=pl.col("event_id").first(),
            is_held=is_held.any(),
            held_event=pl.col("event_id").filter(is_held).first(),
        )
    )
    return at_customs.join(customs_agents(journeys, at_customs), on="sid").select(
        "sid",
        "partner",
        **case(
            journeys.context,
            hit=pl.col("is_held"),
            cohort="start",
            matures_at=pl.col("start") + days(parameters["mature_days"]),
            excluded={"not_reported": pl.lit(not journeys.context.is_sent(*HELD))},
            events=("first_event", "held_event"),
        ),
    )


KPI = Kpi(
    name="customs_hold_rate",
    label="Customs holds",
    question="How many parcels get stuck at customs?",
    subject="the broker of the chain, else the forwarder that had it then",
    roles=(Role.FORWARDER, Role.BROKER),
    cohort="first message from customs, export or import",
    eligible="Shipments cleared or held",
    numerator="Held at least once, on export or on import",
    maturity="14 days after the first message from customs",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="held by customs",
    parameters={"mature_days": 14},
    goals={Statistic.RATE: Goal(target=0.05, limit=0.15)},
    milestones=("IMPORT_CUSTOMS_CLEARED", "IMPORT_CUSTOMS_HELD"),
    caveats="Not assessable where nobody ever reports a hold. Holds are self-reported. A hold for documents is held against their owner, see "
    "miscommunication.",
    source="Share of consignments selected, WCO Time Release Study",
    self_reported=True,
    facts=facts,
)
