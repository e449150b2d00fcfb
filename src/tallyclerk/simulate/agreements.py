"""What was promised to the customer, and how the merchant's own system says it ended."""

from __future__ import annotations

from typing import Final

import polars as pl

from tallyclerk.simulate.calendars import DAY, HORIZON
from tallyclerk.simulate.draws import chance, lookup, words
from tallyclerk.simulate.orders import ORDER
from tallyclerk.simulate.world import LANES

_USUAL: Final = 100
"""Congestion of an ordinary day, in percent."""
_NO_PROMISE_LANE: Final = next(
    code for code, lane in enumerate(LANES) if (lane.origin, lane.destination) == ("VN", "DE")
)


def with_agreements(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds the promised day, how it is promised, and the outcome the merchant has noted."""
    season = pl.when(pl.col("congestion") > _USUAL).then(2).otherwise(0)
    days = lookup([lane.promise_days for lane in LANES], pl.col("lane")) + season
    express = (
        pl.when("is_express")
        .then(pl.when(pl.col("lane") == len(LANES) - 1).then(1).otherwise(2))
        .otherwise(0)
    )
    unpromised = (pl.col("lane") == _NO_PROMISE_LANE) & chance("no promise", 30_000)
    by_hour = (words([lane.destination for lane in LANES], pl.col("lane")) == "US") & pl.col(
        "is_express"
    )
    undated_cancel = pl.col("is_cancelled") & ~chance("cancelled with a date", 60_000, ORDER)
    told_lost = (pl.col("lost_at") > 0) & ~pl.col("is_admitted") & chance("noted lost", 35_000)
    unsaid = chance("delivered unsaid", 350) & chance("noted delivered", 75_000)
    outcome = (
        pl.when(undated_cancel & (pl.col("cancelled") < HORIZON))
        .then(pl.lit("cancelled"))
        .when(told_lost & (pl.col("declared_lost") < HORIZON))
        .then(pl.lit("lost"))
        .when((pl.col("returned") < HORIZON) & chance("noted returned", 60_000))
        .then(pl.lit("returned"))
        .when(unsaid & (pl.col("delivered") < HORIZON))
        .then(pl.lit("delivered"))
    )
    return frame.with_columns(
        (pl.col("created") // DAY + days - express).alias("promised_day"),
        unpromised.alias("is_unpromised"),
        by_hour.alias("is_by_hour"),
        outcome.alias("outcome"),
    )
