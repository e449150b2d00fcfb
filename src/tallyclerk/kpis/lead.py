"""Lead times of whole chains, which both a KPI and the lanes' P99 are made of."""

from __future__ import annotations

import polars as pl

from tallyclerk.journey.context import Context
from tallyclerk.kpis.measure import duration, journey_fate


def lead(shipments: pl.DataFrame, context: Context) -> pl.LazyFrame:
    """The time from the first taking of custody to delivery.

    Args:
        shipments: From `tallyclerk.journey.shipments.describe`.
        context: The run.

    Returns:
        One row per shipment that somebody took custody of: sid, lane and the columns of
        `duration`.
    """
    taken = shipments.lazy().filter(pl.col("first_taken_at").is_not_null())
    return taken.with_columns(fate=journey_fate()).select(
        "sid",
        "lane",
        **duration(
            context,
            "first_taken_at",
            "delivered_at",
            "fate",
            ("first_taken_event", "delivered_event"),
        ),
    )
