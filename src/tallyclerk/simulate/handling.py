"""What all parts of a journey share: keys, handling times, where a parcel can be lost."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import polars as pl

from tallyclerk.simulate.draws import KEY, lookup, seconds
from tallyclerk.simulate.partners import PARTNERS

BATCH: Final = "_b"
"""Key column of the flight or truck."""
NOTHING: Final = pl.lit(None, pl.Int64)


class LostAt(IntEnum):
    """Where a parcel was last seen."""

    HUB = 1
    ARRIVAL = 2
    COURIER = 3
    DOCK = 4
    GATE = 5


def of_partner(attribute: str, partner: str) -> pl.Expr:
    """A number of the row's partner, 0 for nobody."""
    return lookup([*(int(getattr(each, attribute)) for each in PARTNERS), 0], pl.col(partner))


def handling(stream: str, minutes: int, partner: str, spread: int = 60, of: str = KEY) -> pl.Expr:
    """A handling time at the partner's pace, slower in the season, quicker for express."""
    service = pl.when("is_express").then(70).otherwise(100)
    median = minutes * of_partner("pace", partner) * pl.col("congestion") * service // 1_000_000
    return seconds(stream, median, spread, of)
