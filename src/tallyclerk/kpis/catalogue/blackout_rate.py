"""Tracking blackouts."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.silences import dark
from tallyclerk.kpis.measure import Parameters, case, custody_reason, hours, takers
from tallyclerk.kpis.worst import is_lacking, lacking, late_starts, unseen_cases


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment and partner that took custody of it."""
    found = dark(
        journeys.silences, hours(parameters["blackout_hours"]), hours(parameters["flight_hours"])
    )
    limit = hours(parameters["blackout_hours"])
    plainly = dark(journeys.silences, limit, limit).select("sid", "partner", is_plain="is_dark")
    reason = custody_reason(journeys.context)
    cases = (
        takers(journeys)
        .join(found, on=["sid", "partner"], how="left")
        .join(plainly, on=["sid", "partner"], how="left")
        .join(late_starts(journeys), on=["sid", "partner"], how="left")
        .join(_unended(journeys), on=["sid", "partner"], how="left")
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
            in_doubt=_in_doubt(reason, limit),
        )
    )
    return pl.concat([cases, unseen_cases(journeys)], how="diagonal_relaxed")


def _unended(journeys: Journeys) -> pl.LazyFrame:
    """Custody that lacks what would end a flight (is_aloft), or itself (is_lacking)."""
    flights = lacking(journeys, Milestone.ARRIVED_DESTINATION).rename({"is_lacking": "is_aloft"})
    ends = lacking(journeys, Milestone.DELIVERED)
    return flights.join(ends, on=["sid", "partner"], how="full", coalesce=True)


def _in_doubt(reason: pl.Expr, limit: dt.timedelta) -> pl.Expr:
    """Whether a missing scan may hide a blackout.

    One before the first scan; one after an arrival that was not reported, so that it passed for a
    part of the flight; one before an end at no known time.
    """
    waited = pl.col("taken_at") - pl.col("earliest_at")
    before = pl.col("is_late_start") & (waited > limit).fill_null(value=True)
    landed = pl.col("is_aloft") & pl.col("is_plain")
    is_hidden = before.fill_null(value=False) | landed.fill_null(value=False)
    is_lost = is_lacking() & (reason == "undated").fill_null(value=False)
    return is_lost | (reason.is_null() & is_hidden)


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
