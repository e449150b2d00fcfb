"""Local times → UTC, with a stated rule for the hours that a clock change gives twice or skips."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl


class Converted(NamedTuple):
    """Local times taken to UTC.

    Attributes:
        at: UTC times.
        odd: Places of the times that a clock change gave twice or skipped.
        skipped: Those of these that it skipped.
    """

    at: pl.Series
    odd: pl.Series
    skipped: pl.Series


def to_utc(local: pl.Series, zone: str) -> Converted:
    """Take local times (naive, microseconds) of one zone to UTC.

    An ambiguous time is the earlier of its two instants. A non-existent time is shifted forward by
    the gap: the offset before the change holds on.
    """
    utc = _convert(local, zone, "null")
    if utc.null_count() == local.null_count():
        none = pl.Series(dtype=pl.UInt32)
        return Converted(utc, none, none)
    places = (utc.is_null() & local.is_not_null()).arg_true()
    times = local.gather(places)
    earlier = _convert(times, zone, "earliest")
    # Gaps are shorter than a day or, where a country crossed the date line, exactly one: the
    # offset a day before is the offset before the gap.
    day = dt.timedelta(days=1)
    shifted = _convert(times - day, zone, "earliest") + day
    mended = earlier.zip_with(earlier.is_not_null(), shifted)
    skipped = places.filter(earlier.is_null())
    return Converted(utc.scatter(places, mended), places, skipped)


def _convert(local: pl.Series, zone: str, ambiguous: str) -> pl.Series:
    if zone == "UTC":
        return local.dt.replace_time_zone(zone)
    zoned = local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
    return zoned.dt.convert_time_zone("UTC")
