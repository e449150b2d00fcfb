"""Lists in the cells of a table: histories of events, and several numbers at once."""

import json

import polars as pl
import pytest
from tests.support.command import ingest
from tests.support.inspected import blocks_of, everything, inspected, tree_of
from tests.support.settings_file import write_tree

from tallyclerk.ingest.formats.histories import are_histories, events_in
from tallyclerk.ingest.ids import each_of, several

JSON = {
    "records": "scans",
    "columns": {"shipment_id": "no", "status": "scans.what", "occurred_at": "scans.when"},
    "statuses": {"In": "AT_DEPOT", "Out": "OUT_FOR_DELIVERY"},
}
TEXT = {
    **JSON,
    "columns": {"shipment_id": "no", "status": "scans.text", "occurred_at": "scans.time"},
}
EVENTS = [("P1", "AT_DEPOT", "2026-09-01T10:00"), ("P1", "OUT_FOR_DELIVERY", "2026-09-02T08:11")]


def quoted(cell):
    return '"{}"'.format(cell.replace('"', '""'))


def listed(cell, number="P1"):
    return f"no;scans\n{number};{quoted(cell)}\n"


SCANS = [{"when": "2026-09-01 10:00", "what": "In"}, {"when": "2026-09-02 08:11", "what": "Out"}]


@pytest.mark.parametrize(
    "cell", [json.dumps(SCANS), repr(SCANS), json.dumps({"key": 1, "x": SCANS})]
)
def test_objects_in_a_cell_are_rows(workshop, cell):
    records = "scans.x" if '"x"' in cell else "scans"
    report, events = workshop.events(listed(cell), **{**JSON, "records": records})
    assert events == EVENTS
    assert report.sources[0].rows == 2


@pytest.mark.parametrize(
    "cell",
    [
        "2026-09-01 10:00 In; 2026-09-02 08:11 Out",
        "2026-09-02 08:11: Out\n2026-09-01 10:00: In",
        "[2026-09-01 10:00] In [2026-09-02 08:11] Out",
        "In (2026-09-01 10:00), Out (2026-09-02 08:11)",
        "In - 2026-09-01 10:00 Uhr | Out - 2026-09-02 08:11 Uhr",
        "1 Sep 2026, 10:00 In → 2 Sep 2026, 08:11 Out",
        json.dumps(["2026-09-01 10:00 In", "2026-09-02 08:11 Out"]),
    ],
)
def test_a_history_is_taken_apart_at_its_times(workshop, cell):
    assert workshop.events(listed(cell), **TEXT)[1] == EVENTS


def test_a_date_among_the_words_of_an_event_begins_no_other():
    [found] = events_in(pl.Series(["2026-09-01 10:00 moved to 2026-09-05; 2026-09-05 09:00 Out"]))
    assert [event["text"] for event in found] == ["moved to 2026-09-05", "Out"]


@pytest.mark.parametrize(
    ("cell", "source"),
    [
        ("2026-09-01 10:00 In 2026-09-02 08:11 Out", TEXT),  # where does the second one begin?
        ("to be told", TEXT),
        ('[{"when": "2026-09-01 10:00", "wh', JSON),
        ('["a", {"when": 1}]', JSON),
    ],
)
def test_what_is_no_list_is_refused_by_its_row(workshop, cell, source):
    good = json.dumps(SCANS) if source is JSON else "2026-09-01 10:00 In; 2026-09-02 08:11 Out"
    text = f"no;scans\nP1;{quoted(good)}\nP2;{quoted(cell)}\nP3;\nP4;NaN\n"
    report, events = workshop.events(text, **source)
    assert events == EVENTS
    assert (report.sources[0].rows, report.sources[0].rejected) == (3, 1)


@pytest.mark.parametrize(
    "values",
    [["2026-09-01 10:00", "2026-09-02"], ["2026-09-01 10:00 / 2026-09-02 10:00"], ["on 3 May"], []],
)
def test_times_and_words_are_no_histories(values):
    assert not are_histories(pl.Series(values, dtype=pl.String))


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("ZX0000001A, ZX0000001B", ["ZX0000001A", "ZX0000001B"]),
        ("ZX0000001A; ZX0000001B;", ["ZX0000001A", "ZX0000001B"]),
        ("ZX0000001A\nZX0000001B", ["ZX0000001A", "ZX0000001B"]),
        ("ZX0000001A、ZX0000001B", ["ZX0000001A", "ZX0000001B"]),
        ("ZX0000001A / ZX0000001B", ["ZX0000001A", "ZX0000001B"]),
        ("ZX0000001A ZX0000001B + ZX0000001C", ["ZX0000001A", "ZX0000001B", "ZX0000001C"]),
        ("ZX0000001A", ["ZX0000001A"]),
        ("WH/OUT/00034", ["WH/OUT/00034"]),
        ("4500012345/000010", ["4500012345/000010"]),  # an order and its line
        ("0080012345/4500012345", ["0080012345/4500012345"]),  # a delivery and its order
        ("1Z 999 AA1 01 2345 6784", ["1Z 999 AA1 01 2345 6784"]),
    ],
)
def test_numbers_are_several_where_nothing_else_can_be_meant(cell, numbers):
    assert several(pl.Series([cell])).to_list() == [len(numbers) > 1]
    assert each_of(pl.Series([cell])).to_list() == [numbers]


def test_several_numbers_are_refused_unless_their_column_is_named(workshop):
    text = 'no,status,time\n"P10001, P10002",AT_DEPOT,2026-09-01 10:00\n'
    report, events = workshop.events(text, columns={**TEXT["columns"], **LONG})
    assert (events, report.sources[0].rejected) == ([], 1)
    report, events = workshop.events(text, columns={**TEXT["columns"], **LONG}, records="no")
    assert [event[0] for event in events] == ["P10001", "P10002"]


LONG = {"status": "status", "occurred_at": "time"}


@pytest.mark.parametrize("kind", ["objects", "text"])
def test_a_history_beside_what_was_agreed_gets_a_block_of_its_own(tmp_path, kind):
    lines = ["Parcel;Order;Order Status;Carrier;Ship by;History"]
    for n in range(9):
        told = [{"time": f"2026-08-0{n + 1} 10:00", "event": "Delivered", "city": "Wien"}]
        told.insert(0, {**told[0], "time": f"2026-08-0{n + 1} 07:00", "event": "Out for delivery"})
        words = "\n".join(f"{scan['time']} {scan['event']}" for scan in told)
        cell = json.dumps(told) if kind == "objects" else words
        lines.append(f"AB{n}000000;SO-{n}1234;open;Nordspur;2026-08-0{n + 1};{quoted(cell)}")
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    found = inspected([tmp_path], tmp_path)
    blocks = blocks_of(found)
    assert {name: block.table for name, block in blocks.items()} == {
        "list": "shipments",
        "list_history": "events",
    }
    assert tree_of(blocks["list_history"])["records"] == "History"
    trees = {name: {**tree_of(block), "timezone": "UTC"} for name, block in blocks.items()}
    tables = everything(write_tree({"sources": trees}, tmp_path / "config.toml"))
    milestones = tables["events"]["milestone"].value_counts().sort("milestone").rows()
    assert milestones == [("DELIVERED", 9), ("OUT_FOR_DELIVERY", 9)]
    assert tables["events"]["partner_id"].unique().to_list() == ["Nordspur"]


def test_lists_of_objects_in_parquet_are_unfolded_too(workshop):
    pl.DataFrame({"no": ["P1", "P2"], "scans": [SCANS, None]}).write_parquet(
        workshop.base / "a.parquet"
    )
    report, ledger = workshop.ingest(a={"path": "a.parquet", "format": "parquet", **JSON})
    assert report.sources[0].rows == 2
    assert ledger.read_events(0)["milestone"].sort().to_list() == ["AT_DEPOT", "OUT_FOR_DELIVERY"]


def test_what_stands_once_beside_several_parcels_is_the_worth_of_none(tmp_path):
    lines = ["no,worth,unit", '"P10001, P10002",80.00,EUR', "P10003,20.00,EUR"]
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    columns = {"shipment_id": "no", "value": "worth", "currency": "unit"}
    source = {"path": "orders.csv", "table": "shipments", "records": "no", "columns": columns}
    path = write_tree({"sources": {"orders": source}}, tmp_path / "config.toml")
    assert ingest(path)["sources"][0]["bad_cells"] == 2
    told = everything(path)["shipments"].sort("shipment_id")
    assert told["shipment_id"].to_list() == ["P10001", "P10002", "P10003"]
    assert told["value_minor"].to_list() == [None, None, 2000]
