"""Shipments that are late for their promise, and whether their customers were told in time."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.journey.journeys import Journeys
from tallyclerk.journey.shipments import is_before_due

OVERDUE_MATURE = dt.timedelta(days=3)


def delayed(journeys: Journeys) -> pl.LazyFrame:
    """Shipments delivered after their promise, or not there three days after it.

    Returns:
        One row per shipment: the columns of `tallyclerk.journey.shipments.describe`; `is_told`,
        whether a notice was sent before the promise passed and before the customer asked;
        `is_unsure`, whether a notice or a contact without a time may make that untrue.
    """
    notice = _times(journeys.notices, "sent_at", "told")
    ticket = _times(journeys.tickets, "opened_at", "asked")
    before = pl.min_horizontal("due_at", "asked_at")
    is_told = (pl.col("told_at") < before).fill_null(value=False)
    undated = pl.when(is_told).then("asked_undated").otherwise("told_undated")
    return (
        _late(journeys)
        .join(notice, on="sid", how="left")
        .join(ticket, on="sid", how="left")
        .with_columns(is_told=is_told, is_unsure=undated.fill_null(value=False))
    )


def _late(journeys: Journeys) -> pl.LazyFrame:
    in_time = is_before_due("delivered_at", "delivered_date")
    overdue = (
        pl.col("delivered_at").is_null()
        & (pl.col("due_at") + OVERDUE_MATURE <= journeys.context.now)
        & ~pl.col("outcome").is_in(["cancelled", "delivered"]).fill_null(value=False)
        & pl.col("cancelled_at").is_null()
    )
    return journeys.shipments.lazy().filter(
        pl.col("due_at").is_not_null(), ~in_time.fill_null(value=True) | overdue
    )


def _times(table: pl.DataFrame, time: str, name: str) -> pl.LazyFrame:
    """The first time of each shipment in a table, and whether any is not known."""
    at = pl.col(time)
    return (
        table.lazy()
        .group_by("sid")
        .agg(at.min().alias(f"{name}_at"), at.is_null().any().alias(f"{name}_undated"))
    )
