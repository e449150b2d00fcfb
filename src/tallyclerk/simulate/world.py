"""Where and when: lanes and who serves them, working days, holidays and seasons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

TIMEZONE: Final = "Europe/Berlin"
LANE: Final = ("origin_country", "destination_country")
FIRST_DAY: Final = dt.date(2025, 10, 1)
LAST_DAY: Final = dt.date(2026, 10, 31)
MONTHS: Final = 13
SATURDAY: Final = 5
SUNDAY: Final = 6
TRIAL_DAY: Final = dt.date(2026, 8, 1)


@dataclass(frozen=True)
class Lane:
    """One lane: its share of the volume, who serves it in twentieths, and what was promised."""

    origin: str
    destination: str
    weight: int
    suppliers: tuple[tuple[str, int], ...]
    forwarders: tuple[tuple[str, int], ...]
    couriers: tuple[tuple[str, int], ...]
    haul: int
    """Median minutes in the air or on the road, 0 on a domestic lane."""
    promise_days: int
    via: str | None = None
    zones: tuple[str, ...] = (TIMEZONE,)
    airline: str | None = None


_CN = (("hengda", 13), ("brightway", 7))
_DE = (("alpenpaket", 12), ("rheinkurier", 8))
_AMERICA = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")

LANES: Final = (
    Lane("CN", "DE", 24, _CN, (("nordlog", 7), ("acme", 8), ("translink", 5)), _DE, 860, 11),
    Lane(
        "CN",
        "FR",
        12,
        _CN,
        (("nordlog", 9), ("acme", 11)),
        (("hexagone", 20),),
        980,
        11,
        "LGG",
        ("Europe/Paris",),
    ),
    Lane(
        "CN",
        "US",
        12,
        _CN,
        (("nordlog", 10), ("translink", 10)),
        (("starline", 20),),
        1_080,
        11,
        "ANC",
        _AMERICA,
    ),
    Lane(
        "CN",
        "PL",
        6,
        _CN,
        (("acme", 12), ("translink", 8)),
        (("szybka", 20),),
        900,
        12,
        None,
        ("Europe/Warsaw",),
    ),
    Lane("IN", "DE", 8, (("saraswati", 20),), (("nordlog", 10), ("translink", 10)), _DE, 620, 11),
    Lane(
        "IN",
        "GB",
        7,
        (("saraswati", 20),),
        (("acme", 9), ("translink", 11)),
        (("royalmile", 20),),
        760,
        11,
        "DXB",
        ("Europe/London",),
    ),
    Lane("TR", "DE", 9, (("anadolu", 20),), (("acme", 10), ("translink", 10)), _DE, 3_700, 12),
    Lane(
        "TR",
        "FR",
        5,
        (("anadolu", 20),),
        (("nordlog", 12), ("acme", 8)),
        (("hexagone", 20),),
        4_300,
        13,
        None,
        ("Europe/Paris",),
    ),
    Lane(
        "VN",
        "US",
        6,
        (("saigon", 20),),
        (("acme", 20),),
        (("starline", 20),),
        1_200,
        13,
        None,
        _AMERICA,
        "skybridge",
    ),
    Lane("VN", "DE", 3, (("saigon", 20),), (("nordlog", 20),), _DE, 1_000, 11),
    Lane("DE", "DE", 8, (("bergmann", 20),), (), _DE, 0, 5),
)

OFFSETS: Final = {
    "CN": 8,
    "IN": 5.5,
    "TR": 3,
    "VN": 7,
    "DE": 1,
    "FR": 1,
    "US": -6,
    "PL": 1,
    "GB": 0,
}
"""Hours ahead of UTC by which a country's working day is laid out (winter time all year)."""

CLOSED: Final = {
    "CN": (
        (dt.date(2025, 10, 1), dt.date(2025, 10, 8)),
        (dt.date(2026, 2, 12), dt.date(2026, 2, 25)),
        (dt.date(2026, 5, 1), dt.date(2026, 5, 4)),
        (dt.date(2026, 10, 1), dt.date(2026, 10, 7)),
    ),
    "VN": ((dt.date(2026, 2, 13), dt.date(2026, 2, 23)),),
    "TR": (
        (dt.date(2026, 3, 20), dt.date(2026, 3, 23)),
        (dt.date(2026, 5, 27), dt.date(2026, 5, 31)),
    ),
    "IN": ((dt.date(2025, 10, 20), dt.date(2025, 10, 23)),),
    "DE": (
        (dt.date(2025, 12, 25), dt.date(2025, 12, 28)),
        (dt.date(2026, 4, 3), dt.date(2026, 4, 7)),
    ),
    "US": (
        (dt.date(2025, 11, 27), dt.date(2025, 11, 28)),
        (dt.date(2025, 12, 25), dt.date(2025, 12, 26)),
    ),
}
"""Days on which nothing is handed over or delivered: first day, day of reopening."""


def demand(day: dt.date) -> int:
    """How much is ordered on a day: weekends are slow, November and December are the peak."""
    level = 100
    if dt.date(2025, 11, 10) <= day < dt.date(2025, 12, 19):
        level = 190
    if dt.date(2025, 11, 27) <= day < dt.date(2025, 12, 2):
        level = 320
    if day.month in (7, 8):
        level = 85
    if dt.date(2026, 2, 10) <= day < dt.date(2026, 2, 25):
        level = 60
    return level * (70 if day.weekday() == SATURDAY else 60 if day.weekday() == SUNDAY else 110)


def congestion(day: dt.date) -> int:
    """Handling times of shipments ordered on a day, in percent of the usual."""
    if dt.date(2025, 11, 17) <= day < dt.date(2025, 12, 22):
        return 135
    return 115 if dt.date(2026, 2, 2) <= day < dt.date(2026, 3, 2) else 100
