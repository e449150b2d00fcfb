"""Damaged shipments, held against the custodian at the report unless a claim names another."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.kpi import Goal, Kpi, Statistic
from tallyclerk.domain.roles import TAKERS
from tallyclerk.journey.custody import holder_around
from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.observations import first_by
from tallyclerk.kpis.measure import Parameters, case, days, takers


def facts(journeys: Journeys, parameters: Parameters) -> pl.LazyFrame:
    """One row per delivered or damaged shipment and partner that had it or is claimed on."""
    claims = journeys.claims.lazy().filter(
        pl.col("kind") == "damage", pl.col("status") != "rejected"
    )
    shipments = _delivered_or_damaged(journeys, claims)
    owner = _owner(journeys, shipments, claims)
    subjects = pl.concat([takers(journeys).select("sid", "partner"), owner]).unique()
    return (
        subjects.join(shipments, on="sid")
        .join(owner.rename({"partner": "owner"}), on="sid", how="left")
        .select(
            "sid",
            "partner",
            **case(
                journeys.context,
                hit=pl.col("partner") == pl.col("owner"),
                cohort="known_at",
                matures_at=pl.col("known_at") + days(parameters["mature_days"]),
                excluded={
                    "undated": pl.col("known_at").is_null(),
                    "not_reported": pl.lit(not journeys.context.has_damage),
                },
                events=("delivered_event", "damaged_event"),
            ),
        )
    )


def _delivered_or_damaged(journeys: Journeys, claims: pl.LazyFrame) -> pl.LazyFrame:
    """Shipments in question, with `is_damaged` and `known_at`: delivery, else the first report."""
    claimed = claims.group_by("sid").agg(pl.col("filed_at").min(), is_claimed=pl.lit(value=True))
    is_damaged = pl.col("damaged_at").is_not_null() | pl.col("is_claimed").is_not_null()
    is_delivered = pl.col("delivered_at").is_not_null() | (
        pl.col("outcome") == "delivered"
    ).fill_null(value=False)
    return (
        journeys.shipments.lazy()
        .join(claimed, on="sid", how="left")
        .filter(is_delivered | is_damaged)
        .with_columns(
            is_damaged=is_damaged, known_at=pl.coalesce("delivered_at", "damaged_at", "filed_at")
        )
    )


def _owner(journeys: Journeys, shipments: pl.LazyFrame, claims: pl.LazyFrame) -> pl.LazyFrame:
    """Whom each damage is held against: sid, partner.

    The partner that the earliest claim names, else the custodian at the report (the first one if
    it came before all), else the last custodian.
    """
    damaged = shipments.filter("is_damaged").select("sid", "damaged_at")
    named = (
        claims.filter(pl.col("partner_id").is_not_null())
        .sort("sid", "filed_at", "claim_id", nulls_last=True)
        .pipe(first_by, "sid")
        .select("sid", named="partner_id")
    )
    held = takers(journeys).join(damaged, on="sid")
    holder = holder_around(held, "damaged_at").select("sid", holder="partner")
    return (
        damaged.join(named, on="sid", how="left")
        .join(holder, on="sid", how="left")
        .select("sid", partner=pl.coalesce("named", "holder"))
        .drop_nulls()
    )


KPI = Kpi(
    name="damage_rate",
    label="Damage",
    question="How many parcels arrive broken?",
    subject="custodian at the report, unless a claim names another",
    roles=TAKERS,
    cohort="delivery",
    eligible="Shipments delivered or damaged that the partner took custody of",
    numerator="Reported damaged, or claimed and not rejected",
    maturity="30 days after delivery",
    better="lower",
    statistics=(Statistic.RATE,),
    hit_word="damaged",
    parameters={"mature_days": 30},
    goals={Statistic.RATE: Goal(target=0.01, limit=0.02)},
    milestones=("DELIVERED",),
    rare=True,
    caveats="Not assessable where damage is never reported or claimed. Damage is mostly found at "
    "the end of the chain and is self-reported until a claim.",
    source="Damage rate of carrier liability contracts",
    self_reported=True,
    facts=facts,
)
