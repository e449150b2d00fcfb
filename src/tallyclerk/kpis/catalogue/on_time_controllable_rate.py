"""Punctuality as far as it was in a partner's own hands."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.attribution import blame, made_late, spans
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import is_before_due
from tallyclerk.kpis.measure import Parameters, case, days, is_called_off


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per promised shipment and partner that had custody of it.

    Under the rule "whole_chain" the same cases with every lateness held against the partner, and
    under "disputed" with what it shares with the other side of an unproven handover held against
    it: the figure lies between "disputed" and the total.
    """
    is_late = ~is_before_due("delivered_at", "delivered_date").fill_null(value=False)
    due = pl.col("due_at")
    rows = blame(spans(journeys)).join(journeys.shipments.lazy(), on="sid")
    own, disputed = pl.col("own"), pl.col("disputed")
    misses = {
        None: is_late & made_late(own),
        "disputed": is_late & made_late(own + disputed),
        "whole_chain": is_late,
    }
    return pl.concat(
        rows.select(
            "sid",
            "partner",
            rule=pl.lit(rule, dtype=pl.String),
            cohort_month="promise_month",
            **case(
                journeys.context,
                hit=~is_missed,
                cohort="promise_at",
                matures_at=due + days(parameters["mature_days"]),
                excluded={
                    "no_plan": own.is_null(),
                    "cancelled": is_called_off(due) & pl.col("delivered_at").is_null(),
                },
                events=(None, "delivered_event"),
            ),
        )
        for rule, is_missed in misses.items()
    )


KPI = Kpi(
    name="on_time_controllable_rate",
    label="Not made late by the partner",
    question="How many parcels does the partner itself make late?",
    subject="each custodian, the supplier included",
    roles=ALL,
    cohort="the promise",
    eligible="Shipments with a promise that the partner had, where its own time has a plan: agreed, "
    "else the median of others in its role on the lane; cancelled before the promise and not "
    "delivered: out",
    numerator="On time, or late for another reason than the partner's own overrun: without it on "
    "time, or late by it alone with all others on plan, is the partner's",
    maturity="3 days after the promise; open or lost and overdue = late",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="not made late by the partner",
    parameters={"mature_days": 3},
    goals={Statistic.RATE: Goal(target=0.97, limit=0.93)},
    milestones=("ACCEPTED", "DELIVERED"),
    caveats="Two hours of a handover belong to nobody; the rest of its wait is the receiver's only "
    'where the handover is proven, else shared: the row "disputed" holds it against both sides.',
    source="Controllable on-time of carrier scorecards; critical-path delay analysis (but-for test)",
    about_time=True,
    facts=facts,
)
