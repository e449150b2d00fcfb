"""TALLIES in memory: of each row what judging looks at, and texts as small integers.

A large ledger has tens of millions of rows of a duration. As texts they take three times as much.
"""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.tables import TALLIES

CODED = pl.Categorical()
"""Type of the texts that many rows share: equal, unequal and sorted as these."""
OF_RATES = ("batch",)
OF_DURATIONS = ("batch_group", "minutes", "ending")
"""Columns that only this kind of KPI looks at."""
UNSEEN = ("service", "chain")
"""Cuts that no page has."""


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
