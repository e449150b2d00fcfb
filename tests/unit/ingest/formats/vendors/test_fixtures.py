"""Each vendor's format on our own payloads, against expectations written by reading them."""

from __future__ import annotations

import pytest
from tests.support.formats import FIXTURES, expected, ingest_fixture

from tallyclerk.ingest.formats import sniff

NAMES = (
    *("aftership", "17track", "cainiao", "easypost", "shippo", "shipengine", "karrio"),
    *("shopify", "zendesk", "freshdesk", "gorgias"),
)
TRACKED = [name for name in NAMES if (FIXTURES / name / "expected").is_dir()]
PEOPLE = ("DOE", "JOHN", "MAIN ST", "5550100", "example.com")


@pytest.fixture(scope="session")
def done(tmp_path_factory):
    """Every format's fixture, read once."""
    return {name: ingest_fixture(name, tmp_path_factory.mktemp(name)) for name in NAMES}


@pytest.mark.parametrize("name", TRACKED)
def test_events_are_those_read_by_hand(done, name):
    assert done[name].events() == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_kept(done, name):
    written = done[name].written()
    assert not [word for word in PEOPLE if word in written]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_told_by_its_look(name):
    for path in (FIXTURES / name).glob("*.*"):
        if path.name != "config.toml":
            assert next(iter(sniff(path))) == name, path.name


def rejects(done, name):
    return done[name].rejects()


def test_what_is_no_event_is_refused_and_says_why(done):
    assert rejects(done, "17track") == [
        ("not_tracked", "QY900800799CN: The number is not registered.", True),
        ("zone", "2026-05-11T07:30:00", False),
    ]
    assert rejects(done, "easypost") == [
        ("payload", "no parcel in an object with the keys object, description, result", True)
    ]
    assert [rule for rule, _, _ in rejects(done, "aftership")] == ["payload", "payload", "zone"]


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("aftership", "1 trackings without a checkpoint"),
        ("17track", "1 numbers without an event"),
        ("cainiao", "1 times in text that contradict the epoch beside them; the epoch counts"),
        ("cainiao", "1 parcels without a trace"),
        ("shipengine", "1 times that end in Z and yet are the carrier's local time to the second"),
        ("karrio", "1 timestamps whose Z is local time; the zone of the source counts"),
    ],
)
def test_known_faults_are_noted(done, name, note):
    assert note in done[name].notes()


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "aftership",
            [
                ("KX100200301DE", "CN", "DE", "Economy Parcel", "2026-03-20"),
                ("KX100200302DE", "CN", "DE", None, None),
                ("KX100200303FR", "CN", "FR", None, "2026-03-15"),
            ],
        ),
        ("shippo", [("SPK1", "US", "US", "Fast", "2026-01-14")]),
        (
            "17track",
            [
                ("QY900800701CN", "CN", "DE", "Packet Plus", None),
                ("QY900800702CN", "CN", "DE", "Packet Plus", None),
                ("QY900800703BR", "CN", "BR", "Packet Plus", None),
            ],
        ),
        ("easypost", [("EZK0000001", "US", "CA", "Priority", "2026-02-13")]),
        ("karrio", [("KA1", None, "FR", "kuno_home", None)]),
        ("shopify", [("5001", "CN", "DE", "Standard", None)]),
    ],
)
def test_shipments_are_told_as_well(done, name, facts):
    columns = ("shipment_id", "origin_country", "destination_country", "service", "promised_date")
    rows = done[name].ledger.read_table("shipments").select(columns).rows()
    assert [(*row[:4], row[4].isoformat() if row[4] else None) for row in rows] == facts


def test_every_number_of_a_parcel_is_a_reference(done):
    def references(name):
        rows = done[name].ledger.read_table("references")
        return set(rows.select("shipment_id", "kind", "reference").rows())

    assert ("QY900800701CN", "last_mile", "KP5544") in references("17track")
    assert ("QY900800701CN", "order", "SO601") in references("17track")
    assert ("KX100200303FR", "last_mile", "LM77") in references("aftership")
    assert ("LP00700700701", "last_mile", "3SKUNO701") in references("cainiao")
    assert {("5001", "tracking", "SFK1"), ("5001", "order", "9001")} <= references("shopify")


@pytest.mark.parametrize("name", ["zendesk", "freshdesk", "gorgias"])
def test_tickets_are_those_read_by_hand(done, name):
    columns = ("ticket_id", "shipment_id", "opened_at", "first_reply_at", "resolved_at", "topic")
    rows = done[name].ledger.read_table("tickets").select(columns).sort("ticket_id").rows()
    told = [tuple(f"{v:%d %H:%M}" if hasattr(v, "hour") else v for v in row) for row in rows]
    assert told == TICKETS[name]


TICKETS = {
    "zendesk": [
        ("71", "SO-1", "03 09:00", "03 10:35", "04 16:00", "Incident"),
        ("72", "SO-2", "03 12:00", None, None, "Question"),
        ("73", "SO-3", "05 08:00", "05 08:12", "05 09:00", "question"),
    ],
    "freshdesk": [
        ("81", "SO-1", "03 08:00", "03 09:30", "03 15:00", "Where is it"),
        ("82", "SO-4", "06 07:15", "06 07:45", "06 20:00", "Damage"),
    ],
    "gorgias": [
        ("91", "SO-1", "03 08:00", "03 08:40", "04 08:00", "WISMO, late"),
        ("92", "SO-5", "04 08:00", None, None, None),
    ],
}
