"""Shipments with which nothing at all was wrong."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.milestones import Milestone
from tallyclerk.domain.roles import ALL
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import is_before_due
from tallyclerk.kpis.measure import Parameters, case, days, is_called_off
from tallyclerk.kpis.retold import LACKING, PART
from tallyclerk.kpis.worst import HIDDEN, is_lacking, lacking, unseen_cases


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per promised shipment and partner that had custody of it, and one per flaw of it."""
    broken = _incidents(journeys)
    shipments = _promised(journeys, broken)
    is_spoilt = pl.any_horizontal(
        _is_late(),
        ~pl.col("is_complete").fill_null(value=True),
        _is_damaged(),
        pl.col("is_broken").is_not_null(),
    )
    shown = case(
        journeys.context,
        hit=~is_spoilt,
        cohort="promise_at",
        matures_at=pl.max_horizontal("due_at", "delivered_at") + days(parameters["mature_days"]),
        excluded={
            "nothing_owed": pl.col("is_complete").is_null(),
            "not_reported": pl.lit(not journeys.context.has_damage),
            "cancelled": is_called_off(pl.col("due_at")) & pl.col("delivered_at").is_null(),
        },
        events=(None, "delivered_event"),
    )
    promised = shipments.select("sid", cohort_month="promise_month", **shown)
    held = (
        journeys.custody.lazy()
        .select("sid", "partner")
        .join(lacking(journeys, Milestone.DELIVERED), on=["sid", "partner"], how="left")
    )
    is_lost = is_lacking() & (pl.col("reason") == "cancelled").fill_null(value=False)
    missing = unseen_cases(journeys).drop("cohort_at", "reason", "in_doubt")
    cases = promised.join(held, on="sid")
    spoilt = cases.filter(pl.col("reason").is_null(), pl.col("hits") == 0)
    return pl.concat(
        [
            cases.with_columns(in_doubt=is_lost),
            spoilt.join(_flaws(journeys, shipments, broken), on="sid").with_columns(
                n=pl.lit(0, dtype=pl.Int64)
            ),
            promised.join(missing, on="sid")
            .filter(pl.col("reason").is_null())
            .with_columns(in_doubt=pl.lit(value=True), reason=pl.lit(HIDDEN)),
        ],
        how="diagonal_relaxed",
    ).with_columns(pl.col("n").fill_null(1))


def _promised(journeys: Journeys, broken: pl.LazyFrame) -> pl.LazyFrame:
    """Promised shipments with what may spoil them: is_complete, is_claimed, is_broken."""
    return (
        journeys.shipments.lazy()
        .filter(pl.col("due_at").is_not_null())
        .join(_completeness(journeys), on="sid", how="left")
        .join(_damage_claims(journeys), on="sid", how="left")
        .join(_marked(broken.select("sid"), "is_broken"), on="sid", how="left")
    )


def _flaws(journeys: Journeys, shipments: pl.LazyFrame, broken: pl.LazyFrame) -> pl.LazyFrame:
    """All that is wrong with promised shipments, as parts: sid, rule."""
    return pl.concat(
        [
            shipments.filter(_is_late()).select("sid", rule=pl.lit(PART + "late")),
            shipments.filter(_is_damaged()).select("sid", rule=pl.lit(PART + "damaged")),
            _lacks(journeys),
            broken,
        ]
    )


def _is_late() -> pl.Expr:
    return ~is_before_due("delivered_at", "delivered_date").fill_null(value=False)


def _is_damaged() -> pl.Expr:
    return pl.col("damaged_at").is_not_null() | pl.col("is_claimed").is_not_null()


def _completeness(journeys: Journeys) -> pl.LazyFrame:
    """Whether every milestone that the chain owed was reported; absent where none was owed."""
    return journeys.requirements.lazy().group_by("sid").agg(is_complete=pl.col("is_present").all())


def _lacks(journeys: Journeys) -> pl.LazyFrame:
    """Owed milestones that were not reported, as parts: sid, rule, once each."""
    absent = journeys.requirements.lazy().filter(~pl.col("is_present"))
    return absent.select("sid", rule=pl.lit(f"{PART}{LACKING}") + pl.col("milestone")).unique()


def _damage_claims(journeys: Journeys) -> pl.LazyFrame:
    claims = journeys.claims.lazy().filter(
        pl.col("kind") == "damage", pl.col("status") != "rejected"
    )
    return _marked(claims.select("sid"), "is_claimed")


def _incidents(journeys: Journeys) -> pl.LazyFrame:
    """Serious incidents, whoever caused them, their rules as parts: sid, rule, once each."""
    found = pl.concat([journeys.incidents, journeys.outage_incidents])
    serious = found.lazy().filter("is_serious")
    return serious.select("sid", rule=pl.lit(PART) + pl.col("rule")).unique()


def _marked(sids: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return sids.unique().with_columns(pl.lit(value=True).alias(name))


KPI = Kpi(
    name="perfect_shipment_rate",
    label="Perfect shipments",
    question="With how many parcels was nothing at all wrong?",
    subject="every partner that had custody, as the chain's figure",
    roles=ALL,
    cohort="the promise",
    eligible="Shipments with a promise of which the chain owed some message; cancelled before it "
    "and not delivered: out",
    numerator="Delivered on time, every owed milestone reported, not damaged or claimed to be, and "
    "no serious incident",
    maturity="30 days after the promise, or after the delivery where that is later",
    better="higher",
    statistics=(Statistic.RATE,),
    hit_word="perfect",
    parameters={"mature_days": 30},
    goals={Statistic.RATE: Goal(target=0.85, limit=0.70)},
    needs=("a promise",),
    milestones=("DELIVERED",),
    caveats="Not assessable where damage is never reported or claimed. The chain's figure: it does "
    "not say which partner spoilt it. Never delivered counts as not perfect.",
    source="Perfect order fulfilment, SCOR RL.1",
    facts=facts,
)
