"""Acknowledged handovers of the receiving party."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case, hours, is_called_off
from tallyclerk.kpis.worst import named_unseen, untaken_tenders


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per handover to a partner of which acceptances or scans are ever received."""
    deadline = pl.col("released_at") + hours(parameters["acknowledge_hours"])
    ends = journeys.shipments.lazy().select("sid", "undated_fate", "cancelled_at")
    shown = case(
        journeys.context,
        hit=pl.col("taken_at") <= deadline,
        cohort="released_at",
        matures_at=deadline + hours(parameters["mature_hours"]),
        excluded={
            "cancelled": is_called_off(deadline) & pl.col("taken_at").is_null(),
            "not_reporting": ~pl.col("taker").is_in(sorted(journeys.context.takers)),
        },
        events=("released_event", "taken_event"),
    )
    cases = (
        journeys.handovers.lazy()
        .filter(pl.col("taker").is_not_null())
        .join(ends, on="sid")
        .join(named_unseen(journeys), on=["sid", "taker"], how="left")
        .select(
            "sid",
            partner="taker",
            counterpart="giver",
            **shown,
            in_doubt=(shown["reason"] == "cancelled") & pl.col("is_unseen"),
        )
    )
    return pl.concat([cases, untaken_tenders(journeys)], how="diagonal_relaxed")


KPI = Kpi(
    name="handover_ack_rate",
    label="Acceptance scan within 24 h",
    question="Does the partner confirm what was tendered to it?",
    subject="receiving party",
    roles=TAKERS,
    cohort="the giver's RELEASED",
    eligible="Handovers tendered to the subject; cancelled and not taken: out",
    numerator="Taken within 24 h of the tender (earlier counts)",
    maturity="48 h after the tender",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="acknowledged within 24 h",
    parameters={"acknowledge_hours": 24, "mature_hours": 24},
    goals={Statistic.RATE: Goal(target=0.95, limit=0.90)},
    milestones=("RELEASED", "ACCEPTED"),
    source="Scan compliance of parcel contracts",
    cases="handovers",
    about_time=True,
    facts=facts,
)
