"""Which rows say only what is told elsewhere: a function of the ledger, not of how it came to be.

A row may make several statements (a wide row, or one that applies to a whole order): it is a
duplicate only if all of them are told elsewhere. Only a row keyed by a reference can speak of
shipments in several buckets; the other buckets are asked about those alone that one has dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from tallyclerk.store.dedupe import (
    FOR_DEDUPE,
    PLACE,
    others_than,
    unique_statements,
    without_superseded,
)
from tallyclerk.store.layout import content_columns
from tallyclerk.store.reading import Reading

Rows = pl.DataFrame
NUMBER = "number"
_BUCKET = "bucket"


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """Rows of one table of which one bucket keeps no statement.

    Attributes:
        counts: How many they are by source, where they speak of no other bucket.
        left: The others: source, source_file, source_row and bucket.
    """

    counts: Mapping[str, int]
    left: Rows


def repeated_events(ledger: Reading, bucket: int, told: Rows, kept: Rows) -> Repeated:
    """The rows of events that one bucket keeps nothing of.

    Args:
        ledger: The ledger.
        bucket: The bucket.
        told: Every event told in it, numbered (`NUMBER`), with the columns of `FOR_DEDUPE`.
        kept: Those that count.
    """
    is_lost = others_than(kept[NUMBER], len(told))
    return _repeated(ledger, "events", bucket, told.filter(is_lost), kept)


def repeated_statements(ledger: Reading, table: str, bucket: int, told: Rows) -> Repeated:
    """The rows of another table that one bucket keeps nothing of, of all that is told in it."""
    own = _own(ledger, table, told)
    kept = statements_kept(ledger, table, own)
    lost = own.clear() if len(kept) == len(own) else own.join(kept, on=PLACE, how="anti")
    return _repeated(ledger, table, bucket, lost, kept)


def statements_kept(ledger: Reading, table: str, told: Rows) -> Rows:
    """Of statements told in a bucket, of any table but events, those that count, each once."""
    current = without_superseded(told, ledger.snapshot_sources)
    return unique_statements(current, content_columns(table))


def count_duplicates(
    ledger: Reading,
    parts: Iterable[Mapping[str, Repeated]],
    of_each: Callable[[Callable[[int], Rows]], Iterable[Rows]],
) -> dict[str, int]:
    """Rows by source none of whose statements is kept.

    Args:
        ledger: The ledger.
        parts: What each bucket repeats, by table.
        of_each: Does some work for every bucket.
    """
    total: Counter[str] = Counter()
    left: dict[str, list[Rows]] = {}
    for tables in parts:
        for table, found in tables.items():
            total.update(found.counts)
            if len(found.left):
                left.setdefault(table, []).append(found.left)
    for table, frames in sorted(left.items()):
        asked = pl.concat(frames)
        held = pl.concat(of_each(_Holding(ledger, table, asked)))
        rows = asked.select(PLACE).unique().join(held, on=PLACE, how="anti")
        total.update(dict(rows.cast({"source": pl.String}).group_by("source").len().iter_rows()))
    return dict(total)


@dataclass(frozen=True)
class _Holding:
    """Finds those of some rows of a table of which a bucket keeps a statement that another dropped."""

    ledger: Reading
    table: str
    asked: Rows

    def __call__(self, bucket: int) -> Rows:
        """Their places."""
        ledger, is_event = self.ledger, self.table == "events"
        elsewhere = self.asked.filter(pl.col(_BUCKET) != bucket)
        told = ledger.told(self.table, bucket, set(FOR_DEDUPE) if is_event else None)
        ids = self._meant(told, elsewhere)["shipment_id"].unique()
        near = told.filter(pl.col("shipment_id").is_in(ids.implode()))
        if is_event:
            kept = ledger.kept_of(near, bucket)
        else:
            kept = statements_kept(ledger, self.table, _own(ledger, self.table, near))
        return self._meant(kept, elsewhere).select(PLACE).unique()

    def _meant(self, rows: Rows, asked: Rows) -> Rows:
        """Rows that are asked about, with places as they are asked."""
        kinds = _places(self.ledger, self.table)
        codes = (_coded(rows[name], kind) for name, kind in kinds.items())
        return rows.with_columns(codes).join(asked, on=PLACE, how="semi")


def _coded(words: pl.Series, kind: pl.DataType) -> pl.Series:
    """Words as codes, null where there is none; nearly all are the same as the one before."""
    each = words.rle().struct.field("value").cast(kind, strict=False)
    return each.gather(words.rle_id()).alias(words.name)


def _repeated(ledger: Reading, table: str, bucket: int, lost: Rows, kept: Rows) -> Repeated:
    rows = lost.select(PLACE).unique()
    alike = kept.filter(pl.col("source_row").is_in(rows["source_row"].unique().implode()))
    rows = rows.join(alike, on=PLACE, how="anti")
    is_left = pl.col("source").is_in(_keyed(ledger, table))
    counted = rows.filter(~is_left).group_by("source").len()
    left = rows.filter(is_left).with_columns(pl.lit(bucket, pl.Int32).alias(_BUCKET))
    return Repeated(counts=dict(counted.iter_rows()), left=left.cast(_places(ledger, table)))


def _own(ledger: Reading, table: str, told: Rows) -> Rows:
    """What is told by sources of the table; references stand in other exports, too."""
    sources = sorted({s.source for s in ledger.manifest.active if s.table == table})
    return told.filter(pl.col("source").is_in(sources))


def _keyed(ledger: Reading, table: str) -> list[str]:
    """Sources of a table that have rows keyed by references."""
    active = ledger.manifest.active
    return sorted({s.source for s in active if s.table == table and s.is_keyed})


def _places(ledger: Reading, table: str) -> pl.Schema:
    """Kinds of columns for places of rows of a table: a number for what is the same in thousands."""
    active = [segment for segment in ledger.manifest.active if segment.table == table]
    sources = sorted({segment.source for segment in active})
    files = sorted({segment.file for segment in active})
    return pl.Schema({"source": pl.Enum(sources), "source_file": pl.Enum(files)})
