"""Months as numbers (202610) and periods as labels ("2026-08..2026-10")."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


def month_name(month: int) -> str:
    """202610 as "2026-10"."""
    return f"{month // 100:04d}-{month % 100:02d}"


def month_of(name: str) -> int:
    """The number of a month that is named, of "2026-10" 202610."""
    return int(name.replace("-", ""))


def last_day_of(month: int) -> dt.date:
    """The last day of a month."""
    year, number = divmod(month, 100)
    return dt.date(year, number, calendar.monthrange(year, number)[1])


def shifted(month: int, by: int) -> int:
    """The month so many months later (or earlier)."""
    year, place = divmod(month // 100 * 12 + month % 100 - 1 + by, 12)
    return year * 100 + place + 1


@dataclass(frozen=True)
class Period:
    """Months from first to last, both included."""

    first: int
    last: int

    @classmethod
    def of(cls, label: str) -> Period:
        """The period that a label names: "2026-10", "2026-08..2026-10"."""
        first, _, last = label.partition("..")
        return cls(month_of(first), month_of(last or first))

    @property
    def months(self) -> tuple[int, ...]:
        """Each of its months."""
        return tuple(shifted(self.first, by) for by in range(self.length))

    @property
    def label(self) -> str:
        """The period as results print it."""
        ends = (month_name(self.first), month_name(self.last))
        return ends[0] if self.first == self.last else "..".join(ends)

    @property
    def last_day(self) -> dt.date:
        """Its last day."""
        return last_day_of(self.last)

    @property
    def length(self) -> int:
        """How many months it has."""
        years = self.last // 100 - self.first // 100
        return years * 12 + self.last % 100 - self.first % 100 + 1

    @property
    def before(self) -> Period:
        """The period of equal length that ends where this one begins."""
        return self.earlier(self.length)

    @property
    def year_before(self) -> Period:
        """The same months a year earlier."""
        return self.earlier(12)

    def earlier(self, months: int) -> Period:
        """The period so many months earlier."""
        return Period(shifted(self.first, -months), shifted(self.last, -months))

    def back_to(self, months: int) -> Period:
        """The period of so many months that ends with this one."""
        return Period(shifted(self.last, 1 - months), self.last)


def last_complete_month(at: dt.datetime, timezone: str) -> Period:
    """The last calendar month of a timezone that was over at an instant, be it its last one."""
    local = (at + dt.timedelta(microseconds=1)).astimezone(ZoneInfo(timezone))
    month = shifted(local.year * 100 + local.month, -1)
    return Period(month, month)
