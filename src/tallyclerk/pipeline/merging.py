"""What the buckets have counted as one table for each KPI, made a share at a time.

A table of tallies grows with the ledger, memory must not: where a KPI has many rows, those of some
partners and months are read, added up and written before the next ones. They follow each other in
the order of TALLIES, so that the table is sorted as if it had been made at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tallyclerk.kpis.engine import add, as_coded, as_tallies
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.pipeline.archive import Archive
from tallyclerk.store.cache import Draft

ROWS_AT_ONCE = 2**20
"""Rows that are added up together, unless more are of one partner, role and month."""
FIRST_KEYS = ("partner_id", "role", "month")
"""The keys that TALLIES of a KPI are sorted by first."""


@dataclass(frozen=True)
class Merging:
    """Adds up what the buckets have counted, one KPI at a time.

    Attributes:
        counts: The draft that holds their parts.
        names: The KPIs.
        part_count: How many parts each has.
        former: What an earlier run has left, from which the parts go on; None: they are all.
    """

    counts: Draft
    names: Sequence[str]
    part_count: int
    former: Archive | None = None

    def __call__(self, number: int) -> None:
        """Make one table of the parts of one KPI."""
        name = self.names[number]
        if self.former is None:
            self.counts.merge(name, self.part_count, _merged)
        else:
            before = [] if all_kpis()[name].by_plans else self.former.counted(name)
            self.counts.merge(name, self.part_count, _GoneOn(before))


def _merged(parts: pl.LazyFrame, count: int) -> Iterator[pl.DataFrame]:
    """TALLIES of all buckets; those of a single one are added up already."""
    if count == 1:
        yield as_tallies(parts.collect())
    else:
        yield from map(add, shares(parts))


@dataclass(frozen=True)
class _GoneOn:
    """Makes TALLIES of parts that are not added up, and of files from before.

    Attributes:
        before: Files, and whether (1) they are added or (-1) taken off.
    """

    before: Sequence[tuple[Path, int]]

    def __call__(self, parts: pl.LazyFrame, _count: int) -> Iterator[pl.DataFrame]:
        told = [(pl.scan_parquet(path), sign) for path, sign in self.before]
        whole = signed((as_coded(rows), sign) for rows, sign in [(parts, 1), *told])
        for share in shares(whole):
            yield add(share).filter(pl.col("rows") != 0)


def signed(tables: Iterable[tuple[pl.LazyFrame, int]]) -> pl.LazyFrame:
    """Tallies to be added and to be taken off as one table (at least one)."""
    counts = pl.col("rows", "n", "hits")
    told: pl.LazyFrame = pl.concat([rows.with_columns(counts * sign) for rows, sign in tables])
    return told


def shares(rows: pl.LazyFrame, at_once: int = ROWS_AT_ONCE) -> Iterator[pl.LazyFrame]:
    """Coded TALLIES in shares that have no key in common, the first keys first (at least one).

    Args:
        rows: TALLIES of one KPI, in any order.
        at_once: Rows of a share, if one partner, role and month have not more.
    """
    cells = rows.group_by(FIRST_KEYS).agg(size=pl.len().cast(pl.Int64)).collect()
    if cells["size"].sum() <= at_once:
        yield rows
        return
    partner, role, month = FIRST_KEYS
    up_to = pl.col("size").cum_sum()
    told = cells.sort(pl.col(partner, role).cast(pl.String), month).with_columns(
        share=(up_to - 1) // at_once
    )
    for share in told.partition_by("share", maintain_order=True):
        own = rows.filter(pl.col(partner).is_in(share[partner].unique().implode()))
        yield own.join(share.lazy(), on=FIRST_KEYS, how="semi", nulls_equal=True)
