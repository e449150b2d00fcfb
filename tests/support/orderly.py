"""Random journeys whose messages are true and in order, and some of them missing.

Unlike `tests.support.worlds`, nobody contradicts anybody here: what a partner leaves out is the only
thing that is wrong with its messages. Every shipment can be told again without one of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from tallyclerk.domain.milestones import Milestone

START = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)
AS_OF = START + dt.timedelta(days=80)
ROLES = {
    "sup": "supplier",
    "fwd": "forwarder",
    "hub": "forwarder",
    "cou": "courier",
    "van": "courier",
}
OWED: dict[str, tuple[Milestone, ...]] = {
    "sup": (Milestone.LABEL_CREATED, Milestone.READY_FOR_COLLECTION, Milestone.RELEASED),
    "fwd": (
        Milestone.ACCEPTED,
        Milestone.DEPARTED_ORIGIN,
        Milestone.ARRIVED_DESTINATION,
        Milestone.IMPORT_CUSTOMS_CLEARED,
        Milestone.RELEASED,
    ),
    "hub": (Milestone.ACCEPTED, Milestone.RELEASED),
    "cou": (Milestone.ACCEPTED, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED),
    "van": (Milestone.ACCEPTED, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED),
}
GAPS = (1, 2, 5, 10, 20, 26, 30, 50, 60, 90)
FORWARDER = (
    Milestone.ACCEPTED,
    Milestone.ORIGIN_HUB,
    Milestone.DEPARTED_ORIGIN,
    Milestone.ARRIVED_DESTINATION,
)
COURIER = (Milestone.ACCEPTED, Milestone.AT_DEPOT, Milestone.OUT_FOR_DELIVERY)
Row = dict[str, Any]


def journey(random: Random, shipment: str) -> tuple[Row, list[Row]]:
    """A shipment and its messages: supplier, often a forwarder, sometimes a hub, a courier."""
    forwarder = random.choice(["fwd", "fwd", None])
    hub = random.choice(["hub", None, None]) if forwarder else None
    courier = random.choice(["cou", "van"])
    steps = [
        ("sup", Milestone.LABEL_CREATED),
        ("sup", Milestone.READY_FOR_COLLECTION),
        ("sup", Milestone.RELEASED),
    ]
    if forwarder:
        steps += [(forwarder, milestone) for milestone in FORWARDER]
        steps += [(forwarder, Milestone.IMPORT_CUSTOMS_HELD)] if random.random() < 0.2 else []
        steps += [(forwarder, Milestone.IMPORT_CUSTOMS_CLEARED), (forwarder, Milestone.RELEASED)]
    steps += (
        [(hub, Milestone.ACCEPTED), (hub, Milestone.TRANSIT_HUB), (hub, Milestone.RELEASED)]
        if hub
        else []
    )
    steps += [(courier, milestone) for milestone in COURIER]
    steps += [(courier, Milestone.DELIVERY_ATTEMPT_FAILED)] if random.random() < 0.2 else []
    end = random.choice(
        [*[Milestone.DELIVERED] * 8, Milestone.LOST, Milestone.RETURNED, Milestone.CANCELLED]
    )
    steps += [(courier, end)]
    reached = len(steps) if random.random() < 0.7 else random.randrange(1, len(steps))
    holders = [who for who in ("sup", forwarder, hub, courier) if who]
    at, told = START + dt.timedelta(hours=random.randrange(0, 600)), []
    for who, milestone in steps[:reached]:
        at += dt.timedelta(hours=random.choice(GAPS), minutes=random.choice([0, 0, 7]))
        receiver = holders[min(holders.index(who) + 1, len(holders) - 1)]
        is_home = who == "sup" or (who == "fwd" and milestone in FORWARDER[:3])
        is_named = milestone == Milestone.RELEASED and random.random() < 0.5
        if at <= AS_OF and random.random() < 0.85:
            told.append(
                {
                    "shipment_id": shipment,
                    "milestone": str(milestone),
                    "occurred_at": at,
                    "partner_id": who,
                    "counterpart_id": receiver if is_named else None,
                    "country": random.choice([None, "CN" if is_home else "DE"]),
                    "pieces": random.choice([None, 1, 1, 1, 2]),
                }
            )
    is_there = reached == len(steps) and end == Milestone.DELIVERED and at <= AS_OF
    due = START + dt.timedelta(hours=random.randrange(100, 1200))
    row = {
        "shipment_id": shipment,
        "supplier_id": "sup",
        "forwarder_id": forwarder if random.random() < 0.8 else None,
        "courier_id": courier if random.random() < 0.8 else None,
        "origin_country": "CN",
        "destination_country": "DE",
        "batch_id": f"B{random.randrange(24):02d}",
        "handover_due_at": random.choice([None, due - dt.timedelta(hours=90)]),
        "promised_at": random.choice([None, due, due]),
        "outcome": "delivered" if is_there and random.random() < 0.6 else None,
    }
    return row, told


def silences(told: list[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    """Each owed message that is there: who sent it, what it was, and all the other messages."""
    for place, row in enumerate(told):
        who, milestone = row["partner_id"], row["milestone"]
        if milestone in OWED[who]:
            yield who, milestone, told[:place] + told[place + 1 :]
