"""Cases between partners whose ids do not link: not assessable, and counted as such."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tallyclerk.domain.roles import ROLE_ORDER
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.retold import is_retold

UNLINKED = "ids do not link"
"""Reason of a case that another partner's reports should complete, if only they could be found."""


def unlinked_pairs(pairs: Iterable[tuple[str, str, str | None]]) -> pl.DataFrame:
    """Pairs (partner, other, role of the other) as a context takes them."""
    schema = {"partner": pl.String, "other": pl.String, "role": pl.String}
    return pl.DataFrame(sorted(pairs, key=repr), schema=schema, orient="row")


def without_unlinked(
    stated: pl.DataFrame, unlinked: pl.DataFrame, open_ended: pl.DataFrame
) -> pl.DataFrame:
    """Takes cases out of n that ids which do not link leave unfinished.

    Out are the cases of a pair that does not link, and those of a shipment as a whole (without a
    counterpart) that names such a partner, or whose end only such a partner could tell.

    Args:
        stated: FACTS.
        unlinked: The pairs, from `unlinked_pairs`.
        open_ended: From `unfinished`, of the same shipments.

    Returns:
        FACTS, those cases with n 0 and the reason "ids do not link".
    """
    pairs = unlinked.select(partner_id="partner", counterpart="other", of_pair=pl.lit(value=True))
    shipments = open_ended.lazy().with_columns(of_shipment=pl.lit(value=True))
    is_whole = pl.col("counterpart").is_null()
    is_out = (pl.col("of_pair") | (is_whole & pl.col("of_shipment"))).fill_null(value=False)
    none = pl.lit(0, dtype=pl.Int64)
    marked = (
        stated.lazy()
        .join(pairs.lazy(), on=["partner_id", "counterpart"], how="left")
        .join(shipments, on=["shipment_id", "partner_id"], how="left")
        .with_columns(is_out=is_out)
        .filter(~(pl.col("is_out") & is_retold()))
    )
    return (
        marked.with_columns(
            n=pl.when("is_out").then(none).otherwise("n"),
            hits=pl.when("is_out").then(none).otherwise("hits"),
            minutes=pl.when(~pl.col("is_out")).then("minutes"),
            ending=pl.when(~pl.col("is_out")).then("ending"),
            reason=pl.when("is_out").then(pl.lit(UNLINKED)).otherwise("reason"),
        )
        .select(stated.columns)
        .collect()
    )


def unfinished(journeys: Journeys) -> pl.DataFrame:
    """Shipments and partners (shipment_id, partner_id, once each) that must do without another one.

    The other one is named; or nobody is in its role, no column says who, and it comes later.
    """
    members = journeys.members.lazy()
    unlinked = journeys.context.unlinked.lazy()
    waits = members.select("sid", "partner", own="role").join(unlinked, on="partner")
    named = waits.join(members.select("sid", other="partner"), on=["sid", "other"], how="semi")
    listed = journeys.shipments.lazy().filter(
        pl.col("forwarder_id").is_not_null() | pl.col("courier_id").is_not_null()
    )
    place = {
        name: pl.col(name).replace_strict(ROLE_ORDER, default=None, return_dtype=pl.Int8)
        for name in ("own", "role")
    }
    nameless = (
        waits.filter(place["own"] < place["role"])
        .join(members.select("sid", "role"), on=["sid", "role"], how="anti")
        .join(listed.select("sid"), on="sid", how="anti")
    )
    ids = journeys.shipments.lazy().select("sid", "shipment_id")
    return (
        pl.concat([part.select("sid", "partner") for part in (named, nameless)])
        .unique()
        .join(ids, on="sid")
        .select("shipment_id", partner_id="partner")
        .collect()
    )
