"""Time from the label to the first physical scan."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import Role
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, duration, journey_fate
from tallyclerk.kpis.worst import unseen_cases


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment with a label (or ready) time."""
    rows = journeys.shipments.lazy().with_columns(
        start=pl.coalesce("label_at", "ready_at"),
        start_event=pl.coalesce("label_event", "ready_event"),
        subject=pl.coalesce("first_taker", "forwarder_id", "courier_id"),
    )
    labelled = rows.filter(pl.col("start").is_not_null())
    times = duration(
        journeys.context, "start", "first_scan_at", "fate", ("start_event", "first_scan_event")
    )
    missing = unseen_cases(journeys).filter("is_first").drop("cohort_at")
    mine = missing.select("sid", subject="partner", is_unseen=pl.lit(value=True))
    cases = (
        labelled.filter(pl.col("subject").is_not_null())
        .with_columns(fate=journey_fate())
        .join(mine, on=["sid", "subject"], how="left")
        .select(
            "sid",
            partner="subject",
            counterpart="supplier_id",
            in_doubt=pl.col("is_unseen").fill_null(value=False) & times["reason"].is_not_null(),
            **times,
        )
    )
    others = missing.join(cases.select("sid", "partner"), on=["sid", "partner"], how="anti")
    unscanned = others.join(labelled.select("sid", cohort_at="start"), on="sid")
    return pl.concat([cases, unscanned], how="diagonal_relaxed")


KPI = Kpi(
    name="first_scan_hours",
    label="Label to first scan",
    question="Has it even shipped?",
    subject="first forwarder or courier",
    roles=(Role.FORWARDER,),
    cohort="LABEL_CREATED, else READY_FOR_COLLECTION",
    eligible="Shipments with a label or ready time; cancelled before any scan: out",
    numerator="Hours from the label to the first physical scan",
    maturity="at once: open ones count as censored",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    goals={Statistic.P90: Goal(target=48.0, limit=96.0)},
    milestones=("LABEL_CREATED", "READY_FOR_COLLECTION"),
    caveats="Includes the time the goods waited for collection at the supplier.",
    source="Label-to-first-scan time of tracking audits",
    facts=facts,
)
