"""TALLIES in memory: of each row what judging looks at, texts as small integers, a lot at a time.

A large ledger has tens of millions of rows of a duration. As texts they take three times as much, and
a query takes as much again.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import polars.selectors as cs

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
    """TALLIES in memory, without columns that nothing will look at."""
    return held(tallies.select(name for name in TALLIES if name not in leave_out))


def held(tallies: pl.LazyFrame) -> pl.LazyFrame:
    """Read rows of TALLIES, of some columns, into memory.

    Returns:
        The same rows, lazily again. Batches stay texts: few rows share one.
    """
    coded = cs.string() - cs.by_name("batch", require_all=False)
    return tallies.with_columns(coded.cast(CODED)).collect(engine="streaming").lazy()


def lots(rows: pl.LazyFrame, column: str) -> list[list[Any]]:
    """Share out the values of a column, sorted, so that no lot has many rows.

    Args:
        rows: TALLIES.
        column: Of them; rows without a value are in no lot.
    """
    sizes = rows.group_by(column).len().drop_nulls().collect(engine="streaming")
    return workers.lots(sorted(sizes.iter_rows()), AT_ONCE)


def partners_at_once(rows: pl.LazyFrame) -> dict[str, list[list[str]]]:
    """By KPI, the partners in TALLIES in such lots."""
    sizes = rows.group_by("kpi", "partner_id").len().drop_nulls().collect(engine="streaming")
    found: dict[str, list[tuple[str, int]]] = {}
    for kpi, partner, size in sorted(sizes.iter_rows()):
        found.setdefault(kpi, []).append((partner, size))
    return {kpi: workers.lots(partners, AT_ONCE) for kpi, partners in found.items()}
