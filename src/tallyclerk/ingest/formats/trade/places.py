"""The time zones of airports, offices of exchange, states and countries, where the code proves one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo

import airportsdata

from tallyclerk.domain.places import zones_of_countries

AMERICAN_STATES = {
    "America/New_York": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL LA MN MO MS OK WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV WA",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
    "America/Winnipeg": "MB",
    "America/Edmonton": "AB",
    "America/Halifax": "NB NS PE",
}
"""States and provinces by the one zone in which all of their business runs.

Those that are cut by a zone line (FL, ID, IN, KS, KY, MI, ND, NE, OR, SD, TN, TX, BC, ON, QC, SK, NL)
are not here; AZ, NV, CO and AB are, for the line touches only reservations and border towns.
"""
_PROBES = tuple(
    dt.datetime(year, month, 15, 12, tzinfo=dt.UTC)
    for year in (1995, 2015, 2025)
    for month in (1, 7)
)


@cache
def _airports() -> Mapping[str, tuple[str, str]]:
    """Country and zone by IATA code, cities of several airports included where those agree."""
    found = {
        code: (airport["country"], airport["tz"])
        for code, airport in airportsdata.load("IATA").items()
        if airport["tz"]
    }
    for code, city in airportsdata.load_iata_macs().items():
        zones = {airport["tz"] for airport in city["airports"].values()}
        if len(zones) == 1 and code not in found:
            found[code] = (city["country"], zones.pop())
    return found


@cache
def _countries() -> Mapping[str, str]:
    """The zone of each country whose zones all show the same time."""
    return {
        country: names[0]
        for country, names in zones_of_countries().items()
        if len({tuple(at.astimezone(ZoneInfo(z)).utcoffset() for at in _PROBES) for z in names})
        == 1
    }


@cache
def zone_of_airport(code: str) -> str | None:
    """The zone of an airport or city by its IATA code."""
    found = _airports().get(code)
    return found[1] if found else None


@cache
def country_of_airport(code: str) -> str | None:
    """The country of an airport or city by its IATA code."""
    found = _airports().get(code)
    return found[0] if found else None


@cache
def zone_of_office(code: str) -> str | None:
    """The zone of a postal centre (CNBJSA) or a UN/LOCODE (CNBJS): country, then place.

    The place is that of an airport or city of the same country; else the country must have one time.
    """
    country, place = code[:2], code[2:5]
    airport = _airports().get(place)
    if airport and airport[0] == country:
        return airport[1]
    return _countries().get(country)


@cache
def zone_of_state(country: str, state: str) -> str | None:
    """The zone of an American state or Canadian province, or of a country with one time."""
    if country in {"", "US", "USA", "CA", "CAN"}:
        return next(
            (zone for zone, all_of in AMERICAN_STATES.items() if state in all_of.split()), None
        )
    return _countries().get(country)
