"""Where the header of a table in text is, and what stands around the table."""

import pytest

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


@pytest.mark.parametrize("word", ["Summe", "TOTAL:", "Grand Total", "合计"])
def test_a_row_of_totals_is_refused(workshop, word):
    workshop.write("a.csv", ROWS + f"{word};;2\n")
    report, ledger = workshop.ingest(a=SOURCE)
    rejects = ledger.rejects().collect().select("source_row", "rule", "raw").rows()
    assert rejects == [(4, "total", word)]
    assert report.sources[0].accepted == 2
