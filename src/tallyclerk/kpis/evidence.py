"""FACTS with the place in the exports that each event behind them comes from."""

from __future__ import annotations

import polars as pl

from tallyclerk.kpis.clocks import CLOCKS
from tallyclerk.kpis.excuses import EXCUSED

TOLD_AGAIN = [*CLOCKS, EXCUSED]
"""Rules of facts that stand beside the same case."""


def located(stated: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Adds to FACTS where their events stand.

    Args:
        stated: FACTS.
        places: One row per event: event_id, source_file, source_row.

    Returns:
        FACTS and from_file, from_row, to_file, to_row; without those that tell a case again, on
        another clock or as it was before it was excused.
    """
    stated = stated.filter(~pl.col("rule").is_in(TOLD_AGAIN).fill_null(value=False))
    for side in ("from", "to"):
        renamed = places.select(
            pl.col("event_id").alias(f"{side}_event"),
            pl.col("source_file").alias(f"{side}_file"),
            pl.col("source_row").alias(f"{side}_row"),
        )
        stated = stated.join(renamed, on=f"{side}_event", how="left")
    return stated
