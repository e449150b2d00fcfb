"""Rows: keys, statuses, partners, privacy, wide layouts, the other tables."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tallyclerk.ingest.privacy import mask

LONG = {"shipment_id": "id", "status": "status", "occurred_at": "time"}
TIME = "2024-01-05 10:00"


def rejected(ledger):
    return ledger.rejects().collect().select("source_row", "rule", "column", "raw", "is_row").rows()


def test_damaged_and_missing_ids_are_rejected_and_leading_zeros_kept(workshop):
    ids = ["007", "9.4E+21", "123.0", "", "1e5x", " 12 "]
    workshop.write("a.csv", "id,status,time\n" + "".join(f"{i},ACCEPTED,{TIME}\n" for i in ids))
    _, ledger = workshop.ingest(a={"path": "a.csv", "columns": LONG})
    assert ledger.read_events(0)["shipment_id"].to_list() == ["007", "12", "1e5x"]
    assert rejected(ledger) == [
        (3, "damaged_id", "id", "9.4E+21", True),
        (4, "damaged_id", "id", "123.0", True),
        (5, "key_missing", "id", None, True),
    ]


def test_a_bad_cell_rejects_the_cell_and_not_the_row(workshop):
    text = f"id,status,time,pieces\n1,ACCEPTED,Pre-PQ Process,3\n2,ACCEPTED,{TIME},many\n"
    workshop.write("a.csv", text)
    report, ledger = workshop.ingest(a={"path": "a.csv", "columns": LONG})
    assert rejected(ledger) == [
        (2, "time", "time", "Pre-PQ Process", False),
        (3, "number", "pieces", "many", False),
    ]
    account = report.sources[0]
    assert (account.accepted, account.rejected, account.bad_cells) == (2, 0, 2)


def test_null_values_are_no_bad_cells(workshop):
    text = "id,status,time\n1,ACCEPTED,Date Not Captured\n2,ACCEPTED,N/A\n3,ACCEPTED,null\n"
    workshop.write("a.csv", text)
    source = {"path": "a.csv", "columns": LONG, "null_values": ["Date Not Captured"]}
    report, _ = workshop.ingest(a=source)
    assert (report.sources[0].accepted, report.sources[0].bad_cells) == (3, 0)


@pytest.mark.parametrize(
    ("nothing", "is_bad"),
    [
        ("00.00.0000", False),
        ("00.00.0000 00:00:00", False),
        ("0000-00-00", False),
        ("0001-01-01T00:00:00", False),
        ("0001-01-02T00:00:00", True),
        ("00.01.2024", True),
    ],
)
def test_how_programs_write_no_date_is_no_bad_cell(workshop, nothing, is_bad):
    text = f"id,status,time\n1,ACCEPTED,{nothing}\n2,ACCEPTED,05.01.2024 10:00:00\n"
    form = ["%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y"]
    report, events = workshop.events(text, datetime_format=form)
    assert events == [("2", "ACCEPTED", "2024-01-05T10:00")]
    assert (report.sources[0].accepted, report.sources[0].bad_cells) == (2, int(is_bad))


def test_statuses_are_trimmed_folded_and_matched_with_wildcards(workshop):
    words = ["PICKED  UP ", "out for delivery", "Arrived at hub HAM", "Signed by [x]", "??"]
    text = "id,status,time\n" + "".join(f"{n},{w},{TIME}\n" for n, w in enumerate(words))
    statuses = {"picked up": "ACCEPTED", "arrived*": "ORIGIN_HUB", "signed by [*": "DELIVERED"}
    report, events = workshop.events(text, statuses=statuses)
    assert [m for _, m, _ in events] == [
        *("ACCEPTED", "OUT_FOR_DELIVERY", "ORIGIN_HUB", "DELIVERED", "INFO")
    ]
    (word,) = report.sources[0].unmapped
    assert (word.word, word.rows, word.example) == ("??", 1, "a.csv:6")


def test_partner_names_are_resolved_and_unlisted_ones_kept_raw(workshop):
    names = ["ACME fwd", "acme", "Acme  Forwarding Ltd", "Acme Forwardin Ltd", "Somebody"]
    text = "id,status,time,partner_id\n" + "".join(
        f"{n},INFO,{TIME},{w}\n" for n, w in enumerate(names)
    )
    workshop.write("a.csv", text)
    partners = {"acme": {"name": "ACME Forwarding Ltd", "aliases": ["ACME FWD"]}}
    report, ledger = workshop.ingest(a={"path": "a.csv", "columns": LONG}, partners=partners)
    assert ledger.read_events(0)["partner_id"].to_list() == [*["acme"] * 3, *names[3:]]
    found = {w.word: w.nearest for w in report.sources[0].unlisted}
    assert found == {"Acme Forwardin Ltd": "acme", "Somebody": None}


def test_people_do_not_enter_the_store(workshop):
    text = (
        "id,status,time,location,customer\n"
        f"1,handed to jo@example.com,{TIME},HAM tel. +49 40 123456,Jo Secret\n"
        f"9.4E+21,ACCEPTED,{TIME},,Jo Secret\n"
        "2,ACCEPTED,call 212-555-0100,,Jo Secret\n"
        f"3,ACCEPTED,{TIME},x,y,Jo Secret\n"
    )
    workshop.write("a.csv", text)
    workshop.ingest(a={"path": "a.csv", "columns": LONG})
    store = workshop.base / ".tallyclerk"
    kept = "".join(str(pl.read_parquet(p).rows()) for p in store.rglob("*.parquet"))
    kept += "".join(p.read_text() for p in store.rglob("*.json"))
    for secret in ("Secret", "example.com", "40 123456", "212-555"):
        assert secret not in kept
    assert "handed to [e-mail]" in kept
    assert "HAM tel. [phone]" in kept


@pytest.mark.parametrize(
    "text", ["2024-01-05 10:00:00+0100", "00340434161094042557", "1Z999AA1", "CN-12345"]
)
def test_ids_and_times_are_not_taken_for_phone_numbers(text):
    assert mask(text) == text


def test_a_wide_row_gives_an_observation_per_filled_milestone(workshop):
    workshop.write(
        "w.csv",
        f"no,picked,by,delivered\n1,{TIME},acme,2024-01-06 09:00\n2,,,\n3,{TIME},nordlog,nonsense\n",
    )
    milestones = {
        "ACCEPTED": {"column": "picked", "partner_column": "by"},
        "DELIVERED": {"column": "delivered", "partner": "dhl"},
    }
    source = {"path": "w.csv", "layout": "wide", "columns": {"shipment_id": "no"}}
    report, ledger = workshop.ingest(w={**source, "milestones": milestones})
    rows = ledger.read_events(0, ["shipment_id", "milestone", "partner_id"]).rows()
    assert rows == [
        ("1", "ACCEPTED", "acme"),
        ("1", "DELIVERED", "dhl"),
        ("3", "ACCEPTED", "nordlog"),
    ]
    assert (report.sources[0].accepted, report.sources[0].bad_cells) == (3, 1)


def test_json_lines_json_and_parquet_give_the_rows_of_csv(workshop):
    rows = [{"id": "01", "status": "ACCEPTED", "time": TIME, "at": {"city": "HAM"}}]
    workshop.write("a.jsonl", "".join(json.dumps(r) + "\n" for r in rows) + "broken\n")
    workshop.write("a.json", json.dumps({"data": {"items": rows}}))
    pl.DataFrame({"id": ["01"], "status": ["ACCEPTED"], "time": [TIME]}).with_columns(
        pl.col("time").str.to_datetime("%Y-%m-%d %H:%M")
    ).write_parquet(workshop.base / "a.parquet")
    nested = {**LONG, "location": "at.city"}
    report, ledger = workshop.ingest(
        a={"path": "a.jsonl", "format": "jsonl", "columns": nested},
        b={"path": "a.json", "format": "json", "records": "data.items", "columns": nested},
        c={"path": "a.parquet", "format": "parquet", "columns": LONG},
    )
    rows = ledger.read_events(0, ["shipment_id", "milestone", "location", "source"]).rows()
    assert set(rows) == {("01", "ACCEPTED", "HAM", "a"), ("01", "ACCEPTED", None, "c")}
    assert [(s.source, s.rejected, s.duplicates) for s in report.sources] == [
        ("a", 1, 0),
        ("b", 0, 1),
        ("c", 0, 0),
    ]


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("1,234.50", ".", 123450),
        ("1.234,50", ",", 123450),
        ("1 234 567,50", ",", 123456750),
        ("1\u202f234,50", ",", 123450),
        ("1'234.50", ".", 123450),
        ("1,23,400.00", ".", 12340000),  # as in India
        ("1,2345", ".", None),
        ("1.2345.6", ",", None),
        ("12.50", ".", 1250),
    ],
)
def test_groups_of_digits_are_one_number_or_none(workshop, text, decimal, minor):
    workshop.write("s.csv", f'shipment_id;value;currency\n1;"{text}";EUR\n')
    source = {"path": "s.csv", "table": "shipments", "decimal": decimal}
    report, ledger = workshop.ingest(s=source)
    assert ledger.read_table("shipments")["value_minor"].to_list() == [minor]
    assert report.sources[0].bad_cells == (minor is None)


def test_tables_beside_events(workshop):
    workshop.write(
        "t.csv", f"ticket_id,shipment_id,opened_at,topic\nT1,1,{TIME},where is jo@x.org\n"
    )
    workshop.write("r.csv", f"shipment_id,score,scale_max,given_at\n1,4,5,{TIME}\n1,4,5,{TIME}\n")
    workshop.write(
        "c.csv",
        f"claim_id,shipment_id,kind,filed_at,status,amount,currency\nC,1,Loss,{TIME},paid,12.345,KWD\n",
    )
    workshop.write("n.csv", f"shipment_id,sent_at,topic\n1,{TIME},delay\n")
    tables = {"t": "tickets", "r": "reviews", "c": "claims", "n": "notices"}
    report, ledger = workshop.ingest(
        **{name: {"path": f"{name}.csv", "table": table} for name, table in tables.items()}
    )
    assert ledger.read_table("tickets")["topic"].to_list() == ["where is [e-mail]"]
    assert ledger.read_table("claims").select("kind", "amount_minor").rows() == [("loss", 12345)]
    assert ledger.read_table("reviews").height == ledger.read_table("notices").height == 1
    assert [s.duplicates for s in report.sources] == [0, 0, 1, 0]


def test_shipments_are_merged_and_contradictions_found(workshop):
    workshop.write("a.csv", "id,due,to\n1,2024-01-05 10:00,DE\n2,2024-01-05,FR\n")
    workshop.write("b.csv", "id,due,to\n1,2024-01-04 10:00,AT\n1,2024-01-04 10:00,AT\n")
    columns = {"shipment_id": "id", "handover_due_at": "due", "destination_country": "to"}
    common = {"table": "shipments", "columns": columns}
    report, ledger = workshop.ingest(a={"path": "a.csv", **common}, b={"path": "b.csv", **common})
    rows = ledger.read_table("shipments").select("handover_due_at", "destination_country").rows()
    assert [(str(due)[:26], to) for due, to in rows] == [
        ("2024-01-04 10:00:00+00:00"[:26], "AT"),
        ("2024-01-05 23:59:59.999999", "FR"),
    ]
    kinds = [f.what for f in report.findings if f.kind == "contradiction"]
    assert len(kinds) == 2
    assert [s.duplicates for s in report.sources] == [0, 1]


def test_ids_lose_the_marks_of_a_spreadsheet_and_lists_of_ids_are_refused(workshop):
    time = "2026-01-05 10:00"
    ids = ["'00341", '="00342"', "AB10001<BR>AB10002", "AB10003; AB10004", "a,b"]
    rows = [f"{n}|{id_}|ACCEPTED|{time}" for n, id_ in enumerate(ids)]
    content = "\n".join(["n|id|status|time", *rows])
    report, events = workshop.events(content, delimiter="|")
    assert sorted(no for no, _, _ in events) == ["00341", "00342", "a,b"]
    assert report.sources[0].rejected == 2


def test_a_milestone_may_have_its_time_of_day_in_another_column(workshop):
    workshop.write(
        "a.csv",
        "id,day,clock\n1,13.08.2026,14h05\n2,14.08.2026,-\n3,-,10:00\n4,15.08.2026,2:05 PM\n",
    )
    milestone = {"column": "day", "time_column": "clock"}
    block = {"path": "a.csv", "layout": "wide", "columns": {"shipment_id": "id"}}
    _, ledger = workshop.ingest(a=block | {"milestones": {"ACCEPTED": milestone}})
    rows = ledger.read_events(0, ["shipment_id", "occurred_at", "time_precision"]).rows()
    assert sorted((no, f"{at:%d. %H:%M}", precision) for no, at, precision in rows) == [
        ("1", "13. 14:05", "minute"),
        ("2", "14. 00:00", "day"),
        ("4", "15. 14:05", "minute"),
    ]


@pytest.mark.parametrize("ours", ["shipment_id", "tracking_number"])
def test_a_header_in_the_middle_is_refused_whatever_keys_the_rows(workshop, ours):
    part = "no,status,time\nP1,ACCEPTED,2026-01-05 10:00\n"
    workshop.write("a.csv", part + part.replace("P1", "P2"))
    columns = {ours: "no", "status": "status", "occurred_at": "time"}
    _, ledger = workshop.ingest(a={"path": "a.csv", "columns": columns})
    rejects = ledger.rejects().collect().select("source_row", "rule").rows()
    assert rejects == [(3, "header_repeated")]


def test_a_column_of_our_name_is_read_unless_it_is_mapped_to_none(workshop):
    workshop.write(
        "o.csv", "shipment_id,value,promised_date\nP1,12.50,2026-03-01\nP2,7 points,2026-03-02"
    )
    source = {"path": "o.csv", "table": "shipments"}
    report, ledger = workshop.ingest(o=source)
    assert report.sources[0].bad_cells == 1
    assert ledger.read_table("shipments")["value_minor"].to_list() == [1250, None]
    report, ledger = workshop.ingest(o={**source, "columns": {"value": []}})
    assert report.sources[0].bad_cells == 0
    assert ledger.read_table("shipments")["value_minor"].to_list() == [None, None]
    report, _ = workshop.ingest(o={**source, "columns": {"shipment_id": []}})
    (said,) = (finding.what for finding in report.findings if finding.kind == "file")
    assert said == "no column says which shipment a row is about"
