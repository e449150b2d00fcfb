"""Durations on the clock that a target was agreed in, beside those in plain hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.config.models import Target
from tallyclerk.domain.kpi import Goal, Kpi
from tallyclerk.judge.counts import Count, count

Key = tuple[str, str, str, str | int | None]


@dataclass(frozen=True)
class Clocks:
    """Counts of one KPI on business clocks, by clock, partner, role and value of the cut."""

    counts: Mapping[Key, Count]

    def chosen(self, plain: Count, goal: Goal | None) -> Count:
        """The count on the clock of a goal; without one on that clock, nothing was timed."""
        if goal is None or goal.clock == "hours":
            return plain
        timed = self.counts.get((goal.clock, plain.partner_id, plain.role, plain.value))
        if timed is None:
            return replace(plain, times=(), timed=())
        return replace(plain, times=timed.times, timed=timed.timed)


def on_clocks(
    tallies: pl.LazyFrame,
    kpi: Kpi,
    targets: Sequence[Target],
    cut: str | None,
    *,
    is_timed: bool = False,
) -> Clocks:
    """Counts of a KPI on every clock that a target of it was agreed in.

    Args:
        tallies: TALLIES of the period; a duration's rows on a clock bear its name as `rule`.
        kpi: The KPI.
        targets: `[[targets]]` of the configuration.
        cut: See `tallyclerk.judge.counts.count`; rows by rule have no clock.
        is_timed: See there.
    """
    agreed: set[str] = {
        target.clock for target in targets if target.kpi.rpartition(".")[0] == kpi.name
    }
    found: dict[Key, Count] = {}
    if cut == "rule":
        return Clocks(found)
    for clock in sorted(agreed - {"hours"}):
        told = tallies.filter(pl.col("rule") == clock)
        as_totals = told.with_columns(rule=pl.lit(None, dtype=pl.String))
        for counts in count(as_totals, kpi, cut, is_timed=is_timed):
            found[clock, counts.partner_id, counts.role, counts.value] = counts
    return Clocks(found)
