"""Where the header of a table in text is, and what stands around the table."""

import pytest
from tests.support.xlsx import workbook

TIME = "2026-01-05 10:00"
COLUMNS = {"shipment_id": "Nr", "status": "Status", "occurred_at": "Zeit"}
SOURCE = {"path": "a.csv", "timezone": "UTC", "columns": COLUMNS}
ROWS = f"Nr;Status;Zeit\n1;ACCEPTED;{TIME}\n2;DELIVERED;{TIME}\n"
TITLES = {
    "as wide as the table": "Report of ACME;;\nFrom 1.1. to 31.1.;;\n;;\n",
    "without a delimiter": "Report of ACME\n\n",
    "with commas": "Report of ACME, printed in Köln, by the desk\n",
    "none": "",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("mapped", [True, False])
def test_titles_above_the_header_are_no_header(workshop, title, mapped):
    text = title + (ROWS if mapped else ROWS.replace("Nr;Status;Zeit", ";".join(COLUMNS)))
    workshop.write("a.csv", text)
    report, ledger = workshop.ingest(a=SOURCE if mapped else SOURCE | {"columns": {}})
    events = ledger.read_events(0)
    first = title.count("\n") + 2
    assert sorted(zip(events["shipment_id"], events["source_row"], strict=True)) == [
        ("1", first),
        ("2", first + 1),
    ]
    assert report.sources[0].rejected == 0


def test_a_narrow_header_over_wide_rows_stays_the_header(workshop):
    workshop.write("a.csv", f"Nr;Status;Zeit\n1;ACCEPTED;{TIME}\n2;A;B;C;D;E;F;G\n")
    report, ledger = workshop.ingest(a=SOURCE)
    assert ledger.read_events(0)["shipment_id"].to_list() == ["1"]
    assert report.sources[0].rejected == 1


@pytest.mark.parametrize(
    "row",
    [
        *("Summe;;2", "TOTAL:;;2", "Grand Total;;2", "合计;;2", "Count;2;2", "Celkem: 2;;"),
        *("Total registros: 2;;", "(2 rows affected);;", "*** End of report ***;;", "รวม 2;;"),
        *(";;Total: 1,234", ";Total number of events 2;"),
    ],
)
def test_a_row_of_totals_is_refused(workshop, row):
    workshop.write("a.csv", ROWS + f"{row}\n")
    report, ledger = workshop.ingest(a=SOURCE)
    rejects = ledger.rejects().collect().select("source_row", "rule", "raw").rows()
    assert rejects == [(4, "total", row.strip(";").split(";")[0])]
    assert report.sources[0].accepted == 2


@pytest.mark.parametrize("number", ["TOTAL123", "SUM 123", "COUNT-1", "12 ROWSTON", "Totaltools"])
def test_a_number_that_begins_like_a_total_is_one(workshop, number):
    workshop.write("a.csv", ROWS + f"{number};DELIVERED;{TIME}\n")
    report, _ = workshop.ingest(a=SOURCE)
    assert report.sources[0].accepted == 3


@pytest.mark.parametrize(
    ("units", "is_row"),
    [
        ("(text);(text);(DD/MM/YYYY)", False),
        ("[no.];[text];", False),
        ("(text);ACCEPTED;2026-01-05 10:00", True),
        (";;(UTC)", True),
    ],
)
def test_a_row_of_units_belongs_to_the_header(workshop, units, is_row):
    head, *rows = ROWS.splitlines()
    workshop.write("a.csv", "\n".join([head, units, *rows]) + "\n")
    report, ledger = workshop.ingest(a=SOURCE)
    assert report.sources[0].rows == 2 + is_row
    assert sorted(ledger.read_events(0)["source_row"])[-2:] == [3, 4]


GROUPS = """Milestones of ACME;;;;;
All times UTC;;;;;
Parcel;To;Received;;Departed;
;;Planned;Actual;Planned;Actual
A1;Ulm;2026-01-05 10:00;2026-01-05 11:00;-;2026-01-06 09:00
A2;Ulm;2026-01-07 10:00;2026-01-07 12:00;2026-01-08 10:00;-
Total;2;;;;
"""
WIDE = {"ACCEPTED": "Received Actual", "DEPARTED_ORIGIN": "Departed Actual"}


@pytest.mark.parametrize(
    "rows",
    [
        GROUPS,
        GROUPS.replace("Parcel;To;Received", ";;Received").replace(
            ";;Planned;", "Parcel;To;Planned;"
        ),
    ],
    ids=["names merged over both rows", "names in the second row"],
)
def test_a_column_below_a_group_is_called_by_both(workshop, rows):
    workshop.write("a.csv", rows)
    block = {"path": "a.csv", "layout": "wide", "columns": {"shipment_id": "Parcel"}}
    report, ledger = workshop.ingest(a=block | {"milestones": WIDE})
    events = ledger.read_events(0, ["shipment_id", "milestone", "occurred_at"]).rows()
    assert sorted((no, step, f"{at:%d. %H:%M}") for no, step, at in events) == [
        ("A1", "ACCEPTED", "05. 11:00"),
        ("A1", "DEPARTED_ORIGIN", "06. 09:00"),
        ("A2", "ACCEPTED", "07. 12:00"),
    ]
    assert (report.sources[0].rows, report.sources[0].rejected) == (3, 1)
    first = ledger.read_events(0)["source_row"].min()
    assert first == 5


def test_a_row_of_data_below_a_header_with_gaps_stays_data(workshop):
    text = f"Nr;Status;Zeit;\nAA;ACCEPTED;{TIME};a\nBB;DELIVERED;{TIME};b\n"
    workshop.write("a.csv", text)
    _, ledger = workshop.ingest(a=SOURCE)
    assert sorted(ledger.read_events(0)["shipment_id"]) == ["AA", "BB"]


def test_columns_of_the_same_name_and_without_one_can_be_named(workshop):
    workshop.write("a.csv", f";Status;Time;Time\n1;ACCEPTED;-;{TIME}\n")
    columns = {"shipment_id": "#1", "status": "Status", "occurred_at": "Time #2"}
    _, ledger = workshop.ingest(a=SOURCE | {"columns": columns})
    (row,) = ledger.read_events(0, ["shipment_id", "occurred_at"]).rows()
    assert (row[0], f"{row[1]:%Y-%m-%d %H:%M}") == ("1", TIME)


ROW = "A1,DELIVERED,2026-03-02 10:00\n"


def test_a_row_about_the_file_is_no_header(workshop):
    told = "HDR,SHIPEXP,2026-03-31\n"
    names = "shipment_id,status,occurred_at"
    _, events = workshop.events(f"{told}{names}\n{ROW}", columns={})
    assert [event[0] for event in events] == ["A1"]


def test_columns_without_names_are_called_as_the_source_says(workshop):
    text = f"H,20260331\n{ROW}B1,DELIVERED,2026-03-03 10:00\nT,2\n"
    header = ["shipment_id", "status", "occurred_at"]
    report, events = workshop.events(text, columns={}, header=header)
    assert [event[0] for event in events] == ["A1", "B1"]
    assert (report.sources[0].rows, report.sources[0].rejected) == (4, 2)


def test_a_sheet_without_names_is_read_from_its_first_row(workshop):
    rows = [["A1", "DELIVERED", "2026-03-02 10:00"], ["B1", "DELIVERED", "2026-03-03 10:00"]]
    workbook(workshop.base / "a.xlsx", {"x": rows})
    header = ["shipment_id", "status", "occurred_at"]
    report, _ = workshop.ingest(a={"path": "a.xlsx", "format": "excel", "header": header})
    assert report.events == 2
