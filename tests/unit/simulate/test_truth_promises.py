"""When promises fall due, to the instant."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.support.truth import utc

from tallyclerk.simulate.truth.promises import only_zones, promise_of
from tallyclerk.simulate.truth.records import Event, Shipment

DAY = dt.date(2026, 3, 10)


def due(**row: Any) -> dt.datetime:
    promise = promise_of(Shipment("s", row), "Europe/Berlin")
    assert promise is not None
    return promise.due


def delivered(at: str, day: dt.date | None = None) -> Event:
    return Event(
        milestone="DELIVERED",
        at=utc(at),
        recorded_at=None,
        day=day,
        partner=None,
        counterpart=None,
        country=None,
        destination=None,
        reason=None,
        pieces=None,
        weight_grams=None,
    )


def test_a_country_with_one_line_in_the_zone_table_has_an_only_zone() -> None:
    zones = only_zones()
    assert zones["JP"] == "Asia/Tokyo"
    assert zones["FR"] == "Europe/Paris"
    assert not {"US", "AU", "CN", "DE"} & zones.keys()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"destination_timezone": "America/New_York"}, "03-11T04:00"),
        ({"destination_timezone": "Asia/Kolkata", "destination_country": "JP"}, "03-10T18:30"),
        ({"destination_country": "JP"}, "03-10T15:00"),
        ({"destination_country": "US"}, "03-10T23:00"),
        ({"destination_timezone": "Mars/Olympus", "destination_country": "JP"}, "03-10T15:00"),
        ({}, "03-10T23:00"),
    ],
)
def test_a_day_ends_at_the_destination(row: dict[str, Any], expected: str) -> None:
    assert due(promised_date=DAY, **row) == utc(expected)


def test_a_midnight_that_does_not_exist_is_shifted_forward_by_the_gap() -> None:
    # Cairo went from 00:00 to 01:00 on 24 April 2026: the 23rd ended at 22:00 UTC.
    moment = due(promised_date=dt.date(2026, 4, 23), destination_timezone="Africa/Cairo")
    assert moment == utc("04-23T22:00")


def test_an_ambiguous_midnight_is_the_earlier_one() -> None:
    # Havana goes back from 01:00 to 00:00 on 1 November 2026: the first midnight is 04:00 UTC.
    moment = due(promised_date=dt.date(2026, 10, 31), destination_timezone="America/Havana")
    assert moment == utc("11-01T04:00")


def test_of_two_promises_the_earlier_is_due() -> None:
    assert due(promised_date=DAY, promised_at=utc("03-12T12:00")) == utc("03-10T23:00")
    assert due(promised_date=DAY, promised_at=utc("03-10T12:00")) == utc("03-10T12:00")


def test_nothing_promised_is_no_promise() -> None:
    assert promise_of(Shipment("s", {"promised_at": None}), "UTC") is None


@pytest.mark.parametrize(
    ("at", "day", "kept"),
    [
        ("03-10T22:59:59", None, True),
        ("03-10T23:00", None, False),
        ("03-11T09:00", DAY, True),
        ("03-10T09:00", dt.date(2026, 3, 11), False),
    ],
)
def test_a_day_is_kept_until_it_ends(at: str, day: dt.date | None, kept: bool) -> None:
    promise = promise_of(Shipment("s", {"promised_date": DAY}), "Europe/Berlin")
    assert promise is not None
    assert promise.is_kept_by(delivered(at, day)) is kept


def test_a_delivery_by_day_must_keep_a_promised_time_too() -> None:
    row = {"promised_date": DAY, "promised_at": utc("03-10T12:00")}
    promise = promise_of(Shipment("s", row), "Europe/Berlin")
    assert promise is not None
    assert promise.is_kept_by(delivered("03-10T12:00", DAY))
    assert not promise.is_kept_by(delivered("03-10T12:01", DAY))
