"""What the buckets have counted as one table for each KPI, made a share at a time.

A table of tallies grows with the ledger, memory must not: where a KPI has many rows, those of some
partners and months are read, added up and written before the next ones. They follow each other in
the order of TALLIES, so that the table is sorted as if it had been made at once.

Where later runs go on from it, what settled shipments have come to lies apart, in files of each
month. They are taken as they are, and what has settled since is put beside them, unless shipments
are told of again that had settled, which are taken off, or there are too many files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import polars as pl

from tallyclerk import workers
from tallyclerk.kpis.engine import add, added, as_coded, as_tallies
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.pipeline.archive import Archive
from tallyclerk.store.cache import APART, Draft, lay, sink
from tallyclerk.store.frames import rows_of

ROWS_AT_ONCE = 2**19
"""Rows that are added up together, unless more are of one partner, role and month."""
FIRST_KEYS = ("partner_id", "role", "month")
"""The keys that TALLIES of a KPI are sorted by first."""
BY_MONTH = ("month", "partner_id", "role")
UNDATED = "undated"
MOST_FILES = 3
"""Files of a month that lie side by side before they become one."""
TIRED_FROM = 16
"""Buckets from which on the processes that counted them have got large, and others merge."""


@dataclass(frozen=True)
class Merging:
    """Adds up what the buckets have counted, one KPI at a time.

    Attributes:
        counts: The draft that holds their parts.
        names: The KPIs.
        part_count: How many parts each has.
        former: What an earlier run has left, from which the parts go on; None: they are all.
        is_apart: Whether there are parts of settled shipments by themselves (`of_settled`).
    """

    counts: Draft
    names: Sequence[str]
    part_count: int
    former: Archive | None = None
    is_apart: bool = False

    def __call__(self, number: int) -> None:
        """Make one table of the parts of one KPI, and those of settled shipments by month."""
        name = self.names[number]
        self.counts.merge(name, self.part_count, _added if self.former else _merged)
        if self.is_apart and not all_kpis()[name].by_plans:
            self._merge_settled(name)

    def _merge_settled(self, name: str) -> None:
        parts = self.counts.parts(self.part_count, of_settled(name))
        told = [rows_of(parts)]
        taken_off = told[0].group_by("month").agg((pl.col("rows") < 0).any()).collect()
        is_taken_off = {_word(month): is_less for month, is_less in taken_off.iter_rows()}
        left: dict[str, int] = {}
        for month, files in (self.former.settled(name) if self.former else {}).items():
            is_full = month in is_taken_off and len(files) >= MOST_FILES
            if is_full or is_taken_off.get(month):
                told += map(rows_of, files)
                continue
            left[month] = len(files)
            for number, path in enumerate(files):
                lay(path, self.counts.apart(name, month, number))
        rows = pl.concat(map(as_coded, told))
        for month, frames in groupby(_by_month(rows), itemgetter(0)):
            word = _word(month)
            sink((frame for _, frame in frames), self.counts.apart(name, word, left.get(word, 0)))
        for part in parts:
            part.unlink()


def merge(merging: Merging) -> None:
    """Make the tables of all KPIs."""
    if merging.part_count >= TIRED_FROM:
        workers.rest()
    # What is gone on from may lie in one lot: no processes have been started for it.
    many = workers.are_many(merging.part_count)
    for _ in workers.of_each(merging, len(merging.names), spread=many):
        pass


def of_settled(kpi: str) -> str:
    """What the parts of settled shipments under a KPI go by."""
    return f"{kpi}.{APART}"


def _word(month: int | None) -> str:
    return UNDATED if month is None else str(month)


def _by_month(rows: pl.LazyFrame) -> Iterator[tuple[int | None, pl.DataFrame]]:
    """TALLIES of rows that may take others off, month by month, each in one frame or several."""
    for share in shares(rows, BY_MONTH):
        found = added(share).filter(pl.col("rows") != 0)
        months = found.partition_by("month", as_dict=True, maintain_order=True)
        for month in sorted(months, key=lambda key: (key[0] is not None, key)):
            yield month[0], as_tallies(months.pop(month))


def _merged(parts: pl.LazyFrame, count: int) -> Iterator[pl.DataFrame]:
    """TALLIES of all buckets; those of a single one are added up already."""
    if count == 1:
        yield as_tallies(parts.collect())
    else:
        yield from _added(parts, count)


def _added(parts: pl.LazyFrame, _count: int) -> Iterator[pl.DataFrame]:
    """TALLIES of parts that are not added up."""
    yield from map(add, shares(parts, FIRST_KEYS))


def signed(tables: Iterable[tuple[pl.LazyFrame, int]]) -> pl.LazyFrame:
    """Tallies to be added and to be taken off as one table (at least one)."""
    counts = pl.col("rows", "n", "hits")
    told: pl.LazyFrame = pl.concat([rows.with_columns(counts * sign) for rows, sign in tables])
    return told


def shares(
    rows: pl.LazyFrame, keys: Sequence[str], at_once: int = ROWS_AT_ONCE
) -> Iterator[pl.LazyFrame]:
    """Coded TALLIES in shares that have no key in common, in the order of some (at least one share).

    Args:
        rows: TALLIES of one KPI, in any order.
        keys: The partner, the role and the month in some order.
        at_once: Rows of a share, if one partner, role and month have not more.
    """
    cells = rows.group_by(keys).agg(size=pl.len().cast(pl.Int64)).collect()
    if cells["size"].sum() <= at_once:
        yield rows
        return
    first, up_to = keys[0], pl.col("size").cum_sum()
    order = [name if name == "month" else pl.col(name).cast(pl.String) for name in keys]
    told = cells.sort(order).with_columns(share=(up_to - 1) // at_once)
    for share in told.partition_by("share", maintain_order=True):
        own = rows.filter(pl.col(first).is_in(share[first].unique().implode(), nulls_equal=True))
        yield own.join(share.lazy(), on=keys, how="semi", nulls_equal=True)
