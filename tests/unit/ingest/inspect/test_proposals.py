"""What `inspect` takes a column for, where its name and its values pull different ways."""

import json

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

from tallyclerk.ingest.inspect.names import fit, names_plan
from tallyclerk.ingest.inspect.opening import open_any


@pytest.fixture
def blocks(tmp_path):
    """Write files by name, and give the blocks proposed for them, as they would be pasted."""

    def make(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        found = inspected([tmp_path], tmp_path)
        return {name: tree_of(block) for name, block in blocks_of(found).items()}

    return make


def test_a_planned_time_is_not_when_something_happened(blocks):
    rows = [f"P{n},Done,2026-08-{n + 1:02d} 06:00,2026-08-{n + 2:02d} 09:30" for n in range(25)]
    head = "Parcel,Status,Scheduled Date,Effective Date"
    found = blocks(pickings="\n".join([head, *rows]))
    assert found["pickings"]["columns"]["occurred_at"] == "Effective Date"


@pytest.mark.parametrize(
    ("name", "is_planned"),
    [
        ("Departed Origin (Est.)", True),
        ("gepl. Abholung", True),
        ("SCHED DELIV DT", True),
        ("Departed Origin (Act.)", False),
        ("Scan Time (EST)", False),
        ("EXP Customs Cleared", False),
        ("Date exp.", False),
        ("Prev. Scan Time", False),
    ],
)
def test_words_for_plans_are_known_cut_short(name, is_planned):
    assert names_plan(name) is is_planned


def test_what_happened_is_taken_from_actual_times_beside_estimated_ones(blocks):
    rows = [f"P{n},2026-08-{n + 1:02d} 06:00,2026-08-{n + 2:02d} 09:30" for n in range(25)]
    head = "Shipment,Departed Origin (Est.),Departed Origin (Act.)"
    found = blocks(milestones="\n".join([head, *rows]))
    assert found["milestones"]["milestones"] == {"DEPARTED_ORIGIN": "Departed Origin (Act.)"}


def test_no_column_is_proposed_where_all_times_are_planned(blocks):
    rows = [f"P{n},In transit,2026-08-{n + 1:02d} 06:00" for n in range(25)]
    assert blocks(eta="\n".join(["Parcel,Status,Planned At", *rows])) == {}


def test_ids_are_found_by_their_values_whatever_their_columns_are_called(blocks):
    orders = [f"S{n},P{n},00340{n:03d},2026-08-{n % 27 + 1:02d}" for n in range(25)]
    scans = [f"00340{n:03d};P{n};Zugestellt;2026-08-{n + 1:02d} 09:30" for n in range(5, 25)]
    flights = [f"HB{n},P{n},2026-08-{n + 1:02d} 09:30" for n in range(25)]
    found = blocks(
        orders="\n".join(["Order,Parcel,Label,Promised on", *orders]),
        scans="\n".join(["Paketschein;Kundenreferenz;Status;Zeit", *scans]),
        flights="\n".join(["HAWB,Customer,Departed", *flights]),
    )
    assert found["orders"]["columns"]["tracking_number"] == "Label"
    keys = {ours: found["scans"]["columns"][ours] for ours in ("shipment_id", "tracking_number")}
    assert keys == {"shipment_id": "Kundenreferenz", "tracking_number": "Paketschein"}
    assert found["flights"]["columns"] == {"shipment_id": "Customer", "hawb": "HAWB"}


def test_what_a_vendor_says_of_parcels_is_told_by_its_own_columns(tmp_path):
    """Route and promise stand beside the parcel, not in the rows of its events."""
    point = {"checkpoint_time": "2026-08-02T10:00:00+02:00", "subtag": "InTransit_002"}
    trackings = [
        {
            "tracking_number": f"QZ{n}",
            "slug": "qz",
            "origin_country_iso3": "CHN",
            "destination_country_iso3": "DEU",
            "order_promised_delivery_date": f"2026-08-1{n}",
            "checkpoints": [point, point | {"checkpoint_time": "2026-08-03T10:00:00+02:00"}],
        }
        for n in range(3)
    ]
    (tmp_path / "track.json").write_text(json.dumps({"data": {"trackings": trackings}}))
    (group,) = inspected([tmp_path], tmp_path).groups
    events, shipments = group.blocks
    assert (events.name, shipments.name) == ("track_events", "track")
    told = {line.ours: line.examples[0] for line in shipments.columns}
    assert told == {
        "tracking_number": "QZ0",
        "origin_country": "CN",
        "destination_country": "DE",
        "promised_date": "2026-08-10",
    }
    assert {"origin_country", "promised_date"}.isdisjoint(group.unused)
    assert [rows in block.toml for block, rows in ((events, "6 rows"), (shipments, "3 rows"))] == [
        True,
        True,
    ]


def test_zones_of_single_rows_are_found_beside_and_behind_the_times(blocks):
    beside = [f"P{n},Delivered,2026-08-{n + 1:02d} 09:30,+0{n % 3}:00" for n in range(25)]
    behind = [
        f"P{n},Delivered,{n + 1} Aug 2026 09:30 {'BST' if n % 2 else 'CST'}" for n in range(25)
    ]
    found = blocks(
        beside="\n".join(["Parcel,Status,Local time,UTC offset", *beside]),
        behind="\n".join(["Parcel,Status,Time", *behind]),
    )
    assert found["beside"]["columns"]["timezone"] == "UTC offset"
    assert found["behind"]["columns"]["occurred_at"] == "Time"
    assert "timezones" not in found["behind"]  # it is asked for


def test_times_without_a_year_ask_for_it(blocks, tmp_path):
    rows = [f"P{n},Delivered,{n % 9 + 1}月{n + 1}日 09:30" for n in range(25)]
    found = blocks(yamato_2026="\n".join(["Parcel,Status,日時", *rows]))
    (block,) = found.values()
    assert block["columns"]["occurred_at"] == "日時"
    (group,) = inspected([tmp_path], tmp_path).groups
    assert "year = 2026" in {question.answer for question in group.blocks[0].questions}


@pytest.mark.parametrize(
    ("theirs", "values", "ours"),
    [
        ("Tr\u0430cking\u00a0Number", "P{}", "tracking_number"),  # the first a is Cyrillic
        ("\u200bParcel", "P{}", "shipment_id"),
        ("Vendor order", "PO{}", "order_id"),
        ("Vendor", "PO{}", None),  # no name comes but once
    ],
)
def test_names_are_read_as_people_see_them(blocks, theirs, values, ours):
    rows = [f"S{n},Delivered,2026-08-{n + 1:02d} 09:30,{values.format(n)}" for n in range(25)]
    first = "Line" if ours in {"shipment_id", "tracking_number"} else "Parcel"
    found = blocks(scans="\n".join([f"{first},Status,Time,{theirs}", *rows]))
    columns = {theirs: ours for ours, theirs in found["scans"]["columns"].items()}
    assert columns.get(" ".join(theirs.split())) == ours


def test_an_abbreviation_is_no_path_into_an_object():
    match = fit("Ref. Cliente", "private")
    assert match is not None
    assert match.score < 0.85
    assert fit("ship.cliente", "private").score == 0.95


def test_a_milestone_takes_its_time_of_day_from_the_column_behind(blocks):
    rows = [f"P{n};{n + 1:02d}/08/2026;09h{n:02d};{n + 3:02d}/08/2026;17h05" for n in range(25)]
    head = "Colis;Départ avion;;Livré;\n;Date;Heure;Date;Heure"
    (block,) = blocks(suivi="\n".join([head, *rows])).values()
    assert block["milestones"] == {
        "DEPARTED_ORIGIN": {
            "column": "Départ avion Date",
            "time_column": "Départ avion Heure",
        },
        "DELIVERED": {"column": "Livré Date", "time_column": "Livré Heure"},
    }
    assert block["datetime_format"] == ["%d/%m/%Y %H:%M", "%d/%m/%Y"]


SCANS = [(f"P{n}", f"2026-08-{n + 1:02d}T09:30:00+02:00", "Delivered") for n in range(25)]
SHAPES = {
    "events by their time": [{"parcel": no, "events": {at: word}} for no, at, word in SCANS],
    "objects by their time": [{"parcel": no, "log": {at: {"event": w}}} for no, at, w in SCANS],
    "names beside rows": {"columns": ["parcel", "time", "event"], "data": [*map(list, SCANS)]},
    "names above rows": [["parcel", "time", "event"], *map(list, SCANS)],
    "rows in an object": [{"parcel": no, "scans": [[at, word]]} for no, at, word in SCANS],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_json_of_any_shape_is_a_table(shape, tmp_path):
    (tmp_path / "scans.json").write_text(json.dumps(shape), encoding="utf-8")
    reader = open_any(tmp_path / "scans.json").reader
    (batch,) = reader.batches(range(len(reader.header)))
    rows = batch.cells.drop("__row").rows()
    assert sorted(sorted(row) for row in rows) == sorted(sorted(scan) for scan in SCANS)


def test_a_compound_is_what_its_last_word_says(blocks):
    rows = [f"P{n},已签收,2026-08-{n + 1:02d} 09:30,深圳" for n in range(25)]
    found = blocks(scans="\n".join(["运单号,轨迹内容,轨迹时间,轨迹地点", *rows]))
    columns = found["scans"]["columns"]
    assert {ours: columns[ours] for ours in ("status", "occurred_at", "location")} == {
        "status": "轨迹内容",
        "occurred_at": "轨迹时间",
        "location": "轨迹地点",
    }


CLOCKS = {
    "half days": ("Date,Local Time", "08/{day:02d}/2026,{n}:07 P.M.", "%m/%d/%Y %I:%M %p"),
    "digits": ("Date,Time", "202608{day:02d},1{n}0700", "%Y%m%d %H%M%S"),
    "digits beside the clock of Greenwich": (
        "date,time,gmtDate,gmtTime",
        "202608{day:02d},1{n}0700,202608{day:02d},2{n}:07:00",
        "%Y%m%d %H%M%S",
    ),
}


@pytest.mark.parametrize(("head", "cells", "form"), CLOCKS.values(), ids=CLOCKS)
def test_a_date_gets_the_time_of_day_that_is_called_as_it_is(blocks, head, cells, form):
    rows = [f"P{n},Delivered,{cells.format(day=n + 1, n=n % 2 + 1)}" for n in range(25)]
    found = blocks(scans="\n".join([f"Parcel,Status,{head}", *rows]))
    assert found["scans"]["columns"]["occurred_at"] == head.split(",")[:2]
    assert found["scans"]["datetime_format"][0] == form


def test_a_time_that_has_its_own_clock_gets_no_other(blocks):
    rows = [f"P{n},Delivered,2026-08-{n + 1:02d} 09:30,17:0{n % 9}" for n in range(25)]
    found = blocks(scans="\n".join(["Parcel,Status,Time,Cut-off", *rows]))
    assert found["scans"]["columns"]["occurred_at"] == "Time"


def test_who_hands_over_to_a_courier_is_not_the_courier(blocks):
    times = [",".join(f"2026-08-{n % 9 + day:02d} 09:30" for day in range(1, 6)) for n in range(25)]
    head = "Parcel No,Pick up,ATD,ATA,Customs Release,Handover to courier"
    (block,) = blocks(
        bridge="\n".join([head, *(f"P{n},{t}" for n, t in enumerate(times))])
    ).values()
    assert block["milestones"] == {
        "RELEASED": "Handover to courier",
        "ACCEPTED": "Pick up",
        "DEPARTED_ORIGIN": "ATD",
        "ARRIVED_DESTINATION": "ATA",
        "IMPORT_CUSTOMS_CLEARED": "Customs Release",
    }


def test_the_place_a_route_begins_at_is_not_where_things_happen(blocks):
    rows = [f"P{n},CNSZX,2026-08-{n + 1:02d} 09:30,2026-08-{n + 3:02d} 09:30" for n in range(25)]
    (block,) = blocks(sea="\n".join(["Shipment,Origin Port,Departed,Arrived", *rows])).values()
    assert "location" not in block["columns"]


def test_a_list_of_orders_with_one_date_of_dispatch_has_events_too(blocks, tmp_path):
    rows = [
        f"#{n},TN{n:05d},08/{n + 1:02d}/2026 05:01:00 PM,08/{n + 3:02d}/2026,USPS,US,Shipped"
        for n in range(25)
    ]
    head = "Order - Number,Tracking Number,Shipped Date,Ship By,Carrier,Ship To Country,Status"
    found = blocks(shipments="\n".join([head, *rows]))
    (group,) = inspected([tmp_path], tmp_path).groups
    asked = {question.answer for question in group.blocks[1].questions}
    assert 'partner = "our_warehouse"' in asked  # no column names a supplier
    assert found["shipments"]["columns"]["handover_due_at"] == "Ship By"
    assert found["shipments_events"]["milestones"] == {"RELEASED": "Shipped Date"}


def test_scans_lie_as_deep_as_a_vendor_puts_them(tmp_path):
    scans = [
        {
            "date": f"2026-08-0{n}T10:00:00-06:00",
            "eventType": "OD",
            "eventDescription": "On vehicle",
        }
        for n in range(1, 9)
    ]
    inner = {"trackResults": [{"latest": {"code": "DL"}, "scanEvents": scans}]}
    lines = [{"output": {"results": [{"trackingNumber": f"{n:012d}", **inner}]}} for n in range(3)]
    (tmp_path / "scans.ndjson").write_text("\n\n".join(map(json.dumps, lines)), encoding="utf-8")
    (block,) = blocks_of(inspected([tmp_path], tmp_path)).values()
    tree = tree_of(block)
    assert tree["records"] == "output.results.trackResults.scanEvents"
    assert (tree["columns"]["status"], tree["columns"]["status_text"]) == (
        "eventType",
        "eventDescription",
    )


def test_a_letter_of_a_label_is_no_wording(blocks):
    rows = [f"P{n},DEL,2026-08-{n + 1:02d} 09:30,LB{n}X" for n in range(25)]
    found = blocks(scans="\n".join(["Parcel,Code,Time,Label", *rows]))
    assert "status_text" not in found["scans"]["columns"]


@pytest.mark.parametrize(
    ("file", "partner"),
    [("ups_activity", "ups"), ("DHL_Sendungsverlauf_2026-09", "dhl"), ("云途轨迹导出", "云途")],
)
def test_words_that_any_file_is_called_by_name_no_partner(blocks, file, partner):
    rows = [f"P{n},Delivered,2026-08-{n + 1:02d} 09:30" for n in range(25)]
    (block,) = blocks(**{file: "\n".join(["Parcel,Status,Time", *rows])}).values()
    assert block["partner"] == partner


def test_what_was_agreed_is_no_milestone_though_its_name_has_one(blocks):
    rows = [f"P{n};{n + 1:02d}.08.2026;{n + 2:02d}.08.2026 09:30;Meier" for n in range(25)]
    head = "Sendung;Versand bis;Warenausgang;Übergabe an"
    found = blocks(ausgang="\n".join([head, *rows]))
    assert found["ausgang"]["columns"]["handover_due_at"] == "Versand bis"
    assert found["ausgang_events"]["milestones"] == {
        "RELEASED": {"column": "Warenausgang", "counterpart_column": "Übergabe an"}
    }


def test_hours_and_minutes_apart_by_a_point_are_no_date(blocks):
    rows = [f"P{n};{n + 1:02d}.08.2026;{n % 24:02d}.{20 + n}" for n in range(25)]
    head = "Numero spedizione;Data;Ora;Evento"
    found = blocks(brt="\n".join([head, *(f"{row};Consegnata" for row in rows)]))
    assert found["brt"]["columns"]["occurred_at"] == ["Data", "Ora"]
    assert found["brt"]["datetime_format"] == ["%d.%m.%Y %H:%M", "%d.%m.%Y"]


def test_first_attempts_are_asked_about_for_most_of_them_are_deliveries(blocks, tmp_path):
    rows = [f"P{n},2026-08-{n + 1:02d} 09:30,2026-08-{n + 1:02d} 09:30" for n in range(25)]
    head = "Parcel,First Delivery Attempt,Delivered"
    (block,) = blocks(courier="\n".join([head, *rows])).values()
    assert block["milestones"] == {"DELIVERED": "Delivered"}
    (group,) = inspected([tmp_path], tmp_path).groups
    answers = {question.answer for question in group.blocks[0].questions}
    assert 'DELIVERY_ATTEMPT_FAILED = "First Delivery Attempt"' in answers


def test_what_stands_beside_an_event_is_not_its_status(blocks):
    rows = [
        f"P{n},{n % 3 + 200},Delivered,2026-08-{n + 1:02d} 09:30,America/Chicago" for n in range(25)
    ]
    head = "tracking_number,event_code,event_desc,event_datetime,event_tz"
    columns = blocks(events="\n".join([head, *rows]))["events"]["columns"]
    assert (columns["status"], columns["status_text"], columns["timezone"]) == (
        "event_code",
        "event_desc",
        "event_tz",
    )


def test_the_latest_update_happened_and_the_latest_date_of_shipping_may_not(tmp_path):
    lines = [
        {
            "load": {"loadNumber": f"L{n}", "carrierIdentifier": {"type": "SCAC"}},
            "latestStatusUpdate": {
                "timestamp": f"2026-08-{n + 1:02d}T10:00:00Z",
                "code": "DELIVERED",
            },
        }
        for n in range(25)
    ]
    (tmp_path / "hooks.ndjson").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (block,) = blocks_of(inspected([tmp_path], tmp_path)).values()
    assert tree_of(block)["columns"] == {
        "shipment_id": "load.loadNumber",
        "status": "latestStatusUpdate.code",
        "occurred_at": "latestStatusUpdate.timestamp",
    }
    assert names_plan("Latest Ship Date")


def test_a_list_of_a_forwarder_says_times_of_day_and_asks_whose_it_is(blocks, tmp_path):
    rows = [
        f"P{n};{n + 1:02d}.08.2026;09:{20 + n};{n + 2:02d}.08.2026 07:{20 + n};{n + 3:02d}.08.2026;"
        f"17:{20 + n};{n + 4:02d}.08.2026"
        for n in range(25)
    ]
    head = "Sendung;Abholdatum;Abholzeit;Ankunft Hub;Zustelldatum;Zustellzeit;Liefertermin"
    found = blocks(spedition="\n".join([head, *rows]))
    assert found["spedition"]["columns"]["promised_date"] == "Liefertermin"
    assert found["spedition_events"]["milestones"] == {
        "ACCEPTED": {"column": "Abholdatum", "time_column": "Abholzeit"},
        "TRANSIT_HUB": "Ankunft Hub",
        "DELIVERED": {"column": "Zustelldatum", "time_column": "Zustellzeit"},
    }
    assert found["spedition_events"]["datetime_format"] == ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
    (group,) = inspected([tmp_path], tmp_path).groups
    assert 'partner = "spedition"' in {question.answer for question in group.blocks[1].questions}


def test_a_column_of_no_dates_asks_nothing(blocks):
    rows = [f"P{n};{n + 1:02d}.08.2026;00.00.0000" for n in range(25)]
    (block,) = blocks(sap="\n".join(["Lieferung;Warenausgang;Storno", *rows])).values()
    assert block["datetime_format"] == "%d.%m.%Y"
    assert block["milestones"] == {"RELEASED": "Warenausgang"}


def test_reviews_are_known_by_their_scores_and_their_scale_is_asked_for(tmp_path):
    days = [f"2026-08-{n + 1:02d} 10:00:00Z" for n in range(25)]
    marks = [n % 5 + 1 for n in range(25)]
    texts = {
        "stars": ("Order Id,Review Stars,Review Content,Review Created", "{0},{1},Fine Jo,{2}"),
        "of": ("Order Ref,Service Rating,Service Comment,Rating Date", "{0},{1} out of 5,Fine,{2}"),
        "noten": ("Bestellnummer,Note,Kommentar,Bewertungsdatum", "{0},{1},Fein,{2}"),
        "drawn": ("order_number,stars,submitted_at", "{0},{3},{2}"),
    }
    for name, (head, line) in texts.items():
        rows = [
            line.format(f"10{n}", mark, days[n], "★" * mark + "☆" * (5 - mark))
            for n, mark in enumerate(marks)
        ]
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    found = blocks_of(inspected([tmp_path], tmp_path))
    assert {name: tree_of(block)["columns"]["score"] for name, block in found.items()} == {
        "stars": "Review Stars",
        "of": "Service Rating",
        "noten": "Note",
        "drawn": "stars",
    }
    assert {block.table for block in found.values()} == {"reviews"}
    asked = {name: [q.answer for q in block.questions] for name, block in found.items()}
    scales = "scale = [1, 5] or scale = [6, 1] or scale = [0, 10]"
    assert asked == {"stars": [scales], "of": [], "noten": [scales], "drawn": [scales]}
    unread = [word for block in found.values() for line in block.columns for word in line.examples]
    assert not any("Fine" in word or "Fein" in word for word in unread)


def test_a_column_that_only_bears_a_name_of_ours_is_not_read(blocks):
    rows = [f"O{n:05d};2026-03-{n % 25 + 1:02d};{n} points;DE" for n in range(25)]
    found = blocks(orders="\n".join(["Order No;Promised;value;destination_country", *rows]))
    columns = found["orders"]["columns"]
    assert (columns["value"], columns["destination_country"]) == ([], "destination_country")
