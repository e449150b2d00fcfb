"""Times of Cargo-IMP: day and month without a year, hours on the clock of the airport.

The year is taken from what surrounds the message, never guessed: a date in its envelope (UNB of an
EDIFACT wrapper, a dated line above it), else the source's `year`, else the date in the file's name.
Under a date, a day must lie between four months before it and one month after it. Without any, the time
is handed on as it stands and refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tallyclerk.ingest.formats.reader import Traits
from tallyclerk.ingest.formats.trade.clocks import offset_in, written
from tallyclerk.ingest.formats.trade.places import country_of_airport, zone_of_airport

BEFORE, AFTER = dt.timedelta(days=120), dt.timedelta(days=31)
_YEARS = range(1971, 2200)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
_NEXT_DAYS = {"P": -1, "N": 1, "S": 2, "T": 3, "": 0}
_UNB = re.compile(r"UNB\+[^'+]*\+[^'+]*\+[^'+]*\+(\d{2}|\d{4})(\d{2})(\d{2}):")
_ISO = re.compile(r"(?<!\d)(?<!\d{3}-)(20\d{2})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)")
_WORDY = re.compile(r"(?<!\d)(\d{1,2})[ -]?([A-Z]{3})[ -]?(20\d{2})(?!\d)", re.IGNORECASE)
_MONTH_OF_NAME = re.compile(r"(?<!\d)(20\d{2})[-_.]?(\d{2})(?!\d)")


@dataclass(frozen=True)
class Span:
    """The days on which a message may have been sent."""

    first: dt.date
    last: dt.date

    def day(self, day: int, month: int) -> dt.date | None:
        """The one date with this day and month that fits; None where there is none."""
        for year in (self.last.year + 1, self.last.year, self.last.year - 1):
            date = _date(year, month, day)
            if date and self.first - BEFORE <= date <= self.last + AFTER:
                return date
        return None


def span_of_line(line: str) -> Span | None:
    """The date in a line of an envelope."""
    wrapped = _UNB.search(line)
    if wrapped:
        year, month, day = (int(part) for part in wrapped.groups())
        return _span(_date(year if year > 100 else 2000 + year, month, day))  # noqa: PLR2004 - two digits
    found = _ISO.search(line)
    if found:
        return _span(_date(*(int(part) for part in found.groups())))
    wordy = _WORDY.search(line)
    if wordy is None or wordy[2].upper() not in _MONTHS:
        return None
    return _span(_date(int(wordy[3]), _MONTHS[wordy[2].upper()], int(wordy[1])))


def span_of_name(name: str) -> Span | None:
    """The date, or the month, in the name of a file."""
    found = _ISO.search(name.replace("_", "-"))
    if found:
        return _span(_date(*(int(part) for part in found.groups())))
    month = _MONTH_OF_NAME.search(name)
    first = _date(int(month[1]), int(month[2]), 1) if month else None
    if first is None:
        return None
    return Span(first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1))


def _span(date: dt.date | None) -> Span | None:
    return Span(date, date) if date else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


@dataclass
class AirClock:
    """How day, month and hour of a message become a time.

    Attributes:
        traits: Takes the remarks.
        zone: Zone of the source, which stands above all others.
        zones: Zones of the source by country, which stand above that of the airport.
        year: Year of the source, for messages whose envelope has no date.
        named: When the file may have been written, by its name.
        span: When the message may have been sent, by its envelope.
    """

    traits: Traits
    zone: str | None
    zones: Mapping[str, str]
    year: int | None
    named: Span | None = None
    span: Span | None = None

    def time(self, day: str, clock: str, airport: str, shift: str = "") -> str:
        """ISO text of a day such as 05MAR and a clock such as 1430; as words where it is unknown.

        Args:
            day: Day and month.
            clock: Hour and minute, or "" where only the day is told.
            airport: Whose clock it is.
            shift: Days to add: P previous, N next, S second, T third, "" none.
        """
        raw = f"{day} {clock[:2]}:{clock[2:]}" if clock else day
        month = _MONTHS.get(day[2:])
        if month is None:
            return raw
        date = self._date(int(day[:2]), month)
        if date is None:
            is_dated = self.year is not None or self.span or self.named
            return f"{raw}, no such day near the message's date" if is_dated else raw
        at = _clocked(date + dt.timedelta(days=_NEXT_DAYS.get(shift, 0)), clock)
        if at is None:
            return raw
        text = written(at, "minute" if clock else "day")
        zone = self.zones.get(country_of_airport(airport) or "") or zone_of_airport(airport)
        if self.zone or zone:
            return text if self.zone else text + offset_in(zone or "UTC", at, self.traits)
        return f"{text} local time, no zone is known for {airport or 'the place'}"

    def _date(self, day: int, month: int) -> dt.date | None:
        """The date of a day and a month, by the best evidence of the year there is."""
        if self.span is None and self.year is not None:
            return _date(self.year, month, day)
        span = self.span or self.named
        return span.day(day, month) if span else None


def _clocked(date: dt.date, clock: str) -> dt.datetime | None:
    try:
        return dt.datetime.combine(date, dt.time(int(clock[:2] or 0), int(clock[2:] or 0)))
    except ValueError:
        return None
