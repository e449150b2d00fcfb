"""Times: formats found or declared, zones, clock changes, and nothing guessed."""

from __future__ import annotations

import polars as pl
import pytest

from tallyclerk.errors import InputError
from tallyclerk.ingest.tallies import RULES
from tallyclerk.ingest.times import TimeColumn
from tallyclerk.store import Ledger


def utc(values, zone="Europe/Berlin", formats=(), order=None):
    column = TimeColumn("t", zone, tuple(formats), order)
    times = column.parse(pl.Series(values, dtype=pl.String))
    return [at and at.strftime("%Y-%m-%dT%H:%M:%S") for at in times["at"]], column.counts[0], times


@pytest.mark.parametrize(
    ("text", "expected", "precision", "origin"),
    [
        ("2024-06-01", "2024-05-31T22:00:00", "day", "source zone"),
        ("2024-06-01 10:00", "2024-06-01T08:00:00", "minute", "source zone"),
        ("2024-06-01T10:00:59", "2024-06-01T08:00:59", "second", "source zone"),
        ("2024-06-01 10:00:59.123456", "2024-06-01T08:00:59", "second", "source zone"),
        ("2024-06-01T10:00Z", "2024-06-01T10:00:00", "minute", "UTC"),
        ("2024-06-01 10:00:00 UTC", "2024-06-01T10:00:00", "second", "UTC"),
        ("2024-06-01T10:00:00+08:00", "2024-06-01T02:00:00", "second", "explicit offset"),
        ("2024-06-01 10:00:00 -0530", "2024-06-01T15:30:00", "second", "explicit offset"),
        ("2024/6/1 9:05", "2024-06-01T07:05:00", "minute", "source zone"),
        ("2-Jun-06", "2006-06-01T22:00:00", "day", "source zone"),
        ("2 June 2006 3:15 PM", "2006-06-02T13:15:00", "minute", "source zone"),
        ("Jun 2, 2006", "2006-06-01T22:00:00", "day", "source zone"),
        ("02-JUN-06 03.15.59.000000 PM", "2006-06-02T13:15:59", "second", "source zone"),
        ("Fri Jun 02 15:15:59 UTC 2006", "2006-06-02T15:15:59", "second", "UTC"),
        (
            "Fri Jun 02 2006 15:15:59 GMT+0800 (China Standard Time)",
            "2006-06-02T07:15:59",
            "second",
            "explicit offset",
        ),
    ],
)
def test_unambiguous_formats_are_found(text, expected, precision, origin):
    found, _, times = utc([text])
    assert found == [expected]
    assert times["precision"].to_list() == [precision]
    assert times["origin"].to_list() == [origin]


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2026-03-31 24:00:00", (), "2026-03-31T22:00:00"),
        ("2026-12-31T24:00Z", (), "2027-01-01T00:00:00"),
        ("2026-02-28 24:00:00.000+0100", (), "2026-02-28T23:00:00"),
        ("20260331 2400", (), "2026-03-31T22:00:00"),
        ("31.03.2026 24.00", ("%d.%m.%Y %H:%M",), "2026-03-31T22:00:00"),
        ("202603312400", ("%Y%m%d%H%M",), "2026-03-31T22:00:00"),
        ("2603312400", ("%y%m%d%H%M",), "2026-03-31T22:00:00"),
        ("2026-03-31 24:00:01", (), None),
        ("2026-03-31 24:30", (), None),
        ("2026-02-30 24:00", (), None),
    ],
)
def test_the_end_of_a_day_is_the_begin_of_the_next_one(text, formats, expected):
    for values in ([text], [text, "2026-03-31 10:00", None]):
        found, _, times = utc(values, formats=formats)
        assert found[0] == expected
        assert times["is_bad"][0] == (expected is None)


def test_rows_of_one_column_may_differ_in_format():
    found, counts, _ = utc([None, "2024-06-01 10:00:00", "2024-06-01T10:00Z", "2 June 2006"])
    assert found == [None, "2024-06-01T08:00:00", "2024-06-01T10:00:00", "2006-06-01T22:00:00"]
    assert len(counts.formats) == 3


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "Date Not Captured",
        "03/04/2024",
        "01/02/03",
        "2024-06-01 25:00",
        "1970-01-01",
        "20240601",
        "2024-06-01 10:00 CST",
        "45000",
    ],
)
def test_what_is_no_certain_time_is_bad(text):
    found, _, times = utc([text])
    assert found == [None]
    assert times["is_bad"].to_list() == [True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03-Okt-2026 14:05", "2026-10-03 14:05"),
        ("3. Okt. 2026 um 14:05 Uhr", "2026-10-03 14:05"),
        ("Sa. 03.08.2026 14.05", "2026-08-03 14:05"),
        ("lundi 3 août 2026 à 14h05", "2026-08-03 14:05"),
        ("sábado, 3 de octubre de 2026 14:05", "2026-10-03 14:05"),
        ("03/10/2026, 2:05:33 p. m.", "2026-10-03 14:05"),
        ("03 paź 2026 14:05", "2026-10-03 14:05"),
        ("3 Ağu 2026 14:05", "2026-08-03 14:05"),
        ("2026/10/3 下午 02:05", "2026-10-03 14:05"),
        ("2026年10月3日(土) 14時05分", "2026-10-03 14:05"),
        ("Saturday, October 3, 2026 at 2:05 PM", "2026-10-03 14:05"),
        ("2026-10-03-14.05.33.123456", "2026-10-03 14:05"),
        ("20261003T140533", "2026-10-03 14:05"),
        ("2026. 10. 03. 14:05", "2026-10-03 14:05"),
        ("2026-10-03 14:05 GMT+8", "2026-10-03 06:05"),
        ("Sat, 03 Oct 2026 14:05:00 -0430", "2026-10-03 18:35"),
        ("2026-10-03 14:05 (UTC+05:30)", "2026-10-03 08:35"),
        ("03/10/2569 14:05", "2026-10-03 14:05"),  # of the Buddhist calendar
        ("2567-02-29 14:05", "2024-02-29 14:05"),
        ("๐๓/๑๐/๒๕๖๙ ๑๔:๐๕ น.", "2026-10-03 14:05"),
        ("٢٠٢٦-١٠-٠٣ ١٤:٠٥", "2026-10-03 14:05"),
        ("03/10/2026 02:05 م", "2026-10-03 14:05"),
        ("03/10/2026 02:05 CH", "2026-10-03 14:05"),
        ("03. 10. 2026 14:05", "2026-10-03 14:05"),
        ("115/10/03 14:05", "2026-10-03 14:05"),  # of the Republic of China
        ("3 ต.ค. 2569 14:05 น.", "2026-10-03 14:05"),
        ("3 ตุลาคม 2569 14:05", "2026-10-03 14:05"),
        ("令和8年10月3日 14:05", "2026-10-03 14:05"),  # the eighth year of an era
        ("03.10.2026 14.05 Uhr", "2026-10-03 14:05"),
        ("2026-10-03 1405", "2026-10-03 14:05"),
        ("2026-10-03 14:05:10,123", "2026-10-03 14:05"),
        ("3rd October 2026, 14:05", "2026-10-03 14:05"),
        ("1er octobre 2026 à 14h05", "2026-10-01 14:05"),
        ('="2026-10-03 14:05"', "2026-10-03 14:05"),
        ("'2026-10-03 14:05", "2026-10-03 14:05"),
        ("2026-10-03T14:05:00+08:00[Asia/Shanghai]", "2026-10-03 06:05"),
        ("2026-10-03 2505", None),
        ("115/1/3 14:05", None),
        ("03/10/2469 14:05", None),  # no calendar has it in a year of exports
        ("03/10/2526 14:05", None),
        ("3 lis 2026 14:05", None),  # October in Croatia, November in Poland
        ("bis 03.10.2026", None),
        ("2026-10-03 14:05 IST", None),
    ],
)
def test_times_in_words_are_read_where_they_mean_one_thing(text, expected):
    column = TimeColumn("t", "UTC", order="DMY")
    (found,) = column.parse(pl.Series([text]))["at"]
    assert (found and f"{found:%Y-%m-%d %H:%M}") == expected


def test_times_in_words_are_read_by_a_declared_format_too():
    found, counts, _ = utc(["03-Oct-2026 14:05", "03-Dez-2026 14:05"], formats=["%d-%b-%Y %H:%M"])
    assert found == ["2026-10-03T12:05:00", "2026-12-03T13:05:00"]
    assert len(counts.formats) == 1


def test_seconds_with_a_fraction_are_milliseconds():
    found, _, _ = utc(["1775001900.25", "1775001901.5", "1775001902000"], formats=["epoch_ms"])
    assert found == ["2026-04-01T00:05:00", "2026-04-01T00:05:01", "2026-04-01T00:05:02"]


def test_clock_changes_follow_the_rule_and_are_counted():
    found, counts, _ = utc(["2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-10-27 03:00:00"])
    assert found == ["2024-03-31T01:30:00", "2024-10-27T00:30:00", "2024-10-27T02:00:00"]
    assert (counts.nonexistent, counts.ambiguous) == (1, 1)


def test_a_skipped_day_is_shifted_by_a_day():
    found, counts, _ = utc(["2011-12-30 12:00:00"], zone="Pacific/Apia")
    assert found == ["2011-12-30T22:00:00"]
    assert counts.nonexistent == 1


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("%d/%m/%Y %H:%M", "03/04/2024 10:00", "2024-04-03T10:00:00"),
        ("DD/MM/YYYY HH:mm", "03/04/2024 10:00", "2024-04-03T10:00:00"),
        ("MM/DD/YY hh:mm A", "03/04/24 01:00 PM", "2024-03-04T13:00:00"),
        ("YYYYMMDDHHmmss", "20240304100000", "2024-03-04T10:00:00"),
        ("%Y-%m-%dT%H:%M:%S.%f", "2024-03-04T10:00:00.5", "2024-03-04T10:00:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-03-04T10:00:00+0200", "2024-03-04T08:00:00"),
        ("epoch_s", "1709546400", "2024-03-04T10:00:00"),
        ("epoch_ms", "1709546400000", "2024-03-04T10:00:00"),
        ("epoch_us", "1709546400000000", "2024-03-04T10:00:00"),
        ("epoch_ns", "1709546400000000000", "2024-03-04T10:00:00"),
        ("excel", "45355.416666666664", "2024-03-04T10:00:00"),
    ],
)
def test_declared_formats(form, text, expected):
    assert utc([text], "UTC", [form])[0] == [expected]


def test_several_declared_formats_are_tried_in_order():
    found, _, times = utc(
        ["03.04.2024", "2024-04-05", "5 May 2024"], "UTC", ["DD.MM.YYYY", "YYYY-MM-DD"]
    )
    assert found == ["2024-04-03T00:00:00", "2024-04-05T00:00:00", None]
    assert times["is_bad"].to_list() == [False, False, True]


@pytest.mark.parametrize("form", ["yyyy", "%Y-%m-%d %H", "nonsense", "%d/%m"])
def test_a_format_that_is_none_is_refused(form):
    with pytest.raises(InputError, match="datetime_format"):
        utc(["2024-01-01"], "UTC", [form])


def test_a_time_without_offset_needs_a_zone():
    with pytest.raises(InputError, match=r"no offset, and the source has no zone.*timezone = "):
        utc(["2024-01-01 10:00"], zone=None)
    assert utc(["2024-01-01T10:00Z"], zone=None)[0] == ["2024-01-01T10:00:00"]


@pytest.mark.parametrize(
    ("first", "second", "month"),
    [("13/04/2024", "02/04/2024", "04"), ("04/13/2024", "04/02/2024", "04")],
)
def test_a_column_may_prove_the_order_of_day_and_month(workshop, first, second, month):
    text = f"id,status,time\n1,ACCEPTED,{second}\n2,ACCEPTED,{first}\n"
    _, events = workshop.events(text)
    assert [time[:10] for _, _, time in events] == [f"2024-{month}-02", f"2024-{month}-13"]


def test_a_column_with_both_orders_is_refused(workshop):
    with pytest.raises(InputError, match="day first and dates with the month first"):
        workshop.events("id,status,time\n1,ACCEPTED,13/04/2024\n2,ACCEPTED,04/13/2024\n")


def test_a_number_that_a_spreadsheet_rounded_is_no_time():
    """1.78717E+12 could be any time within hours."""
    for form, rounded, exact in (
        ("epoch_ms", "1.78717E+12", "1787174100000"),
        ("excel", "4.6254E+04", "46254.21875"),
    ):
        found, _, times = utc([rounded, exact], formats=[form])
        assert found[0] is None
        assert found[1] is not None
        assert times["is_bad"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%Y-%m-%dT%H:%M:%SZ", "2024-06-01T10:00:00Z"),
        ("%d/%m/%Y %H:%M Z", "01/06/2024 10:00 Z"),
        ("%b %d %H:%M:%S %z %Y", "Jun 01 18:00:00 +0800 2024"),
        ("%Y-%m-%d %H:%M:%S%z", "2024-06-01 18:00:00 (GMT+8)"),
        ("%Y-%m-%d %H:%M:%S%z", "2024-06-01 18:00:00 +0800"),
        ("%Y-%m-%d %H:%M:%S %z", "2024-06-01 18:00:00+08:00"),
    ],
)
def test_a_declared_format_reads_the_offset_that_it_has(form, text):
    """A Z at its end is UTC, never a letter beside a local time."""
    found, _, times = utc([text], formats=[form])
    assert found == ["2024-06-01T10:00:00"]
    assert times["origin"].to_list() != ["source zone"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1405-06-12 14:05", "calendar"),
        ("1405/06/12", "calendar"),
        ("1448/03/12", "calendar"),
        ("2026-W36-2", "week"),
        ("KW 36", "week"),
        ("soon", "time"),
    ],
)
def test_why_a_time_is_none_is_said(workshop, text, rule):
    content = f"id,status,time\nA,DELIVERED,2026-09-01 10:00\nB,DELIVERED,{text}\n"
    _, events = workshop.events(content)
    assert [event[0] for event in events] == ["A"]
    ledger = Ledger.open(workshop.base / ".tallyclerk")
    assert ledger.rejects().collect()["rule"].to_list() == [rule]
    assert rule in RULES
