"""Rows whose shipment is known: what is added to them before they are written."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from tallyclerk.domain.tables import EVENT_IDENTITY
from tallyclerk.store.corrections import TABLE as CORRECTIONS
from tallyclerk.store.corrections import told_apart
from tallyclerk.store.hashing import row_hash
from tallyclerk.store.layout import KEY
from tallyclerk.store.parts import TABLE as PARTS
from tallyclerk.store.parts import parts_apart


class Writer(Protocol):
    """Takes rows that have a `shipment_id`."""

    def write_bucketed(self, table: str, frame: pl.DataFrame) -> None:
        """Take rows of a table."""
        ...


def write_known(writer: Writer, table: str, rows: pl.DataFrame, *, inherited: bool) -> None:
    """Write rows whose shipment is known, and apart what events say of corrections and of wholes.

    Args:
        writer: Of the segment, or of several.
        table: Name of the table.
        rows: As `with_identity` takes them.
        inherited: Likewise.
    """
    known, said = told_apart(with_identity(table, rows, inherited=inherited))
    known, parts = parts_apart(known)
    writer.write_bucketed(table, known)
    for name, own in ((CORRECTIONS, said), (PARTS, parts)):
        if own is not None:
            writer.write_bucketed(name, own)


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
