"""What some shipments contribute to the account of a ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from tallyclerk.store.identities import all_of, lay_down
from tallyclerk.store.latest import latest_times
from tallyclerk.store.layout import content_columns
from tallyclerk.store.looking import R, Share
from tallyclerk.store.reading import Reading
from tallyclerk.store.sections import Memory
from tallyclerk.store.shipments import contradictions, merge_shipments

_ROLE_COLUMNS = ("supplier_id", "forwarder_id", "courier_id")
_OF_EVENTS = {*FOR_DEDUPE, "occurred_at", "milestone", "partner_id", "role"}


@dataclass(frozen=True, kw_only=True)
class Account:
    """What is said of some shipments: all that a ledger tells of them, and of no others.

    Attributes:
        latest: The latest times of two shipments, see `latest_times`.
        milestones: Actual observations by partner and milestone: `count`.
        contradictions: By column, shipments told two values of it: how many, and the first one.
        repeated: By table, rows of which nothing is kept.
        events: Observations kept; `shipments`: those that either table knows.
    """

    latest: pl.DataFrame
    milestones: pl.DataFrame
    contradictions: Mapping[str, tuple[int, str]]
    repeated: Mapping[str, Repeated]
    events: int
    shipments: int


@dataclass(frozen=True)
class Accounting:
    """Takes the account of shares; identities go where processes that work for this one lay them too.

    Attributes:
        folder: An empty one, for identities of buckets.
        memory: Remembers those of sections.
    """

    folder: Path
    memory: Memory

    def __call__(self, share: Share[R]) -> Account:
        """The account of one share."""
        account, identities = account_of(*share.opened())
        if share.name:
            self.memory.keep(share.name, identities)
        else:
            lay_down(identities, self._path(share.bucket or 0))
        return account

    def laid_down(self, shares: Sequence[Share[R]]) -> list[Path]:
        """Files of the identities of all shares, of which the account is known."""
        for number, share in enumerate(shares):
            if share.name:
                lay_down(self._remembered(share), self._path(number))
        self.memory.forget_others({share.name for share in shares})
        return [self._path(number) for number in range(len(shares))]

    def _remembered(self, share: Share[R]) -> pl.Series:
        identities: pl.Series | None = self.memory.find(share.name)
        if identities is None:  # they are not as they were written
            _, identities = account_of(*share.opened())
            self.memory.keep(share.name, identities)
        return identities

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:05}.parquet"


def account_of(ledger: Reading, bucket: int) -> tuple[Account, pl.Series]:
    """The account of one bucket, and the identities of all that is told in it, sorted."""
    told = ledger.told("events", bucket, _OF_EVENTS).with_row_index(NUMBER)
    kept = ledger.kept(told, bucket)
    repeated = {"events": repeated_events(ledger, told, kept)}
    tables = {name: ledger.told(name, bucket) for name in TABLES if name != "events"}
    repeated |= {
        name: repeated_statements(ledger, name, rows) for name, rows in tables.items() if len(rows)
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
    account = Account(
        latest=latest_times(actual),
        milestones=_milestones(actual, merged),
        contradictions=contradictions(tables["shipments"]),
        repeated=repeated,
        events=len(kept),
        shipments=pl.concat([kept["shipment_id"], merged["shipment_id"]]).n_unique(),
    )
    return account, all_of([kept["event_id"], *hashes])


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
