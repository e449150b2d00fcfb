"""Local times → UTC, with a stated rule for the hours that a clock change gives twice or skips."""

from __future__ import annotations

import datetime as dt

import polars as pl


def to_utc(local: pl.Series, zone: str) -> tuple[pl.Series, int, int]:
    """Take local times (naive, microseconds) of one zone to UTC.

    An ambiguous time is the earlier of its two instants. A non-existent time is shifted forward by
    the gap: the offset before the change holds on.

    Returns:
        UTC times, how many were ambiguous, how many did not exist.
    """
    utc = _convert(local, zone, "null")
    odd = utc.is_null() & local.is_not_null()
    if not odd.any():
        return utc, 0, 0
    places = odd.arg_true()
    times = local.gather(places)
    earlier = _convert(times, zone, "earliest")
    # Gaps are shorter than a day or, where a country crossed the date line, exactly one: the
    # offset a day before is the offset before the gap.
    day = dt.timedelta(days=1)
    shifted = _convert(times - day, zone, "earliest") + day
    skipped = earlier.null_count()
    mended = earlier.zip_with(earlier.is_not_null(), shifted)
    return utc.scatter(places, mended), len(times) - skipped, skipped


def _convert(local: pl.Series, zone: str, ambiguous: str) -> pl.Series:
    zoned = local.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
    return zoned.dt.convert_time_zone("UTC")
