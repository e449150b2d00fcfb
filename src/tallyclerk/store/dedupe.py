"""Which of several equal statements is kept."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

PLACE = ("source", "source_file", "source_row")
FOR_DEDUPE = ("event_id", "shipment_id", "classifier", "recorded_at", *PLACE)
"""What must be known of events to tell which of them count."""
_NUMBER = "__number"


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
    ids = rows["event_id"].sort()
    several = ids.filter(ids == ids.shift())
    if several.is_empty():
        return rows
    is_again = pl.col("event_id").is_in(several.unique().implode())
    is_plan = (pl.col("classifier") != "actual").alias("__is_plan")
    order = ["event_id", is_plan, "recorded_at", *PLACE]
    again = rows.select("event_id", "classifier", "recorded_at", *PLACE, pl.row_index(_NUMBER))
    ordered = again.filter(is_again).sort(order, nulls_last=True)
    others = ordered.filter(~ordered["event_id"].is_first_distinct())
    return rows.filter(others_than(others[_NUMBER], len(rows)))


def others_than(numbers: pl.Series, count: int) -> pl.Series:
    """For each of so many rows whether its number is none of these."""
    return pl.Series([True]).new_from_index(0, count).scatter(numbers, False)  # noqa: FBT003


def unique_statements(rows: pl.DataFrame, content: Sequence[str]) -> pl.DataFrame:
    """One row per statement of a table: the first by source, file and row."""
    return rows.sort(PLACE).unique(list(content), keep="first", maintain_order=True)
