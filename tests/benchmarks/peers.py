"""The KPIs that an analyst would compute with other tools, over plain exports: the same numbers.

`python -m tests.benchmarks.peers NAME FOLDER` prints them as JSON: by KPI and partner the cases in
n, and the hits, or for durations the sum of their minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import in_sql
from tests.benchmarks.in_sql import Answers

if TYPE_CHECKING:
    import polars as pl

PHYSICAL = (
    *("ACCEPTED", "ORIGIN_HUB", "DEPARTED_ORIGIN", "TRANSIT_HUB", "ARRIVED_DESTINATION"),
    *("IMPORT_CUSTOMS_CLEARED", "AT_DEPOT", "OUT_FOR_DELIVERY", "DELIVERY_ATTEMPT_FAILED"),
    *("AVAILABLE_AT_PICKUP_POINT", "DELIVERED", "IN_TRANSIT"),
)


def duckdb_plain(folder: Path) -> Answers:
    """SQL as it is written first: views over the files."""
    return in_sql.plain(folder, PHYSICAL)


def duckdb_tuned(folder: Path) -> Answers:
    """The same, tuned: typed tables with integer keys."""
    from tallyclerk.domain.milestones import Milestone  # noqa: PLC0415

    return in_sql.tuned(folder, PHYSICAL, list(Milestone))


def floor(folder: Path) -> Answers:
    """No KPI at all: the files parsed into typed columns, which everything must do."""
    import polars as pl  # noqa: PLC0415

    times = [
        pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", cache=False)
        for name in ("occurred_at", "recorded_at")
    ]
    pl.scan_csv(folder / "events-*.csv", infer_schema=False).with_columns(times).collect()
    return {}


def ours(folder: Path) -> Answers:
    """What tallyclerk says of the same KPIs: ingest and tallies of its whole catalogue."""
    from tests.benchmarks.in_tallyclerk import whole_catalogue  # noqa: PLC0415

    return _summed(whole_catalogue(folder))


def ours_alone(folder: Path) -> Answers:
    """The same, with tallies of these KPIs only."""
    from tests.benchmarks.in_tallyclerk import alone  # noqa: PLC0415

    return _summed(alone(folder, tuple(in_sql.KPIS)))


def _summed(found: pl.LazyFrame) -> Answers:
    import polars as pl  # noqa: PLC0415

    is_rate = pl.col("minutes").is_null()
    per = (
        found.filter(
            pl.col("kpi").is_in(list(in_sql.KPIS)), pl.col("rule").is_null(), pl.col("n") > 0
        )
        .with_columns(
            value=pl.when(is_rate).then("hits").otherwise(pl.col("minutes") * pl.col("n"))
        )
        .group_by("kpi", "partner_id")
        .agg(pl.col("n").sum(), pl.col("value").sum())
        .sort("kpi", "partner_id")
        .collect()
    )
    answers: Answers = {kpi: {} for kpi in in_sql.KPIS}
    for kpi, who, n, total in per.iter_rows():
        answers[kpi][who] = [n, total]
    return answers


def vectorised_pandas(folder: Path) -> Answers:
    """Vectorised pandas, as most analysts would write it."""
    from tests.benchmarks.in_pandas import answers  # noqa: PLC0415

    return answers(folder, PHYSICAL)


PEERS: dict[str, Callable[[Path], Answers]] = {
    "floor": floor,
    "tallyclerk_alone": ours_alone,
    "tallyclerk": ours,
    "duckdb_tuned": duckdb_tuned,
    "duckdb_plain": duckdb_plain,
    "pandas": vectorised_pandas,
}

if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]](Path(sys.argv[2])), sort_keys=True))
