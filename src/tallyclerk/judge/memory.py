"""TALLIES in memory: of each row what judging looks at, texts as small integers, a lot at a time.

A large ledger has tens of millions of rows of a duration. As texts they take three times as much, and
a query takes as much again.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from tallyclerk import workers
from tallyclerk.domain.tables import TALLIES

CODED = pl.Categorical()
"""Type of the texts that many rows share: equal, unequal and sorted as these."""
OF_RATES = ("batch",)
OF_DURATIONS = ("batch_group", "minutes", "ending")
"""Columns that only this kind of KPI looks at."""
UNSEEN = ("service", "chain")
"""Cuts that no page has."""
AT_ONCE = 2**21
"""Rows that are judged together, unless more are of one month or partner."""


def in_memory(tallies: pl.LazyFrame, leave_out: tuple[str, ...]) -> pl.LazyFrame:
    """Read rows into memory.

    Args:
        tallies: TALLIES that are judged.
        leave_out: Columns that nothing will look at.

    Returns:
        The same rows, lazily again. Batches stay texts: few rows share one.
    """
    kept = [name for name in TALLIES if name not in leave_out]
    coded = [name for name in kept if TALLIES[name] == pl.String and name != "batch"]
    read = tallies.select(kept).with_columns(pl.col(coded).cast(CODED))
    return read.collect(engine="streaming").lazy()


def lots(rows: pl.LazyFrame, column: str) -> list[list[Any]]:
    """Share out the values of a column, sorted, so that no lot has many rows.

    Args:
        rows: TALLIES.
        column: Of them; rows without a value are in no lot.
    """
    sizes = rows.group_by(column).len().drop_nulls().collect(engine="streaming")
    return workers.lots(sorted(sizes.iter_rows()), AT_ONCE)
