"""The KPIs of the peers in tallyclerk: as it is used, with the whole catalogue, and these alone.

Alone: the same ledger, the same pass for what the whole tells, the same functions from events to
tallies, but of these KPIs only, and without what a run leaves to later ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallyclerk import workers
from tallyclerk.config import load
from tallyclerk.journey.build import complete
from tallyclerk.journey.context import Context
from tallyclerk.kpis.engine import as_rows, coded_facts, summed_up
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.pipeline import open_run
from tallyclerk.pipeline.merging import Merging, merge
from tallyclerk.pipeline.shares import Beginnings
from tallyclerk.store.cache import Cache, Draft

if TYPE_CHECKING:
    import polars as pl  # which is loaded as tallyclerk has set it up


def whole_catalogue(folder: Path) -> pl.LazyFrame:
    """TALLIES of every KPI."""
    return open_run(load(folder / "config.toml", {})).tallies


def alone(folder: Path, names: tuple[str, ...]) -> pl.LazyFrame:
    """TALLIES of some KPIs."""
    run = open_run(load(folder / "config.toml", {}))
    deriving, count = run.passes.deriving, run.passes.ledger.bucket_count
    context = deriving.context
    parameters = {name: run.passes.parameters[name] for name in names}
    kept = Cache(run.passes.ledger.root, "alone")
    with kept.writing("tallies") as counts:
        counting = _Counting(deriving.beginnings, context, parameters, counts)
        for _ in workers.of_each(counting, count, spread=workers.are_many(count)):
            pass
        merge(Merging(counts, names, count))
    found = kept.read("tallies")
    assert found is not None
    return found


@dataclass(frozen=True)
class _Counting:
    """Counts a bucket under some KPIs."""

    beginnings: Beginnings
    context: Context
    parameters: Mapping[str, Mapping[str, Any]]
    counts: Draft

    def __call__(self, number: int) -> None:
        journeys = complete(self.beginnings.take(number).begun, self.context)
        kpis = [all_kpis()[name] for name in self.parameters]
        parts = summed_up(
            [*map(as_rows, coded_facts(journeys, kpis, self.parameters, with_events=False))]
        )
        for kpi, part in zip(kpis, parts, strict=True):
            self.counts.add(part, number, kpi.name)
