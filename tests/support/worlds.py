"""Random worlds: many shipments, partners of every role, and messages in any order.

Times lie on a coarse grid with a few offsets just off it, so that ties and exact thresholds (30
minutes, 24 hours, 48 hours …) are met often. A world holds many shipments because the engine's
cost is per bucket: one world of a hundred shipments is a hundred examples.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from tallyclerk.domain.milestones import Milestone
from tallyclerk.simulate.emitted import Agreed, Outage, Stamp, TruthSettings

COMMITMENTS = (
    Agreed("fwd", "custody", 36),
    Agreed("fwd", "custody", 12, "CN>DE"),
    Agreed("fwd", "custody", 48, None, dt.date(2026, 3, 28)),
    Agreed("fwd", "export", 12),
    Agreed("fwd", "linehaul", 24),
    Agreed("air", "import", 48, "CN>US"),
    Agreed("air", "injection", 24),
    Agreed("cou", "last_mile", 24),
    Agreed("sup", "dispatch", 24),
)
OUTAGES = (
    Outage("fwd", dt.date(2026, 3, 26), dt.date(2026, 3, 29)),
    Outage("cou", dt.date(2026, 3, 27), dt.date(2026, 3, 27)),
    Outage("cou", dt.date(2026, 4, 9), dt.date(2026, 5, 1)),
)
STAMPS = (
    Stamp("fwd", "recorded", dt.datetime(2026, 3, 26, 22, tzinfo=dt.UTC)),
    Stamp("fwd", "occurred", dt.datetime(2026, 3, 27, 10, tzinfo=dt.UTC)),
    Stamp("cou", "recorded", dt.datetime(2026, 3, 28, 21, 59, tzinfo=dt.UTC)),
    Stamp("odd", "occurred", dt.datetime(2026, 3, 25, 23, tzinfo=dt.UTC)),
)
START = dt.datetime(2026, 3, 25, 22, tzinfo=dt.UTC)
ROLES = {
    "sup": "supplier",
    "fwd": "forwarder",
    "air": "airline",
    "cou": "courier",
    "alt": "courier",
}
PARTNERS = [*ROLES, "odd"]
COUNTRIES = [None, "CN", "DE", "US"]
HOURS = [0, 1, 6, 12, 24, 36, 48, 72, 73, 96, 240, 360, 400, 720, 1100]
MINUTES = [0, 0, 0, 1, 30, 31, -1, -30, -31]
SECONDS = [0, 0, 0, 1, -1]
OUTCOMES = [None, None, None, "cancelled", "delivered", "lost", "returned"]

Row = dict[str, Any]


def world(seed: int, shipments: int = 120) -> dict[str, list[Row]]:
    """The tables of a world."""
    random = Random(seed)  # noqa: S311 nothing secret
    ids = [f"S{number:03d}" for number in range(shipments)]
    told = [_event(random, who) for who in ids for _ in range(random.randrange(12))]
    return {
        "events": told,
        "shipments": [_shipment(random, who) for who in ids if random.random() < 0.8],
        "claims": [_claim(random, who, n) for n, who in enumerate(ids) if random.random() < 0.3],
        "tickets": _tickets(seed, {who: _time(random) for who in ids if random.random() < 0.3}),
        "reviews": [row for who in ids for row in _reviews(seed, who)],
        "notices": [
            {"shipment_id": who, "sent_at": at if number % 9 else None}
            for number, who in enumerate(ids)
            if random.random() < 0.3 and (at := _time(random))
        ],
    }


def settings(seed: int) -> TruthSettings:
    """The settings of a world."""
    random = Random(seed)  # noqa: S311 nothing secret
    late = dt.timedelta(days=random.choice([0, 0, 20, 40]))
    agreed = {"fwd": ("RELEASED", "DEPARTED_ORIGIN"), "cou": ()}
    return TruthSettings(
        as_of=random.choice([None, _time(random) + late]),
        timezone=random.choice(["Europe/Berlin", "Asia/Shanghai"]),
        lane=("origin_country", "destination_country"),
        roles=ROLES,
        must_report=random.choice([{}, agreed]),
        commitments=random.choice([(), COMMITMENTS]),
        outages=random.choice([(), OUTAGES]),
        stamps=random.choice([(), STAMPS]),
    )


def _time(random: Random) -> dt.datetime:
    return START + dt.timedelta(
        hours=random.choice(HOURS), minutes=random.choice(MINUTES), seconds=random.choice(SECONDS)
    )


def _event(random: Random, shipment: str) -> Row:
    return {
        "shipment_id": shipment,
        "milestone": str(random.choice(list(Milestone))),
        "occurred_at": _time(random),
        "recorded_at": random.choice([None, _time(random)]),
        "partner_id": random.choice([None, *PARTNERS]),
        "counterpart_id": random.choice([None, *PARTNERS]),
        "country": random.choice(COUNTRIES),
        "destination": random.choice([None, "10115", "75001"]),
        "reason": random.choice([None, None, "documents"]),
        "pieces": random.choice([None, 1, 2]),
        "weight_grams": random.choice([None, 1000, 1200, 1201, 10_000]),
    }


def _shipment(random: Random, shipment: str) -> Row:
    return {
        "shipment_id": shipment,
        "supplier_id": random.choice([None, "sup"]),
        "forwarder_id": random.choice([None, "fwd", "air"]),
        "courier_id": random.choice([None, "cou", "alt"]),
        "origin_country": random.choice(COUNTRIES),
        "destination_country": random.choice(COUNTRIES),
        "destination_timezone": random.choice([None, None, "America/Los_Angeles"]),
        "handover_due_at": random.choice([None, _time(random)]),
        "promised_at": random.choice([None, _time(random)]),
        "promised_date": random.choice([None, _time(random).date()]),
        "outcome": random.choice(OUTCOMES),
    }


def _tickets(seed: int, opened: dict[str, dt.datetime]) -> list[Row]:
    """A ticket for each shipment asked about: some told again, without a time or a number, or two."""
    random = Random(f"tickets of {seed}")  # noqa: S311 nothing secret
    told: list[Row] = []
    for who, at in opened.items():
        own = {"ticket_id": f"T{who}", "shipment_id": who, "opened_at": at}
        own["resolved_at"] = random.choice([None, _time(random), _time(random)])
        told.append(own)
        if random.random() < 0.3:
            told.append({**own, "resolved_at": random.choice([None, _time(random)])})
        if random.random() < 0.3:
            number = random.choice([None, f"U{who}"])
            other = random.choice([None, _time(random), _time(random)])
            told.append({**own, "ticket_id": number, "opened_at": other})
    return told


def _reviews(seed: int, shipment: str) -> list[Row]:
    """Mostly none; some without a time or a score, some of several that say different things."""
    random = Random(f"reviews of {shipment} of {seed}")  # noqa: S311 nothing secret
    times = [None, _time(random), _time(random)]
    marks = [
        (None, None),
        (1.0, 5.0),
        (2.0, 5.0),
        (2.1, 5.0),
        (4.0, 10.0),
        (41.0, 100.0),
        (5.0, 5.0),
    ]
    return [
        {"shipment_id": shipment, "score": score, "scale_max": best, "given_at": at}
        for _ in range(random.choice([0, 0, 1, 1, 2, 3]))
        for score, best in [random.choice(marks)]
        for at in [random.choice(times)]
    ]


def _claim(random: Random, shipment: str, number: int) -> Row:
    return {
        "claim_id": f"C{number}",
        "shipment_id": shipment,
        "kind": random.choice(["loss", "damage", "other"]),
        "status": random.choice(["open", "accepted", "rejected", "paid"]),
        "filed_at": random.choice([None, _time(random)]),
        "partner_id": random.choice([None, "fwd", "cou"]),
    }
