"""Times whose parts stand in columns of their own."""

import datetime as dt
import tomllib

import pytest
from tests.support.inspected import blocks_of, inspected, tree_of

from tallyclerk.config.models import Settings
from tallyclerk.ingest.inspect.zones import zone_in
from tallyclerk.ingest.run import ingest
from tallyclerk.ingest.times.clock import stated_zone
from tallyclerk.store import Ledger

TIMES = [dt.datetime(2026, 3, 10 + n, 2 * n, 7, tzinfo=dt.UTC) for n in range(12)]


@pytest.mark.parametrize(
    ("head", "form"),
    [
        ("Date;Time;AM/PM", "%m/%d/%Y;%I:%M;%p"),
        ("Date;Time;Meridiem", "%d.%m.%Y;%I:%M;%p"),
        ("Date and time;AM/PM", "%m/%d/%Y %I:%M;%p"),
    ],
)
def test_the_half_of_the_day_is_read_from_its_own_column(tmp_path, head, form):
    rows = [f"P{n};Delivered;{at.strftime(form)}" for n, at in enumerate(TIMES)]
    path = tmp_path / "scans.csv"
    path.write_text("\n".join([f"Parcel;Status;{head}", *rows]), encoding="utf-8")
    [block] = blocks_of(inspected([path], tmp_path)).values()
    source = tree_of(block) | {"path": "scans.csv", "timezone": "UTC"}
    assert source["columns"]["occurred_at"] == head.split(";")
    settings = Settings.model_validate({"sources": {"a": source}, "base": tmp_path})
    ingest(settings)
    events = Ledger.open(settings.resolve(settings.run.store)).read_events(0, ["occurred_at"])
    assert sorted(events["occurred_at"]) == TIMES


DATES = [dt.date(2026, 1 + n % 9, 1 + n % 7) for n in range(20)]


@pytest.mark.parametrize(
    ("head", "form", "told"),
    [
        ("Collected;Delivered", "%d/%m/%y;%d/%m/%y", ["%d/%m/%y"]),
        ("Collected;Delivered", "%Y-%m-%d;%d/%m/%Y", ["%Y-%m-%d", "%d/%m/%Y"]),
        ("Collected;Delivered", "%d/%m/%Y 10:15;%d/%m/%y", ["%d/%m/%Y %H:%M", "%d/%m/%y"]),
    ],
)
def test_the_order_of_day_and_month_is_asked_once_for_all_columns(tmp_path, head, form, told):
    """Whatever else the file has is read by the answer too."""
    rows = [f"P{n};{day.strftime(form)}" for n, day in enumerate(DATES)]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join([f"Parcel;{head}", *rows]), encoding="utf-8")
    [block] = blocks_of(inspected([path], tmp_path)).values()
    [question] = [q for q in block.questions if "No value proves" in q.text]
    answer = tomllib.loads(question.answer.split(" or ")[0])["datetime_format"]
    assert ([answer] if isinstance(answer, str) else answer) == told
    source = {**tree_of(block), "path": "wide.csv", "timezone": "UTC", "datetime_format": answer}
    settings = Settings.model_validate({"sources": {"a": source}, "base": tmp_path})
    ingest(settings)
    events = Ledger.open(settings.resolve(settings.run.store)).read_events(0, ["occurred_at"])
    assert sorted(at.date() for at in events["occurred_at"]) == sorted(DATES * 2)


def test_a_date_of_open_order_keeps_the_time_of_day_beside_it(tmp_path):
    rows = [f"P{n};Delivered;{day:%d/%m/%Y};14:05" for n, day in enumerate(DATES)]
    path = tmp_path / "scans.csv"
    path.write_text("\n".join(["Parcel;Status;Date;Time", *rows]), encoding="utf-8")
    [block] = blocks_of(inspected([path], tmp_path)).values()
    [question] = [q for q in block.questions if "No value proves" in q.text]
    assert '["%d/%m/%Y %H:%M", "%d/%m/%Y"]' in question.answer


@pytest.mark.parametrize(
    ("offset", "hours"),
    [("8", 8), ("+8", 8), ("-5", -5), ("5.5", 5.5), ("0", 0), ("+0800", 8), ("GMT-4:30", -4.5)],
)
def test_offsets_in_a_column_may_be_hours_alone(offset, hours):
    assert stated_zone(offset) == dt.timedelta(hours=hours)


@pytest.mark.parametrize("word", ["480", "-300", "+480", "+0860", "15", "5.3", "CST", ""])
def test_what_may_be_hours_or_minutes_or_neither_is_no_offset(word):
    assert stated_zone(word) is None


@pytest.mark.parametrize("name", ["eventTimeUtc", "eventTimeUTC", "event_time_utc", "Time (UTC)"])
def test_a_column_that_is_called_after_utc_asks_for_no_zone(name):
    assert zone_in([name]).zone == "UTC"


def test_letters_of_utc_inside_a_word_are_no_zone():
    assert zone_in(["outcomeAt", "cutoffUtcom", "Butch"]) is None
