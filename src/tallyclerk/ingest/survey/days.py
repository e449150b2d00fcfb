"""How many rows each source tells of each day."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.domain.tables import TABLES, UTC
from tallyclerk.ingest.survey.coded import in_words, with_codes
from tallyclerk.store import Ledger

KEY = ("source", "day")
"""One row of days told."""


def time_of(table: str) -> str | None:
    """The column that says when a row of a table happened; None where a table has no times."""
    if table in {"shipments", "references"}:
        return None
    return next(name for name, kind in TABLES[table].items() if kind == UTC)


def days_told(ledger: Ledger, bucket: int, timezone: str, events: pl.DataFrame) -> pl.DataFrame:
    """Rows told in one bucket by source and local day, repetitions included: source, day, rows.

    Args:
        ledger: The ledger.
        bucket: A bucket of it.
        timezone: Whose days.
        events: The actual observations told in the bucket: source, occurred_at.
    """
    told = {segment.table for segment in ledger.manifest.active}
    parts = [pl.DataFrame(schema={"source": pl.String, "day": pl.Date, "rows": pl.Int64})]
    for table in sorted(told):
        time = time_of(table)
        if time is None:
            continue
        if table == "events":
            rows = events.select(with_codes(events["source"]), time)
        else:
            rows = ledger.told(table, bucket, {"source", time}).drop_nulls(time)
        day = pl.col(time).dt.convert_time_zone(timezone).dt.date()
        counted = rows.group_by("source", day=day).agg(rows=pl.len().cast(pl.Int64))
        parts.append(in_words(counted))
    return pl.concat(parts)


def by_source(told: pl.DataFrame) -> dict[str, tuple[tuple[dt.date, int], ...]]:
    """Days of each source with their rows, sorted.

    Args:
        told: From `days_told`, added up.
    """
    days: dict[str, list[tuple[dt.date, int]]] = {}
    for source, day, rows in told.sort(KEY).iter_rows():
        days.setdefault(source, []).append((day, rows))
    return {source: tuple(each) for source, each in days.items()}
