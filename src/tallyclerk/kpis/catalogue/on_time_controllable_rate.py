"""Punctuality as far as it was in a partner's own hands."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.attribution import spans
from tallyclerk.journey.blame import blame, made_late, shares
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import is_before_due
from tallyclerk.kpis.measure import Parameters, case, days, is_called_off
from tallyclerk.kpis.retold import LATE, PART
from tallyclerk.kpis.worst import is_lacking, lacking, unseen_cases

UNTOLD = (Milestone.ACCEPTED, Milestone.RELEASED, Milestone.DELIVERED)
"""Missing, they leave open since when or until when a custodian had the goods."""
OWN_PARTS = ("took", "planned", "received")
"""What a partner's own minutes are made of; see `tallyclerk.journey.blame`."""
_OF_SHIPMENTS = (
    *("promised_date", "due_at", "is_due_day", "promise_at", "promise_month", "undated_fate"),
    *("cancelled_at", "delivered_at", "delivered_date", "delivered_event"),
)


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per promised shipment and partner that had custody of it.

    Under the rule "whole_chain" the same cases with every lateness held against the partner, and
    under "disputed" with what it shares with the other side of an unproven handover held against
    it: the figure lies between "disputed" and the total. Under "late: …" the lateness of late
    shipments divided, those without a plan too: minutes as n, shipments as hits. What their own
    minutes are made of are parts: took - planned + received.
    """
    is_late = ~is_before_due("delivered_at", "delivered_date").fill_null(value=False)
    rows = (
        blame(spans(journeys))
        .join(journeys.shipments.lazy().select("sid", *_OF_SHIPMENTS), on="sid")
        .join(lacking(journeys, *UNTOLD), on=["sid", "partner"], how="left")
        .join(_endless(journeys), on=["sid", "partner"], how="left")
        .collect()
        .lazy()
    )
    own, disputed = pl.col("own"), pl.col("disputed")
    misses = {
        None: is_late & made_late(own),
        "disputed": is_late & made_late(own + disputed),
        "whole_chain": is_late,
    }
    due, delivered = pl.col("due_at"), pl.col("delivered_at")
    matures_at = due + days(parameters["mature_days"])
    is_cancelled = is_called_off(due) & delivered.is_null()
    is_endless = pl.col("is_endless").fill_null(value=False)
    is_hidden = is_endless | (is_lacking() & ~is_cancelled)
    is_mature = (matures_at <= journeys.context.now).fill_null(value=False)
    cases = [
        rows.select(
            "sid",
            "partner",
            rule=pl.lit(rule, dtype=pl.String),
            n=pl.lit(1, dtype=pl.Int64),
            cohort_month="promise_month",
            in_doubt=is_mature & own.is_not_null() & is_late & is_hidden,
            **case(
                journeys.context,
                hit=~is_missed,
                cohort="promise_at",
                matures_at=matures_at,
                excluded={"no_plan": own.is_null(), "cancelled": is_cancelled},
                events=(None, "delivered_event"),
            ),
        )
        for rule, is_missed in misses.items()
    ]
    late = rows.filter(is_late, is_mature, ~is_cancelled)
    overdue = journeys.shipments.lazy().filter(is_late, is_mature, ~is_cancelled)
    return pl.concat(
        [*cases, _divided(late), *_made_of(late), _unseen(journeys, overdue)],
        how="diagonal_relaxed",
    )


def _unseen(journeys: Journeys, overdue: pl.LazyFrame) -> pl.LazyFrame:
    """Late shipments of partners that must have had them and never scanned them."""
    promised = overdue.select(
        "sid", "promise_month", cohort_at="promise_at", to_event="delivered_event"
    )
    return (
        unseen_cases(journeys)
        .drop("cohort_at")
        .join(promised, on="sid")
        .rename({"promise_month": "cohort_month"})
        .with_columns(n=pl.lit(1, dtype=pl.Int64))
    )


def _endless(journeys: Journeys) -> pl.LazyFrame:
    return lacking(journeys, Milestone.DELIVERED).rename({"is_lacking": "is_endless"})


def _divided(late: pl.LazyFrame) -> pl.LazyFrame:
    """The lateness of late shipments, a row per share: n minutes, hits shipments."""
    return shares(late).select(
        "sid",
        "partner",
        rule=pl.lit(LATE) + pl.col("share"),
        n="minutes",
        hits="shipments",
        cohort_at="promise_at",
        cohort_month="promise_month",
        to_event="delivered_event",
    )


def _made_of(late: pl.LazyFrame) -> list[pl.LazyFrame]:
    """What the own minutes of late shipments are made of, where there is a plan to tell it."""
    known = late.filter(pl.col("own").is_not_null())
    return [
        known.filter(pl.col(name) > 0).select(
            "sid",
            "partner",
            rule=pl.lit(f"{PART}{name}"),
            n=pl.lit(0, dtype=pl.Int64),
            hits=pl.lit(0, dtype=pl.Int64),
            minutes=pl.col(name).cast(pl.Int64),
            cohort_at="promise_at",
            cohort_month="promise_month",
            to_event="delivered_event",
        )
        for name in OWN_PARTS
    ]


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
    needs=("a promise",),
    milestones=("ACCEPTED", "DELIVERED"),
    caveats="Two hours of a handover belong to nobody; the rest of its wait is the receiver's only "
    'where the handover is proven, else shared: the row "disputed" holds it against both sides. '
    "Its own minutes are what it took less its plan, and such waits; they count as far as the "
    "shipment was late.",
    source="Controllable on-time of carrier scorecards; critical-path delay analysis (but-for test)",
    about_time=True,
    by_plans=True,
    facts=facts,
)
