"""Times of messages as ISO texts: with an offset where it is known, without one where it is not.

A time that cannot be read is handed on as it stands, so that it is refused as a cell and shown.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from tallyclerk.ingest.formats.reader import Traits

_OFFSET = re.compile(r"\d(?:Z|[+-]\d\d:?\d\d)$")


def moment(date: str, clock: str) -> dt.datetime | None:
    """A local time of YYYYMMDD and HHMM, HHMMSS or "" (the start of the day).

    24:00 is the start of the next day.

    Returns:
        The time, or None where there is no such day or hour.
    """
    clock = clock[:6]
    if not (date + clock).isdecimal() or len(date) != len("YYYYMMDD") or len(clock) % 2:
        return None
    year, month, day = int(date[:4]), int(date[4:6]), int(date[6:])
    hour, minute, second = int(clock[:2] or 0), int(clock[2:4] or 0), int(clock[4:] or 0)
    is_midnight = (hour, minute, second) == (24, 0, 0)
    try:
        at = dt.datetime(year, month, day, 0 if is_midnight else hour, minute, second)  # noqa: DTZ001 - a local time
        return at + dt.timedelta(days=1) if is_midnight else at
    except (ValueError, OverflowError):
        return None


def written(at: dt.datetime, precision: str = "minute") -> str:
    """A time as ISO text, as precise as it was told."""
    if precision == "day":
        return at.date().isoformat()
    return at.isoformat(" ", "seconds" if precision == "second" else "minutes")


def has_offset(text: str) -> bool:
    """Whether a time says its offset from UTC."""
    return _OFFSET.search(text) is not None


def offset(minutes: int) -> str:
    """An offset from UTC as ±hh:mm."""
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def offset_in(zone: str, at: dt.datetime, traits: Traits) -> str:
    """The offset of a zone at a local time, as ±hh:mm.

    An hour that a clock change gives twice is taken as the first, one that it skips is moved
    forward; both are noted.
    """
    info = ZoneInfo(zone)
    first, second = (at.replace(tzinfo=info, fold=fold).utcoffset() for fold in (0, 1))
    if first != second:
        traits.note("local times that a clock change gives twice or skips; taken as before it")
    return offset(int((first or dt.timedelta()).total_seconds() // 60))
