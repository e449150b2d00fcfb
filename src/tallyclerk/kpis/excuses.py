"""Agreed exclusions: cases that are told apart from those that count, never hidden."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.journey.agreements import Excused
from tallyclerk.journey.context import Context
from tallyclerk.kpis.retold import EXCUSED, LATE

PREFIX = "excused: "
"""What the reason of an excused case begins with."""


def with_excuses(complete: pl.LazyFrame, kpi: Kpi, context: Context) -> pl.LazyFrame:
    """Takes excused cases out of n, and keeps what they were under the rule "excused".

    Args:
        complete: FACTS of one KPI.
        kpi: The KPI.
        context: For the excuses and the calendar of their days.

    Returns:
        FACTS. A case in n that is excused has n 0, the reason "excused: …", and once more all it
        had with the rule "excused"; parts of it by rule are left out, but for its lateness, which
        is excused too.
    """
    excuses = [e for e in context.excuses if applies(e, kpi)]
    if not excuses:
        return complete
    why = _reason(excuses, context)
    marked = complete.with_columns(why=why).with_columns(
        why=pl.when(pl.col("reason").is_null() | (pl.col("reason") == "waiting")).then("why")
    )
    is_excused = pl.col("why").is_not_null()
    is_whole = pl.col("rule").is_null()
    none = pl.lit(0, dtype=pl.Int64)
    net = marked.filter(is_whole | ~is_excused).with_columns(
        n=pl.when(is_excused).then(none).otherwise("n"),
        hits=pl.when(is_excused).then(none).otherwise("hits"),
        minutes=pl.when(~is_excused).then("minutes"),
        ending=pl.when(~is_excused).then("ending"),
        reason=pl.coalesce("why", "reason"),
    )
    is_lateness = pl.col("rule").str.starts_with(LATE).fill_null(value=False)
    kept = marked.filter((is_whole | is_lateness) & is_excused & pl.col("reason").is_null())
    kept = kept.with_columns(
        rule=pl.when(is_lateness).then(pl.lit(LATE + EXCUSED)).otherwise(pl.lit(EXCUSED))
    )
    return pl.concat([net, kept]).drop("why")


def applies(excuse: Excused, kpi: Kpi) -> bool:
    """Whether an excuse is about a KPI: named by it, or else any KPI about time."""
    return kpi.name in excuse.kpis if excuse.kpis else kpi.is_timely


def _reason(excuses: Sequence[Excused], context: Context) -> pl.Expr:
    """The first excuse that fits a case, null where none does."""
    day = pl.col("cohort_at").dt.convert_time_zone(context.timezone).dt.date()
    reason: pl.Expr = pl.lit(None, dtype=pl.String)
    for excuse in reversed(excuses):
        fits = day.is_between(excuse.first, excuse.last)
        if excuse.partner is not None:
            fits &= pl.col("partner_id") == excuse.partner
        if excuse.lane is not None:
            fits &= pl.col("lane") == excuse.lane
        reason = pl.when(fits).then(pl.lit(PREFIX + excuse.reason)).otherwise(reason)
    return reason
