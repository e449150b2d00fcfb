"""Dispatch time of a supplier."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, duration, with_open_fate
from tallyclerk.kpis.worst import HIDDEN


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment of a supplier that was ready (or labelled)."""
    rows = journeys.shipments.lazy().with_columns(
        start=pl.coalesce("ready_at", "label_at"),
        start_event=pl.coalesce("ready_event", "label_event"),
    )
    cases = with_open_fate(
        rows.filter(pl.col("supplier_id").is_not_null(), pl.col("start").is_not_null()), journeys
    ).select(
        "sid",
        partner="supplier_id",
        counterpart="first_taker",
        **duration(
            journeys.context,
            "start",
            "first_taken_at",
            "open_fate",
            ("start_event", "first_taken_event"),
        ),
    )
    return pl.concat([cases, _unready(rows, journeys)], how="diagonal_relaxed")


def _unready(rows: pl.LazyFrame, journeys: Journeys) -> pl.LazyFrame:
    """Shipments handed over by a supplier who owes a word of readiness and gave none."""
    owes = journeys.context.owing(Milestone.READY_FOR_COLLECTION, Milestone.LABEL_CREATED)
    handed_at = pl.coalesce("first_taken_at", "released_at")
    return (
        rows.filter(pl.col("start").is_null(), handed_at.is_not_null())
        .join(owes, left_on="supplier_id", right_on="partner", how="semi")
        .select(
            "sid",
            partner="supplier_id",
            counterpart="first_taker",
            cohort_at=handed_at,
            reason=pl.lit(HIDDEN),
            in_doubt=pl.lit(value=True),
            to_event="first_taken_event",
        )
    )


KPI = Kpi(
    name="dispatch_hours",
    label="Dispatch time",
    question="How long does ready cargo wait at the supplier before somebody takes it?",
    subject="supplier",
    roles=(Role.SUPPLIER,),
    cohort="READY_FOR_COLLECTION, else LABEL_CREATED",
    eligible="Shipments with a ready or label time; cancelled before anyone took them: out",
    numerator="Hours from ready to the first taking of custody by another partner; none: still open",
    maturity="at once: open ones count as censored",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    goals={Statistic.P90: Goal(target=48.0, limit=96.0)},
    milestones=("READY_FOR_COLLECTION", "LABEL_CREATED", "ACCEPTED"),
    caveats="A late collection by the next partner counts here too: see the handover KPIs.",
    source="Order-to-ship cycle time, SCOR RS.3",
    facts=facts,
)
