"""All that is told of some shipments, read once for whoever looks at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Generic

import polars as pl

from tallyclerk.domain.tables import TABLES
from tallyclerk.store.accounting import NUMBER
from tallyclerk.store.dedupe import FOR_DEDUPE, without_superseded
from tallyclerk.store.looking import R
from tallyclerk.store.shipments import merge_shipments


@dataclass(frozen=True, kw_only=True)
class Telling(Generic[R]):
    """What a ledger tells of the shipments of a share.

    Attributes:
        ledger: It, as if it told of them only.
        bucket: Where they are in it.
        events: Every event told, repetitions included, numbered (`NUMBER`).
        kept: Those that count, each once.
        tables: The rows of all other tables, as they are told.
        shipments: Rows of SHIPMENTS, one per shipment, sorted.
    """

    ledger: R
    bucket: int
    events: pl.DataFrame
    kept: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    shipments: pl.DataFrame

    def slim(self) -> Telling[R]:
        """The same, of events told no more than when which source does: memory holds them once."""
        return replace(self, events=self.events.select("source", "classifier", "occurred_at"))


def telling(ledger: R, bucket: int, columns: Collection[str]) -> Telling[R]:
    """What a ledger tells of the shipments in a bucket; of events with some columns at least."""
    events = ledger.told("events", bucket, {*FOR_DEDUPE, *columns}).with_row_index(NUMBER)
    tables = {name: ledger.told(name, bucket) for name in TABLES if name != "events"}
    current = without_superseded(tables["shipments"], ledger.snapshot_sources)
    return Telling(
        ledger=ledger,
        bucket=bucket,
        events=events,
        kept=ledger.kept(events, bucket),
        tables=tables,
        shipments=merge_shipments(current, tables["references"]),
    )
