"""Durations on the clocks of the partners' calendars, beside those in plain hours."""

from __future__ import annotations

import polars as pl

from tallyclerk.journey.context import Context
from tallyclerk.kpis.retold import CLOCKS, on_clock


def on_clocks(stated: pl.LazyFrame, context: Context) -> pl.LazyFrame:
    """Adds the durations on each clock of the subject's calendar, its name as their `rule`.

    Args:
        stated: Rows of a duration KPI: partner, start_at (else cohort_at), until_at, minutes,
            ending; cases in doubt under their rules.
        context: The run.

    Returns:
        The same rows, and one more per clock and row in n of a partner with a calendar; equal n,
        so that both say how long the same cases took.
    """
    owners: dict[str, list[str]] = {}
    for partner, calendar in sorted(context.calendar_of.items()):
        owners.setdefault(calendar, []).append(partner)
    names = stated.collect_schema().names()
    if not owners or "until_at" not in names:
        return stated
    timed = stated.filter(
        pl.col("ending").is_not_null(), pl.col("partner").is_in(sorted(context.calendar_of))
    )
    start = pl.col("start_at" if "start_at" in names else "cohort_at")
    told = [stated]
    for clock in CLOCKS:
        minutes: pl.Expr = pl.lit(None, dtype=pl.Int64)
        for calendar, partners in owners.items():
            worked = context.calendars[calendar].minutes_on(clock, start, pl.col("until_at"))
            minutes = pl.when(pl.col("partner").is_in(partners)).then(worked).otherwise(minutes)
        is_timed = pl.col("minutes").is_not_null()
        rule: pl.Expr = pl.lit(clock)
        if "rule" in names:
            rule = pl.coalesce(pl.format(on_clock("{}", clock), "rule"), rule)
        told.append(timed.with_columns(minutes=pl.when(is_timed).then(minutes), rule=rule))
    return pl.concat(told, how="diagonal")
