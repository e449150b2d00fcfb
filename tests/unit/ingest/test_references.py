"""Rows keyed by an order, a tracking number or a flight find their shipments."""

from __future__ import annotations

import itertools

import pytest

TIME = "2024-01-05 10:00"


def sources():
    return {
        "orders": {
            "path": "orders.csv",
            "columns": {"order_id": "order", "status": "status", "occurred_at": "time"},
        },
        "ships": {
            "path": "ships.csv",
            "table": "shipments",
            "columns": {"shipment_id": ["order_id", "seller"], "supplier_id": "seller"},
        },
        "scans": {
            "path": "scans.csv",
            "columns": {"tracking_number": "tno", "status": "status", "occurred_at": "time"},
        },
        "refs": {
            "path": "refs.csv",
            "table": "references",
            "columns": {"tracking_number": "tno", "shipment_id": "ship"},
        },
    }


def write_all(workshop):
    workshop.write(
        "orders.csv", f"order,status,time\nO1,LABEL_CREATED,{TIME}\nO9,LABEL_CREATED,{TIME}\n"
    )
    workshop.write("ships.csv", "order_id,seller\nO1,s1\nO1,s2\nO2,s1\n")
    workshop.write(
        "scans.csv",
        f"tno,status,time,mawb\nAB 12-3,ACCEPTED,{TIME},020-1\nzz,ACCEPTED,{TIME},020-1\n",
    )
    workshop.write("refs.csv", "tno,ship\nab123,O1/s2\n")


@pytest.mark.parametrize("order", list(itertools.permutations(sources()))[::5])
def test_the_order_of_ingest_never_matters(workshop, order):
    write_all(workshop)
    known = {}
    for name in order:
        known[name] = sources()[name]
        report, ledger = workshop.ingest(**known)
    rows = ledger.read_events(0, ["shipment_id", "milestone", "inherited"]).rows()
    assert rows == [
        ("O1/s1", "LABEL_CREATED", True),
        ("O1/s2", "LABEL_CREATED", True),
        ("O1/s2", "ACCEPTED", False),
    ]
    counts = {s.source: (s.rows, s.accepted, s.pending) for s in report.sources}
    assert counts["orders"] == (2, 1, 1)
    assert counts["scans"] == (2, 1, 1)
    batches = dict(ledger.read_table("shipments").select("shipment_id", "batch_id").rows())
    assert batches == {"O1/s1": None, "O1/s2": "0201", "O2/s1": None}


def test_pending_rows_are_resolved_when_their_shipment_comes(workshop):
    write_all(workshop)
    workshop.ingest(**sources())
    workshop.write("ships.csv", "order_id,seller\nO1,s1\nO9,s7\n")
    report, ledger = workshop.ingest(**sources())
    orders = next(s for s in report.sources if s.source == "orders")
    assert (orders.accepted, orders.pending) == (2, 0)
    assert "O9/s7" in ledger.read_events(0)["shipment_id"].to_list()
