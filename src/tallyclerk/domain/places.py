"""Zones and those of countries, as the time zone database has them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Every zone; finding them reads a folder, so that one search has to do."""
    return frozenset(available_timezones())


@cache
def zones_of_countries() -> dict[str, tuple[str, ...]]:
    """The zones of each country (IANA `zone.tab`), by ISO 3166 alpha-2 code."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    zones: dict[str, list[str]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return {country: tuple(found) for country, found in sorted(zones.items())}


@cache
def only_zones() -> dict[str, str]:
    """The zone of each country that has only one."""
    return {name: zones[0] for name, zones in zones_of_countries().items() if len(zones) == 1}
