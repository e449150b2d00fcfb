"""JSON whose records lie inside others."""

import json

import pytest

from tallyclerk.errors import InputError
from tallyclerk.ingest.formats.nested import entries, places_of_lists

SCANS = [{"ts": "2026-01-05T10:00:00Z", "code": "DELIVERED"}, {"ts": "2026-01-04T10:00:00Z"}]
PARCELS = [
    {"no": "A", "to": {"country": "DE"}, "scans": SCANS},
    {"no": "B", "scans": []},
    {"no": "C", "scans": SCANS[:1]},
]
COLUMNS = {"shipment_id": "no", "status": "code", "occurred_at": "ts", "country": "to.country"}


def read(workshop, name, text, place):
    workshop.write(name, text)
    form = "jsonl" if name.endswith("jsonl") else "json"
    source = {"path": name, "format": form, "records": place, "columns": COLUMNS}
    report, ledger = workshop.ingest(a=source)
    rows = ledger.read_events(0).select("shipment_id", "status_raw", "country", "source_row")
    return report.sources[0], sorted(rows.rows())


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_scan_has_what_its_parcel_says(workshop, name):
    lines = "\n".join(map(json.dumps, PARCELS))
    is_lines = name.endswith("jsonl")
    text = lines if is_lines else json.dumps({"data": {"items": PARCELS}})
    told, rows = read(workshop, name, text, "scans" if is_lines else "data.items.scans")
    assert rows == [
        ("A", "(empty)", "DE", 2),
        ("A", "DELIVERED", "DE", 1),
        ("C", "DELIVERED", None, 3),
    ]
    assert (told.rows, told.accepted) == (3, 3)


def test_a_line_that_is_no_json_is_refused(workshop):
    text = "\n".join([json.dumps(PARCELS[0]), "{broken", json.dumps(PARCELS[2])])
    told, rows = read(workshop, "a.jsonl", text, "scans")
    assert (told.rows, told.rejected, len(rows)) == (4, 1, 3)


def test_equal_keys_are_kept_apart():
    tree = [{"id": 1, "events": [{"id": 9, "x": 2}]}]
    assert list(entries(tree, "events")) == [{"id": 9, "x": 2, "parent": {"id": 1}}]


def test_places_of_lists_are_told_once():
    found = {place: len(held) for place, held in places_of_lists({"data": {"items": PARCELS}})}
    assert found == {"data.items": 3, "data.items.scans": 3}


def test_documents_one_after_the_other_are_records(workshop):
    text = "\n".join(json.dumps(parcel, indent=1) for parcel in PARCELS)
    told, rows = read(workshop, "a.json", text, "scans")
    assert (told.rows, told.accepted, len(rows)) == (3, 3, 3)


def test_a_document_that_was_cut_off_is_told_as_such(workshop):
    workshop.write("a.json", json.dumps({"data": PARCELS})[:-30])
    source = {"path": "a.json", "format": "json", "columns": COLUMNS}
    with pytest.raises(InputError, match="cut off"):
        workshop.ingest(a=source)


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_an_object_that_is_a_text_in_an_envelope_is_opened(workshop, name):
    envelopes = [
        {"id": n, "note": '{"', "payload": json.dumps({"parcel": parcel | {"scans": None}, **scan})}
        for n, (parcel, scan) in enumerate(zip(PARCELS, SCANS * 2, strict=False))
    ]
    lines = "\n".join(map(json.dumps, envelopes))
    workshop.write(name, lines if name.endswith("l") else json.dumps(envelopes))
    columns = {ours: f"payload.{theirs}" for ours, theirs in COLUMNS.items()}
    columns |= {"shipment_id": "payload.parcel.no", "country": "payload.parcel.to.country"}
    form = name.removeprefix("a.")
    _, ledger = workshop.ingest(a={"path": name, "format": form, "columns": columns})
    rows = ledger.read_events(0, ["shipment_id", "status_raw", "country"]).rows()
    assert sorted(rows) == [
        ("A", "DELIVERED", "DE"),
        ("B", "(empty)", None),
        ("C", "DELIVERED", None),
    ]


ORDERS = [
    {"no": "O1", "value": 90.0, "ships": [{"parcels": [{"id": "P1"}, {"id": "P2"}]}]},
    {"no": "O2", "value": 80.0, "ships": [{"parcels": [{"id": "P3"}]}, {"parcels": [{"id": "P4"}]}]},
    {"no": "O3", "value": 70.0, "ships": [{"parcels": [{"id": "P5"}]}]},
    {"no": "O4", "value": 60.0, "ships": [{"parcels": [{"id": "P6", "value": 6.0}, {"id": "P7", "value": 7.0}]}]},
    {"no": "O5", "value": 50.0, "ships": [{"parcels": [{"id": "P8"}, {"id": "P8"}]}]},
]  # fmt: skip


@pytest.mark.parametrize("ending", ["json", "jsonl", "many", "many lines"])
def test_what_an_order_is_worth_is_not_told_again_of_each_of_its_parcels(workshop, ending):
    is_many, form = ending.startswith("many"), "jsonl" if "line" in ending else "json"
    if is_many:
        for n, order in enumerate(ORDERS):
            workshop.write(f"{n}.{form}", json.dumps(order if form == "jsonl" else [order]))
    else:
        lines = "\n".join(map(json.dumps, ORDERS))
        workshop.write(f"a.{ending}", json.dumps(ORDERS) if ending == "json" else lines)
    source = {
        "path": f"*.{form}" if is_many else f"a.{ending}",
        "format": "jsonl" if ending == "jsonl" else form,
        "records": "ships.parcels",
        "table": "shipments",
        "columns": {"shipment_id": "id", "order_id": "no", "value": "value"},
    }
    report, ledger = workshop.ingest(a=source)
    found = ledger.read_table("shipments", 0).select("shipment_id", "value_minor").rows()
    assert dict(found) == {
        **dict.fromkeys(("P1", "P2", "P3", "P4")),
        "P5": 7000,
        "P6": 600,
        "P7": 700,
        "P8": 5000,
    }
    assert report.sources[0].bad_cells == 4
