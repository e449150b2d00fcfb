"""What the values of a column prove about its dates, and what stays a question."""

import polars as pl
import pytest

from tallyclerk.ingest.inspect.timing import prove
from tallyclerk.ingest.inspect.zones import likely_zone, zone_in
from tallyclerk.ingest.times.candidates import Evidence

DMY, MDY = "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"


def proof(*values, split=None):
    evidence = Evidence()
    for file, part in enumerate([values] if split is None else [values[:split], values[split:]]):
        series = pl.Series(part, dtype=pl.String)
        evidence.add(series, pl.int_range(2, len(part) + 2, eager=True), file)
    return prove(evidence)


def test_a_day_above_the_twelfth_excludes_the_other_order_for_all_files():
    found = proof("03/04/2026 10:00", "05/04/2026 11:00", "13/04/2026 12:00", split=1)
    assert found.is_proven
    assert found.formats == (DMY,)
    assert found.must_declare
    [(form, place)] = found.excluded
    assert (form, place.file, place.row, place.value) == (MDY, 1, 3, "13/04/2026 12:00")


def test_without_one_both_orders_are_left():
    found = proof("03/04/2026 10:00", "05/06/2026 11:00")
    assert not found.is_proven
    assert set(found.open) == {DMY, MDY}


def test_both_orders_in_one_column_are_no_order():
    found = proof("13/04/2026 10:00", "04/13/2026 11:00")
    assert found.is_mixed
    assert not found.is_proven
    assert {form for form, _ in found.excluded} == {DMY, MDY}


def test_a_day_that_does_not_exist_excludes_nothing():
    found = proof("31/02/2026 10:00", "13/04/2026 10:00")
    assert found.formats == (DMY,)
    assert (found.bad, found.bad_example.value) == (1, "31/02/2026 10:00")


def test_ten_digits_that_are_no_seconds_state_no_offset():
    assert not proof("2601051030", "2601061030").has_offset
    assert proof("1788099335", "1788099336").has_offset


def test_bare_digits_need_a_proof_of_their_order_too():
    assert set(proof("01022026", "03042026").open) == {"%d%m%Y", "%m%d%Y"}


def test_a_year_of_two_digits_is_no_day():
    """Read year first, these would lie between 2001 and 2031."""
    found = proof("01.02.26 08:00:00", "12.03.26 09:00:00", "31.12.25 10:00:00")
    assert found.formats == ("%d.%m.%y %H:%M:%S",)


def test_two_digits_thrice_can_be_anything():
    assert len(proof("01/02/03", "04/05/06").open) == 3


@pytest.mark.parametrize(
    ("values", "formats", "declared"),
    [
        (["2026-01-05 10:00:00"], ("%Y-%m-%d %H:%M:%S",), False),
        (["2026年1月5日 10:00"], ("%Y年%m月%d日 %H:%M",), False),
        (["1788099335038"], ("epoch_ms",), True),
        (["1788099335"], ("epoch_s",), True),
        (["1788099335038000000"], ("epoch_ns",), True),
        (["20260105"], ("%Y%m%d",), True),
        (["20260105103000"], ("%Y%m%d%H%M%S",), True),
        (["13012026", "01022026"], ("%d%m%Y",), True),
        (["130120261030"], ("%d%m%Y%H%M",), True),
        (["260113", "260201", "261231"], ("%y%m%d",), True),
        (["2601051030", "2001010000"], ("%y%m%d%H%M",), True),
        (["1988150399"], ("epoch_s",), True),
        (["202601052400"], ("%Y%m%d%H%M",), True),
        (["3/13/26 2:05 PM", "4/1/26 11:00 AM"], ("%m/%d/%y %I:%M %p",), True),
        (["45000.5"], ("excel",), True),
        (["45000,5"], ("excel",), True),
        (["/Date(1788099335038+0800)/", "/Date(1788099335038)/"], ("epoch_ms",), True),
        (["5 Jan 2026 10:00"], ("%d %B %Y %H:%M",), False),
    ],
)
def test_formats_that_only_one_reading_fits(values, formats, declared):
    found = proof(*values)
    assert found.is_proven
    assert (found.formats, found.must_declare) == (formats, declared)


def test_offsets_are_evidence_of_the_zone():
    found = proof("2026-01-05T10:00:00+08:00", "2026-01-05T10:00:00Z")
    assert found.has_offset
    assert found.offsets == ("+08:00", "Z")
    assert not proof("2026-01-05T10:00:00+08:00", "2026-01-05T10:00:00").has_offset


def test_times_that_are_all_midnight_are_days():
    assert proof("2026-01-05 00:00:00", "2026-01-06 00:00:00").precision == "day"
    assert proof("2026-01-05 00:00:00", "2026-01-06 00:01:00").precision == "second"


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Time UTC", "UTC"),
        ("event_time_utc", "UTC"),
        ("Zeit (MEZ)", "CET"),
        ("Scan Time ET", "America/New_York"),
        ("操作时间(北京时间)", "Asia/Shanghai"),
        ("local time GMT+8", "Etc/GMT-8"),
    ],
)
def test_a_name_that_means_one_zone_is_evidence(name, zone):
    assert zone_in([name]).zone == zone


@pytest.mark.parametrize("name", ["Date (IST)", "Time CST", "Zeit BST", "Time EST"])
def test_a_name_that_means_several_zones_is_a_question(name):
    found = zone_in(["Place", name])
    assert found.zone is None
    assert found.word == name.strip(")").split("(")[-1].split()[-1]


@pytest.mark.parametrize(
    "name", ["DATE ET HEURE", "Date", "UTC+05:30", "EST DELIVERY", "Wet", "Fest"]
)
def test_other_names_are_no_evidence(name):
    found = zone_in([name])
    assert found is None or found.zone in {None, "UTC"}


def test_a_zone_to_begin_with_is_that_of_the_only_country():
    assert likely_zone({"DE": 5}, "tr") == "Europe/Berlin"
    assert likely_zone({"DE": 5, "TR": 1}, "tr") == "Europe/Istanbul"
    assert likely_zone({}, None) is None


@pytest.mark.parametrize("name", ["WADAT_IST", "Lieferdatum IST"])
def test_what_is_actual_in_german_is_no_zone(name):
    assert zone_in([name]) is None
