"""Rows keyed by an order, a tracking number or a flight find their shipments."""

from __future__ import annotations

import itertools

import pytest

from tallyclerk.ingest import segment
from tallyclerk.ingest.formats import container

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


@pytest.mark.parametrize(("held", "stored"), [(1, 6), (2, 3), (1000, 3)])
def test_few_references_of_a_file_are_held_at_a_time(workshop, monkeypatch, held, stored):
    monkeypatch.setattr(segment, "_HELD", held)
    monkeypatch.setattr(container.byte_blocks, "__defaults__", (40,))
    told = [*zip("ababac", "xyxyxz", strict=True)]
    rows = "".join(f"{name},{number * 20},ACCEPTED,{TIME}\n" for name, number in told)
    workshop.write("scans.csv", f"id,tno,status,time\n{rows}")
    workshop.write("more.csv", "tno,status,time\n" + f"{'z' * 20},DELIVERED,2024-01-06 11:00\n")
    columns = {"tracking_number": "tno", "status": "status", "occurred_at": "time"}
    report, ledger = workshop.ingest(
        scans={"path": "scans.csv", "columns": {"shipment_id": "id", **columns}},
        more={"path": "more.csv", "columns": columns},
    )
    assert len(ledger.told("references", 0)) == stored
    counts = {s.source: (s.rows, s.accepted, s.duplicates, s.pending) for s in report.sources}
    assert counts == {"scans": (6, 3, 3, 0), "more": (1, 1, 0, 0)}
    assert ("c", "DELIVERED") in ledger.read_events(0, ["shipment_id", "milestone"]).rows()


def test_pending_rows_are_resolved_when_their_shipment_comes(workshop):
    write_all(workshop)
    workshop.ingest(**sources())
    workshop.write("ships.csv", "order_id,seller\nO1,s1\nO9,s7\n")
    report, ledger = workshop.ingest(**sources())
    orders = next(s for s in report.sources if s.source == "orders")
    assert (orders.accepted, orders.pending) == (2, 0)
    assert "O9/s7" in ledger.read_events(0)["shipment_id"].to_list()


REUSED = "tno,ship,since\nT1,old,2024-01-01 00:00\nT1,new,2024-06-01 00:00\nT2,a,\nT2,b,\nT3,c,2024-01-01 00:00\n"


def reused_numbers(workshop, scans):
    workshop.write("scans.csv", "tno,status,time\n" + scans)
    workshop.write("refs.csv", REUSED)
    refs = {"tracking_number": "tno", "shipment_id": "ship", "valid_from": "since"}
    report, ledger = workshop.ingest(
        scans=sources()["scans"],
        refs={"path": "refs.csv", "table": "references", "columns": refs},
    )
    rows = ledger.read_events(0, ["shipment_id", "milestone", "occurred_at"]).rows()
    return report, [(ship, milestone, f"{at:%m-%d}") for ship, milestone, at in rows]


def test_a_number_used_again_speaks_of_the_shipment_it_is_on_at_the_time(workshop):
    scans = (
        "T1,LABEL_CREATED,2023-12-31 10:00\n"
        "T1,DELIVERED,2024-05-31 10:00\n"
        "T1,ACCEPTED,2024-06-01 00:00\n"
        "T1,DELIVERED,2024-07-01 10:00\n"
        "T3,DELIVERED,2024-07-01 10:00\n"
    )
    report, rows = reused_numbers(workshop, scans)
    assert rows == [
        ("c", "DELIVERED", "07-01"),
        ("new", "ACCEPTED", "06-01"),
        ("new", "DELIVERED", "07-01"),
        ("old", "LABEL_CREATED", "12-31"),
        ("old", "DELIVERED", "05-31"),
    ]
    (found,) = [f for f in report.findings if f.kind == "reused"]
    assert found.where == "tracking T2"
    assert "1 tracking numbers stand for several shipments" in found.what


def test_a_number_that_says_not_from_when_speaks_of_all_its_shipments(workshop):
    _, rows = reused_numbers(workshop, "T2,DELIVERED,2024-07-01 10:00\n")
    assert rows == [("a", "DELIVERED", "07-01"), ("b", "DELIVERED", "07-01")]


@pytest.mark.parametrize(("again", "found"), [("2024-06-01", 1), ("2024-02-20", 0)])
def test_a_shipment_that_begins_again_months_after_its_end_is_found(workshop, again, found):
    text = (
        "id,status,time\nS1,ACCEPTED,2024-01-01\nS1,DELIVERED,2024-01-05\n"
        f"S1,ACCEPTED,{again}\nS2,ACCEPTED,2024-01-01\nS2,DELIVERED,2024-06-01\n"
    )
    report, _ = workshop.events(text)
    places = [f.where for f in report.findings if f.kind == "reused"]
    assert places == ["shipment S1"] * found


def test_second_numbers_lead_to_the_one_shipment(workshop):
    """Relabelled on the way, handed to the last mile, and packed in two parcels: one journey."""
    columns = {"status": "status", "occurred_at": "time"}
    scans = {
        "first": ("tracking_number", "T1,ACCEPTED,2024-01-01\n"),
        "relabelled": ("tracking_number", "T-9,ORIGIN_HUB,2024-01-02\n"),
        "parcel": ("tracking_number", "t1 b,ORIGIN_HUB,2024-01-03\n"),
        "mile": ("last_mile_number", "LM7,DELIVERED,2024-01-09\n"),
        "flight": ("mawb", "020 123,DEPARTED_ORIGIN,2024-01-05\n"),
    }
    for name, (_, text) in scans.items():
        workshop.write(f"{name}.csv", f"no,status,time\n{text}")
    workshop.write(
        "refs.csv",
        "ship,number,sort\nS1,T1,tracking\nS1,T9,tracking\nS1,T1B,tracking\nS1,lm-7,last_mile\n",
    )
    workshop.write("loads.csv", "tno,flight\nT9,020-123\n")
    refs = {"shipment_id": "ship", "reference": "number", "kind": "sort"}
    loads = {"tracking_number": "tno", "mawb": "flight"}
    report, ledger = workshop.ingest(
        **{
            name: {"path": f"{name}.csv", "columns": {key: "no", **columns}}
            for name, (key, _) in scans.items()
        },
        refs={"path": "refs.csv", "table": "references", "columns": refs},
        loads={"path": "loads.csv", "table": "references", "columns": loads},
    )
    rows = ledger.read_events(0, ["shipment_id", "milestone", "inherited"]).rows()
    assert rows == [
        ("S1", "ACCEPTED", False),
        ("S1", "ORIGIN_HUB", False),
        ("S1", "ORIGIN_HUB", False),
        ("S1", "DEPARTED_ORIGIN", True),
        ("S1", "DELIVERED", False),
    ]
    assert ledger.read_table("shipments")["batch_id"].to_list() == ["020123"]
    assert sum(source.pending for source in report.sources) == 0


STATUSES_214 = """ISA*00*          *00*          *02*QZTR           *ZZ*SHOP           *260310*1449*U*00401*000000101*0*P*>~
GS*QM*QZTR*SHOP*20260310*1449*101*X*004010~ST*214*0001~
B10*PRO17*LOAD-1*QZTR~LX*1~AT7*AF*NS***20260305*1430*UT~SE*4*0001~ST*214*0002~
B10*PRO18*LOAD-2*QZTR~LX*1~AT7*AF*NS***20260306*1430*UT~SE*4*0002~GE*2*101~IEA*1*000000101~
"""
SCANS = "no,status,time\nPRO17,DELIVERED,2026-03-09\nOTHER9,DELIVERED,2026-03-10\n"


@pytest.mark.parametrize(
    ("orders", "told", "waiting"),
    [
        # Nobody names shipments: the shipper's number is one, and so is a number beside none.
        (None, {"LOAD1": 2, "LOAD2": 1, "OTHER9": 1}, 0),
        # Our own shipments bear the numbers that we gave the carrier.
        ("ship\nLoad-1\nload 2\n", {"Load-1": 2, "load 2": 1}, 1),
        # Our own shipments know the carrier's numbers; ours for loads are not theirs.
        ("ship,pro\nS1,PRO17\nS2,PRO18\nS9,OTHER9\n", {"S1": 2, "S2": 1, "S9": 1}, 0),
    ],
)
def test_a_carriers_messages_meet_the_other_feeds(workshop, orders, told, waiting):
    workshop.write("a.x12", STATUSES_214)
    workshop.write("scans.csv", SCANS)
    sources = {
        "haulier": {"path": "a.x12", "format": "x12_214"},
        "scans": {
            "path": "scans.csv",
            "columns": {"tracking_number": "no", "status": "status", "occurred_at": "time"},
        },
    }
    if orders:
        workshop.write("own.csv", orders)
        columns = {"shipment_id": "ship"} | ({"tracking_number": "pro"} if "pro" in orders else {})
        sources["own"] = {"path": "own.csv", "table": "shipments", "columns": columns}
    report, ledger = workshop.ingest(**sources)
    rows = ledger.read_events(0, ["shipment_id"])["shipment_id"].value_counts().rows()
    assert dict(rows) == told
    assert sum(source.pending for source in report.sources) == waiting
