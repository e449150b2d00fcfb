"""Door-to-door time of the chain."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.lead import lead
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.worst import lacking, late_starts, longest_possible, unseen_cases


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner of its chain."""
    chain = (
        journeys.members.lazy()
        .select("sid", "partner")
        .join(_firsts(journeys), on=["sid", "partner"], how="left")
        .join(lacking(journeys, Milestone.DELIVERED), on=["sid", "partner"], how="left")
    )
    rows = lead(journeys.shipments, journeys.context).drop("lane").join(chain, on="sid")
    worst = longest_possible(
        {name: pl.col(name) for name in ("reason", "ending", "until_at")},
        earliest=pl.col("earliest_at"),
        is_late_start=pl.col("is_late_start"),
        is_end_lost=pl.col("is_lacking"),
    )
    untaken = unseen_cases(journeys).join(rows.select("sid"), on="sid", how="anti")
    return pl.concat(
        [rows.with_columns(**worst), untaken.filter("is_first")], how="diagonal_relaxed"
    )


def _firsts(journeys: Journeys) -> pl.LazyFrame:
    """Partners that took it first, as far as their own silence lets us see: sid, partner.

    With `is_late_start` and `earliest_at`; a partner without any scan may have had it at any time.
    """
    first = journeys.shipments.lazy().select("sid", partner="first_taker")
    implied = late_starts(journeys).join(first, on=["sid", "partner"], how="semi")
    missing = journeys.unseen.lazy().filter("is_first").select("sid", "partner")
    return pl.concat(
        [implied, missing.with_columns(is_late_start=pl.lit(value=True))], how="diagonal_relaxed"
    )


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
