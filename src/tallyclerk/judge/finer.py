"""Results by several cuts at once: each lane in each month, each rule at each counterpart."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tallyclerk.domain.results import Result
from tallyclerk.judge.counts import handovers
from tallyclerk.judge.results import Judge, sort_key


def finer(tallies: pl.LazyFrame, judge: Judge, cuts: Sequence[str]) -> list[Result]:
    """Results by some cuts.

    All values of one cut are judged together; of the others, one value after the other. Rules come
    last, because each has the n of its total.

    Args:
        tallies: TALLIES of the period.
        judge: The judge of that period.
        cuts: Of `tallyclerk.judge.counts.CUTS`, each once; one or more.

    Returns:
        One per partner, role, KPI, statistic and combination of values that is there, sorted.
    """
    if "handovers" in cuts:
        tallies = tallies.with_columns(handovers=handovers())
    sizes = tallies.select(pl.col(cuts).n_unique()).collect().row(0, named=True)
    *outer, inner = sorted(cuts, key=lambda cut: (cut == "rule", sizes[cut], cut))
    if not outer:
        return judge.results(tallies, inner)
    found = []
    values = tallies.select(outer).unique().drop_nulls().sort(outer).collect()
    for row in values.iter_rows(named=True):
        chosen = tallies.filter(*(pl.col(cut) == value for cut, value in row.items()))
        found += judge.within(row).results(chosen, inner)
    return sorted(found, key=sort_key)
