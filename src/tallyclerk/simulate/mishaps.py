"""Loss and damage."""

from __future__ import annotations

from typing import Final

import polars as pl

from tallyclerk.simulate.draws import chance, seconds
from tallyclerk.simulate.handling import BATCH, NOTHING, LostAt, of_partner
from tallyclerk.simulate.partners import NOBODY

_STEPS: Final = {
    LostAt.GATE: ("taken", "hub"),
    LostAt.HUB: (
        "export_held",
        "export_cleared",
        "planned",
        "departed",
        "transit",
        "arrived",
        "air_taken",
    ),
    LostAt.ARRIVAL: (
        "import_held",
        "import_cleared",
        "injected",
        "forwarded",
        "given",
        "air_released",
    ),
    LostAt.DOCK: ("intake", "depot"),
    LostAt.COURIER: (
        "round",
        "failed",
        "shop",
        "round_again",
        "delivered",
        "return_started",
        "returned",
    ),
}
"""The steps that a loss at each place and every later place prevents, in the order of the way."""
_LAST_SEEN: Final = {
    LostAt.GATE: "released",
    LostAt.HUB: "hub",
    LostAt.ARRIVAL: "arrived",
    LostAt.DOCK: "given",
    LostAt.COURIER: "depot",
}


def _lost_at() -> pl.Expr:
    """Where the parcel is lost, 0 for most; a bad flight loses many."""
    bad = chance("bad flight", 5_000, BATCH)
    share = of_partner("loss", "forwarder") * pl.when(bad).then(800).otherwise(63) // 100
    on_the_way = (pl.col("forwarder") != NOBODY) & chance("lost on the way", share)
    at_courier = chance("lost at the courier", of_partner("loss", "courier"))
    return (
        pl.when(pl.col("label").is_null() | pl.col("is_cancelled"))
        .then(0)
        .when((pl.col("forwarder") != NOBODY) & chance("lost at the gate", 160))
        .then(LostAt.GATE)
        .when(on_the_way & pl.col("is_flown"))
        .then(0)
        .when(on_the_way & chance("lost at the hub", 45_000))
        .then(LostAt.HUB)
        .when(on_the_way)
        .then(LostAt.ARRIVAL)
        .when(at_courier & chance("lost at the dock", 35_000))
        .then(LostAt.DOCK)
        .when(at_courier)
        .then(LostAt.COURIER)
        .otherwise(0)
    )


def _without_later(name: str, place: LostAt) -> pl.Expr:
    before = [stage for stage in _STEPS if list(_STEPS).index(stage) <= list(_STEPS).index(place)]
    prevented = pl.col("lost_at").is_in([int(stage) for stage in before])
    return pl.when(prevented).then(NOTHING).otherwise(pl.col(name)).alias(name)


def mishaps(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds what is lost and damaged, and takes away the steps that a loss prevents."""
    frame = frame.with_columns(
        _lost_at().alias("lost_at"),
        chance("loss admitted", 55_000).alias("is_admitted"),
        chance("damaged on the way", of_partner("damage", "forwarder")).alias(
            "is_damaged_forwarder"
        ),
        chance("damaged at the courier", of_partner("damage", "courier")).alias(
            "is_damaged_courier"
        ),
    )
    seen = pl.coalesce(
        pl.when(pl.col("lost_at") == place).then(pl.col(name)) for place, name in _LAST_SEEN.items()
    )
    frame = frame.with_columns(
        (pl.col("is_admitted") & (pl.col("lost_at") > 0)).alias("is_admitted"),
        (seen + seconds("declared lost", 17_000, 25)).alias("declared_lost"),
    )
    return frame.with_columns(
        _without_later(name, place) for place, names in _STEPS.items() for name in names
    )
