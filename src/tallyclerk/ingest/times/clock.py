"""What a source's clock shows: its zones, and what is known to be wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import polars as pl

from tallyclerk.domain.places import known_zones
from tallyclerk.errors import InputError
from tallyclerk.ingest.privacy import mask
from tallyclerk.ingest.times.zones import to_utc

SOURCE_ZONE = "source zone"
"""Origin of a local time without an offset."""
STATED_OFFSET = "explicit offset"
"""Origin of a time that states its offset to UTC, in its own cell or in another one of its row."""
_OFFSET = re.compile(r"^(?:UTC|GMT)?\s*([+-])(\d{1,2}(?=:|$)|\d{2}):?([0-5]\d)?$")
_HOURS = re.compile(r"^([+-]?)(\d{1,2})(?:\.(0|25|5|50|75))?$")
_FARTHEST = dt.timedelta(hours=14)
OFFSET_IGNORED = "source zone, offset ignored"
"""Origin of a local time whose offset (or Z) the source says not to believe."""
NO_ZONE = "no zone"
"""Origin of a local time that nobody knows the zone of, among times that carry their offset."""
CLOCK_CHANGE = "clock change"
"""Ends the origin of a local time that a clock change gave twice or skipped."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What is known to be wrong with a clock.

    Attributes:
        zones: Zones by country, for rows that say where they are; others are in the source's zone.
        ignores_offset: Whether offsets are not believed: what is stated is the local time.
        shift: Added to every time of day: what the clock is wrong by.
        year: Of times that state none; None: they are refused.
        states_zones: Whether a column of the rows says in which zone their times are.
        tells_offsets: Whether every time should carry its offset: one without is bad by itself.
    """

    zones: Mapping[str, str] = field(default_factory=dict)
    ignores_offset: bool = False
    shift: dt.timedelta = dt.timedelta()
    year: int | None = None
    states_zones: bool = False
    tells_offsets: bool = False


def stated_zone(word: str) -> str | dt.timedelta | None:
    """The zone or the offset that a word means: Europe/Berlin, UTC, +08:00, GMT+8, 5.5; else nothing."""
    text = word.strip().upper()
    hours_alone = _HOURS.match(text)
    if hours_alone:
        size = dt.timedelta(hours=float(f"{hours_alone[2]}.{hours_alone[3] or 0}"))
        return (-size if hours_alone[1] == "-" else size) if size <= _FARTHEST else None
    offset = _OFFSET.match(text)
    if offset and offset[2]:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        size = dt.timedelta(hours=hours, minutes=minutes)
        return (-size if offset[1] == "-" else size) if size <= _FARTHEST else None
    return "UTC" if text in {"UTC", "GMT", "Z"} else _zones().get(text)


@cache
def _zones() -> dict[str, str]:
    """Every zone that is named after a place, by its name in upper case."""
    return {name.upper(): name for name in known_zones() if "/" in name}


BELIEVED = Clock()
"""A clock with which nothing is known to be wrong."""


class InZones(NamedTuple):
    """Local times taken to UTC.

    Attributes:
        parsed: Rows of `tallyclerk.ingest.times.parsing.PARSED`.
        odd: Places of the times that a clock change gave twice or skipped.
        skipped: Places of those that it skipped.
    """

    parsed: pl.DataFrame
    odd: Sequence[pl.Series] = ()
    skipped: Sequence[pl.Series] = ()


class UnknownZoneError(Exception):
    """Local times in no known zone."""

    def __init__(self, country: str | None) -> None:
        """The country where they were stated, or the word for their zone; None: the row has none."""
        super().__init__(country)
        self._country = country

    def of_column(self, name: str) -> InputError:
        """The message about a column."""
        if self._country:
            word = mask(self._country)
            what = f"times in column {name!r} at {word} have no offset and no zone"
            how = f'add {word} = "Area/City" to timezones, or a timezone for all others'
            return InputError(what, how=how)
        return InputError(
            f"times in column {name!r} have no offset, and the source has no zone",
            how='add timezone = "Area/City" to the source',
        )


def in_zones(
    parsed: pl.DataFrame,
    zone: str | None,
    clock: Clock,
    countries: pl.Series | None,
) -> InZones:
    """Local times taken to UTC.

    Args:
        parsed: Rows of `tallyclerk.ingest.times.parsing.PARSED`; those with a local time and no
            UTC are taken there.
        zone: Of rows whose country has none.
        clock: With the zones by country.
        countries: Of each row.

    Raises:
        UnknownZoneError: There is no zone for some of them.
    """
    if parsed["at"].null_count() == parsed["local"].null_count():
        return InZones(parsed)
    is_local = parsed["at"].is_null() & parsed["local"].is_not_null()
    at, origin = parsed["at"], parsed["origin"]
    odd: list[pl.Series] = []
    skipped: list[pl.Series] = []
    for places, chosen in _by_zone(is_local, zone, clock, countries):
        if isinstance(chosen, UnknownZoneError):
            if not clock.tells_offsets:
                raise chosen
            origin = origin.scatter(places, NO_ZONE)
            continue
        if isinstance(chosen, dt.timedelta):
            utc = (parsed["local"].gather(places) - chosen).dt.replace_time_zone("UTC")
            at, origin = at.scatter(places, utc), origin.scatter(places, STATED_OFFSET)
            continue
        local = parsed["local"]
        is_all = len(places) == len(local)
        found = to_utc(local if is_all else local.gather(places), chosen)
        at = found.at if is_all else at.scatter(places, found.at)
        if len(found.odd):
            odd.append(places.gather(found.odd))
            skipped.append(places.gather(found.skipped))
            origin = origin.scatter(odd[-1], origin.gather(odd[-1]) + f", {CLOCK_CHANGE}")
    return InZones(parsed.with_columns(at.alias("at"), origin.alias("origin")), odd, skipped)


def _by_zone(
    is_local: pl.Series, zone: str | None, clock: Clock, countries: pl.Series | None
) -> Iterator[tuple[pl.Series, str | dt.timedelta | UnknownZoneError]]:
    """Places of the local times of each zone (or offset), or why there is none."""
    if countries is None:
        yield is_local.arg_true(), zone or UnknownZoneError(None)
        return
    rows = pl.DataFrame({"country": countries.fill_null("").str.to_uppercase()}).with_row_index()
    found: str | dt.timedelta | None
    for (country,), places in rows.filter(is_local).group_by("country", maintain_order=True):
        word = str(country)
        found = clock.zones.get(word)
        if found is None:
            found = stated_zone(word) if word and clock.states_zones else zone
        yield places["index"], UnknownZoneError(word or None) if found is None else found


def shifted(parsed: pl.DataFrame, shift: dt.timedelta) -> pl.DataFrame:
    """Times of day moved by what the clock is wrong by, and marked; a date stays a date."""
    if not shift:
        return parsed
    is_moved = pl.col("precision") != "day"
    note = f", shifted {shift / dt.timedelta(hours=1):+g} h"
    moved = [
        pl.when(is_moved).then(pl.col(name) + shift).otherwise(name).alias(name)
        for name in ("at", "local")
    ]
    origin = pl.when(is_moved).then(pl.col("origin") + note).otherwise("origin")
    return parsed.with_columns(*moved, origin=origin)
