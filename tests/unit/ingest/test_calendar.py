"""Until when a source is complete, what is missing, what is told anew, and when a feed was out."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from tallyclerk.domain.periods import Period
from tallyclerk.errors import InputError
from tallyclerk.ingest.calendar import data_until, missing, require_exports
from tallyclerk.ingest.state import look
from tallyclerk.ingest.survey import survey_of

COLUMNS = {"shipment_id": "id", "status": "status", "occurred_at": "time"}
FIRST = dt.date(2026, 3, 2)  # a Monday


def days(*counts, start=FIRST):
    each = ((start + dt.timedelta(days=n), count) for n, count in enumerate(counts))
    return [(day, count) for day, count in each if count]


def test_data_reach_to_the_last_day_with_a_normal_number_of_rows():
    assert data_until(days(10, 12, 11, 9, 10, 0, 0, 12, 3, 1)) == dt.date(2026, 3, 9)
    assert data_until(days(10, 12, 5)) == dt.date(2026, 3, 4)
    assert data_until(days(1)) == FIRST
    assert data_until([]) is None


@pytest.mark.parametrize(
    ("expected", "gone", "until", "found"),
    [
        ("monthly", range(0), dt.date(2026, 5, 31), []),
        ("monthly", range(30, 60), dt.date(2026, 5, 31), ["2026-04"]),
        ("monthly", range(30, 60), dt.date(2026, 6, 1), ["2026-04", "2026-06"]),
        ("weekly", range(7, 21), dt.date(2026, 4, 5), ["2026-W11", "2026-W12"]),
        ("daily", range(4, 7), dt.date(2026, 5, 31), []),
        ("daily", range(4, 8), dt.date(2026, 5, 31), ["2026-03-06..2026-03-09"]),
        ("daily", range(86, 99), dt.date(2026, 5, 31), ["2026-05-27..2026-05-31"]),
        (None, range(7, 60), dt.date(2026, 5, 31), []),
    ],
)
def test_windows_without_any_row_are_missing(expected, gone, until, found):
    told = days(*(0 if n in gone else 5 for n in range(91)))
    assert missing(told, expected, until) == found


@pytest.mark.parametrize(
    ("file", "gone"),
    [
        ("x/2026-04.csv", False),
        ("x/acme_202604.csv", False),
        ("x/2026-04-30 pull.csv", False),
        ("x/12026-04.csv", True),
        ("x/2026-041.csv", True),
        ("x/2026.csv", True),
    ],
)
def test_a_file_named_after_a_month_has_come_though_it_is_empty(file, gone):
    told = days(*(0 if n in range(30, 60) else 5 for n in range(91)))
    assert missing(told, "monthly", dt.date(2026, 5, 31), [file]) == ["2026-04"] * gone


def months(*numbers):
    lines = [
        f"S{month}{day},ACCEPTED,2026-{month:02}-{day:02} 10:00\n"
        for month in numbers
        for day in (3, 20)
    ]
    return "id,status,time\n" + "".join(lines)


def test_a_missing_month_is_an_error_of_the_report_and_said_before(workshop):
    workshop.write("a.csv", months(1, 3))
    workshop.write("b.csv", months(1, 2, 3, 4))
    sources = {
        "a": {"path": "a.csv", "columns": COLUMNS, "expected": "monthly"},
        "b": {"path": "b.csv", "columns": COLUMNS},
        "c": {"path": "c.csv", "columns": COLUMNS, "expected": "weekly"},
    }
    report, ledger = workshop.ingest(**sources)
    said = {f.source: f.what for f in report.findings if f.kind == "missing"}
    assert said["a"] == "nothing of 2026-02, though the data go on to 2026-04-20"
    assert said["c"].startswith("nothing of everything")
    settings = workshop.settings(**sources)
    survey = survey_of(ledger, settings)
    with pytest.raises(InputError, match=r"a: 2026-02, 2026-04\n") as refused:
        require_exports(survey, settings, Period(202604, 202604))
    assert "--allow-missing" in refused.value.how
    with pytest.raises(InputError, match=r"a: 2026-02, 2026-04, .*, 2026-07 and 293 more\n"):
        require_exports(survey, settings, Period(205012, 205012))
    del sources["c"]
    complete = workshop.settings(**sources)
    require_exports(survey, complete, Period(202601, 202601))
    details = {detail.source: detail for detail in look(workshop.settings(**sources)).details}
    assert (details["a"].expected, details["a"].missing) == ("monthly", ("2026-02",))
    assert details["a"].data_until == dt.date(2026, 3, 20)
    assert details["b"].missing == ()


def test_nothing_is_expected_of_a_table_without_times(workshop):
    with pytest.raises(ValidationError, match="expected is about times"):
        workshop.settings(a={"path": "a.csv", "table": "shipments", "expected": "monthly"})


def test_what_a_later_snapshot_tells_differently_is_said_with_whom_it_favours(workshop):
    workshop.write("p.csv", "shipment_id,promised_at\nS1,2026-03-05 12:00\nS2,2026-03-05 12:00\n")
    first = "S1,DELIVERED,2026-03-06 10:00\nS2,DELIVERED,2026-03-05 10:00\nS2,AT_DEPOT,2026-03-04 10:00\n"
    later = "S1,DELIVERED,2026-03-05 11:00\nS2,DELIVERED,2026-03-05 18:00\n"
    workshop.write("x/2026-03.csv", f"id,status,time\n{first}S3,DELIVERED,2026-03-01 10:00\n")
    workshop.write("x/2026-04.csv", f"id,status,time\n{later}S4,DELIVERED,2026-04-01 10:00\n")
    source = {"path": "x/*.csv", "columns": COLUMNS}
    own = {"path": "p.csv", "table": "shipments"}
    report, ledger = workshop.ingest(x={**source, "mode": "snapshot"}, own=own)
    rows = ledger.read_events(0, ["shipment_id", "milestone"]).rows()
    assert ("S2", "AT_DEPOT") not in rows
    assert {shipment for shipment, _ in rows} == {"S1", "S2", "S3", "S4"}
    found = [f for f in report.findings if f.kind == "restated"]
    assert [(f.count, f.source) for f in found] == [(1, "x"), (2, "x")]
    depot, delivered = (f.what for f in found)
    assert "1 taken back" in depot
    assert "1 moved to earlier, in its own favour; 1 moved to later" in delivered
    assert "1 deliveries were late before and are not now" in delivered
    assert "S1: 2026-03-06 10:00 in x/2026-03.csv, 2026-03-05 11:00 in x/2026-04.csv" in delivered
    report, _ = workshop.ingest(x=source, own=own)
    assert [f for f in report.findings if f.kind == "restated"] == []


def chain(number, at, milestones):
    who = {"RELEASED": "fwd", "ACCEPTED": "cou", "OUT_FOR_DELIVERY": "cou", "DELIVERED": "cou"}
    hours = {"RELEASED": 0, "ACCEPTED": 3, "OUT_FOR_DELIVERY": 20, "DELIVERED": 30}
    return "".join(
        f"S{number},{name},{at + dt.timedelta(hours=hours[name]):%Y-%m-%d %H:%M},{who[name]}\n"
        for name in milestones
    )


@pytest.mark.parametrize("silent", [range(20, 23), range(0)])
def test_a_feed_that_was_out_is_one_finding(workshop, silent):
    start = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
    every = ("RELEASED", "ACCEPTED", "OUT_FOR_DELIVERY", "DELIVERED")
    lines = [
        chain(f"{day}-{n}", start + dt.timedelta(days=day), every[:1] if day in silent else every)
        for day in range(50)
        for n in range(8)
        # Nothing is shipped over a holiday: that is no outage.
        if day not in range(30, 40)
    ]
    workshop.write("a.csv", "id,status,time,partner_id\n" + "".join(lines))
    partners = {"fwd": {"role": "forwarder"}, "cou": {"role": "courier"}}
    names = "".join(f"S{day}-{n},fwd,cou\n" for day in range(50) for n in range(8))
    workshop.write("own.csv", f"shipment_id,forwarder_id,courier_id\n{names}")
    own = {"path": "own.csv", "table": "shipments"}
    report, _ = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS}, own=own, partners=partners)
    found = [(f.where, f.what) for f in report.findings if f.kind == "outage"]
    if not silent:
        assert found == []
        return
    ((where, what),) = found
    assert where == "cou, 2026-03-21 to 2026-03-23"
    assert "of 24 messages that must have been 0 were told" in what
