"""Scan latency: events told long after they happened."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import yyyymm
from tallyclerk.journey.silences import minutes_between
from tallyclerk.kpis.measure import Parameters, hours
from tallyclerk.kpis.retold import PART


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment, reporter and month: n events with both times, hits of them late.

    Under a rule that names its milestone, each late event once more, with the minutes it took.
    """
    late = pl.col("recorded_at") - pl.col("occurred_at") > hours(parameters["late_hours"])
    local = pl.col("occurred_at").dt.convert_time_zone(journeys.context.timezone)
    told = (
        journeys.observations.lazy()
        .filter(pl.col("partner").is_not_null(), pl.col("recorded_at").is_not_null())
        .with_columns(cohort_month=yyyymm(local), reason=pl.lit(None, dtype=pl.String))
    )
    total = told.group_by("sid", "partner", "cohort_month", "reason").agg(
        cohort_at=pl.col("occurred_at").min(),
        n=pl.len().cast(pl.Int64),
        hits=late.sum().cast(pl.Int64),
        from_event=pl.lit(None, dtype=pl.Int64),
        to_event=pl.col("event_id").filter(late).first(),
    )
    each = told.filter(late).select(
        "sid",
        "partner",
        "cohort_month",
        "reason",
        rule=pl.concat_str(pl.lit(PART), pl.col("milestone").cast(pl.String)),
        cohort_at="occurred_at",
        n=pl.lit(0, dtype=pl.Int64),
        hits=pl.lit(1, dtype=pl.Int64),
        minutes=minutes_between(pl.col("occurred_at"), pl.col("recorded_at")),
        from_event="event_id",
        to_event="event_id",
    )
    return pl.concat([total, each], how="diagonal_relaxed")


KPI = Kpi(
    name="late_record_rate",
    label="Scan latency",
    question="How often does the partner tell us long after the fact?",
    subject="reporter of the event",
    roles=ALL,
    cohort="the event's own time",
    eligible="Events with the time they happened and the time they were recorded",
    numerator="Recorded more than 12 h after they happened",
    maturity="at once",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="recorded more than 12 h late",
    parameters={"late_hours": 12},
    goals={Statistic.RATE: Goal(target=0.05, limit=0.15)},
    needs=("times of recording",),
    caveats="Counts events, not shipments. Recording times are self-reported.",
    source="Data latency of visibility contracts",
    self_reported=True,
    cases="events",
    facts=facts,
)
