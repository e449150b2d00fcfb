"""The merchant's own tables: orders, outcomes, labels, claims, tickets, reviews, notices."""

from __future__ import annotations

from typing import Final

import polars as pl

from tallyclerk.domain import tables
from tallyclerk.simulate.calendars import DAY, HORIZON, HOUR
from tallyclerk.simulate.draws import below, chance, lookup, seconds, words
from tallyclerk.simulate.numbers import (
    consignment_id,
    mawb,
    names,
    order_id,
    shipment_id,
    tracking_number,
)
from tallyclerk.simulate.orders import ORDER
from tallyclerk.simulate.partners import CODES
from tallyclerk.simulate.world import LANES
from tallyclerk.simulate.writing import instant

_ZONES: Final = max(len(lane.zones) for lane in LANES)


_BANDS: Final = {"0-0.5 kg": 500, "0.5-1 kg": 1_000, "1-2 kg": 2_000, "2-5 kg": 5_000}
_CHAIN: Final = ("supplier", "forwarder", "courier")


def _country(side: str) -> pl.Expr:
    return words([getattr(lane, side) for lane in LANES], pl.col("lane"))


def _typed(frame: pl.DataFrame, name: str, columns: dict[str, pl.Expr]) -> pl.DataFrame:
    """A table in its schema; what is not given is null."""
    schema = tables.TABLES[name]
    return frame.select(
        columns.get(column, pl.lit(None)).cast(kind).alias(column)
        for column, kind in schema.items()
    )


def _agreed() -> dict[str, pl.Expr]:
    """Ship-by and promise; a parcel is promised by the hour, by the day, or not at all."""
    promised, by_hour, day = ~pl.col("is_unpromised"), pl.col("is_by_hour"), pl.col("promised_day")
    has_due = ~chance("no ship-by", 2_000)
    return {
        "handover_due_at": pl.when(has_due).then(instant(pl.col("handover_due"))),
        "promised_at": pl.when(promised & by_hour).then(instant(day * DAY + 26 * HOUR)),
        "promised_date": pl.when(promised & ~by_hour).then(day.cast(pl.Int32).cast(pl.Date)),
    }


def shipments(frame: pl.DataFrame) -> pl.DataFrame:
    """SHIPMENTS: one row per shipment, as a reader that merges all sources has it."""
    lane = pl.col("lane")
    zones = [lane.zones[place % len(lane.zones)] for lane in LANES for place in range(_ZONES)]
    zone = words(list(zones), lane * _ZONES + pl.col("zone"))
    untold = (lookup([len(entry.zones) for entry in LANES], lane) == 1) & chance(
        "zone untold", 15_000
    )
    numbered = (
        pl.col("forwarder").is_in([CODES["nordlog"], CODES["acme"]])
        & pl.col("departed").is_not_null()
    )
    postcode = below("postcode", 10, ORDER)
    weight = [(pl.col("weight") > limit).cast(pl.Int64) for limit in _BANDS.values()]
    bands: list[str | None] = [*_BANDS, "5+ kg"]
    return _typed(
        frame,
        "shipments",
        {
            "shipment_id": shipment_id(),
            "order_id": order_id(),
            **{f"{role}_id": names({}, pl.col(role)) for role in _CHAIN},
            "origin_country": _country("origin"),
            "destination_country": _country("destination"),
            "destination_timezone": pl.when(~untold).then(zone),
            "postcode_zone": pl.format("{}-{}", _country("destination"), postcode),
            "weight_band": words(bands, pl.sum_horizontal(weight)),
            "service": pl.when("is_express").then(pl.lit("express")).otherwise(pl.lit("standard")),
            "batch_id": pl.when(pl.col("is_flown") & numbered)
            .then(mawb())
            .when(numbered)
            .then(consignment_id()),
            **_agreed(),
            "value_minor": pl.col("value"),
            "currency": pl.lit("EUR"),
            "outcome": pl.col("outcome"),
        },
    )


def mawbs(frame: pl.DataFrame) -> pl.DataFrame:
    """The air waybill of each parcel on the airline's lane, else null."""
    flown = pl.col("is_flown") & pl.col("departed").is_not_null()
    return frame.select(
        shipment_id().alias("shipment_id"), pl.when(flown).then(mawb()).alias("mawb")
    )


def labels(frame: pl.DataFrame) -> pl.DataFrame:
    """REFERENCES from the label printer: the tracking number of each parcel."""
    return _typed(
        frame,
        "references",
        {
            "shipment_id": shipment_id(),
            "reference": tracking_number(),
            "kind": pl.lit("tracking"),
        },
    )


def _claim(
    frame: pl.DataFrame, stream: str, kind: str, when: pl.Expr, filed: pl.Expr
) -> pl.DataFrame:
    """Claims of one kind; minutes only, as the claims desk writes them."""
    statuses = {
        "loss": ["paid"] * 6 + ["open"] * 2 + ["rejected"] * 2,
        "damage": ["accepted"] * 5 + ["paid"] + ["rejected"] * 3 + ["open"],
    }
    blamed = pl.when(chance(f"{stream} blames", 40_000)).then(
        pl.when(chance(f"{stream} forwarder", 30_000) & (pl.col("forwarder") < len(CODES)))
        .then(pl.col("forwarder"))
        .otherwise(pl.col("courier"))
    )
    rows = frame.filter(when & (filed < HORIZON))
    return _typed(
        rows,
        "claims",
        {
            "claim_id": pl.format("CL-{}-{}", pl.lit(stream[0].upper()), pl.col("number")),
            "shipment_id": shipment_id(),
            "kind": pl.lit(kind),
            "filed_at": instant(filed // 60 * 60),
            "status": words(list(statuses[kind]), below(f"{stream} status", 10)),
            "amount_minor": pl.col("value") * (30 + below(f"{stream} amount", 71)) // 100,
            "currency": pl.lit("EUR"),
            "partner_id": names({}, blamed),
        },
    )


def claims(frame: pl.DataFrame) -> pl.DataFrame:
    """CLAIMS: most losses and half of the damage, and some that nobody scanned."""
    damaged = pl.col("is_damaged_forwarder") | pl.col("is_damaged_courier")
    after = pl.col("delivered") + seconds("damage claim", 4_000, 50)
    lost = (pl.col("lost_at") > 0) & chance("loss claimed", 75_000)
    return pl.concat(
        [
            _claim(
                frame,
                "loss",
                "loss",
                lost,
                pl.col("declared_lost") + seconds("loss claim", 7_000, 50),
            ),
            _claim(frame, "damage", "damage", damaged & chance("damage claimed", 55_000), after),
            _claim(frame, "hidden damage", "damage", ~damaged & chance("hidden", 160), after),
        ]
    ).sort("filed_at", "claim_id")


def _is_late() -> pl.Expr:
    return pl.col("delivered").fill_null(HORIZON) > (pl.col("promised_day") + 1) * DAY


def tickets(frame: pl.DataFrame) -> pl.DataFrame:
    """TICKETS: some of those who wait, and a few others."""
    opened = (
        pl.when(_is_late())
        .then((pl.col("promised_day") + 1) * DAY + seconds("asks after", 900, 70))
        .otherwise(pl.col("created") + seconds("asks early", 7_000, 50))
    )
    rows = frame.with_columns(opened.alias("opened")).filter(
        (chance("asks", 2_300) | (_is_late() & chance("asks when late", 28_000)))
        & (pl.col("opened") < HORIZON)
    )
    reply = pl.col("opened") + seconds("reply", 260, 90)
    solved = pl.col("opened") + seconds("reply", 260, 90) + seconds("solved", 1_500, 80)
    return _typed(
        rows,
        "tickets",
        {
            "ticket_id": pl.format("T{}", pl.col("number") + 30_000),
            "shipment_id": shipment_id(),
            "opened_at": instant(pl.col("opened")),
            "first_reply_at": pl.when(reply < HORIZON).then(instant(reply)),
            "resolved_at": pl.when((solved < HORIZON) & ~chance("unsolved", 6_000)).then(
                instant(solved)
            ),
            "topic": words(["where is my order", "address", "damaged", "other"], below("topic", 4)),
        },
    )


def reviews(frame: pl.DataFrame) -> pl.DataFrame:
    """REVIEWS: one parcel in seven, worse for late ones."""
    given = pl.col("delivered") + seconds("review", 3_500, 80)
    stars = (
        pl.when(_is_late())
        .then(1 + below("stars", 4))
        .otherwise(5 - below("few stars", 2) - below("fewer", 3) * below("sour", 2))
    )
    rows = frame.filter(chance("reviews", 14_000) & (given < HORIZON))
    return _typed(
        rows,
        "reviews",
        {
            "shipment_id": shipment_id(),
            "score": stars.clip(1, 5),
            "scale_max": pl.lit(5.0),
            "given_at": instant(given),
        },
    )


def notices(frame: pl.DataFrame) -> pl.DataFrame:
    """NOTICES: late flights are announced, other delays only sometimes."""
    flight = pl.col("is_flight_late") & chance("announced late flight", 80_000)
    sent = (
        pl.when(flight)
        .then(pl.col("planned") + seconds("notice", 420, 60))
        .otherwise(pl.col("promised_day") * DAY + seconds("notice late", 800, 60))
    )
    rows = frame.with_columns(sent.alias("sent")).filter(
        (flight | (_is_late() & chance("announced delay", 45_000))) & (pl.col("sent") < HORIZON)
    )
    return _typed(
        rows,
        "notices",
        {
            "shipment_id": shipment_id(),
            "sent_at": instant(pl.col("sent")),
            "topic": pl.lit("delay"),
        },
    )
