"""Who answers for customs: a rule that the KPIs of clearance share."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.roles import Role
from tallyclerk.journey.custody import holder_at
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import takers


def customs_agents(journeys: Journeys, at_customs: pl.LazyFrame) -> pl.LazyFrame:
    """The partner that answers for a shipment's clearance.

    Args:
        journeys: Of the bucket.
        at_customs: Shipments with the time `start` at which customs had them: sid, start.

    Returns:
        sid, partner: the broker of the chain (of several the first by name), else the forwarder
        that had it then, else the one that SHIPMENTS names. Shipments without any are absent.
    """
    brokers = (
        journeys.members.lazy()
        .filter(pl.col("role") == Role.BROKER)
        .group_by("sid")
        .agg(broker=pl.col("partner").min())
    )
    forwarders = (
        takers(journeys)
        .filter(pl.col("role") == Role.FORWARDER)
        .join(at_customs.select("sid", "start"), on="sid")
    )
    holders = holder_at(forwarders, "start").select("sid", holder="partner")
    return (
        at_customs.select("sid")
        .join(journeys.shipments.lazy().select("sid", "forwarder_id"), on="sid")
        .join(brokers, on="sid", how="left")
        .join(holders, on="sid", how="left")
        .select("sid", partner=pl.coalesce("broker", "holder", "forwarder_id"))
        .drop_nulls()
    )
