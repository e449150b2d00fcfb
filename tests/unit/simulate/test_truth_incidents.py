"""Incidents of the true answers: the shared log, and a worked example per fine rule."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.truth import journey, known, settings, utc

from tallyclerk.simulate.truth.carriage import transit_hours
from tallyclerk.simulate.truth.facts import Fact
from tallyclerk.simulate.truth.incidents import incidents_of
from tallyclerk.simulate.truth.journeys import Journey, journeys
from tallyclerk.simulate.truth.records import Records, read
from tallyclerk.simulate.truth.tendering import handover_out_hours
from tallyclerk.simulate.truth.visibility import late_record_rate, scan_gap_hours

SHARED = Path(__file__).resolve().parents[4] / "shared" / "examples" / "statistics.json"
CHAIN = {"supplier_id": "sup", "forwarder_id": "fwd", "courier_id": "cou"}
CODES = {"CREATED": "LABEL_CREATED", "TENDERED": "RELEASED", "DEPARTED": "DEPARTED_ORIGIN"}


def incidents(only: Journey) -> set[tuple[str, str]]:
    return incidents_of(only)


def pair(rule: str, *partners: str) -> set[tuple[str, str]]:
    return {(rule, partner) for partner in partners}


def example(name: str) -> dict[str, Any]:
    if not SHARED.exists():
        pytest.skip("the shared examples are not at hand")
    examples: list[dict[str, Any]] = json.loads(SHARED.read_text(encoding="utf-8"))["examples"]
    return next(each for each in examples if each["id"] == name)


@pytest.fixture
def log() -> Records:
    """The incident log of the shared examples; who tenders there is a supplier here."""
    inputs = example("8.1-incident-log")["inputs"]

    def time(text: str) -> dt.datetime:
        return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)

    rows = [
        {
            "shipment_id": row["shipment"],
            "milestone": CODES.get(row["code"], row["code"]),
            "occurred_at": time(row["event_time"]),
            "recorded_at": time(row["recorded_time"]),
            "partner_id": row["reporter"],
            "counterpart_id": row["counterparty"],
            "location": row["location"],
            "pieces": row["pieces"],
            "weight_grams": row["weight_g"],
            "destination": row["dest"],
        }
        for row in inputs["events"]
    ]
    records = read(
        settings(
            "2026-03-06T00:00",
            roles={"P1": "supplier", "P2": "courier", "P3": "courier"},
            must_report={"P1": ("RELEASED",), "P2": ("ACCEPTED",), "P3": ("ACCEPTED",)},
        ),
        events=rows,
        shipments=[],
    )
    assert records is not None
    return records


def test_the_shared_log_has_the_incidents_of_the_method(log: Records) -> None:
    # Where the example and the method differ, the method wins: a pair is laid to both, a giver
    # that nobody knows is nobody (S4), and late records are a KPI of their own (S3).
    expected = {
        "S2": pair("missing_acknowledgement", "P1", "P2"),
        "S3": pair("late_acknowledgement", "P1", "P2") | pair("weight_differs", "P1", "P2"),
        "S4": {("event_after_terminal", "P2")},
        "S5": pair("destination_differs", "P1", "P3")
        | pair("wrong_receiver", "P1", "P2")
        | pair("pieces_differ", "P1", "P3"),
        "S6": {("future_event", "P2")} | pair("acceptance_before_release", "P1", "P2"),
        "S7": pair("contradictory_terminal", "P1", "P2"),
    }
    found = {only.shipment_id: incidents(only) for only in journeys(log)}
    assert {shipment: rules for shipment, rules in found.items() if rules} == expected


def test_the_late_record_of_the_shared_log(log: Records) -> None:
    facts = [fact for only in journeys(log) for fact in late_record_rate(only)]
    assert [(f.shipment_id, f.partner_id) for f in facts if f.hits and f.shipment_id != "S6"] == [
        ("S3", "P2")
    ]
    assert sum(fact.n for fact in facts) == 22


def test_custody_intervals_of_the_shared_examples() -> None:
    # 7.3: P1 takes at 0 h, tenders at 26 h, P2 takes at 40 h and delivers at 70 h.
    only = journey(
        """
        s ACCEPTED 03-01T00:00 fwd
        s DEPARTED_ORIGIN 03-01T05:00 fwd
        s ARRIVED_DESTINATION 03-01T20:00 fwd
        s RELEASED 03-02T02:00 fwd >cou
        s ACCEPTED 03-02T16:00 cou
        s DELIVERED 03-03T22:00 cou
        """
    )
    assert minutes(transit_hours(only)) == {"fwd": 40 * 60, "cou": 30 * 60}
    assert minutes(handover_out_hours(only)) == {"fwd": 14 * 60}


def test_record_latency_of_the_shared_examples() -> None:
    # 8.2: of nine latencies five are within 12 h, the one of 12 h to the minute among them.
    hours = (0.2, 1, 5, 11.9, 12, 12.1, 23, 25, 72)
    start = utc("03-02T00:00")
    lines = [
        f"s IN_TRANSIT 03-02T00:00 fwd @{(start + dt.timedelta(hours=h)).isoformat()} location=L{h}"
        for h in hours
    ]
    facts = list(late_record_rate(journey("\n".join(lines))))
    assert (sum(f.n for f in facts), sum(f.hits or 0 for f in facts)) == (9, 4)


def test_longest_silence_of_the_shared_examples() -> None:
    # 8.3: silences of 10, 54 and 3 hours.
    only = journey("""
        s ACCEPTED 03-01T10:00 cou
        s AT_DEPOT 03-01T20:00 cou
        s OUT_FOR_DELIVERY 03-04T02:00 cou
        s DELIVERED 03-04T05:00 cou
    """)
    assert minutes(scan_gap_hours(only)) == {"cou": 54 * 60}


@pytest.mark.parametrize(
    ("notice", "ticket", "silent"),
    [(40, None, False), (50, 60, True), (45, 44, True), (None, None, True)],
)
def test_notices_of_the_shared_examples(
    notice: int | None, ticket: int | None, silent: bool
) -> None:
    # 8.4: promised at 48 h; told before the promise and before the first ticket, or not.
    start = utc("03-01T00:00")

    def rows(column: str, hour: int | None) -> list[dict[str, Any]]:
        if hour is None:
            return []
        return [{"shipment_id": "s", column: start + dt.timedelta(hours=hour)}]

    only = journey(
        "s ACCEPTED 03-01T01:00 cou\ns DELIVERED 03-05T00:00 cou",
        {"promised_at": utc("03-03T00:00")},
        notices=[*rows("sent_at", notice), {"shipment_id": "s", "sent_at": utc("03-09T00:00")}],
        tickets=rows("opened_at", ticket),
    )
    assert (("delay_without_notice", "cou") in incidents(only)) is silent


def minutes(facts: Any) -> dict[str, int | None]:
    found: list[Fact] = list(facts)
    return {fact.partner_id: fact.minutes for fact in found}


BASE = "s RELEASED 03-02T10:00 sup >fwd\ns ACCEPTED 03-02T11:00 fwd\n"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", set()),
        # The next one accepted what the forwarder never released, though it does so elsewhere.
        ("s ACCEPTED 03-04T10:00 cou", {("unannounced_acceptance", "fwd")}),
        ("s AT_DEPOT 03-04T10:00 cou", set()),
        # A scan in the instant of the delivery is not later; a minute after it is.
        ("s DELIVERED 03-04T10:00 fwd\ns IN_TRANSIT 03-04T10:00 fwd", set()),
        (
            "s DELIVERED 03-04T10:00 fwd\ns IN_TRANSIT 03-04T10:01 fwd",
            {("event_after_terminal", "fwd")},
        ),
        ("s DELIVERED 03-04T10:00 fwd\ns DAMAGED 03-04T10:01 fwd", set()),
        # Cancelled, and carried on all the same.
        (
            "s CANCELLED 03-04T10:00 sup\ns ORIGIN_HUB 03-04T11:00 fwd",
            {("event_after_terminal", "fwd")},
        ),
        (
            "s CANCELLED 03-04T10:00 sup\ns DELIVERED 03-05T10:00 fwd",
            pair("contradictory_terminal", "sup", "fwd"),
        ),
        # Returned after the return was started; without the start it contradicts.
        ("s DELIVERED 03-04T10:00 fwd\ns RETURNED 03-05T10:00 fwd",
         {("contradictory_terminal", "fwd")}),
        (("s DELIVERED 03-04T10:00 fwd\ns RETURN_STARTED 03-04T11:00 fwd\n"
         "s RETURNED 03-05T10:00 fwd"), set()),
        # Stages out of order by more than 30 minutes, laid to who reports the later stage.
        ("s LABEL_CREATED 03-02T11:31 sup", {("strict_order", "fwd")}),
        ("s LABEL_CREATED 03-02T11:30 sup", set()),
        ("s READY_FOR_COLLECTION 03-02T11:31 sup", {("strict_order", "fwd")}),
        ("s IMPORT_CUSTOMS_CLEARED 03-04T10:00 fwd\ns DEPARTED_ORIGIN 03-04T10:31 fwd",
         {("strict_order", "fwd")}),
        (("s IMPORT_CUSTOMS_CLEARED 03-04T10:00 fwd\ns DEPARTED_ORIGIN 03-04T10:31 fwd\n"
         "s ARRIVED_DESTINATION 03-04T10:30 fwd"), set()),
        ("s ARRIVED_DESTINATION 03-04T10:31 fwd\ns IMPORT_CUSTOMS_CLEARED 03-04T10:00 fwd",
         {("strict_order", "fwd")}),
        ("s DELIVERED 03-04T10:00 fwd\ns OUT_FOR_DELIVERY 03-04T10:31 fwd",
         {("strict_order", "fwd"), ("event_after_terminal", "fwd")}),
        # A partner that takes the goods back after a return accepts them after the delivery.
        (("s DELIVERED 03-04T10:00 fwd\ns RETURN_STARTED 03-04T11:00 fwd\n"
         "s RELEASED 03-04T12:00 fwd >cou\ns ACCEPTED 03-04T12:00 cou"), set()),
        ("s EXPORT_CUSTOMS_HELD 03-03T10:00 fwd reason=documents",
         {("customs_hold_documents", "sup")}),
    ],
)  # fmt: skip
def test_the_incidents_of_a_forwarded_shipment(more: str, expected: set[tuple[str, str]]) -> None:
    owed = {"sup": ("RELEASED",), "fwd": ("RELEASED", "ACCEPTED"), "cou": ()}
    assert incidents(journey(BASE + more, CHAIN, must_report=owed)) == expected


def test_nobody_owes_a_release_it_never_sends() -> None:
    text = "s ACCEPTED 03-02T11:00 fwd"
    assert incidents(journey(text, CHAIN)) == set()
    owed = {"sup": ("RELEASED",)}
    assert incidents(journey(text, CHAIN, must_report=owed)) == {("unannounced_acceptance", "sup")}


def test_a_taker_seen_to_take_anywhere_owes_its_acknowledgement_everywhere() -> None:
    text = "s RELEASED 03-02T10:00 sup >fwd\n"
    assert incidents(journey(text, CHAIN)) == set()
    records = known(text + "other AT_DEPOT 03-02T10:00 fwd", [{"shipment_id": "s", **CHAIN}])
    found = {only.shipment_id: incidents(only) for only in journeys(records)}
    assert found["s"] == pair("missing_acknowledgement", "sup", "fwd")


def test_a_missing_release_is_no_matter_of_hygiene() -> None:
    text = "s ORIGIN_HUB 03-02T10:00 fwd\ns AT_DEPOT 03-04T10:00 cou"
    owed = {"sup": ("RELEASED",), "fwd": ("RELEASED", "ACCEPTED"), "cou": ()}
    assert incidents(journey(text, CHAIN, must_report=owed)) == {("milestone_missing", "fwd")}
