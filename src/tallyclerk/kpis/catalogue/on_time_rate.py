"""Punctuality of the whole chain."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import is_before_due
from tallyclerk.kpis.measure import Parameters, case, days, is_called_off
from tallyclerk.kpis.worst import is_lacking, lacking


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per promised shipment and partner of its chain."""
    due = pl.col("due_at")
    called_off = is_called_off(due) & pl.col("delivered_at").is_null()
    is_lost = is_lacking() & (pl.col("reason") == "cancelled").fill_null(value=False)
    members = (
        journeys.members.lazy()
        .select("sid", "partner")
        .join(lacking(journeys, Milestone.DELIVERED), on=["sid", "partner"], how="left")
    )
    shown = case(
        journeys.context,
        hit=is_before_due("delivered_at", "delivered_date"),
        cohort="promise_at",
        matures_at=due + days(parameters["mature_days"]),
        excluded={"cancelled": called_off},
        events=(None, "delivered_event"),
    )
    promised = journeys.shipments.lazy().filter(due.is_not_null())
    cases = promised.select("sid", cohort_month="promise_month", **shown).join(members, on="sid")
    return cases.with_columns(in_doubt=is_lost)


KPI = Kpi(
    name="on_time_rate",
    label="Delivered on time",
    question="Do the customer's parcels arrive when they were promised?",
    subject="every partner of the chain, as the chain's figure",
    roles=ALL,
    cohort="the promise",
    eligible="Shipments with a promise; cancelled before it and not delivered: out",
    numerator="Delivered by the promised time, or on the promised local day",
    maturity="3 days after the promise; open or lost and overdue = late",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="delivered on time",
    parameters={"mature_days": 3},
    goals={Statistic.RATE: Goal(target=0.95, limit=0.90)},
    needs=("a promise",),
    milestones=("DELIVERED",),
    caveats="The chain's figure: it does not say which partner made a parcel late.",
    source="On time in full, time part; SCOR RL.2",
    about_time=True,
    facts=facts,
)
