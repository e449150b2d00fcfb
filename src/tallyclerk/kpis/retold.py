"""Rules under which a case is told again: such rows stand beside what counts, and are no part of it."""

from __future__ import annotations

import polars as pl

CLOCKS = ("business_hours", "business_days")
"""A duration on a clock of the partner's calendar; see `tallyclerk.journey.clocks`."""
EXCUSED = "excused"
"""A case as it was before it was excused: total and excused together are the gross figure."""
LATE = "late: "
"""What the rules of a late shipment's lateness begin with; see `tallyclerk.judge.lateness`."""


def is_retold() -> pl.Expr:
    """Whether a row of FACTS or TALLIES tells a case again."""
    rule = pl.col("rule")
    named = rule.is_in([*CLOCKS, EXCUSED]) | rule.str.starts_with(LATE)
    return named.fill_null(value=False)
