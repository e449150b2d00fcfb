"""A table of any format may use a vendor's codes; its block goes before them, by code or by text."""

from __future__ import annotations

import pytest

from tallyclerk.ingest.vocabulary import NO_STATUS

COLUMNS = {"tracking_number": "no", "occurred_at": "at", "status": "code", "status_text": "text"}
ROWS = (
    "no,at,code,text\n"
    "T1,2026-01-01 10:00,InTransit_PickedUp,Picked up\n"
    "T1,2026-01-02 10:00,Delivered_Other,Delivered to agent\n"
    "T1,2026-01-03 10:00,Delivered_Other,\n"
    "T1,2026-01-04 10:00,,Zugestellt\n"
    "T1,2026-01-05 10:00,Frobnicated,Ready for pickup\n"
    "T1,2026-01-06 10:00,Frobnicated,Whatever\n"
)


def told(workshop, **source):
    workshop.write("a.csv", ROWS)
    report, ledger = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS, **source})
    columns = ["occurred_at", "milestone", "status_rule"]
    rows = ledger.read_events(0, columns).sort("occurred_at").rows()
    return report, [row[1:] for row in rows]


def test_a_table_may_use_a_vendor_s_codes(workshop):
    report, rows = told(workshop, vocabulary="17track")
    assert rows == [
        ("ACCEPTED", "code"),
        ("RELEASED", "text:delivered-agent"),
        ("DELIVERED", "code"),
        ("DELIVERED", "text:de-delivered"),
        ("INFO", "unsure:ready-for-pickup"),
        ("INFO", "unmapped"),
    ]
    listed = {f.where: f.what for f in report.findings if f.kind == "unmapped"}
    assert listed == {
        "a.csv:6": "status 'Frobnicated: Ready for pickup' is unsure: perhaps"
        " AVAILABLE_AT_PICKUP_POINT (1 rows)",
        "a.csv:7": "status 'Frobnicated: Whatever' is not mapped (1 rows)",
    }


@pytest.mark.parametrize(
    ("mapping", "place", "milestone"),
    [
        ({"InTransit_PickedUp": "LABEL_CREATED"}, 0, "LABEL_CREATED"),
        ({"delivered to *": "DELIVERED"}, 1, "DELIVERED"),
        ({"Delivered_Other": "INFO", "Delivered to agent": "DELIVERED"}, 1, "DELIVERED"),
        ({"Frobnicated: whatever": "LOST", "Frobnicated": "FOUND"}, 5, "LOST"),
        ({"Frobnicated": "FOUND"}, 5, "FOUND"),
    ],
)
def test_the_block_goes_before_the_vocabulary(workshop, mapping, place, milestone):
    _, rows = told(workshop, vocabulary="17track", statuses=mapping)
    assert rows[place] == (milestone, "config")


def test_without_a_vocabulary_nothing_is_guessed(workshop):
    _, rows = told(workshop)
    assert set(rows) == {("INFO", "unmapped")}


def test_a_row_without_a_status_is_listed_as_such(workshop):
    workshop.write("b.csv", "no,at,code\nT1,2026-01-01 10:00,\n")
    columns = {"tracking_number": "no", "occurred_at": "at", "status": "code"}
    report, _ = workshop.ingest(b={"path": "b.csv", "columns": columns, "vocabulary": "texts"})
    assert [f.what for f in report.findings if f.kind == "unmapped"] == [
        f"status {NO_STATUS!r} is not mapped (1 rows)"
    ]


def test_the_line_that_would_map_a_status_is_proposed(workshop):
    workshop.write("b.csv", "no,at,code\nT1,2026-01-01 10:00,Was delivered\nT1,2026-01-01,xyz\n")
    columns = {"tracking_number": "no", "occurred_at": "at", "status": "code"}
    report, _ = workshop.ingest(b={"path": "b.csv", "columns": columns})
    mends = {f.what.split("'")[1]: f.mend for f in report.findings if f.kind == "unmapped"}
    assert mends["Was delivered"].endswith('perhaps "Was delivered" = "DELIVERED"')
    assert mends["xyz"] == "add it to [sources.b.statuses] or .outcomes"
