"""One export that knows its own numbers only is an export all the same."""

from __future__ import annotations

SCANS = "tno,status,time,order\nT1,ACCEPTED,2024-01-05 10:00,o1\nT2,ACCEPTED,2024-01-05 10:00,o1\n"
ORDERS = "order,status,time\no1,LABEL_CREATED,2024-01-04 10:00\n"
TIMES = {"status": "status", "occurred_at": "time"}


def sources(*names):
    every = {
        "scans": {
            "path": "scans.csv",
            "columns": {"tracking_number": "tno", "order_id": "order", **TIMES},
        },
        "orders": {"path": "orders.csv", "columns": {"order_id": "order", **TIMES}},
        "refs": {
            "path": "refs.csv",
            "table": "references",
            "columns": {"tracking_number": "tno", "shipment_id": "ship"},
        },
    }
    return {name: every[name] for name in names}


def told(workshop, *names):
    workshop.write("scans.csv", SCANS)
    workshop.write("orders.csv", ORDERS)
    workshop.write("refs.csv", "tno,ship\nT1,S1\n")
    _, ledger = workshop.ingest(**sources(*names))
    return ledger.read_events(0, ["shipment_id", "milestone"]).rows()


def test_the_finest_number_is_the_shipment_where_no_export_names_shipments(workshop):
    assert told(workshop, "scans") == [("T1", "ACCEPTED"), ("T2", "ACCEPTED")]


def test_coarser_numbers_find_the_shipments_of_the_finest(workshop):
    both = [("T1", "LABEL_CREATED"), ("T1", "ACCEPTED")]
    assert told(workshop, "orders", "scans")[:2] == both


def test_an_export_that_names_shipments_decides_again(workshop):
    told(workshop, "scans")
    assert told(workshop, "scans", "refs") == [("S1", "ACCEPTED")]


def test_an_order_of_thousands_of_parcels_does_not_meet_each_with_each(workshop):
    # 20,000 parcels times 20,000 links of one order would be more rows than memory holds.
    count = 20_000
    lines = "".join(f"T{n},ACCEPTED,2024-01-05 10:00,o1\n" for n in range(count))
    workshop.write("scans.csv", f"tno,status,time,order\n{lines}")
    _, ledger = workshop.ingest(**sources("scans"))
    assert ledger.summary.events == count


def test_it_is_said_what_counts_as_a_shipment(workshop):
    told(workshop, "scans")
    report, _ = workshop.ingest(**sources("scans"))
    (finding,) = [f for f in report.findings if f.kind == "unit"]
    assert "each tracking number counts as one" in finding.what
    workshop.write("refs.csv", "tno,ship\nT1,S1\n")
    report, _ = workshop.ingest(**sources("scans", "refs"))
    assert not [f for f in report.findings if f.kind == "unit"]
