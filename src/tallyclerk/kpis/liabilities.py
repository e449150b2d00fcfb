"""Goods that partners lost or damaged, with what a claim needs to know of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.tables import FACTS, LIABILITIES
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.engine import as_facts, stated_of
from tallyclerk.kpis.measure import Parameters

COVERS = {"loss_rate": "loss", "damage_rate": "damage"}
"""What the hits of a KPI are."""
RANKS = {"paid": 0, "accepted": 1, "open": 2}
"""Which of several claims on a shipment counts; any other comes last."""


def liabilities(
    journeys: Journeys, kpis: Mapping[str, Kpi], parameters: Mapping[str, Parameters]
) -> pl.DataFrame:
    """LIABILITIES of a bucket: the hits of both KPIs, whether their cohort is mature or not."""
    chosen = [kpis[name] for name in COVERS]
    rows = [_hits(journeys, kpi, parameters[kpi.name]) for kpi in chosen]
    in_n = ((kpi, _in_n(cases)) for kpi, cases in zip(chosen, rows, strict=True))
    stated = as_facts(pl.concat(list(stated_of(in_n, journeys)))).filter(pl.col("rule").is_null())
    mature = pl.concat(
        cases.select("sid", "partner", kpi=pl.lit(kpi.name), is_mature=pl.col("reason").is_null())
        for kpi, cases in zip(chosen, rows, strict=True)
    )
    return (
        stated.lazy()
        .with_columns(covers=pl.col("kpi").replace_strict(COVERS, return_dtype=pl.String))
        .join(_shipments(journeys, mature), on=["shipment_id", "partner_id", "kpi"], how="left")
        .join(_claims(journeys), on=["shipment_id", "partner_id", "covers"], how="left")
        .with_columns(
            is_confirmed=(pl.col("covers") == "damage")
            | pl.col("is_reported")
            | (pl.col("claim_status") == "paid").fill_null(value=False)
        )
        .select(*FACTS, *(pl.col(name).cast(kind) for name, kind in LIABILITIES.items()))
        .collect()
    )


def _hits(journeys: Journeys, kpi: Kpi, parameters: Parameters) -> pl.DataFrame:
    cases = kpi.facts(journeys, parameters)
    if "rule" in cases.collect_schema():
        cases = cases.filter(pl.col("rule").is_null()).drop("rule")
    is_told = pl.col("reason").is_null() | (pl.col("reason") == "waiting")
    return cases.filter(pl.col("hits") > 0, is_told).collect()


def _in_n(cases: pl.DataFrame) -> pl.DataFrame:
    """Goods are lost when they are lost: whether the cohort is mature decides rates alone."""
    return cases.with_columns(reason=pl.lit(None, dtype=pl.String))


def _shipments(journeys: Journeys, mature: pl.DataFrame) -> pl.LazyFrame:
    """What is known of the shipments: since when they can be claimed, what they are worth."""
    weights = (
        journeys.observations.lazy()
        .filter(pl.col("weight_grams") > 0)
        .group_by("sid")
        .agg(pl.col("weight_grams").min())
    )
    pairs = (
        journeys.handovers.lazy()
        .filter(pl.col("next_at").is_null(), pl.col("taker").is_not_null())
        .group_by("sid", partner="giver")
        .agg(pair=pl.col("taker").first())
    )
    is_loss = pl.col("kpi") == "loss_rate"
    lost = pl.coalesce("lost_at", "due_at", "dispatched_at")
    spoilt = pl.coalesce("delivered_at", "damaged_at")
    known = journeys.shipments.lazy().join(weights, on="sid", how="left")
    return (
        mature.lazy()
        .join(known, on="sid")
        .join(pairs, on=["sid", "partner"], how="left")
        .select(
            "shipment_id",
            "kpi",
            "is_mature",
            "value_minor",
            "currency",
            "weight_grams",
            partner_id=pl.col("partner").cast(pl.String),
            is_reported=pl.col("lost_at").is_not_null()
            | (pl.col("outcome") == "lost").fill_null(value=False),
            since_at=pl.when(is_loss).then(lost).otherwise(spoilt),
            pair=pl.when(is_loss).then(pl.col("pair").cast(pl.String)),
        )
    )


def _claims(journeys: Journeys) -> pl.LazyFrame:
    """The claim that counts on each shipment, kind and custodian it may be about."""
    claims = journeys.claims.lazy().with_columns(
        rank=pl.col("status").replace_strict(RANKS, default=len(RANKS), return_dtype=pl.Int64)
    )
    held = journeys.custody.lazy().select("sid", held_by=pl.col("partner").cast(pl.String))
    named = pl.col("partner_id")
    return (
        claims.join(held, on="sid", how="left")
        .with_columns(partner_id=pl.coalesce("partner_id", "held_by"), is_named=named.is_not_null())
        .sort("sid", "rank", "filed_at", "claim_id", nulls_last=True)
        .unique(["sid", "kind", "partner_id"], keep="first", maintain_order=True)
        .join(journeys.shipments.lazy().select("sid", "shipment_id"), on="sid")
        .select(
            "shipment_id",
            "partner_id",
            "claim_id",
            covers="kind",
            claim_status="status",
            claim_minor="amount_minor",
            claim_currency="currency",
        )
    )
