"""Door-to-door time of the chain."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.lead import lead
from tallyclerk.kpis.measure import Parameters


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner of its chain."""
    chain = journeys.members.lazy().select("sid", "partner")
    return lead(journeys.shipments, journeys.context).drop("lane").join(chain, on="sid")


KPI = Kpi(
    name="lead_hours",
    label="Door-to-door transit",
    question="How long do parcels take from the first acceptance to the customer?",
    subject="every partner of the chain, as the chain's figure",
    roles=ALL,
    cohort="first taking of custody",
    eligible="Shipments that somebody took custody of; cancelled on the way: out",
    numerator="Hours from the first taking of custody to DELIVERED",
    maturity="at once: open ones count as censored; lost, destroyed, returned = never reached",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    milestones=("ACCEPTED", "DELIVERED"),
    caveats="The chain's figure, shown for every partner of it.",
    source="Order fulfilment lead time, SCOR RS.1",
    facts=facts,
)
