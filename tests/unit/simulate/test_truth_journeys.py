"""Observations, roles and custody of the true answers, worked by hand."""

from __future__ import annotations

import pytest
from tests.support.truth import events, journey, known, settings, utc

from tallyclerk.simulate.truth.durations import Ending
from tallyclerk.simulate.truth.handovers import handovers_of
from tallyclerk.simulate.truth.records import read

CHAIN = {"supplier_id": "sup", "forwarder_id": "fwd", "courier_id": "cou"}


def test_the_same_observation_counts_once_with_its_earliest_recording() -> None:
    records = known("""
        s ACCEPTED 03-02T10:00 fwd @03-05T10:00
        s ACCEPTED 03-02T10:00 fwd
        s ACCEPTED 03-02T10:00 fwd @03-04T10:00
        s ACCEPTED 03-02T10:00 fwd pieces=2
    """)
    [shipment] = records.shipments
    assert [(event.recorded_at, event.pieces) for event in shipment.events] == [
        (utc("03-04T10:00"), None),
        (None, 2),
    ]


def test_what_was_recorded_after_as_of_is_not_known() -> None:
    text = """
        s ACCEPTED 03-02T10:00 fwd @03-03T10:00:01
        s ORIGIN_HUB 03-02T11:00 fwd @03-03T10:00
        s AT_DEPOT 03-03T10:00:01 cou
        s DELIVERED 03-04T10:00 cou @03-03T09:00
    """
    [shipment] = known(text, as_of="03-03T10:00").shipments
    assert [event.milestone for event in shipment.events] == ["ORIGIN_HUB", "DELIVERED"]


def test_as_of_is_the_latest_time_in_the_data_by_default() -> None:
    text = "s ACCEPTED 03-02T10:00 fwd @03-05T10:00\ns AT_DEPOT 03-04T10:00 cou"
    assert known(text, as_of=None).as_of == utc("03-05T10:00")
    assert read(settings(None), events=[], shipments=[]) is None


@pytest.mark.parametrize(("as_of", "outcome"), [("03-02T10:00", "lost"), ("03-02T09:59", None)])
def test_an_undated_outcome_is_known_as_of_the_end_of_the_data(
    as_of: str, outcome: str | None
) -> None:
    only = journey("s ACCEPTED 03-02T10:00 fwd", {"outcome": "lost"}, as_of=as_of)
    assert only.outcome == outcome


def test_roles_come_from_the_shipment_then_the_configuration_then_the_messages() -> None:
    only = journey(
        """
        s READY_FOR_COLLECTION 03-02T10:00 stranger >named
        s IN_TRANSIT 03-02T11:00 unknown
        s ACCEPTED 03-02T12:00 air
        """,
        {"courier_id": "fwd"},
    )
    assert only.role_of("fwd") == "courier"
    assert only.role_of("air") == "airline"
    assert only.role_of("stranger") == "supplier"
    assert only.role_of("unknown") == "warehouse"
    assert only.role_of("named") == "warehouse"
    assert only.supplier == "stranger"
    assert only.chain == ["air", "fwd", "named", "stranger", "unknown"]


def test_custody_goes_by_acceptance_else_by_the_first_scan_and_never_to_a_supplier() -> None:
    only = journey(
        """
        s ACCEPTED 03-02T09:00 sup
        s ORIGIN_HUB 03-02T10:00 fwd
        s ACCEPTED 03-02T12:00 fwd
        s AT_DEPOT 03-02T11:00 cou
        s OUT_FOR_DELIVERY 03-03T11:00 cou
        s RELEASED 03-01T11:00 other
        """,
        CHAIN,
    )
    assert [(t.partner, t.at, bool(t.accepted)) for t in only.takings] == [
        ("cou", utc("03-02T11:00"), False),
        ("fwd", utc("03-02T12:00"), True),
    ]


def test_in_the_same_instant_the_order_of_the_goods_decides_then_the_name() -> None:
    only = journey(
        """
        s ACCEPTED 03-02T10:00 cou
        s ACCEPTED 03-02T10:00 air
        s ACCEPTED 03-02T10:00 zzz
        s ACCEPTED 03-02T10:00 fwd
        """,
        roles={"zzz": "forwarder", "fwd": "forwarder", "air": "airline", "cou": "courier"},
    )
    assert [taking.partner for taking in only.takings] == ["fwd", "zzz", "air", "cou"]


@pytest.mark.parametrize(
    ("more", "outcome", "expected"),
    [
        ("", None, Ending("open")),
        ("s LOST 03-05T10:00 cou", None, Ending("never", utc("03-05T10:00"))),
        ("s LOST 03-05T10:00 cou\ns FOUND 03-05T10:01 cou", None, Ending("open")),
        ("s LOST 03-05T10:00 cou\ns FOUND 03-05T10:00 cou", None,
         Ending("never", utc("03-05T10:00"))),
        ("s DESTROYED 03-05T10:00 cou", None, Ending("never", utc("03-05T10:00"))),
        ("s DESTROYED 03-05T10:00 cou\ns AT_DEPOT 03-06T10:00 cou", None, Ending("open")),
        ("s LOST 03-05T10:00 cou\ns RETURNED 03-07T10:00 cou", None,
         Ending("never", utc("03-07T10:00"))),
        ("s CANCELLED 03-05T10:00 sup\ns RETURNED 03-07T10:00 cou", None,
         Ending("never", utc("03-07T10:00"))),
        ("s RETURNED 03-05T10:00 cou\ns DELIVERED 03-07T10:00 cou", None,
         Ending("delivered", utc("03-07T10:00"))),
        ("s CANCELLED 03-05T10:00 sup", "delivered", Ending("cancelled", utc("03-05T10:00"))),
        ("", "delivered", Ending("undated")),
        ("", "lost", Ending("never")),
        ("", "returned", Ending("never")),
        ("", "cancelled", Ending("cancelled")),
    ],
)  # fmt: skip
def test_the_end_of_the_last_custody(more: str, outcome: str | None, expected: Ending) -> None:
    only = journey("s ACCEPTED 03-02T10:00 cou\n" + more, {"outcome": outcome})
    assert only.custody_end("cou") == expected


def test_custody_ends_with_the_next_taking_whatever_came_of_the_shipment() -> None:
    only = journey("s ACCEPTED 03-02T10:00 fwd\ns ACCEPTED 03-03T10:00 cou", {"outcome": "lost"})
    assert only.custody_end("fwd") == Ending("next", utc("03-03T10:00"))
    assert only.custody_end("cou") == Ending("never")


def test_handovers_name_the_taker_or_find_it() -> None:
    only = journey(
        """
        s RELEASED 03-02T10:00 sup >air
        s RELEASED 03-02T12:00 sup >fwd
        s ACCEPTED 03-02T14:00 fwd
        s RELEASED 03-04T10:00 fwd
        s RELEASED 03-06T10:00 cou
        """,
        CHAIN,
    )
    found = {h.giver: (h.taker, h.is_named, h.next and h.next.partner) for h in handovers_of(only)}
    assert found == {
        "sup": ("air", True, "fwd"),
        "fwd": ("cou", False, None),
        "cou": (None, False, None),
    }


def test_a_giver_without_custody_waits_for_the_first_taking_around_its_release() -> None:
    text = """
        s ACCEPTED 03-02T09:00 cou
        s ORIGIN_HUB 03-02T09:31 air
        s RELEASED 03-02T10:00 fwd
    """
    [handover] = handovers_of(journey(text, CHAIN))
    assert handover.next is not None
    assert handover.next.partner == "air"
    earlier = text.replace("09:31", "09:30")
    assert [h.next for h in handovers_of(journey(earlier, CHAIN))] == [None]


def test_a_message_without_partner_is_the_one_of_the_role_that_sends_it() -> None:
    only = journey("s ACCEPTED 03-02T09:00 -\ns IN_TRANSIT 03-02T10:00 -", CHAIN)
    assert [event.partner for event in only.shipment.events] == ["fwd", None]


def test_a_duty_is_what_was_agreed_else_what_is_seen() -> None:
    records = known(
        "s ACCEPTED 03-02T09:00 fwd\ns AT_DEPOT 03-02T10:00 cou",
        must_report={"fwd": ("RELEASED",), "air": ("ACCEPTED",), "cou": ()},
    )
    assert records.owes("fwd", "RELEASED")
    assert not records.owes("fwd", "ACCEPTED")
    assert not records.owes("cou", "AT_DEPOT")
    assert [records.reports_takings(p) for p in ("fwd", "cou", "air", "sup")] == [
        True,
        True,
        True,
        False,
    ]


def test_events_are_read_in_any_order() -> None:
    rows = events("""
        s ACCEPTED 03-02T10:00 fwd
        s RELEASED 03-02T09:00 sup >fwd
        s DELIVERED 03-04T10:00 fwd
    """)
    one = read(settings(), events=rows, shipments=[])
    other = read(settings(), events=rows[::-1], shipments=[])
    assert one is not None
    assert other is not None
    assert one.shipments[0].events == other.shipments[0].events


def test_what_is_said_of_an_unknown_shipment_is_left_out() -> None:
    stray = {"shipment_id": "elsewhere", "sent_at": utc("03-02T10:00")}
    records = known("s ACCEPTED 03-02T10:00 fwd", notices=[stray])
    assert [shipment.shipment_id for shipment in records.shipments] == ["s"]
    assert not records.has_notices
