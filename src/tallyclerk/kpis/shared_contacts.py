"""Customer contacts, and who had the goods when the customer asked."""

from __future__ import annotations

import polars as pl

from tallyclerk.journey.custody import holder_at
from tallyclerk.journey.journeys import Journeys


def contacts(journeys: Journeys) -> pl.LazyFrame:
    """Each customer contact with the partner that it is held against.

    Args:
        journeys: Of the bucket.

    Returns:
        One row per ticket: sid, opened_at, resolved_at (null where it was not resolved by `as_of`),
        partner: the last to have taken custody by the opening, also after its end; the supplier
        before anybody took it; null where that is not known, or not when it was opened.
    """
    told = _once(journeys)
    held = journeys.custody.lazy().join(told.select("sid", "contact", "opened_at"), on="sid")
    holders = holder_at(held, "opened_at", of="contact").select("contact", holder="partner")
    return (
        told.join(holders, on="contact", how="left")
        .join(journeys.shipments.lazy().select("sid", "supplier_id"), on="sid")
        .select(
            "sid",
            "opened_at",
            "resolved_at",
            partner=pl.when(pl.col("opened_at").is_not_null()).then(
                pl.coalesce("holder", "supplier_id")
            ),
        )
    )


def _once(journeys: Journeys) -> pl.LazyFrame:
    """Each ticket once, however often exports tell of it: sid, contact, opened_at, resolved_at.

    `contact` numbers them. Of several statements the earliest opening and the latest resolution
    count; statements without a number of the ticket are a ticket each.
    """
    is_unnamed = pl.col("ticket_id").is_null()
    is_known = pl.col("resolved_at") <= journeys.context.now
    return (
        journeys.tickets.with_row_index("row")
        .lazy()
        .group_by("sid", "ticket_id", pl.when(is_unnamed).then("row"), maintain_order=True)
        .agg(pl.col("opened_at").min(), pl.col("resolved_at").filter(is_known).max())
        .with_row_index("contact")
        .select("sid", "contact", "opened_at", "resolved_at")
    )
