"""What several feeds of the same journeys are worth, and where they tell the same facts twice."""

from __future__ import annotations

import datetime as dt

import pytest

from tallyclerk.ingest.feeds import Feed, feeds_of
from tallyclerk.store import Ledger

COLUMNS = {"shipment_id": "id", "status": "status", "occurred_at": "time"}
START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
END = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def export(rows, head="id,status,time,partner_id,recorded_at"):
    return head + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def at(hours):
    return f"{START + dt.timedelta(hours=hours):%Y-%m-%d %H:%M}"


def feeds(workshop, **rows):
    for name, own in rows.items():
        workshop.write(f"{name}.csv", export(own))
    sources = {name: {"path": f"{name}.csv", "columns": COLUMNS} for name in rows}
    report, ledger = workshop.ingest(**sources)
    return report, {feed.source: feed for feed in feeds_of(ledger, "key", END)}


def test_a_feed_is_worth_what_nobody_else_tells(workshop):
    own = [
        ("S1", "ACCEPTED", at(0), "cou", at(5)),
        ("S1", "AT_DEPOT", at(50), "cou", at(51)),
        ("S1", "DELIVERED", at(100), "cou", at(100)),
    ]
    hub = [
        ("S1", "ACCEPTED", at(0), "cou", at(1)),  # the same scan, told earlier
        ("S1", "DELIVERED", at(100), "cou", at(130)),
        ("S1", "DELIVERED", at(100), "cou", at(131)),  # told twice within the feed
    ]
    _, found = feeds(workshop, own=own, hub=hub)
    # Without the depot scan the silence of 100 hours is 52 over the limit, with it 2 of one gap.
    assert found["own"] == Feed(
        source="own",
        events=3,
        milestones=3,
        first=2,
        alone=1,
        blackouts=0,
        blackout_minutes=(52 - 2 - 2) * 60,
    )
    assert found["hub"] == Feed(
        source="hub", events=3, milestones=2, first=1, alone=0, blackouts=0, blackout_minutes=0
    )


def test_a_blackout_that_only_one_feed_prevents_is_its_merit(workshop):
    own = [("S1", "ACCEPTED", at(0), "cou", ""), ("S1", "DELIVERED", at(90), "cou", "")]
    eye = [("S1", "IN_TRANSIT", at(45), "cou", ""), ("S2", "IN_TRANSIT", at(45), "cou", "")]
    _, found = feeds(workshop, own=own, eye=eye)
    assert (found["eye"].blackouts, found["eye"].blackout_minutes) == (1, 42 * 60)
    assert (found["own"].blackouts, found["own"].blackout_minutes) == (0, 0)


def many(hours=0, partner="cou"):
    return [
        (f"S{n}", status, at(24 * n + step + hours), partner, "")
        for n in range(10)
        for status, step in (("ACCEPTED", 0), ("OUT_FOR_DELIVERY", 7), ("DELIVERED", 9))
    ]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (many(), None),
        (many(hours=7), "30 of the 30 milestones that both tell are 7 h apart"),
        (many(partner="Courier X"), "under two partner names: 'cou' and 'Courier X'"),
        (many(hours=7.3), None),
    ],
)
def test_the_same_facts_told_twice_are_found_where_clock_or_name_hides_them(workshop, other, words):
    report, _ = feeds(workshop, a=many(), b=other)
    found = [f.what for f in report.findings if f.kind == "twice"]
    assert len(found) == bool(words)
    if words:
        assert words in found[0]
    duplicates = {s.source: s.duplicates for s in report.sources}
    assert duplicates["b"] == (30 if other == many() else 0)


def test_what_is_kept_of_feeds_is_read_again(workshop):
    _, found = feeds(workshop, a=many(), b=many(hours=7))
    again = feeds_of(Ledger.open(workshop.base / ".tallyclerk"), "key", END)
    assert {feed.source: feed for feed in again} == found
