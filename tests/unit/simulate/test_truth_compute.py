"""The rows of the true answers, from frames to sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from tests.support.truth import events, settings, utc

from tallyclerk.domain import tables
from tallyclerk.simulate.emitted import EVENTS, Emitted
from tallyclerk.simulate.truth import compute
from tallyclerk.simulate.truth.incidents import HYGIENE, SERIOUS

RATES = {
    "contact_rate",
    "damage_rate",
    "dispatch_on_time_rate",
    "handover_ack_rate",
    "late_record_rate",
    "low_review_rate",
    "loss_rate",
    "milestone_completeness_rate",
    "on_time_controllable_rate",
    "on_time_rate",
    "blackout_rate",
    "miscommunication_rate",
    "message_hygiene_rate",
    "first_attempt_success_rate",
    "return_rate",
    "handover_incident_rate",
    "perfect_shipment_rate",
    "proactive_notice_rate",
}
HOURS = {
    "clearance_hours",
    "dispatch_hours",
    "first_scan_hours",
    "handover_in_hours",
    "handover_out_hours",
    "lead_hours",
    "preimport_blackout_hours",
    "scan_gap_hours",
    "transit_hours",
}

LOG = """
    a READY_FOR_COLLECTION 03-02T08:00 sup @03-02T08:01
    a RELEASED 03-02T09:00 sup >fwd @03-02T09:00
    a ACCEPTED 03-02T10:00 fwd @03-03T10:00
    a DEPARTED_ORIGIN 03-03T10:00 fwd
    a ARRIVED_DESTINATION 03-04T10:00 fwd
    a RELEASED 03-05T09:00 fwd >cou
    a ACCEPTED 03-05T10:30 cou
    a OUT_FOR_DELIVERY 03-06T07:00 cou
    a DELIVERED 03-06T12:00 cou
    b READY_FOR_COLLECTION 03-02T08:00 sup
    b RELEASED 03-02T09:00 sup >fwd
    b ACCEPTED 03-02T13:00 fwd
    c READY_FOR_COLLECTION 03-30T08:00 sup
    c RELEASED 03-31T09:00 sup >fwd
"""
CHAIN = {
    "supplier_id": "sup",
    "forwarder_id": "fwd",
    "courier_id": "cou",
    "origin_country": "CN",
    "destination_country": "DE",
}
SHIPMENTS = [
    {**CHAIN, "shipment_id": "a", "promised_at": utc("03-06T12:00")},
    {**CHAIN, "shipment_id": "b", "promised_at": utc("03-06T12:00")},
    {**CHAIN, "shipment_id": "c", "promised_at": utc("04-06T12:00")},
]


def frame(rows: list[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    full = [{column: row.get(column) for column in schema} for row in rows]
    return pl.DataFrame(full, schema=dict(schema))


def emitted(rows: list[Any], shipments: list[Any] = SHIPMENTS) -> Emitted:
    others = ("claims", "tickets", "notices", "references")
    reviews = [{"shipment_id": "a", "score": 2.0, "scale_max": 5.0, "given_at": utc("03-06T09:00")}]
    return Emitted(
        events=frame(rows, EVENTS),
        shipments=frame(shipments, tables.SHIPMENTS),
        reviews=frame(reviews, tables.REVIEWS),
        **{name: frame([], tables.TABLES[name]) for name in others},
    )


def rows_of(rows: list[Any]) -> dict[tuple[str, str, str, str | None], dict[str, Any]]:
    found = compute(emitted(rows), settings())
    return {(r["partner_id"], r["kpi"], r["statistic"], r["rule"]): r for r in found}


def numbers(
    found: dict[tuple[str, str, str, str | None], dict[str, Any]],
    partner: str,
    kpi: str,
    statistic: str = "rate",
    rule: str | None = None,
) -> tuple[int, int | None, float | None]:
    row = found[partner, kpi, statistic, rule]
    return row["n"], row["hits"], row["value"]


def test_three_shipments_counted_by_hand() -> None:
    found = rows_of(events(LOG))
    # Due and mature: a on time, b still open; c is waiting.
    assert numbers(found, "cou", "on_time_rate") == (2, 1, 0.5)
    # 2 h, 5 h, and c open: the median is the second of three.
    assert numbers(found, "sup", "dispatch_hours", "p50") == (3, None, 5.0)
    assert numbers(found, "sup", "dispatch_hours", "p90") == (3, None, None)
    # 1 h, 4 h, c open since 15 h.
    assert numbers(found, "fwd", "handover_in_hours", "p50") == (3, None, 4.0)
    assert numbers(found, "fwd", "handover_out_hours", "p50") == (1, None, 1.5)
    assert numbers(found, "cou", "handover_in_hours", "p90") == (1, None, 1.5)
    # c was released 15 h ago: waiting.
    assert numbers(found, "fwd", "handover_ack_rate") == (2, 2, 1.0)
    # a: 3 d 30 min to the courier; b open.
    assert numbers(found, "fwd", "transit_hours", "p50") == (2, None, 72.5)
    assert numbers(found, "cou", "transit_hours", "p90") == (1, None, 25.5)
    # a: the silences are 24, 24 and 24.5 h; b is silent for 29 days and 11 hours.
    assert numbers(found, "fwd", "scan_gap_hours", "p50") == (2, None, 24.5)
    assert numbers(found, "fwd", "blackout_rate") == (2, 1, 0.5)
    # a from its acceptance to its arrival; b has never departed and no scan states a country.
    assert numbers(found, "fwd", "preimport_blackout_hours", "p90") == (1, None, 48.0)
    # Of three events with both times one is late.
    assert numbers(found, "sup", "late_record_rate") == (2, 0, 0.0)
    assert numbers(found, "fwd", "late_record_rate") == (1, 1, 1.0)
    # Promised on the 6th, 30 days are not over on the 1st of April.
    assert numbers(found, "fwd", "loss_rate") == (0, 0, None)
    assert numbers(found, "cou", "damage_rate") == (0, 0, None)
    assert numbers(found, "sup", "milestone_completeness_rate") == (2, 2, 1.0)
    assert numbers(found, "fwd", "milestone_completeness_rate") == (5, 5, 1.0)
    assert numbers(found, "fwd", "milestone_completeness_rate", rule="ACCEPTED") == (2, 2, 1.0)
    assert numbers(found, "sup", "miscommunication_rate") == (3, 0, 0.0)


def test_every_kpi_has_rows_in_order_and_with_the_same_columns() -> None:
    rows = compute(
        emitted(events(LOG), [{**row, "handover_due_at": utc("03-03T00:00")} for row in SHIPMENTS]),
        settings(),
    )
    assert {row["kpi"] for row in rows} == RATES | HOURS
    columns = ["partner_id", "role", "kpi", "statistic", "rule", "n", "hits", "value"]
    assert {tuple(row) for row in rows} == {
        tuple(columns),
        (*columns, "in_doubt", "worst"),
    }
    keys = [tuple(row[column] or "" for column in columns[:5]) for row in rows]
    assert keys == sorted(set(keys))
    assert all((row["hits"] is None) == (row["kpi"] in HOURS) for row in rows)


def test_the_incident_kpis_have_a_row_for_each_rule() -> None:
    found = rows_of(events(LOG))
    for kpi, rules in (("miscommunication_rate", SERIOUS), ("message_hygiene_rate", HYGIENE)):
        n = found["fwd", kpi, "rate", None]["n"]
        there = {rule: found["fwd", kpi, "rate", rule]["n"] for rule in rules}
        assert there == dict.fromkeys(rules, n)


def test_neither_the_order_of_rows_nor_repetitions_matter() -> None:
    rows = events(LOG)
    assert rows_of(rows[::-1] + rows[::2]) == rows_of(rows)


def test_a_partner_without_facts_has_no_row_and_one_without_n_has_a_row_without_value() -> None:
    found = rows_of(events(LOG))
    assert ("cou", "dispatch_hours", "p50", None) not in found
    assert numbers(found, "cou", "loss_rate") == (0, 0, None)


def test_one_partner_in_two_roles_has_a_row_for_each() -> None:
    both = [
        {"shipment_id": "a", "forwarder_id": "x"},
        {"shipment_id": "b", "courier_id": "x"},
    ]
    rows = events("a ACCEPTED 03-02T10:00 x\nb ACCEPTED 03-02T10:00 x\nb DELIVERED 03-02T11:00 x")
    found = compute(emitted(rows, both), settings())
    hours = [(r["role"], r["n"], r["value"]) for r in found if r["kpi"] == "transit_hours"]
    assert hours == [
        ("courier", 1, 1.0),
        ("courier", 1, 1.0),
        ("forwarder", 1, None),
        ("forwarder", 1, None),
    ]


def test_no_data_no_rows() -> None:
    assert compute(emitted([], []), settings()) == []
    assert compute(emitted([], []), settings(None)) == []
