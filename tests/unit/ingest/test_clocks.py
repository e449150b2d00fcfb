"""Clocks that cannot be right: found and said, never set right in silence; and the answers to them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from pydantic import ValidationError

from tallyclerk.errors import InputError
from tallyclerk.ingest.run import forget

COLUMNS = {"shipment_id": "id", "status": "status", "occurred_at": "time"}
START = dt.datetime(2026, 2, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MANY = 60


def told(report, kind="clock"):
    return [f for f in report.findings if f.kind == kind]


def times_of(ledger):
    rows = ledger.read_events(0, ["occurred_at", "time_source"]).rows()
    return [(f"{at:%m-%d %H:%M}", source) for at, source in rows]


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("2026-07-01T10:00:00Z", {}, ("07-01 10:00", "UTC")),
        (
            "2026-07-01T10:00:00Z",
            {"ignore_offset": True, "timezone": "Europe/Berlin"},
            ("07-01 08:00", "source zone, offset ignored"),
        ),
        (
            "2026-07-01T10:00:00+08:00",
            {"ignore_offset": True, "timezone": "Europe/Berlin"},
            ("07-01 08:00", "source zone, offset ignored"),
        ),
        (
            "2026-07-01 10:00 +0800",
            {"ignore_offset": True, "datetime_format": "%Y-%m-%d %H:%M %z", "timezone": "UTC"},
            ("07-01 10:00", "source zone, offset ignored"),
        ),
        (
            "2026-07-01 10:00",
            {"shift_hours": -8},
            ("07-01 02:00", "source zone, shifted -8 h"),
        ),
        (
            "2026-07-01T10:00:00+02:00",
            {"shift_hours": 0.5},
            ("07-01 08:30", "explicit offset, shifted +0.5 h"),
        ),
        ("2026-07-01", {"shift_hours": 5}, ("07-01 00:00", "source zone")),
    ],
)
def test_an_answer_about_a_clock_is_followed_and_marked(workshop, text, answer, expected):
    workshop.write("a.csv", f"id,status,time\n1,ACCEPTED,{text}\n")
    _, ledger = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS, **answer})
    assert times_of(ledger) == [expected]


def test_zones_by_country_leave_the_others_to_the_source(workshop):
    text = "id,status,time,country\n1,A,2026-07-01 10:00,DE\n2,A,2026-07-01 10:00,cn\n"
    workshop.write("a.csv", text + "3,A,2026-07-01 10:00,\n4,A,2026-07-01T10:00:00Z,CN\n")
    zones = {"timezones": {"CN": "Asia/Shanghai"}, "timezone": "Europe/Berlin"}
    _, ledger = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS, **zones})
    rows = ledger.read_events(0, ["shipment_id", "occurred_at"]).sort("shipment_id").rows()
    assert [at.hour for _, at in rows] == [8, 2, 8, 10]
    workshop.write("b.csv", text)
    refused = {"timezones": {"CN": "Asia/Shanghai"}, "timezone": None}
    report, _ = workshop.ingest(b={"path": "b.csv", "columns": COLUMNS, **refused})
    (found,) = told(report, "file")
    assert found.what == "times in column 'time' at DE have no offset and no zone"


def test_offsets_are_not_ignored_without_a_zone(workshop):
    with pytest.raises(ValidationError, match="ignore_offset needs the zone"):
        workshop.settings(a={"path": "a.csv", "ignore_offset": True, "timezone": None})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19 Nov 14:05", "11-19 14:05"),
        ("19-Nov", "11-19 00:00"),
        ("Nov 19, 14:05:30", "11-19 14:05"),
        ("2026-11-19 14:05", "11-19 14:05"),
    ],
)
def test_a_year_is_never_guessed(workshop, text, expected):
    workshop.write("a.csv", f"id,status,time\n1,A,{text!r}\n".replace("'", '"'))
    source = {"path": "a.csv", "columns": COLUMNS}
    report, ledger = workshop.ingest(a={**source, "year": 2025})
    assert [at for at, _ in times_of(ledger)] == [expected]
    years = ledger.read_events(0)["occurred_at"].dt.year().to_list()
    assert years == [2026 if text.startswith("2026") else 2025]
    if not text.startswith("2026"):
        report, ledger = workshop.ingest(a=source)
        assert ledger.rejects().collect()["rule"].to_list() == ["no_year"]
        assert report.sources[0].bad_cells == 1


def test_a_year_does_not_prove_which_of_two_numbers_is_the_day(workshop):
    workshop.write("a.csv", "id,status,time\n1,A,03/04 14:05\n")
    source = {"path": "a.csv", "columns": COLUMNS, "year": 2026}
    _, ledger = workshop.ingest(a=source)
    assert times_of(ledger) == []
    _, ledger = workshop.ingest(a={**source, "datetime_format": "%d/%m/%Y %H:%M"})
    assert times_of(ledger) == [("04-03 14:05", "source zone")]


def export(rows):
    """Rows of (id, status, time, partner) with times as UTC text."""
    lines = [f"{i},{status},{at:%Y-%m-%d %H:%M},{who}\n" for i, status, at, who in rows]
    return "id,status,time,partner_id\n" + "".join(lines)


def handovers(givers, takers, *, shift=None):
    """Two partners on each side; every giver hands to every taker one to five hours later."""
    shift = shift or {}
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in (*givers, *takers)}
    number = 0
    for giver in givers:
        for taker in takers:
            for case in range(MANY // 4):
                number += 1
                released = START + case * DAY + (case % 3) * HOUR
                accepted = released + dt.timedelta(minutes=65 + 47 * (case % 6))
                for who, status, at in (
                    (giver, "RELEASED", released),
                    (taker, "ACCEPTED", accepted),
                    (taker, "DELIVERED", accepted + 30 * HOUR),
                ):
                    rows[who].append((f"S{number:03}", status, at + shift.get(who, 0) * HOUR, who))
    return rows


GIVERS, TAKERS = ("fa", "fb"), ("ca", "cb")
PARTNERS = {"fa": {"role": "forwarder"}, "fb": {"role": "forwarder"}} | {
    name: {"role": "courier"} for name in TAKERS
}


def look(workshop, rows, **answers):
    for name, own in rows.items():
        workshop.write(f"{name}.csv", export(own))
    sources = {
        name: {"path": f"{name}.csv", "columns": COLUMNS, **answers.get(name, {})} for name in rows
    }
    report, ledger = workshop.ingest(**sources, partners=PARTNERS)
    return told(report), ledger


def test_clocks_that_agree_are_no_finding(workshop):
    found, _ = look(workshop, handovers(GIVERS, TAKERS))
    assert found == []


@pytest.mark.parametrize(("who", "hours"), [("fa", 8), ("cb", -7), ("ca", -5)])
def test_the_clock_that_contradicts_all_others_is_found_with_its_shift(workshop, who, hours):
    rows = handovers(GIVERS, TAKERS, shift={who: hours})
    (found,), _ = look(workshop, rows)
    assert (found.source, found.where) == (who, None)
    assert f"shift_hours = {-hours + (1 if hours > 0 else -1) * 1:g}" in found.mend
    assert "shipment S0" in found.what
    assert "RELEASED 2026-02-" in found.what
    assert found.count <= MANY // 2
    answered, ledger = look(workshop, rows, **{who: {"shift_hours": -hours}})
    assert answered == []
    sources = dict(ledger.read_events(0, ["partner_id", "time_source"]).unique().rows())
    assert sources[who] == f"source zone, shifted {-hours:+g} h"
    confirmed, _ = look(workshop, rows, **{who: {"clock_confirmed": True}})
    assert confirmed == []


def test_of_two_clocks_alone_either_may_be_wrong(workshop):
    rows = handovers(GIVERS[:1], TAKERS[:1], shift={"ca": -6})
    (found,), _ = look(workshop, rows)
    assert "or ca by +" in found.what
    (other,), _ = look(workshop, rows, fa={"clock_confirmed": True})
    assert (other.source, "or fa by" in other.what) == ("ca", False)


def test_what_is_wrong_by_days_is_no_matter_of_clocks(workshop):
    found, _ = look(workshop, handovers(GIVERS, TAKERS, shift={"fa": 72}))
    assert found == []


def deliveries(hours, **columns):
    """One delivery a row, each at another local hour of Berlin's winter."""
    extra = "".join(f",{name}" for name in columns)
    cells = "".join(f",{value}" for value in columns.values())
    lines = [
        f"{n},DELIVERED,{START + n * DAY:%Y-%m-%d}T{hours[n % len(hours)]:02}:15:00Z{cells}\n"
        for n in range(MANY)
    ]
    return f"id,status,time{extra}\n" + "".join(lines)


def test_deliveries_at_night_put_a_clock_in_doubt(workshop):
    # 14 to 23 o'clock in UTC is 9 to 18 in New York; the working day marked Z is 4 to 14 there.
    for name, hours, doubtful in (("utc", range(14, 24), False), ("local", range(9, 20), True)):
        workshop.write(f"{name}.csv", deliveries(list(hours), country="US"))
        rows = "".join(f"{n},US,America/New_York\n" for n in range(MANY))
        workshop.write("own.csv", f"shipment_id,destination_country,destination_timezone\n{rows}")
        report, _ = workshop.ingest(
            **{name: {"path": f"{name}.csv", "columns": COLUMNS}},
            own={"path": "own.csv", "table": "shipments"},
        )
        assert [f.source for f in told(report)] == ([name] if doubtful else [])
        forget(workshop.settings(own={"path": "own.csv"}), name, None)
    answer = {"ignore_offset": True, "timezone": "America/New_York"}
    report, _ = workshop.ingest(
        local={"path": "local.csv", "columns": COLUMNS, **answer},
        own={"path": "own.csv", "table": "shipments"},
    )
    assert told(report) == []


def scans(offset_of, count=MANY):
    """Scans in turn in China and in Germany, each with the offset that a rule gives it."""
    lines = [
        f"{n},IN_TRANSIT,{START + n * DAY:%Y-%m-%d}T10:00:00{offset_of(country)},{country}\n"
        for n in range(count)
        for country in ("CN", "DE")
    ]
    return "id,status,time,country\n" + "".join(lines)


@pytest.mark.parametrize(
    ("offsets", "words"),
    [
        ({"CN": "+08:00", "DE": "+01:00"}, None),
        ({"CN": "+08:00", "DE": "+08:00"}, "every time bears the offset +08:00"),
        ({"CN": "+08:00", "DE": "+02:00"}, "bear an offset that their place does not keep (DE)"),
        ({"CN": "Z", "DE": "Z"}, None),
    ],
)
def test_offsets_are_held_against_the_places_that_bear_them(workshop, offsets, words):
    # Sixty days from the second of February on: Germany keeps +01:00 to the end of March.
    workshop.write("a.csv", scans(offsets.get, count=55))
    source = {"path": "a.csv", "columns": COLUMNS}
    report, _ = workshop.ingest(a=source)
    assert [words in f.what for f in told(report)] == ([True] if words else [])
    if words:
        assert re.search(r"a\.csv:\d+: \+0\d:00 at DE, \+01:00", told(report)[0].what)
        answers = {"ignore_offset": True, "timezone": "UTC"}
        answers["timezones"] = {"CN": "Asia/Shanghai", "DE": "Europe/Berlin"}
        report, _ = workshop.ingest(a={**source, **answers})
        assert told(report) == []
        report, _ = workshop.ingest(a={**source, "clock_confirmed": True})
        assert told(report) == []


def test_days_whose_events_all_happen_in_one_minute_are_entered_and_not_scanned(workshop):
    lines = "".join(
        f"{n},IN_TRANSIT,2026-02-{2 + n % 5:02} 17:00:{n % 60:02}\n" for n in range(5 * 12)
    )
    workshop.write("a.csv", f"id,status,time\n{lines}")
    report, _ = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS})
    (found,) = told(report)
    assert "on 5 of 5 days" in found.what
    assert "12 of 12 events of 2026-02-02, 17:00 UTC" in found.what


def test_a_flight_departs_in_one_minute(workshop):
    lines = "".join(
        f"{n},DEPARTED_ORIGIN,2026-02-{2 + n % 5:02} 17:00:{n % 60:02}\n" for n in range(5 * 12)
    )
    workshop.write("a.csv", f"id,status,time\n{lines}")
    report, _ = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS})
    assert told(report) == []


def test_days_without_a_time_of_day_are_said(workshop):
    lines = "".join(f"{n},ACCEPTED,2026-02-{2 + n % 9:02}\n" for n in range(20))
    workshop.write("a.csv", f"id,status,time\n{lines}21,ACCEPTED,2026-02-03 10:00\n")
    report, _ = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS})
    (found,) = told(report)
    assert found.what.startswith("20 of 21 times are days")


def test_events_recorded_before_they_happen_are_counted_with_their_hours(workshop):
    lines = "".join(
        f"{n},ACCEPTED,{START + n * DAY + 2 * HOUR:%Y-%m-%d %H:%M},{START + n * DAY:%Y-%m-%d %H:%M}\n"
        for n in range(12)
    )
    workshop.write("a.csv", f"id,status,time,recorded_at\n{lines}")
    report, _ = workshop.ingest(a={"path": "a.csv", "columns": COLUMNS})
    (found,) = told(report)
    assert "12 of 12 events are recorded before they happen; moved by -2 h" in found.what


def test_a_column_may_say_in_which_zone_the_times_of_its_row_are(workshop):
    zones = {
        "Asia/Shanghai": "02:00",
        "europe/berlin": "08:00",
        "+05:30": "04:30",
        "GMT-4": "14:00",
        "UTC": "10:00",
        "CST": "16:00",
    }
    rows = [f"P{n},ACCEPTED,2026-07-01 10:00,{zone}" for n, zone in enumerate(zones)]
    content = "\n".join(["id,status,time,tz", *rows])
    columns = {"shipment_id": "id", "status": "status", "occurred_at": "time", "timezone": "tz"}
    source = {"columns": columns, "timezone": None}
    _, events = workshop.events(content, **source, timezones={"CST": "America/Mexico_City"})
    assert sorted((no, at[-5:]) for no, _, at in events) == [
        (f"P{n}", at) for n, at in enumerate(zones.values())
    ]


def test_a_word_for_a_zone_that_nobody_explains_is_asked_for(workshop):
    content = "id,status,time,tz\n1,ACCEPTED,2026-07-01 10:00,CST\n"
    columns = {"shipment_id": "id", "status": "status", "occurred_at": "time", "timezone": "tz"}
    with pytest.raises(InputError, match='add CST = "Area/City" to timezones'):
        workshop.events(content, columns=columns)


def test_a_word_for_a_zone_may_stand_behind_the_time(workshop):
    times = ["2026-07-01 10:00 BST", "1 Jul 2026 5:00 PM (CST)", "2026-07-01 09:00"]
    rows = [f"P{n},ACCEPTED,{time}" for n, time in enumerate([*times, "2026-07-01 09:00 IST"])]
    report, events = workshop.events(
        "\n".join(["id,status,time", *rows]),
        timezones={"BST": "Europe/London", "CST": "Asia/Shanghai"},
    )
    assert sorted(at for _, _, at in events) == ["2026-07-01T09:00"] * 3
    assert report.sources[0].bad_cells == 1
