"""The numbers a parcel goes by: shipment, order, tracking label, air waybill, consignment."""

from __future__ import annotations

from typing import Final

import polars as pl

from tallyclerk.simulate.draws import words
from tallyclerk.simulate.partners import CODES, PARTNERS

_PREFIX: Final = {
    "alpenpaket": "00340434",
    "starline": "94001118",
    "hexagone": "XH",
    "royalmile": "RM",
}
_FIRST_SLOT: Final = 5_800
_SLOTS: Final = 400


def shipment_id() -> pl.Expr:
    """The merchant's number of the parcel."""
    return pl.format("PX{}", pl.col("number") + 10_000_000)


def order_id() -> pl.Expr:
    """The merchant's number of the order; two parcels may share it."""
    return pl.format("ORD-{}", pl.col("order") + 500_000)


def tracking_number() -> pl.Expr:
    """The courier's label, some with leading zeros, some all digits."""
    prefix = words([_PREFIX.get(each.id, "TN") for each in PARTNERS] + ["TN"], pl.col("courier"))
    return pl.concat_str(prefix, (pl.col("number") + 700_000).cast(pl.String).str.zfill(12))


def _consignment() -> pl.Expr:
    """A small unique number of the flight or truck; null without one."""
    route, slot = pl.col("flight") // 10**6, pl.col("flight") % 10**6
    return route * _SLOTS + slot - _FIRST_SLOT


def mawb() -> pl.Expr:
    """The air waybill of the airline's flights."""
    return pl.format("618-{}", 20_000_000 + _consignment() * 137)


def consignment_id() -> pl.Expr:
    """The forwarder's number of the flight or truck."""
    return pl.format("C{}", 100_000 + _consignment())


KEYS: Final = {
    "shipment_id": shipment_id,
    "order_id": order_id,
    "tracking_number": tracking_number,
    "mawb": mawb,
}


def names(aliases: dict[str, str], code: pl.Expr) -> pl.Expr:
    """Partner codes as the names a sender uses, its own word or the id."""
    known: list[str | None] = [aliases.get(partner, partner) for partner in CODES]
    return words([*known, None], code)
