"""Who orders what when, and who is to carry it: one row per shipment, before anything moves."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

import polars as pl

from tallyclerk.simulate.calendars import DAY, FIRST, HOUR, closing_time, day_number, open_at
from tallyclerk.simulate.draws import KEY, below, chance, key, lookup
from tallyclerk.simulate.partners import CODES, NOBODY
from tallyclerk.simulate.world import FIRST_DAY, LANES, LAST_DAY, TRIAL_DAY, congestion, demand

ORDER: Final = "_o"
"""Key column of the order; the parcels of one order share its draws."""
TINY_SUPPLIER_SHIPMENTS: Final = 12
_DAYS: Final = (LAST_DAY - FIRST_DAY).days + 1
_HALF_WEEK: Final = DAY * 7 // 2


@cache
def _demand_so_far() -> pl.Series:
    total, sums = 0, []
    for place in range(_DAYS):
        total += demand(FIRST_DAY + dt.timedelta(days=place))
        sums.append(total)
    return pl.Series(sums, dtype=pl.Int64)


@cache
def _congestion() -> list[int]:
    return [congestion(FIRST_DAY + dt.timedelta(days=place)) for place in range(_DAYS)]


def _seats(shares: tuple[tuple[str, int], ...]) -> list[int]:
    """Twenty partner codes, each as often as its share; nobody where there is no such leg."""
    seats = [CODES[partner] for partner, count in shares for _ in range(count)]
    return seats or [NOBODY] * 20


def _numbers(start: int, stop: int, shipments: int, seed: int) -> pl.DataFrame:
    """Shipment numbers and their keys; some orders consist of two parcels."""
    number = pl.col("number")
    tiny = (number * TINY_SUPPLIER_SHIPMENTS // shipments) != (
        (number + 1) * TINY_SUPPLIER_SHIPMENTS // shipments
    )
    frame = pl.DataFrame({"number": pl.int_range(start, stop, dtype=pl.Int64, eager=True)})
    frame = frame.with_columns(
        key(seed, "shipment", number).alias(KEY),
        key(seed, "pair", number // 2).alias("_pair"),
        tiny.alias("is_tiny"),
    )
    paired = chance("two parcels", 6_000, "_pair") & (number % 2 == 1)
    beside_tiny = tiny | tiny.shift(1, fill_value=False)
    frame = frame.with_columns(
        pl.when(paired & ~beside_tiny).then(number - 1).otherwise(number).alias("order")
    )
    return frame.with_columns(key(seed, "order", pl.col("order")).alias(ORDER)).drop("_pair")


def _created(shipments: int) -> list[pl.Expr]:
    """When the order came in, as a share of all demand up to then, and the season's congestion."""
    sums = _demand_so_far()
    total = int(sums[-1])
    share = (pl.col("order") * 2 + 1) * total // (2 * shipments)
    place = share.map_batches(
        lambda column: sums.search_sorted(column, side="right").cast(pl.Int64),
        return_dtype=pl.Int64,
    ).clip(0, _DAYS - 1)
    second = 4 * HOUR + below("ordered", 9 * HOUR, ORDER) + below("ordered late", 9 * HOUR, ORDER)
    return [
        ((place + FIRST) * DAY + second).alias("created"),
        lookup(_congestion(), place).alias("congestion"),
    ]


def _lane() -> pl.Expr:
    by_weight = [code for code, lane in enumerate(LANES) for _ in range(lane.weight)]
    drawn = lookup(by_weight, below("lane", len(by_weight), ORDER))
    india = next(
        c for c, lane in enumerate(LANES) if (lane.origin, lane.destination) == ("IN", "DE")
    )
    return pl.when("is_tiny").then(india).otherwise(drawn).alias("lane")


def _allotment(seed: int) -> list[pl.Expr]:
    """Forwarders get a lane's volume by the half week, so that parcels travel together."""
    lane = pl.col("lane")
    week = pl.col("created") // _HALF_WEEK
    return [key(seed, "allotment", week * len(LANES) + lane).alias("_w")]


def _chain() -> list[pl.Expr]:
    lane = pl.col("lane")
    suppliers = [seat for entry in LANES for seat in _seats(entry.suppliers)]
    forwarders = [seat for entry in LANES for seat in _seats(entry.forwarders)]
    couriers = [seat for entry in LANES for seat in _seats(entry.couriers)]
    block = below("forwarder", 20, "_w")
    single = below("forwarder", 20)
    forwarder = lookup(
        forwarders,
        lane * 20 + pl.when(chance("own forwarder", 12_000)).then(single).otherwise(block),
    )
    on_trial = (
        (lane == 0) & (pl.col("created") >= day_number(TRIAL_DAY) * DAY) & chance("trial", 25_000)
    )
    return [
        pl.when("is_tiny")
        .then(CODES["kaveri"])
        .otherwise(lookup(suppliers, lane * 20 + below("supplier", 20, ORDER)))
        .alias("supplier"),
        pl.when(on_trial).then(CODES["blueharbour"]).otherwise(forwarder).alias("forwarder"),
        lookup(couriers, lane * 20 + below("courier", 20, ORDER)).alias("courier"),
    ]


def _agreed() -> list[pl.Expr]:
    """What was ordered and promised, still as numbers."""
    lane = pl.col("lane")
    zones = lookup([len(entry.zones) for entry in LANES], lane)
    due = closing_time(open_at(pl.col("created"), "origin", "due day"), "origin", days=2)
    return [
        chance("express", 18_000, ORDER).alias("is_express"),
        below("zone", zones, ORDER).alias("zone"),
        (1 + below("pieces", 3) * below("many pieces", 2)).alias("pieces"),
        (180 + below("weight", 2_300) + below("heavy", 40) ** 2 * 5).alias("weight"),
        (900 + below("value", 9_000) + below("dear", 60) ** 2 * 6).alias("value"),
        closing_time(open_at(due, "origin", "due"), "origin").alias("handover_due"),
        chance("cancelled", 1_300, ORDER).alias("is_cancelled"),
    ]


def orders(start: int, stop: int, shipments: int, seed: int, houses: int = 1) -> pl.DataFrame:
    """Shipments number `start` to `stop` - 1 of `shipments`, in the order of their creation.

    Returns:
        One row per shipment: `number`, `order`, `house` (0 to `houses` - 1, one for a whole order),
        draw keys `_k` and `_o`, `created` (seconds since 1970), codes `lane`, `supplier`,
        `forwarder`, `courier`, and what was agreed.
    """
    frame = _numbers(start, stop, shipments, seed).with_columns(
        (pl.col("order") % houses).alias("house"), *_created(shipments)
    )
    frame = frame.with_columns(_lane()).with_columns(_allotment(seed))
    return frame.with_columns(_chain()).with_columns(_agreed())
