"""Shipments that their customers were not content with."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import yyyymm
from tallyclerk.kpis.measure import Parameters, case, days
from tallyclerk.kpis.worst import is_lacking, lacking

THOUSANDTHS = 1_000
"""Scores are compared in whole thousandths of a mark."""


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per shipment that was reviewed or could be, and partner of its chain."""
    context = journeys.context
    members = (
        journeys.members.lazy()
        .select("sid", "partner")
        .join(lacking(journeys, Milestone.DELIVERED), on=["sid", "partner"], how="left")
    )
    is_hidden = pl.all_horizontal(
        is_lacking(), ~pl.col("is_promised"), pl.col("reason") == "waiting", pl.col("is_scored")
    )
    asked = _asked(journeys, parameters["low_percent"])
    shown = _case(context, parameters["mature_days"])
    kept = ("sid", "is_promised", "is_scored", "worst_hits")
    cases = asked.with_columns(worst_hits=pl.col("is_low").cast(pl.Int64)).select(*kept, **shown)
    return (
        cases.join(members, on="sid")
        .with_columns(in_doubt=is_hidden.fill_null(value=False))
        .drop("is_promised", "is_scored")
    )


def _case(context: Context, mature_days: int) -> dict[str, pl.Expr]:
    matures_at = pl.coalesce("due_at", "delivered_at", "given_at") + days(mature_days)
    is_over = (matures_at <= context.now).fill_null(value=False)
    is_reviewed = pl.col("is_scored").is_not_null()
    local = pl.col("asked_at").dt.convert_time_zone(context.timezone)
    shown = case(
        context,
        hit=pl.col("is_low"),
        cohort="asked_at",
        matures_at=matures_at,
        excluded={
            "not_reviewed": ~is_reviewed & is_over,
            "unscored_review": ~pl.col("is_scored"),
            "undated_review": is_reviewed & pl.col("asked_at").is_null(),
        },
        events=(None, "delivered_event"),
    )
    return {**shown, "cohort_month": pl.coalesce("promise_month", yyyymm(local))}


def _asked(journeys: Journeys, low_percent: int) -> pl.LazyFrame:
    """Shipments reviewed, or delivered and not; where nobody reviews anything there is none.

    Returns:
        One row per shipment: that of JOURNEYS, and given_at, is_low, is_scored (null: no review),
        asked_at (of the cohort), is_promised.
    """
    is_delivered = pl.col("delivered_at").is_not_null() | (
        pl.col("undated_fate") == "undated"
    ).fill_null(value=False)
    could_be = is_delivered & pl.lit(journeys.context.has_reviews)
    told = _verdicts(journeys, low_percent)
    return (
        journeys.shipments.lazy()
        .join(told, on="sid", how="left")
        .with_columns(
            asked_at=pl.coalesce("promise_at", "delivered_at", "given_at"),
            is_promised=pl.col("due_at").is_not_null(),
        )
        .filter(pl.col("is_scored").is_not_null() | (could_be & pl.col("asked_at").is_not_null()))
    )


def _verdicts(journeys: Journeys, low_percent: int) -> pl.LazyFrame:
    """What each shipment's customer said last.

    Of several reviews the latest with a score counts; of those of one moment the lowest.

    Returns:
        One row per reviewed shipment: sid, given_at, is_low, is_scored (whether one has a score).
    """
    score, best = (
        (pl.col(name) * THOUSANDTHS).round().cast(pl.Int64) for name in ("score", "scale_max")
    )
    has_score = pl.col("score").is_not_null() & pl.col("scale_max").is_not_null()
    scored = (
        journeys.reviews.lazy()
        .filter(has_score)
        .with_columns(is_low=score * 100 <= best * low_percent)
        .filter(pl.col("given_at").eq_missing(pl.col("given_at").max().over("sid")))
        .group_by("sid")
        .agg(pl.col("given_at").first(), pl.col("is_low").any(), is_scored=pl.lit(value=True))
    )
    unscored = (
        journeys.reviews.lazy()
        .group_by("sid")
        .agg(
            pl.col("given_at").max(),
            is_low=pl.lit(None, dtype=pl.Boolean),
            is_scored=pl.lit(value=False),
        )
        .join(scored.select("sid"), on="sid", how="anti")
    )
    return pl.concat([scored, unscored])


KPI = Kpi(
    name="low_review_rate",
    label="Low reviews",
    question="How many customers are not content with what they got?",
    subject="every partner of the chain, as the chain's figure",
    roles=ALL,
    cohort="the promise, else the delivery, else the review",
    eligible="Shipments reviewed; by a review without a score that can be read: out",
    numerator="Scored at most 40 % of the best score there is (2 of 5 stars, 4 of 10)",
    maturity="30 days after the promise, else the delivery, else the review",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="reviewed low",
    parameters={"low_percent": 40, "mature_days": 30},
    needs=("customer reviews",),
    caveats="Those who answer are few, and seldom like the others: the response rate stands beside "
    "it. Customers rate the goods as much as their way: the chain's figure. Of several reviews of a "
    "shipment the latest counts; that of an order counts for each of its shipments.",
    source="Low star rating rate of customer satisfaction surveys",
    facts=facts,
)
