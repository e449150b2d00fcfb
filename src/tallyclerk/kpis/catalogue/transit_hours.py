"""Time in custody."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, duration, takers
from tallyclerk.kpis.worst import lacking, late_starts, longest_possible, unseen_cases


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner that took custody of it."""
    handed_on = pl.col("fate").is_in(["next", "delivered"])
    rows = (
        takers(journeys)
        .with_columns(
            reached_at=pl.when(handed_on).then("end_at"),
            reached_event=pl.when(handed_on).then("end_event"),
        )
        .join(late_starts(journeys), on=["sid", "partner"], how="left")
        .join(lacking(journeys, Milestone.DELIVERED), on=["sid", "partner"], how="left")
    )
    times = duration(
        journeys.context, "taken_at", "reached_at", "fate", ("taken_event", "reached_event")
    )
    worst = longest_possible(
        times,
        earliest=pl.col("earliest_at"),
        is_late_start=pl.col("is_late_start"),
        is_end_lost=pl.col("is_lacking"),
    )
    cases = rows.select("sid", "partner", counterpart="next_partner", **times, **worst)
    return pl.concat([cases, unseen_cases(journeys)], how="diagonal_relaxed")


KPI = Kpi(
    name="transit_hours",
    label="Time in custody",
    question="How long does the partner have the goods?",
    subject="each custodian",
    roles=TAKERS,
    cohort="own taking of custody",
    eligible="Shipments it took custody of; cancelled on the way: out",
    numerator="Hours from own taking to the next partner's, or to DELIVERED",
    maturity="at once: open ones count as censored; lost, destroyed, returned = never reached",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    milestones=("ACCEPTED", "DELIVERED"),
    source="Dwell and transit time, SCOR RS.3",
    facts=facts,
)
