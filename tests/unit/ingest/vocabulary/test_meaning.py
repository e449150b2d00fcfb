"""What a status means is decided by block, own name, code and text, in that order."""

from __future__ import annotations

import polars as pl
import pytest

from tallyclerk.ingest.vocabulary import StatusReader, propose

BLANK = [None]


def read(reader, status, text=None, side=None):
    columns = (pl.Series([value], dtype=pl.String) for value in (status, text, side))
    return reader.read(*columns).row(0, named=True)


def decided(reader, *told):
    row = read(reader, *told)
    return row["milestone"], row["status_rule"]


def test_the_block_goes_before_the_code_and_a_text_before_a_code_in_it():
    reader = StatusReader({"Delivered_001": "INFO", "left at door": "DELIVERED"}, "aftership")
    assert decided(reader, "Delivered_001", "Delivered") == ("INFO", "config")
    assert decided(reader, "Delivered_001", "Left at  DOOR") == ("DELIVERED", "config")
    assert decided(reader, "Delivered_009", "Delivered") == ("DELIVERED", "code")


def test_without_a_vocabulary_a_text_is_never_read():
    reader = StatusReader({}, None)
    assert decided(reader, "Delivered") == ("DELIVERED", "ours")
    assert decided(reader, "Was delivered") == ("INFO", "unmapped")
    assert decided(StatusReader({}, "texts"), "Was delivered") == ("DELIVERED", "text:delivered")


@pytest.mark.parametrize(
    ("code", "text", "milestone"),
    [
        ("InTransit_007", "International shipment release - Import", "IMPORT_CUSTOMS_CLEARED"),
        ("InTransit_007", "International shipment release - Export", "EXPORT_CUSTOMS_CLEARED"),
        ("OutForDelivery_001", "Tendered to authorized agent for final delivery", "RELEASED"),
        ("Delivered_001", "Delivered to parcel locker", "AVAILABLE_AT_PICKUP_POINT"),
        ("Delivered_001", "Delivered to sender", "RETURNED"),
        ("Delivered_001", "Delivered to agent", "RELEASED"),
        ("Delivered_001", "Delivered to the door of a happy agent", "DELIVERED"),
    ],
)
def test_texts_correct_what_codes_get_wrong(code, text, milestone):
    assert decided(StatusReader({}, "aftership"), code, text)[0] == milestone


def test_a_status_is_kept_as_told_with_its_people_masked():
    row = read(StatusReader({}, "aftership"), "Delivered_001", "Left with jo@example.com")
    assert row["status_raw"] == "Delivered_001: Left with [e-mail]"


def test_what_nobody_knows_is_info_and_says_so():
    assert propose("Frobnicated") == ("INFO", "unmapped", False)
    assert propose("OutForDelivery_77", "aftership") == ("OUT_FOR_DELIVERY", "code", True)


def test_many_statuses_are_read_as_each_alone():
    reader = StatusReader({}, "aftership")
    told = [("InTransit_001", "x", None), ("Delivered", None, None), (None, None, None)] * 3
    columns = (pl.Series(list(column), dtype=pl.String) for column in zip(*told, strict=True))
    frame = reader.read(*columns)
    assert frame.rows() == [tuple(read(reader, *one).values()) for one in told]


@pytest.mark.parametrize(
    ("vocabulary", "code", "is_physical", "role"),
    [
        ("cainiao", "GTMS_ACCEPT", True, "courier"),
        ("cainiao", "GSTA_INFORM_BUYER", False, "courier"),
        ("aftership", "InTransit_006", True, None),
        ("shipengine", "PARCEL_OVER_LABELLED", True, None),
        ("shipengine", "INFORMATION", False, None),
    ],
)
def test_a_code_says_whether_it_is_a_scan_and_who_speaks(vocabulary, code, is_physical, role):
    row = read(StatusReader({}, vocabulary), code)
    assert (row["is_physical"], row["role"]) == (is_physical, role)


@pytest.mark.parametrize(
    ("side", "milestone"),
    [
        ("origin", "EXPORT_CUSTOMS_CLEARED"),
        ("destination", "IMPORT_CUSTOMS_CLEARED"),
        (None, "INFO"),
    ],
)
def test_the_place_says_whose_customs_it_was(side, milestone):
    reader = StatusReader({}, "17track")
    assert decided(reader, "InTransit_CustomsReleased", None, side) == (milestone, "code")
