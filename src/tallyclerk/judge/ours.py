"""What others did to a partner's shipments: late from the supplier, unannounced, without documents.

Nobody's own doing is in it: a fact against the partner itself is not somebody else's.
"""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.judgement import OfOthers, Ours

DISPATCHED_LATE = "dispatched_late"
MOST_LISTED = 2_000
"""Shipments of a kind that are held one by one; the others are counted."""
RULES = {"unannounced_acceptance": "unannounced", "customs_hold_documents": "documents"}
"""Incidents that somebody else answers for, and what they are called here."""


def ours(stated: pl.LazyFrame) -> Ours:
    """Find, for each partner and role, its shipments that others had given a bad start.

    Args:
        stated: FACTS of a period, of every partner.

    Returns:
        Shipments by kind, by (partner_id, role).
    """
    late = stated.filter(
        pl.col("kpi") == "dispatch_on_time_rate", pl.col("n") > 0, pl.col("hits") == 0
    ).select("shipment_id", by="partner_id", kind=pl.lit(DISPATCHED_LATE))
    incidents = stated.filter(pl.col("rule").is_in(list(RULES)), pl.col("hits") > 0).select(
        "shipment_id", by="partner_id", to="counterpart", kind=pl.col("rule").replace(RULES)
    )
    found = pl.concat([late, incidents], how="diagonal").unique().collect(engine="streaming")
    # Of all facts only those of these few shipments are ever held.
    chains = (
        stated.select("partner_id", "role", "shipment_id")
        .join(found.lazy(), on="shipment_id", how="semi")
        .unique()
        .collect(engine="streaming")
    )
    listed = (
        found.join(chains, on="shipment_id")
        .filter(
            pl.col("partner_id") != pl.col("by"),
            pl.col("to").is_null() | (pl.col("to") == pl.col("partner_id")),
        )
        .group_by("partner_id", "role", "kind")
        .agg(
            pl.col("shipment_id").n_unique().alias("count"),
            pl.col("shipment_id").unique().sort().head(MOST_LISTED),
        )
        .sort("partner_id", "role", "kind")
    )
    told: dict[tuple[str, str], dict[str, OfOthers]] = {}
    for partner, role, kind, count, shipments in listed.iter_rows():
        mine = told.setdefault((partner, role), {})
        mine[kind] = OfOthers(count=count, shipments=tuple(shipments))
    return told
