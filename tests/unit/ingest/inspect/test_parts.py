"""Rows of parts and rows of wholes: packages of an order, houses of a master, stops of a load."""

import json

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

SCANS = ("Picked up", "Out for delivery", "Delivered")


@pytest.fixture
def found(tmp_path):
    """What is found in files of these lines."""

    def make(**files):
        for name, lines in files.items():
            (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
        return inspected([tmp_path], tmp_path)

    return make


def scans(*numbers, last=3):
    """Three scans of each: lines of numbers, status and time."""
    return [
        f"{number},{status},2026-03-{n % 20 + 1:02d} {hour}:00"
        for n, number in enumerate(numbers)
        for hour, status in enumerate(SCANS[:last], 10)
    ]


PARCELS = [f"SO{n},{part}" for n in range(500, 512) for part in range(1, n % 3 + 2)]


@pytest.mark.parametrize("name", ["Package No", "Paket-Nr.", "Piece", "Colis"])
def test_a_package_is_its_order_and_its_number(found, name):
    [block] = blocks_of(found(scans=[f"Order No,{name},Status,Time", *scans(*PARCELS)])).values()
    columns = tree_of(block)["columns"]
    assert (columns["shipment_id"], columns["order_id"]) == (["Order No", name], "Order No")


def test_one_of_three_is_such_a_number(found):
    parcels = [f"SO{n},{part} of 3" for n in range(500, 512) for part in (1, 2, 3)]
    inspection = found(scans=["Consignment,Piece,Status,Time", *scans(*parcels)])
    [block] = blocks_of(inspection).values()
    assert tree_of(block)["columns"]["shipment_id"] == ["Consignment", "Piece"]
    assert not any("says parts" in note for note in inspection.groups[0].notes)


def test_house_bills_that_are_counted_are_those_of_their_master(found):
    bills = [f"020-4560{n}0{n},{h:03d}" for n in range(100, 108) for h in range(1, 4)]
    [block] = blocks_of(found(air=["MAWB,HAWB,Status,Time", *scans(*bills)])).values()
    columns = tree_of(block)["columns"]
    assert (columns["shipment_id"], columns["mawb"]) == (["MAWB", "HAWB"], "MAWB")
    assert "hawb" not in columns


@pytest.mark.parametrize("numbers", [(1, 2, 3), (2, 2, 2)], ids=["events", "how many"])
def test_what_counts_something_else_is_no_part(found, numbers):
    lines = [
        f"SO{n},{number},{status},2026-03-{n - 499:02d} {hour}:00"
        for n in range(500, 512)
        for hour, (status, number) in enumerate(zip(SCANS, numbers, strict=True), 10)
    ]
    [block] = blocks_of(found(scans=["Order No,Item,Status,Time", *lines])).values()
    assert "Item" not in str(tree_of(block)["columns"])


def test_lines_of_an_order_have_milestones_of_their_own(found):
    lines = [f"{p},2026-03-{n % 20 + 1:02d} 10:00,V1" for n, p in enumerate(PARCELS)]
    head = "PO Number,Line,Picked up,Supplier"
    blocks = blocks_of(found(dispatch=[head, *lines]))
    assert tree_of(blocks["dispatch_events"])["columns"] == {"shipment_id": ["PO Number", "Line"]}
    told_twice = blocks_of(found(dispatch=[head, lines[3].replace("10:00", "11:00"), *lines]))
    assert "Line" not in str([tree_of(block)["columns"] for block in told_twice.values()])


def test_what_is_ordered_line_by_line_is_sent_by_supplier(found):
    lines = [f"{part},S{part[-1]},2026-03-20" for part in PARCELS]
    [block] = blocks_of(found(items=["Order ID,Item No,Supplier,Ship By", *lines])).values()
    assert tree_of(block)["columns"]["shipment_id"] == ["Order ID", "Supplier"]


def test_where_shipments_are_known_as_wholes_their_parts_are_none(found):
    shipments = [f"SO{n},2026-03-{n - 499:02d},V{n % 2}" for n in range(500, 512)]
    inspection = found(
        shipments=["Consignment,Promised Date,Carrier", *shipments],
        scans=["Consignment,Piece,Status,Time", *scans(*(f"{p} of 3" for p in PARCELS))],
    )
    assert tree_of(blocks_of(inspection)["scans"])["columns"]["shipment_id"] == "Consignment"
    assert any("says parts" in note for group in inspection.groups for note in group.notes)


def test_an_order_that_somebody_reviewed_is_no_parcel(found):
    reviews = [f"SO{n},{n % 5 + 1},2026-03-20" for n in range(500, 512)]
    inspection = found(
        scans=["Order No,Package No,Status,Time", *scans(*PARCELS)],
        reviews=["Order No,Rating,Date", *reviews],
    )
    columns = tree_of(blocks_of(inspection)["reviews"])["columns"]
    assert columns["order_id"] == "Order No"
    assert "shipment_id" not in columns


@pytest.mark.parametrize(("worth", "is_read"), [("{n}.00", False), ("{n}{p}.00", True)])
def test_what_an_order_is_worth_is_not_that_of_each_parcel(found, worth, is_read):
    lines = [
        f"SO{n},TR{n}{p},{worth.format(n=n, p=p)},EUR,2026-03-20"
        for n in range(500, 512)
        for p in range(n % 3 + 1)
    ]
    head = "Order ID,Tracking Number,Order Value,Currency,Promised Date"
    inspection = found(orders=[head, *lines])
    columns = tree_of(blocks_of(inspection)["orders"])["columns"]
    assert ("value" in columns, "currency" in columns) == (is_read, is_read)
    notes = [note for note in inspection.groups[0].notes if "'Order Value' is not read" in note]
    assert len(notes) == (not is_read)


def test_the_country_of_a_stop_is_not_that_of_the_load(found):
    stops = [
        f"LD{n},{kind},{country},Carrier {n % 2},2026-03-{n - 499:02d} 10:00"
        for n in range(500, 512)
        for kind, country in (("Pickup", "DE"), ("Delivery", "AT"))
    ]
    inspection = found(stops=["Load ID,Stop Type,Country,Carrier,Appointment", *stops])
    columns = tree_of(blocks_of(inspection)["stops"])["columns"]
    assert columns == {"shipment_id": "Load ID", "courier_id": "Carrier"}
    assert any("'Country' is not read" in note for note in inspection.groups[0].notes)


def test_what_happened_at_which_kind_of_stop_is_said_to_be_read_with_its_status(found):
    lines = [
        f"LD{n},{kind},{code},2026-03-{n - 499:02d} 10:00"
        for n in range(500, 512)
        for kind in ("PU", "DL")
        for code in ("ARR", "DEP")
    ]
    [group] = found(tms=["Load ID,Stop Type,Event Code,Event Time", *lines]).groups
    assert any('status = ["Stop Type", "Event Code"]' in note for note in group.notes)


def test_lists_that_the_entries_of_a_list_hold_are_said_not_to_be_read(tmp_path):
    orders = [
        {"order": f"SO{n}", "promised": "2026-03-20", "parcels": [{"tracking": f"T{n}{p}"}]}
        for n in range(9)
        for p in (0, 1)
    ]
    (tmp_path / "orders.json").write_text(json.dumps({"data": orders}))
    [group] = inspected([tmp_path], tmp_path).groups
    assert any('records = "data.parcels" has a row for each' in note for note in group.notes)
