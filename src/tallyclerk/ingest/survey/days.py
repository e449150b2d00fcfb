"""How many rows each source tells of each day."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tallyclerk.domain.tables import TABLES, UTC
from tallyclerk.ingest.survey.coded import counted, in_words, with_codes
from tallyclerk.store import Ledger
from tallyclerk.store.telling import Telling

KEY = ("source", "day")
"""One row of days told."""


def time_of(table: str) -> str | None:
    """The column that says when a row of a table happened; None where a table has no times."""
    if table in {"shipments", "references"}:
        return None
    return next(name for name, kind in TABLES[table].items() if kind == UTC)


def days_told(told: Telling[Ledger], timezone: str) -> pl.DataFrame:
    """Rows told by source and local day, repetitions included: source, day, rows.

    Args:
        told: All that is told (`slim`); of events, actual ones count.
        timezone: Whose days.
    """
    parts = [pl.DataFrame(schema={"source": pl.String, "day": pl.Date, "rows": pl.Int64})]
    actual = told.events.filter(pl.col("classifier") == "actual")
    meant = {segment.table for segment in told.ledger.manifest.active}
    for table, rows in (("events", actual), *told.tables.items()):
        time = time_of(table)
        if time is None or table not in meant:
            continue
        day = pl.col(time).dt.convert_time_zone(timezone).dt.date()
        days = rows.select(with_codes(rows["source"]), day=day).drop_nulls("day")
        parts.append(in_words(counted(days, KEY, rows=pl.len().cast(pl.Int64))))
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
