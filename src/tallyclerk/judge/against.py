"""Which cases count against a partner: one rule for `explain`, annex and evidence."""

from __future__ import annotations

import polars as pl

MINUTES_PER_HOUR = 60


def is_miss(unit: str, better: str, target: float | None = None, clock: str = "hours") -> pl.Expr:
    """Whether a fact counts against its subject, never null.

    Args:
        unit: Of the KPI's values: rate or hours.
        better: "higher" or "lower".
        target: Of a duration, in hours on `clock`; without one, only what never ends is a miss.
        clock: On which clock the target was agreed.

    Returns:
        An expression over FACTS with the columns of `tallyclerk.kpis.evidence.PROOF`.
    """
    if unit == "rate":
        # Also of a part, one rule of a case: it has hits, and no n of its own.
        missed = pl.col("hits") < pl.col("n") if better == "higher" else pl.col("hits") > 0
    else:
        missed = pl.col("ending") == "never"
        if target is not None:
            minutes = pl.col("minutes") if clock == "hours" else pl.col(clock)
            missed |= minutes > target * MINUTES_PER_HOUR
        missed &= pl.col("n") > 0
    return missed.fill_null(value=False)
