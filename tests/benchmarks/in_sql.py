"""The KPIs of the peers in DuckDB: as SQL is written first, and tuned.

Tuned: every file is read once, into types; shipments and custodies are small integers, partners and
milestones enumerations; what several KPIs need is kept; the silences of a custody are told once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Answers = dict[str, dict[str, list[int]]]

EVENTS = """CREATE {kind} events AS
SELECT {key}, milestone, occurred_at, recorded_at, partner_id, counterpart_id
FROM read_csv('{folder}/events-*.csv', columns={{'shipment_id': 'VARCHAR',
'milestone': '{milestone}', 'occurred_at': 'TIMESTAMP', 'recorded_at': 'TIMESTAMP',
'partner_id': '{partner}', 'counterpart_id': '{partner}'}}, header=true,
timestampformat='%Y-%m-%dT%H:%M:%SZ') {numbered}"""
SHIPMENTS = """SELECT shipment_id, supplier_id, forwarder_id, courier_id, promised_at
FROM read_csv('{folder}/shipments.csv', columns={{'shipment_id': 'VARCHAR',
'supplier_id': 'VARCHAR', 'forwarder_id': 'VARCHAR', 'courier_id': 'VARCHAR',
'origin_country': 'VARCHAR', 'destination_country': 'VARCHAR', 'promised_at': 'TIMESTAMP'}},
header=true)"""
PARTNERS = """SELECT DISTINCT who FROM (
  SELECT unnest([supplier_id, forwarder_id, courier_id]) AS who FROM named)
WHERE who IS NOT NULL ORDER BY who"""
NUMBERED = """CREATE TABLE shipments AS
SELECT (row_number() OVER ())::INTEGER AS sid, shipment_id, supplier_id::partner AS supplier_id,
  forwarder_id::partner AS forwarder_id, courier_id::partner AS courier_id, promised_at FROM named"""
CUSTODY = """
CREATE {kind} takings AS
WITH firsts AS (
  SELECT {key}, partner_id,
    min(occurred_at) FILTER (milestone = 'ACCEPTED') AS accepted_at, min(occurred_at) AS scanned_at
  FROM events WHERE milestone IN {physical} GROUP BY ALL)
SELECT {key}, partner_id, coalesce(accepted_at, scanned_at) AS taken_at,
  lead(coalesce(accepted_at, scanned_at)) OVER (PARTITION BY {key}
    ORDER BY coalesce(accepted_at, scanned_at), partner_id = courier_id, partner_id) AS next_at
FROM firsts JOIN shipments USING ({key}) WHERE partner_id <> supplier_id;
CREATE {kind} delivered AS
SELECT {key}, min(occurred_at) AS delivered_at FROM events WHERE milestone = 'DELIVERED'
GROUP BY {key};
CREATE {kind} custody AS
SELECT {number}{key}, partner_id, taken_at, coalesce(next_at, delivered_at) AS end_at
FROM takings JOIN delivered USING ({key});
CREATE {kind} members AS
SELECT {key}, supplier_id AS partner_id FROM shipments WHERE supplier_id IS NOT NULL
UNION SELECT {key}, forwarder_id FROM shipments WHERE forwarder_id IS NOT NULL
UNION SELECT {key}, courier_id FROM shipments WHERE courier_id IS NOT NULL;
CREATE {kind} silences AS
WITH points AS (
  SELECT {held}, e.occurred_at AS seen_at, false AS is_end,
    e.milestone = 'DEPARTED_ORIGIN' AS is_flight
  FROM custody JOIN events e ON e.{key} = custody.{key}
    AND e.occurred_at >= taken_at AND e.occurred_at < end_at
  WHERE e.milestone IN {physical}
  UNION ALL SELECT {held}, taken_at, false, false FROM custody
  UNION ALL SELECT {held}, greatest(end_at, taken_at), true, false FROM custody)
SELECT *, lead(seen_at) OVER (PARTITION BY {same} ORDER BY seen_at, is_end, is_flight) AS until_at
FROM points;
"""
GAPS = """CREATE TABLE gaps AS
SELECT held, max(until_at - seen_at) AS gap, bool_or(until_at - seen_at >
  CASE WHEN is_flight THEN INTERVAL 72 HOUR ELSE INTERVAL 48 HOUR END) AS is_dark
FROM silences WHERE NOT is_end GROUP BY held"""
_MINUTES = "greatest(0, (epoch({end}) - epoch({start}))::BIGINT // 60)"
_FITS = "{start} - {end} <= INTERVAL 30 MINUTE"
_IN_ORDER = _FITS.format(start="taken_at", end="end_at")
KPIS = {
    "late_record_rate": """SELECT partner_id, count(*),
  count(*) FILTER (recorded_at - occurred_at > INTERVAL 12 HOUR)
FROM events WHERE recorded_at IS NOT NULL GROUP BY 1""",
    "on_time_rate": """SELECT partner_id, count(*), count(*) FILTER (delivered_at <= promised_at)
FROM members JOIN shipments USING ({key}) JOIN delivered USING ({key})
WHERE promised_at + INTERVAL 3 DAY <= $now GROUP BY 1""",
    "lead_hours": f"""WITH lead AS (
  SELECT {{key}}, min(taken_at) AS start_at, any_value(delivered_at) AS end_at
  FROM takings JOIN delivered USING ({{key}}) GROUP BY 1)
SELECT partner_id, count(*), sum({_MINUTES.format(start="start_at", end="end_at")})
FROM members JOIN lead USING ({{key}})
WHERE {_FITS.format(start="start_at", end="end_at")} GROUP BY 1""",
    "transit_hours": f"""SELECT partner_id, count(*),
  sum({_MINUTES.format(start="taken_at", end="end_at")})
FROM custody WHERE {_IN_ORDER} GROUP BY 1""",
    "handover_ack_rate": """WITH tenders AS (
  SELECT {key}, partner_id, arg_min(counterpart_id, occurred_at) AS taker,
    min(occurred_at) AS released_at
  FROM events WHERE milestone = 'RELEASED' GROUP BY 1, 2)
SELECT taker, count(*), count(*) FILTER (taken_at <= released_at + INTERVAL 24 HOUR)
FROM tenders h LEFT JOIN takings t ON t.{key} = h.{key} AND t.partner_id = h.taker
WHERE released_at + INTERVAL 48 HOUR <= $now GROUP BY 1""",
    "scan_gap_hours": f"""WITH longest AS (
  SELECT {{key}}, partner_id, max(until_at - seen_at) AS gap FROM silences WHERE NOT is_end
  GROUP BY 1, 2)
SELECT partner_id, count(*), sum(epoch(gap)::BIGINT // 60)
FROM longest JOIN custody USING ({{key}}, partner_id) WHERE {_IN_ORDER} GROUP BY 1""",
    "blackout_rate": f"""WITH dark AS (
  SELECT {{key}}, partner_id, bool_or(until_at - seen_at >
    CASE WHEN is_flight THEN INTERVAL 72 HOUR ELSE INTERVAL 48 HOUR END) AS is_dark
  FROM silences WHERE NOT is_end GROUP BY 1, 2)
SELECT partner_id, count(*), count(*) FILTER (is_dark)
FROM dark JOIN custody USING ({{key}}, partner_id) WHERE {_IN_ORDER} GROUP BY 1""",
}
OF_GAPS = {
    "scan_gap_hours": f"""SELECT partner_id, count(*), sum(epoch(gap)::BIGINT // 60)
FROM gaps JOIN custody USING (held) WHERE {_IN_ORDER} GROUP BY 1""",
    "blackout_rate": f"""SELECT partner_id, count(*), count(*) FILTER (is_dark)
FROM gaps JOIN custody USING (held) WHERE {_IN_ORDER} GROUP BY 1""",
}


def plain(folder: Path, physical: Sequence[str]) -> Answers:
    """SQL as it is written first: views over the files."""
    base, key = _opened(), "shipment_id"
    words = {"folder": folder, "milestone": "VARCHAR", "partner": "VARCHAR", "numbered": ""}
    base.execute(EVENTS.format(kind="VIEW", key=key, **words))
    base.execute(f"CREATE VIEW shipments AS {SHIPMENTS.format(folder=folder)}")
    custody = {"held": "custody.shipment_id, custody.partner_id", "number": ""}
    custody["same"] = "shipment_id, partner_id"
    base.execute(CUSTODY.format(kind="VIEW", key=key, physical=physical, **custody))
    return _answers(base, KPIS, key)


def tuned(folder: Path, physical: Sequence[str], milestones: Sequence[str]) -> Answers:
    """The same, tuned as said above."""
    base, key = _opened(), "sid"
    base.execute("SET preserve_insertion_order = false")
    base.execute(f"CREATE TABLE named AS {SHIPMENTS.format(folder=folder)}")
    partners = [who for (who,) in base.execute(PARTNERS).fetchall()]
    for name, values in (("partner", partners), ("milestone", milestones)):
        listed = ", ".join(f"'{value}'" for value in values)
        base.execute(f"CREATE TYPE {name} AS ENUM ({listed})")
    base.execute(NUMBERED)
    words = {"folder": folder, "milestone": "milestone", "partner": "partner"}
    words["numbered"] = "JOIN shipments USING (shipment_id)"
    base.execute(EVENTS.format(kind="TABLE", key=key, **words))
    custody = {"held": "held", "same": "held"}
    custody["number"] = "(row_number() OVER ())::INTEGER AS held, "
    base.execute(CUSTODY.format(kind="TABLE", key=key, physical=physical, **custody))
    base.execute(GAPS)
    return _answers(base, {**KPIS, **OF_GAPS}, key)


def _opened() -> Any:
    import duckdb  # noqa: PLC0415 - each peer loads its own tool only

    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    return base


def _answers(base: Any, queries: Mapping[str, str], key: str) -> Answers:
    latest = "SELECT max(greatest(occurred_at, coalesce(recorded_at, occurred_at))) FROM events"
    now = base.execute(latest).fetchone()[0]
    found: Answers = {}
    for kpi, query in queries.items():
        rows = base.execute(query.format(key=key), {"now": now} if "$now" in query else {})
        found[kpi] = {who: [int(n), int(value or 0)] for who, n, value in rows.fetchall() if n}
    return found
