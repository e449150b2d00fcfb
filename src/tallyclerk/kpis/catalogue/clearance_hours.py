"""Time in import customs."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import AFTER_CUSTOMS, Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, duration, journey_fate
from tallyclerk.kpis.shared_customs import customs_agents
from tallyclerk.kpis.worst import HIDDEN, lacking


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment that arrived from abroad."""
    is_domestic = (pl.col("origin_country") == pl.col("destination_country")).fill_null(value=False)
    arrived = (
        journeys.shipments.lazy()
        .filter(pl.col("arrived_at").is_not_null(), ~is_domestic)
        .with_columns(start="arrived_at")
    )
    moved_on = (
        journeys.observations.lazy()
        .filter(pl.col("milestone").is_in(list(AFTER_CUSTOMS)))
        .select("sid", has_moved_on=pl.lit(value=True))
        .unique()
    )
    rows = (
        arrived.join(moved_on, on="sid", how="left")
        .join(customs_agents(journeys, arrived), on="sid")
        .with_columns(fate=journey_fate())
    )
    times = duration(
        journeys.context, "start", "cleared_at", "fate", ("arrived_event", "cleared_event")
    )
    is_unknown = pl.col("cleared_at").is_null() & pl.col("has_moved_on").is_not_null()
    blank = {
        "reason": pl.lit("not_reported"),
        "minutes": pl.lit(None, dtype=pl.Int64),
        "ending": pl.lit(None, dtype=pl.String),
    }
    known = {
        name: pl.when(is_unknown).then(blank[name]).otherwise(column) if name in blank else column
        for name, column in times.items()
    }
    owes = journeys.context.owing(Milestone.IMPORT_CUSTOMS_CLEARED)
    cases = rows.join(
        owes.with_columns(owes_it=pl.lit(value=True)), on="partner", how="left"
    ).select("sid", "partner", in_doubt=is_unknown & pl.col("owes_it").is_not_null(), **known)
    return pl.concat([cases, _unarrived(journeys, ~is_domestic)], how="diagonal_relaxed")


def _unarrived(journeys: Journeys, is_foreign: pl.Expr) -> pl.LazyFrame:
    """Shipments whose forwarder owed the arrival that began their clearance and did not send it."""
    shipments = journeys.shipments.lazy().filter(pl.col("arrived_at").is_null(), is_foreign)
    at = pl.coalesce("departed_at", "cleared_at", "dispatched_at", "due_at")
    known = shipments.select("sid", start=at, to_event="cleared_event")
    forwarders = lacking(journeys, Milestone.ARRIVED_DESTINATION).select("sid", "partner")
    agents = customs_agents(journeys, known)
    return (
        known.join(forwarders, on="sid")
        .join(agents.rename({"partner": "agent"}), on="sid", how="left")
        .filter((pl.col("agent") == pl.col("partner")).fill_null(value=True))
        .select(
            "sid",
            "partner",
            "to_event",
            cohort_at="start",
            reason=pl.lit(HIDDEN),
            in_doubt=pl.lit(value=True),
        )
    )


KPI = Kpi(
    name="clearance_hours",
    label="Import clearance",
    question="How long do parcels wait for the customs of the destination?",
    subject="the broker of the chain, else the forwarder that had it on arrival",
    roles=(Role.FORWARDER, Role.BROKER),
    cohort="ARRIVED_DESTINATION",
    eligible="Shipments that arrived from abroad; cancelled in customs, or seen behind customs "
    "without a clearance: out",
    numerator="Hours from ARRIVED_DESTINATION to IMPORT_CUSTOMS_CLEARED, holds included",
    maturity="at once: open ones count as censored; lost, destroyed, returned = never cleared",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    goals={Statistic.P90: Goal(target=48.0, limit=96.0)},
    milestones=("ARRIVED_DESTINATION", "IMPORT_CUSTOMS_CLEARED"),
    caveats="Customs time is excused time: it says where the hours went, not whose fault they are.",
    source="Release time, WCO Time Release Study",
    facts=facts,
)
