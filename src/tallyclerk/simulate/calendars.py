"""Working days and opening hours, as tables that a whole column can look up.

Times are whole seconds since 1970 in UTC. A country's working day is laid out on its winter offset;
an hour more or less in summer does not matter to a simulated shift.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

import polars as pl

from tallyclerk.simulate.draws import below, lookup
from tallyclerk.simulate.world import (
    CLOSED,
    FIRST_DAY,
    LANES,
    LAST_DAY,
    OFFSETS,
    SATURDAY,
    SUNDAY,
)

DAY: Final = 86_400
HOUR: Final = 3_600
EPOCH: Final = dt.date(1970, 1, 1)
FIRST: Final = (FIRST_DAY - EPOCH).days
HORIZON: Final = ((LAST_DAY - EPOCH).days + 1) * DAY - 2 * HOUR
"""The exports stop here: nothing that happens or is recorded later is in them."""

_SPAN: Final = (LAST_DAY - FIRST_DAY).days + 400
_COUNTRIES: Final = tuple(OFFSETS)


def day_number(day: dt.date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


@cache
def _open_days(*, saturday: bool) -> list[int]:
    """For each country and day since FIRST the next day that is open, country after country."""
    table: list[int] = []
    for country in _COUNTRIES:
        days: list[int] = []
        following = FIRST + _SPAN
        for place in reversed(range(_SPAN)):
            day = FIRST_DAY + dt.timedelta(days=place)
            closed = any(start <= day < end for start, end in CLOSED.get(country, ()))
            rest = day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not saturday)
            following = following if closed or rest else FIRST + place
            days.append(following)
        table.extend(reversed(days))
    return table


def _country(side: str) -> list[int]:
    return [_COUNTRIES.index(getattr(lane, side)) for lane in LANES]


def _offsets(side: str) -> list[int]:
    return [round(OFFSETS[getattr(lane, side)] * HOUR) for lane in LANES]


def open_at(
    at: pl.Expr, side: str, stream: str, hours: tuple[int, int] = (8, 19), *, saturday: bool = True
) -> pl.Expr:
    """The first moment at or after `at` in opening hours of the lane's origin or destination.

    Args:
        at: Seconds since 1970.
        side: "origin" or "destination".
        stream: Names the draw of the minute within the first two hours after opening.
        hours: Opening and closing hour, local.
        saturday: Whether Saturday is a working day.
    """
    lane = pl.col("lane")
    offset = lookup(_offsets(side), lane)
    local = at + offset
    day, second = local // DAY, local % DAY
    wanted = day + (second >= hours[1] * HOUR).cast(pl.Int64)
    place = (wanted - FIRST).clip(0, _SPAN - 1) + lookup(_country(side), lane) * _SPAN
    opened = lookup(_open_days(saturday=saturday), place)
    start = hours[0] * HOUR
    waits = (opened != day) | (second < start)
    return (
        opened * DAY - offset + pl.when(waits).then(start + below(stream, 7_200)).otherwise(second)
    )


def closing_time(at: pl.Expr, side: str, *, days: int = 0) -> pl.Expr:
    """18:00 on the local day of `at`, or that many days later."""
    offset = lookup(_offsets(side), pl.col("lane"))
    return ((at + offset) // DAY + days) * DAY + 18 * HOUR - offset
