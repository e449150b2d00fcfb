"""FACTS with the place in the exports that each event behind them comes from."""

from __future__ import annotations

import polars as pl

from tallyclerk.kpis.retold import is_retold


def located(stated: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Adds to FACTS where their events stand.

    Args:
        stated: FACTS.
        places: One row per event: event_id, source_file, source_row.

    Returns:
        FACTS and from_file, from_row, to_file, to_row; without those that tell a case again (see
        `tallyclerk.kpis.retold`).
    """
    stated = stated.filter(~is_retold())
    for side in ("from", "to"):
        renamed = places.select(
            pl.col("event_id").alias(f"{side}_event"),
            pl.col("source_file").alias(f"{side}_file"),
            pl.col("source_row").alias(f"{side}_row"),
        )
        stated = stated.join(renamed, on=f"{side}_event", how="left")
    return stated
