"""The shipments of a ledger in sections that can be looked at, and remembered, each by itself.

Most shipments are told of within some weeks and never again. What is seen of a section is the same
as long as no file tells anything else of one of its shipments, so that a new month costs a look at
the shipments of the last weeks: older ones lie in sections of their own. How shipments are divided
changes no result, for the parts of any division add up to the same whole.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import polars as pl

from tallyclerk.domain.tables import UTC, Schema
from tallyclerk.store.layout import SEGMENT, mark_of, segment_of
from tallyclerk.store.memory import Memory
from tallyclerk.store.reading import Reading

R = TypeVar("R", bound=Reading)

FRESH = dt.timedelta(days=31)
"""Of shipments told of later than this before the end of the data more may be told."""
WORTH_FROM = 200_000
"""Rows of exports from which on a ledger is divided; a smaller one is looked through as fast."""
ROWS = 500_000
"""Rows of a section, roughly."""
_TOLD: Schema = {"shipment_id": pl.String, SEGMENT: pl.Int64, "rows": pl.Int64, "last_at": UTC}


@dataclass(frozen=True, kw_only=True)
class Section:
    """Some shipments of a ledger.

    Attributes:
        name: Digest of all that their rows follow from.
        parts: What tells of them in data files, see `Ledger.parts`.
        ids: The shipments.
    """

    name: str
    parts: tuple[str, ...]
    ids: pl.Series

    def of(self, ledger: R) -> R:
        """The ledger as if it told of them only, in its first bucket."""
        return ledger.section(self.parts, self.ids)


@dataclass
class _Pile:
    """Shipments that become a section: their numbers, rows and parts as they come."""

    ids: list[pl.Series] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    rows: int = 0

    def add(self, told: pl.DataFrame, parts: Collection[str]) -> None:
        """Add shipments: rows of `_told`, from some parts."""
        self.ids.append(told["shipment_id"].unique())
        marks = set(told[SEGMENT].unique())
        self.parts.update(part for part in parts if mark_of(segment_of(part)) in marks)
        self.rows += int(told["rows"].sum())

    def section(self) -> Section:
        """The section; the pile is empty then."""
        ids, parts = pl.concat(self.ids).sort(), tuple(sorted(self.parts))
        said = hashlib.sha256("\n".join(parts).encode())
        said.update(ids.to_frame().write_csv(include_header=False).encode())
        self.ids, self.parts, self.rows = [], set(), 0
        return Section(name=said.hexdigest()[:32], parts=parts, ids=ids)


def sections_of(ledger: Reading, memory: Memory) -> list[Section]:
    """The sections of a ledger: those that are known and nothing is told of, and new ones.

    Args:
        ledger: The ledger.
        memory: Where they are remembered.

    Returns:
        Every shipment is in one of them; none where the ledger is not worth dividing.
    """
    firsts = [s.first_at for s in ledger.manifest.active if s.first_at]
    if not firsts or sum(segment.rows for segment in ledger.manifest.active) < WORTH_FROM:
        return []
    counted = {part for bucket in range(ledger.bucket_count) for part in ledger.parts(bucket)}
    before, known, until = _known(memory)
    come, gone = counted - before, before - counted
    told_now = ledger.section(come)
    until = max(filter(None, [until, _latest_in(told_now)]), default=None)
    if until is None or dt.datetime.fromisoformat(min(firsts)) > until - 2 * FRESH:
        return []
    fresh_from = until - FRESH
    touched = _ids_in(told_now if known else ledger.section(()))
    left = [
        section
        for section in known
        if gone.isdisjoint(section.parts) and not section.ids.is_in(touched.implode()).any()
    ]
    if left:
        others = [section for section in known if section not in left]
        ids = pl.concat([touched, *(section.ids for section in others)]).unique()
        parts = counted & come.union(*(section.parts for section in others))
        new = list(_divided(ledger, parts, ids, fresh_from))
    else:
        new = list(_divided(ledger, counted, None, fresh_from))
    for section in new:
        memory.keep(section.name, section)
    found = [*left, *new]
    memory.keep("index", (sorted(counted), [section.name for section in found], until))
    memory.forget_others({"index", *(section.name for section in found)})
    return found


def _known(memory: Memory) -> tuple[set[str], list[Section], dt.datetime | None]:
    """The parts that counted when sections were made, these, and the time until which they told.

    Nothing if any is not there.
    """
    parts, names, until = memory.find("index") or ([], [], None)
    known = [memory.find(name) for name in names]
    return (set(parts), known, until) if all(known) else (set(), [], None)


def _latest_in(section: Reading) -> dt.datetime | None:
    """The latest time at which something is told to have occurred, not to be planned."""
    told = section.scan("events", 0, ["occurred_at", "classifier"])
    at = told.filter(pl.col("classifier") == "actual").select(pl.col("occurred_at").max())
    found: dt.datetime | None = at.collect(engine="streaming").item()
    return found


def _ids_in(section: Reading) -> pl.Series:
    """The shipments that some parts tell of."""
    told = [section.scan(table, 0, ["shipment_id"]) for table in section.tables]
    ids = pl.concat([pl.LazyFrame(schema={"shipment_id": pl.String}), *told]).unique().collect()
    return ids.to_series()


def _divided(
    ledger: Reading, parts: set[str], ids: pl.Series | None, fresh_from: dt.datetime
) -> Iterator[Section]:
    """New sections: of shipments that are told of since a time, and of others."""
    fresh, quiet = _Pile(), _Pile()
    for bucket in range(ledger.bucket_count):
        own = parts.intersection(ledger.parts(bucket))
        told = _told(ledger.section(own, ids))
        is_fresh = (pl.col("last_at").max().over("shipment_id") >= fresh_from).fill_null(value=True)
        for pile, which in ((fresh, is_fresh), (quiet, ~is_fresh)):
            rows = told.filter(which)
            if not rows.is_empty():
                pile.add(rows, own)
            if pile.rows >= ROWS:
                yield pile.section()
    for pile in (fresh, quiet):
        if pile.ids:
            yield pile.section()


def _told(section: Reading) -> pl.DataFrame:
    """What segments tell of each shipment: shipment_id, segment, rows, last_at (of events; else null)."""
    parts = [pl.LazyFrame(schema=_TOLD)]
    for table in section.tables:
        time = "occurred_at" if table == "events" else None
        rows = section.scan(table, 0, ["shipment_id", SEGMENT, *filter(None, [time])])
        at = pl.col(time) if time else pl.lit(None, dtype=UTC)
        by_shipment = rows.select("shipment_id", SEGMENT, at=at).group_by("shipment_id", SEGMENT)
        parts.append(by_shipment.agg(rows=pl.len().cast(pl.Int64), last_at=pl.col("at").max()))
    return pl.concat(parts).collect()
