"""Scan compliance: milestones reported of those owed."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.worst import unseen_cases


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment, custodian and required milestone, and one for all of them."""
    rows = journeys.requirements.lazy().join(
        journeys.custody.lazy().select("sid", "partner", "taken_at"), on=["sid", "partner"]
    )
    shared = {"cohort_at": pl.col("taken_at"), "reason": pl.lit(None, dtype=pl.String)}
    each = rows.select(
        "sid",
        "partner",
        rule="milestone",
        n=pl.lit(1, dtype=pl.Int64),
        hits=pl.col("is_present").cast(pl.Int64),
        to_event="shown_by",
        **shared,
    )
    total = (
        each.group_by("sid", "partner", "cohort_at")
        .agg(pl.col("n").sum(), pl.col("hits").sum())
        .with_columns(reason=pl.lit(None, dtype=pl.String))
    )
    return pl.concat([each, total, _unseen(journeys)], how="diagonal_relaxed")


def _unseen(journeys: Journeys) -> pl.LazyFrame:
    """What partners owed for goods that they never scanned, a row for each such shipment."""
    owed = (
        journeys.unseen_requirements.lazy()
        .group_by("sid", "partner")
        .agg(worst_n=pl.len().cast(pl.Int64), worst_hits=pl.col("is_present").sum().cast(pl.Int64))
    )
    return unseen_cases(journeys).join(owed, on=["sid", "partner"])


KPI = Kpi(
    name="milestone_completeness_rate",
    label="Scan compliance",
    question="Does the partner report the milestones it owes?",
    subject="each custodian, the supplier included",
    roles=ALL,
    cohort="own taking of custody (supplier: ready)",
    eligible="Milestones owed for the subject's legs, once a later one shows they happened",
    numerator="Owed milestones that were reported",
    maturity="at once",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="reported",
    goals={Statistic.RATE: Goal(target=0.98, limit=0.90)},
    caveats="Counts milestones, not shipments. Owed is what `must_report` says, else whatever the "
    "partner was ever seen to send.",
    source="Milestone completeness of visibility contracts",
    cases="milestones",
    facts=facts,
)
