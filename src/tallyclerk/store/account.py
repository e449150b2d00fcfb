"""What one bucket contributes to the account of a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tallyclerk.domain.milestones import MILESTONES
from tallyclerk.domain.tables import TABLES
from tallyclerk.store.accounting import (
    NUMBER,
    Repeated,
    repeated_events,
    repeated_statements,
    statements_kept,
)
from tallyclerk.store.dedupe import FOR_DEDUPE, without_superseded
from tallyclerk.store.hashing import row_hash
from tallyclerk.store.identities import lay_down
from tallyclerk.store.latest import latest_times
from tallyclerk.store.layout import content_columns
from tallyclerk.store.reading import Reading
from tallyclerk.store.shipments import contradictions, merge_shipments

_ROLE_COLUMNS = ("supplier_id", "forwarder_id", "courier_id")
_OF_EVENTS = {*FOR_DEDUPE, "occurred_at", "milestone", "partner_id", "role"}


@dataclass(frozen=True, kw_only=True)
class BucketAccount:
    """What is said of one bucket.

    Attributes:
        latest: The latest times of two shipments, see `latest_times`.
        milestones: Actual observations by partner and milestone: `count`.
        contradictions: By column, shipments told two values of it: how many, and the first one.
        repeated: By table, rows of which nothing is kept.
        identities: How many identities were laid down.
        events: Observations kept; `shipments`: those that either table knows.
    """

    latest: pl.DataFrame
    milestones: pl.DataFrame
    contradictions: Mapping[str, tuple[int, str]]
    repeated: Mapping[str, Repeated]
    identities: int
    events: int
    shipments: int


def account_of(ledger: Reading, folder: Path, bucket: int) -> BucketAccount:
    """The account of one bucket; the identities of all that is told in it go into a folder."""
    told = ledger.told("events", bucket, _OF_EVENTS).with_row_index(NUMBER)
    kept = ledger.kept(told, bucket)
    repeated = {"events": repeated_events(ledger, bucket, told, kept)}
    tables = {name: ledger.told(name, bucket) for name in TABLES if name != "events"}
    repeated |= {
        name: repeated_statements(ledger, name, bucket, rows)
        for name, rows in tables.items()
        if len(rows)
    }
    merged = merge_shipments(
        without_superseded(tables["shipments"], ledger.snapshot_sources), tables["references"]
    )
    others = {name: rows for name, rows in tables.items() if len(rows) and name != "shipments"}
    statements = [
        statements_kept(ledger, name, rows).select(content_columns(name))
        for name, rows in others.items()
    ]
    hashes = [row_hash(rows, rows.columns) for rows in (merged, *statements) if len(rows)]
    actual = kept.filter(pl.col("classifier") == "actual")
    return BucketAccount(
        latest=latest_times(actual),
        milestones=_milestones(actual, merged),
        contradictions=contradictions(tables["shipments"]),
        repeated=repeated,
        identities=lay_down([kept["event_id"], *hashes], folder, bucket),
        events=len(kept),
        shipments=pl.concat([kept["shipment_id"], merged["shipment_id"]]).n_unique(),
    )


def _milestones(actual: pl.DataFrame, shipments: pl.DataFrame) -> pl.DataFrame:
    """Actual observations by partner and milestone; the reporter stands in for a nameless one."""
    chain = shipments.select("shipment_id", *_ROLE_COLUMNS)
    nameless = actual.filter(pl.col("partner_id").is_null())
    reporter = pl.coalesce(
        pl.when(_speaks(column.removesuffix("_id"))).then(column) for column in _ROLE_COLUMNS
    )
    stood_in = nameless.join(chain, on="shipment_id", how="left").select(
        reporter.alias("partner_id"), "milestone"
    )
    named = pl.concat([actual.select("partner_id", "milestone"), stood_in])
    counted = named.drop_nulls("partner_id").group_by("partner_id", "milestone")
    return counted.agg(pl.len().cast(pl.Int64).alias("count"))


def _speaks(role: str) -> pl.Expr:
    """Whether an event is told by a role: the one it names, else the one that reports such ones."""
    theirs = [milestone for milestone, facts in MILESTONES.items() if facts.reporter == role]
    return pl.col("role").eq(role).fill_null(pl.col("milestone").is_in(theirs))
