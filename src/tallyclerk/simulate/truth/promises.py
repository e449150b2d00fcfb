"""When a promise falls due, to the instant.

A country's only zone is read from `zone.tab` of the tzdata package: a country has an only zone when
exactly one zone is listed for it there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from tallyclerk.simulate.truth.records import Event, Shipment


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised of a shipment.

    Attributes:
        due: The instant by which it must be there; for a date the midnight that ends the day.
        at: Promised time, itself still on time.
        date: Promised day.
        date_end: First instant that is too late for the day.
    """

    due: dt.datetime
    at: dt.datetime | None
    date: dt.date | None
    date_end: dt.datetime | None

    def is_kept_by(self, delivered: Event) -> bool:
        """Whether this delivery is on time, by the stricter where both were promised."""
        if self.at is not None and delivered.at > self.at:
            return False
        if self.date is not None and delivered.day is not None:
            return delivered.day <= self.date
        return self.date_end is None or delivered.at < self.date_end


def promise_of(shipment: Shipment, timezone: str) -> Promise | None:
    """The promise of a shipment, None where nothing was promised."""
    at, date = shipment.row.get("promised_at"), shipment.row.get("promised_date")
    end = None if date is None else _end_of(date, _zone_of(shipment, timezone))
    dues = [due for due in (at, end) if due is not None]
    return Promise(min(dues), at, date, end) if dues else None


def _zone_of(shipment: Shipment, timezone: str) -> ZoneInfo:
    """The stated zone of the destination, else its country's only one, else the run's."""
    stated = shipment.row.get("destination_timezone")
    if stated in available_zones():
        return ZoneInfo(stated)
    country = shipment.row.get("destination_country") or ""
    return ZoneInfo(only_zones().get(country, timezone))


def _end_of(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Start of the next local day; `fold=0` shifts a missing midnight forward by the gap."""
    midnight = dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), zone)
    return midnight.astimezone(dt.UTC)


@cache
def available_zones() -> frozenset[str]:
    """Names of the zones that are known."""
    return frozenset(available_timezones())


@cache
def only_zones() -> dict[str, str]:
    """Country to its zone, for the countries that have only one."""
    zones: dict[str, list[str]] = defaultdict(list)
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country].append(zone)
    return {country: names[0] for country, names in zones.items() if len(names) == 1}
