"""The latest time in the data, and whether it can be believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

LONE_AFTER = dt.timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class LatestTime:
    """The latest time of anything actual.

    Attributes:
        at: The time, None without events.
        is_lone: Whether a single shipment stands more than 30 days after all others: then it is
            more likely a slip of the pen than the end of the data.
        shipment_id: Whose time it is.
    """

    at: dt.datetime | None
    is_lone: bool
    shipment_id: str | None


def latest_times(actual: pl.DataFrame) -> pl.DataFrame:
    """The latest times of two different shipments among actual observations: shipment_id, at.

    Args:
        actual: One row per observation: `shipment_id`, `occurred_at` and `recorded_at`.
    """
    times = actual.select("shipment_id", at=pl.max_horizontal("occurred_at", "recorded_at"))
    found = []
    for _ in range(2):
        latest = times.filter(pl.col("at") == pl.col("at").max())
        first = latest.select(pl.all().max()).drop_nulls()
        found.append(first)
        if first.is_empty():
            break
        times = times.filter(pl.col("shipment_id") != first["shipment_id"].item())
    return pl.concat(found)


def latest_of(parts: Iterable[pl.DataFrame]) -> LatestTime:
    """The latest time of all, from `latest_times` of each part."""
    rows = pl.concat(parts).sort("at", "shipment_id", descending=True).head(2).rows()
    if not rows:
        return LatestTime(at=None, is_lone=False, shipment_id=None)
    shipment_id, at = rows[0]
    is_lone = len(rows) > 1 and at - rows[1][1] > LONE_AFTER
    return LatestTime(at=at, is_lone=is_lone, shipment_id=shipment_id)
