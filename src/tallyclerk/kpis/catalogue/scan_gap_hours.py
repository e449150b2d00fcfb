"""The longest silence between scans."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.silences import longest, minutes_between
from tallyclerk.kpis.measure import Parameters, custody_reason, takers
from tallyclerk.kpis.worst import is_lacking, lacking, late_starts, unseen_cases


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner that took custody of it."""
    gap = longest(journeys.silences)
    reason = custody_reason(journeys.context)
    is_in = reason.is_null()
    ending = pl.when("is_open").then(pl.lit("censored")).otherwise(pl.lit("observed"))
    cases = (
        takers(journeys)
        .join(gap, on=["sid", "partner"], how="left")
        .join(late_starts(journeys), on=["sid", "partner"], how="left")
        .join(lacking(journeys), on=["sid", "partner"], how="left")
        .select(
            "sid",
            "partner",
            cohort_at="taken_at",
            reason=reason,
            minutes=pl.when(is_in).then("minutes"),
            ending=pl.when(is_in).then(ending),
            from_event="from_event",
            to_event="until_event",
            **_worst(reason),
        )
    )
    return pl.concat([cases, unseen_cases(journeys)], how="diagonal_relaxed")


def _worst(reason: pl.Expr) -> dict[str, pl.Expr]:
    """The silence before the first scan too; of custody still open the longest may yet come."""
    is_late_start = pl.col("is_late_start").fill_null(value=False)
    is_lost = is_lacking() & (reason == "undated").fill_null(value=False)
    is_never = is_lost | (is_late_start & pl.col("earliest_at").is_null())
    before = minutes_between("earliest_at", "taken_at").fill_null(0)
    is_running = pl.col("fate").is_null()
    ending = pl.when(is_running).then(pl.lit("censored")).otherwise(pl.lit("observed"))
    return {
        "in_doubt": is_lost | (reason.is_null() & (is_late_start | is_lacking())),
        "worst_minutes": pl.when(~is_never).then(pl.max_horizontal("minutes", before)),
        "worst_ending": pl.when(is_never).then(pl.lit("never")).otherwise(ending),
    }


KPI = Kpi(
    name="scan_gap_hours",
    label="Longest scan gap",
    question="For how long does nobody know where the parcel is?",
    subject="each custodian",
    roles=TAKERS,
    cohort="own taking of custody",
    eligible="Shipments it took custody of whose custody has a known end or is open",
    numerator="Longest time between physical scans in own custody, taking and end included",
    maturity="at once: a silence that is still open counts as censored",
    better="lower",
    statistics=(Statistic.P50, Statistic.P90),
    goals={Statistic.P90: Goal(target=48.0, limit=96.0)},
    milestones=("ACCEPTED",),
    source="Scan gap of tracking visibility audits",
    facts=facts,
)
