"""The KPIs that an analyst would compute with other tools, over plain exports: the same numbers.

`python -m tests.benchmarks.peers NAME FOLDER` prints them as JSON: by KPI and partner the cases in
n, and the hits, or for durations the sum of their minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Answers = dict[str, dict[str, list[int]]]

PHYSICAL = (
    *("ACCEPTED", "ORIGIN_HUB", "DEPARTED_ORIGIN", "TRANSIT_HUB", "ARRIVED_DESTINATION"),
    *("IMPORT_CUSTOMS_CLEARED", "AT_DEPOT", "OUT_FOR_DELIVERY", "DELIVERY_ATTEMPT_FAILED"),
    *("AVAILABLE_AT_PICKUP_POINT", "DELIVERED", "IN_TRANSIT"),
)
SQL_EVENTS = """SELECT shipment_id, milestone, occurred_at, recorded_at, partner_id, counterpart_id
FROM read_csv('{folder}/events-*.csv', columns={{'shipment_id': 'VARCHAR', 'milestone': 'VARCHAR',
'occurred_at': 'TIMESTAMP', 'recorded_at': 'TIMESTAMP', 'partner_id': 'VARCHAR',
'counterpart_id': 'VARCHAR'}}, header=true)"""
SQL_SHIPMENTS = """SELECT shipment_id, supplier_id, forwarder_id, courier_id, promised_at
FROM read_csv('{folder}/shipments.csv', columns={{'shipment_id': 'VARCHAR',
'supplier_id': 'VARCHAR', 'forwarder_id': 'VARCHAR', 'courier_id': 'VARCHAR',
'origin_country': 'VARCHAR', 'destination_country': 'VARCHAR', 'promised_at': 'TIMESTAMP'}},
header=true)"""
SQL_BASE = """
CREATE {kind} takings AS
WITH firsts AS (
  SELECT shipment_id, partner_id,
    min(occurred_at) FILTER (milestone = 'ACCEPTED') AS accepted_at, min(occurred_at) AS scanned_at
  FROM events WHERE milestone IN {physical} GROUP BY ALL)
SELECT shipment_id, partner_id, coalesce(accepted_at, scanned_at) AS taken_at,
  lead(coalesce(accepted_at, scanned_at)) OVER (PARTITION BY shipment_id
    ORDER BY coalesce(accepted_at, scanned_at), partner_id = courier_id, partner_id) AS next_at
FROM firsts JOIN shipments USING (shipment_id) WHERE partner_id <> supplier_id;
CREATE {kind} delivered AS
SELECT shipment_id, min(occurred_at) AS delivered_at FROM events WHERE milestone = 'DELIVERED'
GROUP BY shipment_id;
CREATE {kind} custody AS
SELECT shipment_id, partner_id, taken_at, coalesce(next_at, delivered_at) AS end_at
FROM takings JOIN delivered USING (shipment_id);
CREATE {kind} members AS
SELECT shipment_id, supplier_id AS partner_id FROM shipments WHERE supplier_id IS NOT NULL
UNION SELECT shipment_id, forwarder_id FROM shipments WHERE forwarder_id IS NOT NULL
UNION SELECT shipment_id, courier_id FROM shipments WHERE courier_id IS NOT NULL;
CREATE {kind} silences AS
WITH points AS (
  SELECT c.shipment_id, c.partner_id, e.occurred_at AS seen_at, false AS is_end,
    e.milestone = 'DEPARTED_ORIGIN' AS is_flight
  FROM custody c JOIN events e ON e.shipment_id = c.shipment_id
    AND e.occurred_at >= c.taken_at AND e.occurred_at < c.end_at
  WHERE e.milestone IN {physical}
  UNION ALL SELECT shipment_id, partner_id, taken_at, false, false FROM custody
  UNION ALL SELECT shipment_id, partner_id, greatest(end_at, taken_at), true, false FROM custody)
SELECT *, lead(seen_at) OVER (PARTITION BY shipment_id, partner_id ORDER BY seen_at, is_end, is_flight)
  AS until_at FROM points;
"""
_MINUTES = "greatest(0, (epoch({end}) - epoch({start}))::BIGINT // 60)"
_FITS = "{start} - {end} <= INTERVAL 30 MINUTE"
SQL_KPIS = {
    "late_record_rate": """SELECT partner_id, count(*),
  count(*) FILTER (recorded_at - occurred_at > INTERVAL 12 HOUR)
FROM events WHERE recorded_at IS NOT NULL GROUP BY 1""",
    "on_time_rate": """SELECT partner_id, count(*), count(*) FILTER (delivered_at <= promised_at)
FROM members JOIN shipments USING (shipment_id) JOIN delivered USING (shipment_id)
WHERE promised_at + INTERVAL 3 DAY <= $now GROUP BY 1""",
    "lead_hours": f"""WITH lead AS (
  SELECT shipment_id, min(taken_at) AS start_at, any_value(delivered_at) AS end_at
  FROM takings JOIN delivered USING (shipment_id) GROUP BY 1)
SELECT partner_id, count(*), sum({_MINUTES.format(start="start_at", end="end_at")})
FROM members JOIN lead USING (shipment_id)
WHERE {_FITS.format(start="start_at", end="end_at")} GROUP BY 1""",
    "transit_hours": f"""SELECT partner_id, count(*),
  sum({_MINUTES.format(start="taken_at", end="end_at")})
FROM custody WHERE {_FITS.format(start="taken_at", end="end_at")} GROUP BY 1""",
    "handover_ack_rate": """WITH tenders AS (
  SELECT shipment_id, partner_id, arg_min(counterpart_id, occurred_at) AS taker,
    min(occurred_at) AS released_at
  FROM events WHERE milestone = 'RELEASED' GROUP BY 1, 2)
SELECT taker, count(*), count(*) FILTER (taken_at <= released_at + INTERVAL 24 HOUR)
FROM tenders h LEFT JOIN takings t ON t.shipment_id = h.shipment_id AND t.partner_id = h.taker
WHERE released_at + INTERVAL 48 HOUR <= $now GROUP BY 1""",
    "scan_gap_hours": f"""WITH longest AS (
  SELECT shipment_id, partner_id, max(until_at - seen_at) AS gap FROM silences WHERE NOT is_end
  GROUP BY 1, 2)
SELECT partner_id, count(*), sum(epoch(gap)::BIGINT // 60)
FROM longest JOIN custody USING (shipment_id, partner_id)
WHERE {_FITS.format(start="taken_at", end="end_at")} GROUP BY 1""",
    "blackout_rate": f"""WITH dark AS (
  SELECT shipment_id, partner_id, bool_or(until_at - seen_at >
    CASE WHEN is_flight THEN INTERVAL 72 HOUR ELSE INTERVAL 48 HOUR END) AS is_dark
  FROM silences WHERE NOT is_end GROUP BY 1, 2)
SELECT partner_id, count(*), count(*) FILTER (is_dark)
FROM dark JOIN custody USING (shipment_id, partner_id)
WHERE {_FITS.format(start="taken_at", end="end_at")} GROUP BY 1""",
}


def duckdb_plain(folder: Path) -> Answers:
    """SQL as it is written first: views over the files."""
    return _in_sql(folder, "VIEW")


def duckdb_tuned(folder: Path) -> Answers:
    """The same, each file read once and each intermediate result kept."""
    return _in_sql(folder, "TABLE")


def _in_sql(folder: Path, kind: str) -> Answers:
    import duckdb  # noqa: PLC0415 - each peer loads its own tool only

    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    for name, query in (("events", SQL_EVENTS), ("shipments", SQL_SHIPMENTS)):
        base.execute(f"CREATE {kind} {name} AS {query.format(folder=folder)}")
    base.execute(SQL_BASE.format(kind=kind, physical=PHYSICAL))
    latest = "SELECT max(greatest(occurred_at, coalesce(recorded_at, occurred_at))) FROM events"
    now = base.execute(latest).fetchone()[0]
    return {
        kpi: _by_partner(base.execute(query, {"now": now} if "$now" in query else {}).fetchall())
        for kpi, query in SQL_KPIS.items()
    }


def _by_partner(rows: list[tuple[Any, ...]]) -> dict[str, list[int]]:
    return {who: [int(n), int(value or 0)] for who, n, value in rows if n}


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
    import polars as pl  # noqa: PLC0415

    from tallyclerk.config import load  # noqa: PLC0415
    from tallyclerk.pipeline import open_run  # noqa: PLC0415

    found = open_run(load(folder / "config.toml", {})).tallies
    is_rate = pl.col("minutes").is_null()
    per = (
        found.filter(pl.col("kpi").is_in(list(SQL_KPIS)), pl.col("rule").is_null(), pl.col("n") > 0)
        .with_columns(
            value=pl.when(is_rate).then("hits").otherwise(pl.col("minutes") * pl.col("n"))
        )
        .group_by("kpi", "partner_id")
        .agg(pl.col("n").sum(), pl.col("value").sum())
        .sort("kpi", "partner_id")
        .collect()
    )
    answers: Answers = {kpi: {} for kpi in SQL_KPIS}
    for kpi, who, n, total in per.iter_rows():
        answers[kpi][who] = [n, total]
    return answers


def vectorised_pandas(folder: Path) -> Answers:
    """Vectorised pandas, as most analysts would write it."""
    from tests.benchmarks.in_pandas import answers  # noqa: PLC0415

    return answers(folder, PHYSICAL)


PEERS: dict[str, Callable[[Path], Answers]] = {
    "floor": floor,
    "tallyclerk": ours,
    "duckdb_tuned": duckdb_tuned,
    "duckdb_plain": duckdb_plain,
    "pandas": vectorised_pandas,
}

if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]](Path(sys.argv[2])), sort_keys=True))
