"""The first half of a journey: the supplier, the forwarder's pick-up, export, the flight or truck."""

from __future__ import annotations

from typing import Final

import polars as pl

from tallyclerk.simulate.calendars import DAY, HOUR, open_at
from tallyclerk.simulate.draws import below, chance, key, lookup, seconds
from tallyclerk.simulate.handling import BATCH, handling, of_partner
from tallyclerk.simulate.orders import ORDER
from tallyclerk.simulate.partners import NOBODY, PARTNERS
from tallyclerk.simulate.world import LANES

_SLOT: Final = DAY * 5 // 2
"""Time between two departures of a forwarder on a lane."""


def at_supplier(frame: pl.DataFrame) -> pl.DataFrame:
    """Label, ready, released or cancelled; the parcels of one order go together."""
    label = pl.col("created") + seconds("label", 25, 80, ORDER)
    frame = frame.with_columns(label.alias("label"))
    ready = pl.col("label") + handling("ready", 420, "supplier", 60, ORDER)
    frame = frame.with_columns(open_at(ready, "origin", "ready").alias("ready"))
    released = pl.col("ready") + handling("released", 300, "supplier", 70, ORDER)
    cancelled = pl.when("is_cancelled").then(pl.col("label") + seconds("cancelled", 900, 60, ORDER))
    frame = frame.with_columns(
        open_at(released, "origin", "released", (9, 20)).alias("released"),
        cancelled.alias("cancelled"),
    )
    gone = pl.col("cancelled").is_not_null()
    return frame.with_columns(
        pl.when(gone & (pl.col("ready") > pl.col("cancelled")))
        .then(None)
        .otherwise(pl.col("ready"))
        .alias("ready"),
        pl.when(gone).then(None).otherwise(pl.col("released")).alias("released"),
    )


def taken(frame: pl.DataFrame) -> pl.DataFrame:
    """The forwarder's pick-up to the export clearance; some consignments wait a night or two."""
    waits = chance("left behind", of_partner("take", "forwarder") * 25)
    gap = seconds("taken", of_partner("take", "forwarder"), 80) + pl.when(waits).then(
        seconds("next truck", 1_700, 30)
    ).otherwise(0)
    domestic = pl.col("forwarder") == NOBODY
    frame = frame.with_columns(pl.when(~domestic).then(pl.col("released") + gap).alias("taken"))
    hub = pl.col("taken") + handling("hub", 330, "forwarder")
    frame = frame.with_columns(hub.alias("hub"))
    papers = chance(
        "export papers",
        lookup([900 if p.id == "brightway" else 350 for p in PARTNERS], pl.col("supplier")),
    )
    held = papers | chance("export inspection", 500)
    frame = frame.with_columns(
        pl.when(held).then(pl.col("hub") + seconds("export held", 240)).alias("export_held"),
        papers.alias("is_export_papers"),
    )
    cleared = (
        pl.col("hub")
        + seconds("export cleared", 420)
        + pl.when(held).then(seconds("export hold", 1_900, 50)).otherwise(0)
    )
    return frame.with_columns(
        open_at(cleared, "origin", "export desk", (7, 22)).alias("export_cleared")
    )


def boarded(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The flight or truck: a departure every two and a half days per house, lane and forwarder."""
    lane, forwarder = pl.col("lane"), pl.col("forwarder")
    route = (pl.col("house") * len(LANES) + lane) * len(PARTNERS) + forwarder
    shift = (lane * 5 + forwarder * 3) % 14 * (DAY // 4)
    slot = (pl.col("export_cleared") + 5 * HOUR - shift) // _SLOT + 1
    frame = frame.with_columns((route * 10**6 + slot).alias("flight"))
    frame = frame.with_columns(
        key(seed, "flight", pl.col("flight").fill_null(0)).alias(BATCH),
        (slot * _SLOT + shift).alias("planned"),
    )
    busy = pl.when(pl.col("planned") % 31_556_952 > 310 * DAY).then(180).otherwise(100)
    late = chance("flight late", of_partner("delay", "forwarder") * busy // 100, BATCH)
    delay = seconds("small delay", 40, 60, BATCH) + pl.when(late).then(
        seconds("big delay", 2_000, 40, BATCH)
    ).otherwise(0)
    haul = lookup([entry.haul for entry in LANES], lane)
    departed = pl.col("planned") + delay
    frame = frame.with_columns(departed.alias("departed"))
    return frame.with_columns(
        (pl.col("departed") + haul * 60 * (92 + below("wind", 20, BATCH)) // 100).alias("arrived"),
        late.alias("is_flight_late"),
    )
