"""Tracking blackouts."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.silences import dark
from tallyclerk.kpis.measure import Parameters, case, custody_reason, hours, takers


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner that took custody of it."""
    found = dark(
        journeys.silences, hours(parameters["blackout_hours"]), hours(parameters["flight_hours"])
    )
    reason = custody_reason(journeys.context)
    return (
        takers(journeys)
        .join(found, on=["sid", "partner"], how="left")
        .select(
            "sid",
            "partner",
            **case(
                journeys.context,
                hit=pl.col("is_dark"),
                cohort="taken_at",
                excluded={
                    "negative": reason == "negative",
                    "undated": reason == "undated",
                },
                events=("dark_from", "dark_until"),
            ),
        )
    )


KPI = Kpi(
    name="blackout_rate",
    label="Tracking blackouts",
    question="How many parcels vanish from tracking for days?",
    subject="each custodian",
    roles=TAKERS,
    cohort="own taking of custody",
    eligible="Shipments it took custody of whose custody has a known end or is open",
    numerator="A silence longer than 48 h in own custody (72 h after departure), open ones too",
    maturity="at once",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="without a scan for more than 48 h",
    parameters={"blackout_hours": 48, "flight_hours": 72},
    goals={Statistic.RATE: Goal(target=0.05, limit=0.10)},
    milestones=("ACCEPTED",),
    source="Scan gap of tracking visibility audits",
    about_time=True,
    facts=facts,
)
