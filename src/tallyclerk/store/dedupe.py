"""Which of several equal statements is kept."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

PLACE = ("source", "source_file", "source_row")


def without_superseded(rows: pl.DataFrame, snapshot_sources: Sequence[str]) -> pl.DataFrame:
    """Of a snapshot source, only the rows of the last file (by name) that tells of a shipment.

    Args:
        rows: One row per statement with `shipment_id`, `source` and `source_file`.
        snapshot_sources: Sources whose later files replace earlier ones.
    """
    if not snapshot_sources or rows.is_empty():
        return rows
    last = pl.col("source_file").max().over("source", "shipment_id")
    is_snapshot = pl.col("source").is_in(list(snapshot_sources))
    return rows.filter(~is_snapshot | (pl.col("source_file") == last))


def unique_events(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per observation.

    Of equal ids the earliest recorded is kept (null last), then the first by source, file and row.
    An actual one goes before a plan: a plan kept to the minute must not hide that it was kept.
    """
    if rows["event_id"].n_unique() == len(rows):
        return rows
    twice = rows["event_id"].is_duplicated()
    is_plan = (pl.col("classifier") != "actual").alias("__is_plan")
    order = ["event_id", is_plan, "recorded_at", *PLACE]
    first = rows.filter(twice).sort(order, nulls_last=True).unique("event_id", keep="first")
    return pl.concat([rows.filter(~twice), first.select(rows.columns)])


def unique_statements(rows: pl.DataFrame, content: Sequence[str]) -> pl.DataFrame:
    """One row per statement of a table: the first by source, file and row."""
    return rows.sort(PLACE).unique(list(content), keep="first", maintain_order=True)
