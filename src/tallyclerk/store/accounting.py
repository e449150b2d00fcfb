"""Which rows say only what is told elsewhere: a function of the ledger, not of how it came to be."""

from __future__ import annotations

from collections import Counter

import polars as pl

from tallyclerk.domain.tables import TABLES
from tallyclerk.store.dedupe import PLACE, unique_events, unique_statements, without_superseded
from tallyclerk.store.layout import content_columns
from tallyclerk.store.reading import Reading

Duplicates = dict[str, int]

_EVENT_COLUMNS = {"event_id", "shipment_id", "classifier", "recorded_at", *PLACE}


def count_duplicates(ledger: Reading) -> Duplicates:
    """Rows by source none of whose statements is kept.

    A row may make several statements (a wide row, or one that applies to a whole order): it is a
    duplicate only if all of them are told elsewhere.
    """
    total: Counter[str] = Counter()
    for table in TABLES:
        sources = {s.source for s in ledger.manifest.active if s.table == table}
        if sources:
            total.update(_of_table(ledger, table, sources))
    return dict(total)


def _of_table(ledger: Reading, table: str, sources: set[str]) -> Duplicates:
    spread = {s.source for s in ledger.manifest.active if s.table == table and s.is_keyed}
    dropped, kept_elsewhere = [], []
    for bucket in range(ledger.bucket_count):
        if table == "events" and not spread and ledger.is_each_once(bucket):
            continue
        told, kept = _told_and_kept(ledger, table, bucket, sources)
        if len(kept) < len(told):
            names = [name for name in told.columns if name in kept.columns]
            lost = told.join(kept, on=names, how="anti", nulls_equal=True)
            dropped.append(lost.select(PLACE).unique().join(kept, on=PLACE, how="anti"))
        # Only a row keyed by a reference can speak of shipments in several buckets.
        kept_elsewhere.append(kept.filter(pl.col("source").is_in(spread)).select(PLACE).unique())
    if not dropped:
        return {}
    rows = pl.concat(dropped).unique().join(pl.concat(kept_elsewhere), on=PLACE, how="anti")
    return dict(rows.group_by("source").len().iter_rows())


def _told_and_kept(
    ledger: Reading, table: str, bucket: int, sources: set[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Statements of one bucket: all of them, and those that count."""
    if table == "events":
        told = ledger.told(table, bucket, _EVENT_COLUMNS)
        return told, unique_events(ledger.current(told, bucket))
    told = ledger.told(table, bucket).filter(pl.col("source").is_in(sources))
    current = without_superseded(told, ledger.snapshot_sources)
    return told, unique_statements(current, content_columns(table))
