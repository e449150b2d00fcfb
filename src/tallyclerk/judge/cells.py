"""The rows of a comparison added up once: its counts, and all that the same lanes are weighed by.

A comparison looks at the same rows twice, raw and on the same lanes. Both follow from cells: cases
of rates by lane and batch, durations by time, group of batches and lane.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.judge.counts import PERCENTILES, Count, cases_of, counts_in, summed_up, with_batches
from tallyclerk.stats.cluster_cells import ClusterCells
from tallyclerk.stats.cluster_curves import percentiles_of
from tallyclerk.stats.clusters import ClusterSums, sums_of

PARTY = ("kpi", "role", "partner_id")


@dataclass(frozen=True, kw_only=True)
class Cells:
    """What a comparison is computed from.

    Attributes:
        summed: One row per `PARTY` with what it counts, see `tallyclerk.judge.counts.summed_up`.
        rates: One row per `PARTY`, lane and batch with cases of a rate: n, hits.
        times: Durations; parties are those of `PARTY`, parts their lanes.
    """

    summed: pl.LazyFrame
    rates: pl.LazyFrame
    times: ClusterCells

    @staticmethod
    def of(rows: pl.LazyFrame, kpis: Mapping[str, Kpi]) -> Cells:
        """Adds up rows of TALLIES, those that tell a case again left out.

        Args:
            rows: Of any partners.
            kpis: Definitions by name.
        """
        rates = [kpi.name for kpi in kpis.values() if kpi.is_rate]
        is_rate = pl.col("kpi").is_in(rates)
        plain = rows.filter(pl.col("rule").is_null()).with_columns(pl.col("lane").fill_null("?"))
        in_batches = (
            plain.filter(is_rate, pl.col("n") > 0)
            .group_by(*PARTY, "lane", "batch")
            .agg(pl.col("n").sum(), pl.col("hits").sum())
        )
        timed = cases_of(plain.filter(~is_rate))
        return Cells(
            summed=summed_up(plain, list(PARTY)),
            rates=in_batches.collect().lazy(),
            times=ClusterCells.of(timed, PARTY, part="lane"),
        )

    def counts(self) -> dict[str, list[Count]]:
        """The totals by KPI, sorted by partner and role."""
        rated = with_batches(self.summed, self.rates, list(PARTY)).sort("partner_id", "role")
        found: dict[str, list[Count]] = {}
        for row in rated.collect().iter_rows(named=True):
            found.setdefault(row["kpi"], []).append(counts_in(row))
        timed = percentiles_of(self.times, PERCENTILES)
        ends = _ends(self.times)
        last = self.times.last_ended()
        for (kpi, role, partner), told in timed.items():
            mine = found[kpi]
            place = next(i for i, c in enumerate(mine) if (c.role, c.partner_id) == (role, partner))
            is_open = any(each.low is None for each in told)
            mine[place] = replace(
                mine[place],
                batches=ends[kpi, role, partner],
                timed=tuple(told),
                last_ended=last.get((kpi, role, partner)) if is_open else None,
            )
        return found


def _ends(times: ClusterCells) -> dict[tuple[str, ...], ClusterSums]:
    """Durations as a rate of those that never end, by the groups of their batches."""
    cells: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for party, n, never in times.by_cluster():
        cells.setdefault(party, []).append((n, never))
    return {party: sums_of(found) for party, found in cells.items()}
