"""Rows whose shipment is known: what is added to them before they are written."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.tables import EVENT_IDENTITY
from tallyclerk.store.hashing import row_hash
from tallyclerk.store.layout import KEY


def with_identity(table: str, rows: pl.DataFrame, *, inherited: bool) -> pl.DataFrame:
    """Rows of a table, their key become `shipment_id`.

    Args:
        table: Name of the table.
        rows: One row per statement, with its shipment as `key`.
        inherited: Whether the row was told of something larger that holds the shipment.

    Returns:
        The same rows; events get their `event_id` and whether they are inherited.
    """
    rows = rows.rename({KEY: "shipment_id"})
    if table != "events":
        return rows
    return rows.with_columns(
        row_hash(rows, EVENT_IDENTITY).alias("event_id"),
        pl.lit(inherited).alias("inherited"),
    )
