"""Which courier answers for something that happened on the last mile."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.roles import Role
from tallyclerk.journey.custody import holder_around
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.measure import takers


def couriers(journeys: Journeys) -> pl.LazyFrame:
    """Custody of the couriers."""
    return takers(journeys).filter(pl.col("role") == Role.COURIER)


def courier_at(journeys: Journeys, happened: pl.LazyFrame) -> pl.LazyFrame:
    """The courier that had a shipment when something happened to it.

    Args:
        journeys: Of the bucket.
        happened: Shipments with the time `at`, null where it is not known: sid, at.

    Returns:
        sid, partner, taken_at: the last courier that had taken it by then, else (all took it
        later) the first one; the last one where the time is not known. Shipments that no courier
        took are absent.
    """
    had = couriers(journeys).join(happened.select("sid", "at"), on="sid")
    return holder_around(had, "at")
