"""AT7 of X12: date, time and time code (element 623)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tallyclerk.config.models import Source
from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.trade.clocks import moment, offset, offset_in, written
from tallyclerk.ingest.formats.trade.places import zone_of_state

_REGIONS = {
    "E": ("America/New_York", -5),
    "C": ("America/Chicago", -6),
    "M": ("America/Denver", -7),
    "P": ("America/Los_Angeles", -8),
    "A": ("America/Anchorage", -9),
    "T": ("America/Halifax", -4),
    "N": ("America/St_Johns", -3.5),
    "H": ("Pacific/Honolulu", -10),
}
_UTC = {"UT", "GM"}
_LOCAL = {"", "LT"}
_EAST, _WEST = range(1, 13), range(13, 25)


@dataclass(frozen=True)
class Clock:
    """A date (CCYYMMDD or YYMMDD), a time (HHMM or HHMMSS) and the code of its zone."""

    date: str
    time: str
    code: str


def x12_time(clock: Clock, place: Mapping[str, str], source: Source, traits: Traits) -> str:
    """The time as ISO text, with its offset where code, source or place prove one.

    A local time of a place whose zone nobody knows is given back as words, so that it is refused.

    Args:
        clock: What the segment says.
        place: `state` and `country` of the place.
        source: Says the zones of local times: for all, or by country.
        traits: Takes the remarks.
    """
    date = f"20{clock.date}" if len(clock.date) == len("YYMMDD") else clock.date
    at = moment(date, clock.time)
    if at is None:
        return " ".join(part for part in (clock.date, clock.time) if part)
    precision = (
        "day" if not clock.time else "minute" if len(clock.time) == len("HHMM") else "second"
    )
    text, code = written(at, precision), clock.code.upper()
    if code in _LOCAL:
        country = place.get("country", "")
        own = source.timezones.get(country) or zone_of_state(country, place.get("state", ""))
        if source.timezone or own is None:
            is_known = source.timezone is not None
            return text if is_known else f"{text} local time, no zone is known for the place"
        return text + offset_in(own, at, traits)
    return text + (_offset(code, at, traits) or f" {code}")


def _offset(code: str, at: dt.datetime, traits: Traits) -> str:
    """The offset that a time code means; "" for a code that is none."""
    if code in _UTC:
        return "Z"
    if code.isdecimal():
        hours = int(code)
        shift = hours if hours in _EAST else hours - 25 if hours in _WEST else None
        return "" if shift is None else offset(shift * 60)
    region = _REGIONS.get(code[:1])
    if region and code[1:] == "T":
        return offset_in(region[0], at, traits)
    if region and code[1:] in {"S", "D"}:
        return offset(round((region[1] + (code[1] == "D")) * 60))
    return ""
