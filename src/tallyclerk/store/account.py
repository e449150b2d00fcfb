"""What some shipments contribute to the account of a ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from tallyclerk.domain.milestones import MILESTONES
from tallyclerk.store.accounting import (
    Repeated,
    repeated_events,
    repeated_statements,
    statements_kept,
)
from tallyclerk.store.hashing import row_hash
from tallyclerk.store.identities import all_of, lay_down
from tallyclerk.store.latest import latest_times
from tallyclerk.store.layout import content_columns
from tallyclerk.store.looking import R, Share
from tallyclerk.store.memory import Memory
from tallyclerk.store.shipments import contradictions
from tallyclerk.store.telling import Telling, telling

_ROLE_COLUMNS = ("supplier_id", "forwarder_id", "courier_id")
_OF_EVENTS = (
    *("shipment_id", "classifier", "occurred_at", "recorded_at"),
    *("milestone", "partner_id", "role"),
)


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


class Beside(Protocol):
    """Looks at sections while they are open for their account."""

    @property
    def columns(self) -> Collection[str]:
        """What it asks for of events."""
        ...

    def __call__(self, name: str, told: Telling[Any]) -> None:
        """Look at the section of a name."""
        ...


@dataclass(frozen=True)
class Accounting:
    """Takes the account of shares; identities go where processes that work for this one lay them too.

    Attributes:
        folder: An empty one, for identities of buckets.
        memory: Remembers those of sections.
        beside: Who looks at sections, too, while they are open.
    """

    folder: Path
    memory: Memory
    beside: Beside | None = None

    def __call__(self, share: Share[R]) -> Account:
        """The account of one share."""
        beside = self.beside if share.name else None
        asked = (*_OF_EVENTS, *(beside.columns if beside else ()))
        told = telling(*share.opened(), asked)
        account, identities = account_of(told)
        if share.name:
            self.memory.keep(share.name, identities)
            if beside:
                told = told.slim()
                beside(share.name, told)
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
            _, identities = account_of(telling(*share.opened(), _OF_EVENTS))
            self.memory.keep(share.name, identities)
        return identities

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:05}.parquet"


def account_of(told: Telling[R]) -> tuple[Account, pl.Series]:
    """The account of a share, and the identities of all that is told in it, sorted."""
    ledger, kept, tables, merged = told.ledger, told.kept, told.tables, told.shipments
    repeated = {"events": repeated_events(ledger, told.events, kept)}
    repeated |= {
        name: repeated_statements(ledger, name, rows) for name, rows in tables.items() if len(rows)
    }
    others = {name: rows for name, rows in tables.items() if len(rows) and name != "shipments"}
    statements = [
        statements_kept(ledger, name, rows).select(content_columns(name))
        for name, rows in others.items()
    ]
    hashes = [row_hash(rows, rows.columns) for rows in (merged, *statements) if len(rows)]
    actual = kept.select(_OF_EVENTS).filter(pl.col("classifier") == "actual")
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
