"""Days stamped in one minute: found where they cannot have been stamped as they happened, and said."""

from __future__ import annotations

import datetime as dt

import pytest

from tallyclerk.ingest.survey import survey_of

COLUMNS = {"shipment_id": "id", "status": "status", "occurred_at": "time", "recorded_at": "saved"}
DAY = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
EVENING = "2026-02-02 21:47"


def at(minutes):
    return f"{DAY + dt.timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


def spread(span_minutes, statuses=("IN_TRANSIT",), count=10):
    """Events at even distances over a span of the day, the first one at eight."""
    step = span_minutes / (count - 1)
    return [(statuses[n % len(statuses)], at(8 * 60 + round(n * step))) for n in range(count)]


def found(workshop, events, **source):
    """What the survey says of rows of (status, time, recorded): stamps, and findings of clocks."""
    rows = "".join(
        f"{n},{status},{time},{saved}\n" for n, (status, time, saved) in enumerate(events)
    )
    workshop.write("a.csv", f"id,status,time,saved\n{rows}")
    given = {"path": "a.csv", "columns": COLUMNS, "partner": "fwd", **source}
    report, ledger = workshop.ingest(a=given)
    stamps = survey_of(ledger, workshop.settings(a=given)).stamps
    said = [f.what for f in report.findings if f.kind == "clock"]
    return [(s.partner, s.clock, f"{s.minute:%d %H:%M}", s.events, s.of) for s in stamps], said


@pytest.mark.parametrize(
    ("span", "late", "expected"),
    [
        (4 * 60, 0, [("fwd", "recorded", "02 21:47", 10, 10)]),
        (4 * 60 - 1, 0, []),
        (6 * 60, 1, [("fwd", "recorded", "02 21:47", 9, 10)]),
        (6 * 60, 2, []),
    ],
)
def test_what_happened_over_hours_and_is_recorded_in_one_minute_was_sent_at_once(
    workshop, span, late, expected
):
    told = spread(span)
    saved = [EVENING + f":{n:02}" for n in range(10 - late)] + ["2026-02-02 22:10"] * late
    events = [(*event, save) for event, save in zip(told, saved, strict=True)]
    stamps, said = found(workshop, events)
    assert stamps == expected
    assert [("recorded in one minute" in words) for words in said] == [True] * bool(expected)


def test_nine_events_are_no_day(workshop):
    events = [(*event, EVENING) for event in spread(6 * 60, count=9)]
    assert found(workshop, events) == ([], [])


def test_the_day_is_that_of_the_recording(workshop):
    """An upload past midnight is of one day, whichever day its events are of."""
    told = [("IN_TRANSIT", at(minutes)) for minutes in range(-300, 300, 50)]
    stamps, _ = found(workshop, [(*event, "2026-02-03 00:00:30") for event in told])
    assert stamps == [("fwd", "recorded", "03 00:00", 12, 12)]


@pytest.mark.parametrize(
    ("statuses", "is_proven"),
    [
        (("DELIVERED",), True),
        (("DELIVERED", "DELIVERY_ATTEMPT_FAILED"), True),
        (("ACCEPTED", "ORIGIN_HUB"), False),
        (("ACCEPTED", "ORIGIN_HUB", "RELEASED"), True),
        (("DEPARTED_ORIGIN", "ARRIVED_DESTINATION", "IMPORT_CUSTOMS_CLEARED"), False),
    ],
)
def test_what_cannot_happen_in_one_minute_was_entered_and_not_scanned(
    workshop, statuses, is_proven
):
    """One truck is taken and scanned in one minute; doors are not rung at in one."""
    events = [(*event, "") for event in spread(0, statuses, count=12)]
    stamps, said = found(workshop, events)
    assert stamps == [("fwd", "occurred", "02 08:00", 12, 12)] * is_proven
    assert [("happen in one minute" in words) for words in said] == [True] * is_proven


def test_of_a_day_only_the_part_that_was_stamped_is(workshop):
    """Deliveries entered at once among scans that were made all day."""
    doors = [(*event, "") for event in spread(0, ("DELIVERED",))]
    scans = [(*event, "") for event in spread(400, ("AT_DEPOT", "OUT_FOR_DELIVERY", "IN_TRANSIT"))]
    stamps, (said,) = found(workshop, doors + scans)
    assert stamps == [("fwd", "occurred", "02 08:00", 10, 10)]
    assert "nearly all deliveries and attempts happen in one minute" in said


def test_two_partners_in_one_source_are_apart(workshop):
    mine = [(*event, EVENING) for event in spread(300)]
    theirs = [(*event, event[1]) for event in spread(300, count=30)]
    rows = "".join(
        f"{who}{n},{status},{time},{saved},{who}\n"
        for who, events in (("x", mine), ("y", theirs))
        for n, (status, time, saved) in enumerate(events)
    )
    workshop.write("a.csv", f"id,status,time,saved,who\n{rows}")
    given = {"path": "a.csv", "columns": {**COLUMNS, "partner_id": "who"}}
    _, ledger = workshop.ingest(a=given)
    assert [s.partner for s in survey_of(ledger, workshop.settings(a=given)).stamps] == ["x"]


def test_a_day_does_not_say_when_something_was_recorded(workshop):
    events = [(*event, "2026-02-02") for event in spread(300, count=12)]
    rows = "".join(f"{n},{s},{t},{saved}\n" for n, (s, t, saved) in enumerate(events))
    workshop.write("a.csv", f"id,status,time,saved\n{rows}")
    given = {"path": "a.csv", "columns": COLUMNS}
    report, ledger = workshop.ingest(a=given)
    assert ledger.read_events(0, ["recorded_at"])["recorded_at"].null_count() == 12
    assert ledger.rejects().collect()["rule"].unique().to_list() == ["recorded_day"]
    assert survey_of(ledger, workshop.settings(a=given)).stamps == ()
    assert [f.count for f in report.findings if f.kind == "bad_cells"] == [12]
