"""Delayed shipments whose customers were told before they had to find out."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.delays import delayed
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import Parameters, case


def facts(journeys: Journeys, _parameters: Parameters) -> pl.LazyFrame:
    """One row per delayed shipment and partner of its chain."""
    shown = case(
        journeys.context,
        hit=pl.col("is_told"),
        cohort="promise_at",
        excluded={
            "undated_contact": pl.col("is_unsure"),
            "not_reported": pl.lit(not journeys.context.has_notices),
        },
        events=(None, "delivered_event"),
    )
    late = delayed(journeys).select("sid", cohort_month="promise_month", **shown)
    return late.join(journeys.members.lazy().select("sid", "partner"), on="sid")


KPI = Kpi(
    name="proactive_notice_rate",
    label="Told of delays",
    question="Does the customer hear of a delay before it happens?",
    subject="every partner of the chain, as the chain's figure",
    roles=ALL,
    cohort="the promise",
    eligible="Shipments delivered after their promise, or not there 3 days after it; cancelled, or "
    "told or asked about at no known time that decides it: out",
    numerator="Customer told before the promise passed and before the first ticket",
    maturity="with the late delivery, else 3 days after the promise",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="announced to the customer",
    needs=("a promise", "customer notices"),
    caveats="Not assessable where no notice to a customer is in the data. The chain's figure: it "
    "does not say who should have told the customer. Any notice counts, whatever it says.",
    source="Proactive delay notification of customer service",
    facts=facts,
)
