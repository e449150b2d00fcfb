"""Clocks that run only while a partner works."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.journey.clocks import WorkingTime

BERLIN = ZoneInfo("Europe/Berlin")
EASTER = (dt.date(2026, 4, 3), dt.date(2026, 4, 6))
OFFICE = WorkingTime(
    "Europe/Berlin",
    opens=dt.time(8),
    closes=dt.time(18),
    cut_off=dt.time(16),
    holidays=EASTER,
)
ROUND_THE_CLOCK = WorkingTime("Europe/Berlin", weekdays=(1, 2, 3, 4, 5, 6, 7))
SHIFT = WorkingTime("America/New_York", weekdays=(1, 2, 6, 7), opens=dt.time(1), closes=dt.time(9))
CALENDARS = (OFFICE, ROUND_THE_CLOCK, SHIFT)


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BERLIN).astimezone(dt.UTC)


def told(calendar: WorkingTime, start: str, end: str) -> tuple[int, int]:
    frame = pl.DataFrame({"a": [local(start)], "b": [local(end)]})
    times = (pl.col("a"), pl.col("b"))
    row = frame.select(m=calendar.business_minutes(*times), d=calendar.business_days(*times))
    return row.row(0)


@pytest.mark.parametrize(
    ("start", "end", "minutes", "days"),
    [
        ("03-03T09:00", "03-03T11:30", 150, 0),
        ("03-03T07:00", "03-03T09:00", 60, 0),  # comes in before it opens
        ("03-03T15:00", "03-04T09:00", 180 + 60, 1),
        ("03-03T16:00", "03-04T09:00", 120 + 60, 1),  # at the cut-off to the second: in time
        ("03-03T16:00:01", "03-04T09:00", 60, 0),  # a second after it: tomorrow's
        ("03-03T16:30", "03-03T17:00", 0, 0),  # done before it had to be taken up
        ("03-06T15:00", "03-09T09:00", 240, 1),  # Friday to Monday
        ("03-07T12:00", "03-09T09:00", 60, 0),  # comes in on a Saturday: Monday's
        ("03-07T12:00", "03-10T09:00", 660, 1),
        ("04-02T15:00", "04-07T09:00", 240, 1),  # over Good Friday, the week-end, Easter Monday
        ("04-03T10:00", "04-06T10:00", 0, 0),  # days off only
        ("03-27T10:00", "03-30T10:00", 600, 1),  # the clocks go forward on Sunday: no working time
        ("03-03T09:00", "03-04T03:00", 540, 0),  # at night nothing is added
    ],
)
def test_an_office_with_a_cut_off_and_holidays(start, end, minutes, days) -> None:
    assert told(OFFICE, start, end) == (minutes, days)


def test_a_day_on_which_the_clocks_change_is_as_long_as_it_was() -> None:
    assert told(ROUND_THE_CLOCK, "03-29T00:00", "03-30T00:00") == (23 * 60, 1)
    assert told(ROUND_THE_CLOCK, "10-25T00:00", "10-26T00:00") == (25 * 60, 1)


def test_without_a_time_there_is_no_duration() -> None:
    frame = pl.DataFrame(
        {"a": [None], "b": [local("03-03T09:00")]}, schema_overrides={"a": pl.Datetime("us", "UTC")}
    )
    for pair in ((pl.col("a"), pl.col("b")), (pl.col("b"), pl.col("a"))):
        assert frame.select(OFFICE.business_minutes(*pair)).item() is None
        assert frame.select(OFFICE.business_days(*pair)).item() is None


def test_a_plain_walk_over_the_minutes_agrees() -> None:
    """Every minute of a fortnight around a clock change, counted one by one."""
    start = dt.datetime(2026, 10, 19, 5, 30, tzinfo=dt.UTC)
    counted, ends, minutes = 0, [], []
    for number in range(14 * 24 * 60):
        now = start + dt.timedelta(minutes=number)
        ends.append(now)
        minutes.append(counted)
        there = now.astimezone(ZoneInfo("America/New_York"))
        counted += there.isoweekday() in SHIFT.weekdays and 1 <= there.hour < 9
    frame = pl.DataFrame({"a": [start] * len(ends), "b": ends}).with_columns(
        pl.col("a", "b").cast(pl.Datetime("us", "UTC"))
    )
    found = frame.select(SHIFT.business_minutes(pl.col("a"), pl.col("b")))
    assert found.to_series().to_list() == minutes


moments = st.datetimes(
    dt.datetime(2026, 3, 20),  # noqa: DTZ001 the strategy adds the zone
    dt.datetime(2026, 4, 12),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(moments, moments, moments), min_size=30, max_size=60))
def test_split_intervals_add_up_and_are_never_more_than_wall_time(triples) -> None:
    rows = [sorted(triple) for triple in triples]
    frame = pl.DataFrame(rows, schema=["a", "b", "c"], orient="row").cast(pl.Datetime("us", "UTC"))
    for calendar in CALENDARS:
        a, b, c = (calendar.worked(pl.col(name)) for name in "abc")
        spent = frame.select(first=b - a, second=c - b, whole=c - a, wall=pl.col("c") - pl.col("a"))
        assert (spent["first"] + spent["second"] == spent["whole"]).all()
        assert (spent["first"] >= dt.timedelta()).all()
        assert (spent["whole"] <= spent["wall"]).all()
        with_cut_off = frame.select(
            spent=calendar.spent(pl.col("a"), pl.col("c")),
            days=calendar.business_days(pl.col("a"), pl.col("c")),
            dates=(_date("c", calendar) - _date("a", calendar)).dt.total_days(),
        )
        assert (with_cut_off["spent"] <= spent["whole"]).all()
        assert (with_cut_off["days"] <= with_cut_off["dates"]).all()


def _date(column: str, calendar: WorkingTime) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(calendar.timezone).dt.date()
