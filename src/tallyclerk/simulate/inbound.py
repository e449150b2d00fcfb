"""The second half of a journey: import, the airline's part, injection and the last mile."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from tallyclerk.simulate.calendars import DAY, HOUR, day_number, open_at
from tallyclerk.simulate.draws import below, chance, lookup, seconds
from tallyclerk.simulate.handling import BATCH, NOTHING, handling, of_partner
from tallyclerk.simulate.partners import CODES, NOBODY, PARTNERS
from tallyclerk.simulate.world import LANES

_CLOCK_NIGHTS: Final = (
    (day_number(dt.date(2025, 10, 26)) * DAY, 0, 2 * HOUR),
    (day_number(dt.date(2026, 3, 29)) * DAY, HOUR, HOUR),
)
"""Midnights (UTC) before Europe's clocks change, and the seconds after them that are at stake."""
_STRIKE: Final = (1_773_000_000, 1_773_000_000 + 5 * DAY)


def imported(frame: pl.DataFrame) -> pl.DataFrame:
    """Arrival to the release to the courier; one hub in trouble holds whole flights."""
    lane = pl.col("lane")
    via = lookup([int(entry.via is not None) for entry in LANES], lane) == 1
    half = (pl.col("departed") + pl.col("arrived")) // 2
    papers = chance(
        "import papers",
        lookup([2_200 if p.id == "brightway" else 700 for p in PARTNERS], pl.col("supplier")),
    )
    held = papers | chance("import inspection", 1_300)
    domestic_free = lookup([int(entry.origin == entry.destination) for entry in LANES], lane) == 0
    desk = pl.col("arrived") + seconds("clearance", 330, 50, BATCH) + seconds("own clearance", 45)
    hold = pl.when(held).then(seconds("import hold", 2_400, 60)).otherwise(0)
    trouble = (
        (pl.col("forwarder") == CODES["acme"])
        & lookup([int(entry.destination == "DE") for entry in LANES], lane).eq(1)
        & chance("hub trouble", 16_000, BATCH)
    )
    frame = frame.with_columns(
        pl.when(via).then(half).alias("transit"),
        pl.when(held & domestic_free)
        .then(pl.col("arrived") + seconds("import held", 200))
        .alias("import_held"),
        papers.alias("is_import_papers"),
        trouble.alias("is_trouble"),
        open_at(desk + hold, "destination", "import desk", (6, 22), saturday=True).alias(
            "import_cleared"
        ),
    )
    stuck = pl.when(trouble).then(seconds("trouble", 3_900, 20, BATCH)).otherwise(0)
    injected = pl.col("import_cleared") + handling("injected", 420, "forwarder") + stuck
    return frame.with_columns(
        open_at(injected, "destination", "injected", (5, 23)).alias("injected")
    )


def by_airline(frame: pl.DataFrame) -> pl.DataFrame:
    """On the airline's lane the forwarder tenders to it, and it tenders to the courier."""
    flies = lookup([int(entry.airline is not None) for entry in LANES], pl.col("lane")) == 1
    air_taken = pl.when(flies).then(
        pl.col("planned") - 4 * HOUR + seconds("air taken", 50, 50, BATCH)
    )
    air_released = pl.when(flies).then(
        pl.col("arrived") + seconds("air released", 1_500, 30, BATCH)
    )
    frame = frame.with_columns(air_taken.alias("air_taken"), air_released.alias("air_released"))
    tendered = pl.col("air_taken") - seconds("tendered", 70, 40, BATCH)
    given = (
        pl.when(flies)
        .then(pl.max_horizontal("air_released", "import_cleared"))
        .otherwise(pl.col("injected"))
    )
    return frame.with_columns(
        pl.when(flies).then(tendered).otherwise(pl.col("injected")).alias("forwarded"),
        pl.when(pl.col("forwarder") == NOBODY)
        .then(pl.col("released"))
        .otherwise(given)
        .alias("given"),
        flies.alias("is_flown"),
    )


def _on_clock_nights() -> pl.Expr:
    """The night sort in the hour that comes twice, and in the one after the hour that never comes."""
    depot = pl.col("depot")
    for night, start, length in _CLOCK_NIGHTS:
        there = (depot // DAY == night // DAY) & (pl.col("intake") < night)
        depot = pl.when(there).then(night + start + below("night sort", length)).otherwise(depot)
    return depot.alias("depot")


def taken_in(frame: pl.DataFrame) -> pl.DataFrame:
    """The courier's intake and depot; some parcels stay a night at the dock, one week is on strike."""
    waits = chance("left at the dock", of_partner("take", "courier") * 22)
    gap = seconds("courier took", of_partner("take", "courier"), 80)
    frame = frame.with_columns(
        (
            pl.col("given")
            + gap
            + pl.when(waits).then(seconds("next dock", 1_750, 30)).otherwise(0)
        ).alias("intake")
    )
    struck = (pl.col("courier") == CODES["hexagone"]) & pl.col("intake").is_between(*_STRIKE)
    frame = frame.with_columns(
        (
            pl.col("intake")
            + handling("depot", 600, "courier", 45)
            + pl.when(struck).then(3 * DAY).otherwise(0)
        ).alias("depot")
    )
    return frame.with_columns(_on_clock_nights())


def delivered(frame: pl.DataFrame) -> pl.DataFrame:
    """The round, a failed attempt, a second round or a pick-up point, a return."""
    round_1 = open_at(pl.col("depot") + 2 * HOUR, "destination", "round", (7, 10))
    frame = frame.with_columns(round_1.alias("round"), chance("failed", 7_500).alias("is_failed"))
    hours = pl.col("round") + 70 * 60 + below("stop", 8 * HOUR)
    frame = frame.with_columns(
        pl.when("is_failed").then(hours).alias("failed"),
        pl.when("is_failed")
        .then(open_at(hours + 8 * HOUR, "destination", "second round", (7, 10)))
        .alias("round_again"),
        (pl.col("is_failed") & chance("to a shop", 35_000)).alias("is_shop"),
        (pl.col("is_failed") & chance("sent back", 9_000)).alias("is_returned"),
    )
    shop = pl.when("is_shop").then(pl.col("failed") + seconds("shop", 200, 40))
    again = pl.col("round_again") + HOUR + below("second stop", 8 * HOUR)
    collected = shop + seconds("collected", 1_900, 70)
    end = pl.when("is_shop").then(collected).when("is_failed").then(again).otherwise(hours)
    back = pl.when("is_returned").then(again + seconds("return started", 5_500, 30))
    return frame.with_columns(
        shop.alias("shop"),
        pl.when("is_shop").then(NOTHING).otherwise(pl.col("round_again")).alias("round_again"),
        pl.when("is_returned").then(NOTHING).otherwise(end).alias("delivered"),
        back.alias("return_started"),
        (back + seconds("returned", 9_500, 40)).alias("returned"),
    )
