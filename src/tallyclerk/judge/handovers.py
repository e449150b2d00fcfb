"""What each additional handover adds: hours, losses and lateness of whole chains.

Shipments are grouped by the number of handovers of their chain and each group is compared with the
one that has one handover less, as partners are compared: raw, and on the lanes that both use,
weighted to one mix. It is a comparison of shipments as they were sent, not an experiment: more
handovers may come with harder routes, which is why the same lanes decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import polars as pl

from tallyclerk.judge.compare import compare
from tallyclerk.judge.compared import SAME_LANES, ComparedRow, Comparison, Pair
from tallyclerk.judge.counts import handovers
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.retold import CHAIN

KPIS = ("lead_hours", "on_time_rate", "loss_rate")
"""KPIs of whole chains: how long, how late, how much is lost."""
ROLE = "chain"
"""Role under which whole chains are compared."""


def added_by_handover(tallies: pl.LazyFrame, judge: Judge) -> Comparison:
    """Each number of handovers against the one before it.

    Args:
        tallies: TALLIES of the period.
        judge: The judge of that period.

    Returns:
        A pair for each two neighbouring numbers that shipments have: the first has one handover
        more. None where all shipments have equally many.
    """
    kpis = {name: judge.kpis[name] for name in KPIS if name in judge.kpis}
    rows = _whole_chains(tallies.filter(pl.col("kpi").is_in(list(kpis)))).collect().lazy()
    numbers = sorted(map(int, rows.select("partner_id").unique().collect()["partner_id"]))
    chosen = replace(
        judge, kpis=kpis, targets=(), subjects=[(str(number), ROLE) for number in numbers]
    )
    neighbours = [(a, b) for a, b in pairwise(numbers) if b == a + 1]
    pairs = [compare(rows, chosen, (str(b), str(a))).pairs[0] for a, b in neighbours]
    return Comparison(pairs=tuple(pairs))


def decisive(pair: Pair) -> Iterable[ComparedRow]:
    """One row for each statistic: that on the same lanes, else the raw one."""
    rows: dict[tuple[str, str], ComparedRow] = {}
    for row in pair.rows:
        key = (row.kpi, row.statistic)
        if key not in rows or row.basis == SAME_LANES:
            rows[key] = row
    return rows.values()


def _whole_chains(tallies: pl.LazyFrame) -> pl.LazyFrame:
    """Each shipment once, with the number of its handovers in place of a partner.

    A chain's figures stand with every partner of it; here only with the first after the supplier.
    """
    chain = pl.col("chain").cast(pl.String).str.split(">")
    is_first = chain.list.get(1, null_on_oob=True) == pl.col("partner_id").cast(pl.String)
    is_loss = pl.col("kpi") == "loss_rate"
    rule = pl.when(is_loss).then(pl.col("rule") == CHAIN).otherwise(pl.col("rule").is_null())
    return tallies.filter(is_first, rule.fill_null(value=False)).with_columns(
        partner_id=handovers(), role=pl.lit(ROLE), rule=pl.lit(None, dtype=pl.String)
    )
