"""Local calendars: which zone a destination keeps, and when its days begin."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tallyclerk.domain.places import known_zones, only_zones


def destination_zone(timezone: str) -> pl.Expr:
    """The zone of a shipment's destination: stated, else the country's only one, else the run's."""
    by_country = pl.col("destination_country").replace_strict(
        only_zones(), default=None, return_dtype=pl.String
    )
    stated = pl.col("destination_timezone")
    known = pl.when(stated.is_in(sorted(known_zones()))).then(stated)
    return pl.coalesce(known, by_country, pl.lit(timezone))


def day_start(date: str, zones: Iterable[str], *, offset_days: int = 0) -> pl.Expr:
    """The UTC instant at which a local day begins, in the zone that column `zone` names.

    Args:
        date: Column of calendar days.
        zones: Every zone that occurs in the column.
        offset_days: Days to add first (1: the end of the day).

    Returns:
        Null without a date. Where midnight does not exist or exists twice, the day begins at its
        first instant.
    """
    moment = (pl.col(date) + pl.duration(days=offset_days)).cast(pl.Datetime("us"))
    begins = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    for name in zones:
        begins = pl.when(pl.col("zone") == name).then(first_instant(moment, name)).otherwise(begins)
    return begins


def first_instant(moment: pl.Expr, zone: str) -> pl.Expr:
    """A naive local time in a zone as UTC; a midnight that is skipped begins an hour later."""
    direct = moment.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = (moment + pl.duration(hours=1)).dt.replace_time_zone(
        zone, ambiguous="earliest", non_existent="null"
    )
    return pl.coalesce(direct, later).dt.convert_time_zone("UTC")
