"""The longest silence between scans."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.silences import longest
from tallyclerk.kpis.measure import Parameters, custody_reason, takers


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner that took custody of it."""
    gap = longest(journeys.silences)
    reason = custody_reason(journeys.context)
    is_in = reason.is_null()
    ending = pl.when("is_open").then(pl.lit("censored")).otherwise(pl.lit("observed"))
    return (
        takers(journeys)
        .join(gap, on=["sid", "partner"], how="left")
        .select(
            "sid",
            "partner",
            cohort_at="taken_at",
            reason=reason,
            minutes=pl.when(is_in).then("minutes"),
            ending=pl.when(is_in).then(ending),
            from_event="from_event",
            to_event="until_event",
        )
    )


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
