"""Events that an export replaces or takes back: the last word counts, and nothing is lost of it."""

from __future__ import annotations

import pytest

from tallyclerk.ingest.run import ingest
from tallyclerk.store import Ledger

HEAD = "id,status,time,no,instead,void\n"
COLUMNS = {
    "shipment_id": "id",
    "status": "status",
    "occurred_at": "time",
    "event_ref": "no",
    "corrects_ref": "instead",
    "is_void": "void",
}


def told(workshop, *files, **more):
    for number, rows in enumerate(files):
        workshop.write(f"x/{number}.csv", HEAD + rows)
    report, ledger = workshop.ingest(x={"path": "x/*.csv", "columns": COLUMNS, **more})
    columns = ["milestone", "occurred_at", "event_id", "corrects_event_id"]
    rows = ledger.read_events(0, columns).rows()
    ids = {event: f"{at:%d}" for _, at, event, _ in rows}
    return report, [(name, f"{at:%d}", ids.get(of, of)) for name, at, _, of in rows]


def test_a_row_that_names_the_one_it_replaces_takes_its_place(workshop):
    first = "S1,ACCEPTED,2026-03-01 10:00,e1,,\nS1,DELIVERED,2026-03-05 10:00,e2,,\n"
    report, rows = told(workshop, first, "S1,DELIVERED,2026-03-04 10:00,e3,e2,\n")
    assert [(name, day) for name, day, _ in rows] == [("ACCEPTED", "01"), ("DELIVERED", "04")]
    assert rows[0][2] is None
    assert rows[1][2] is not None
    (account,) = report.sources
    assert (account.rows, account.accepted, account.duplicates) == (3, 2, 1)
    (found,) = [f for f in report.findings if f.kind == "corrected"]
    assert found.what == "1 events replaced by later ones, 0 taken back"


def test_the_same_event_told_anew_replaces_itself(workshop):
    first = "S1,ACCEPTED,2026-03-01 10:00,e1,,\n"
    _, rows = told(workshop, first, "S1,ACCEPTED,2026-03-02 10:00,e1,,\n")
    assert [day for _, day, _ in rows] == ["02"]
    # Within a file too, and another shipment's number is another event.
    again = "S1,ACCEPTED,2026-03-03 10:00,e1,,\nS2,ACCEPTED,2026-03-09 10:00,e1,,\n"
    _, rows = told(workshop, first, again + "S1,ACCEPTED,2026-03-04 10:00,e1,,\n")
    assert [day for _, day, _ in rows] == ["04", "09"]


@pytest.mark.parametrize(
    ("later", "days"),
    [
        ("S1,DELIVERED,2026-03-05 10:00,e2,,VOID\n", ["01"]),  # told again, void now
        ("S1,DELIVERED,2026-03-06 10:00,e9,e2,yes\n", ["01"]),  # a retraction by number
        ("S1,DELIVERED,2026-03-05 10:00,e2,,no\n", ["01", "05"]),
        ("S1,DELIVERED,2026-03-05 10:00,,,true\n", ["01"]),  # no numbers at all: the same event
        ("S2,DELIVERED,2026-03-05 10:00,,,true\n", ["01", "05"]),
    ],
)
def test_what_is_taken_back_did_not_happen(workshop, later, days):
    first = "S1,ACCEPTED,2026-03-01 10:00,e1,,\nS1,DELIVERED,2026-03-05 10:00,e2,,\n"
    _, rows = told(workshop, first, later)
    assert [day for _, day, _ in rows] == days


def test_the_last_word_counts(workshop):
    void = "S1,ACCEPTED,2026-03-01 10:00,e1,,yes\n"
    valid = void.replace("yes", "no")
    assert [day for _, day, _ in told(workshop, void, valid)[1]] == ["01"]
    assert told(workshop, void, valid, void)[1] == []


def test_another_source_still_says_what_this_one_took_back(workshop):
    row = "S1,ACCEPTED,2026-03-01 10:00"
    workshop.write("x.csv", f"{HEAD}{row},e1,,yes\n")
    workshop.write("y.csv", f"id,status,time\n{row}\n")
    y = {k: v for k, v in COLUMNS.items() if v in {"id", "status", "time"}}
    _, ledger = workshop.ingest(
        x={"path": "x.csv", "columns": COLUMNS}, y={"path": "y.csv", "columns": y}
    )
    assert ledger.read_events(0)["source"].to_list() == ["y"]


def test_rows_that_wait_for_their_shipment_are_corrected_when_it_comes(workshop):
    by_number = {
        **{k: v for k, v in COLUMNS.items() if k != "shipment_id"},
        "tracking_number": "id",
    }
    workshop.write("a.csv", f"{HEAD}T1,ACCEPTED,2026-03-01 10:00,e1,,\n")
    workshop.write("b.csv", f"{HEAD}T1,ACCEPTED,2026-03-02 10:00,e2,e1,\n")
    workshop.write("refs.csv", "id,ship\nT1,S1\n")
    sources = {
        "x": {"path": ["a.csv", "b.csv"], "columns": by_number},
        "refs": {
            "path": "refs.csv",
            "table": "references",
            "columns": {"tracking_number": "id", "shipment_id": "ship"},
        },
    }
    settings = workshop.settings(**sources)
    ingest(settings)
    ledger = Ledger.open(settings.resolve(settings.run.store))
    rows = ledger.read_events(0, ["shipment_id", "occurred_at"]).rows()
    assert [(ship, at.day) for ship, at in rows] == [("S1", 2)]


def test_an_unknown_word_is_no_retraction(workshop):
    report, rows = told(workshop, "S1,ACCEPTED,2026-03-01 10:00,e1,,maybe\n")
    assert len(rows) == 1
    assert report.sources[0].bad_cells == 1
