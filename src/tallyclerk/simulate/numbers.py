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


def in_house(name: str, house: int, mark: str = "-") -> str:
    """A name in a house: "nordlog" in the first, "nordlog-2" in the second."""
    return f"{name}{mark}{house + 1}" if house else name


def names(aliases: dict[str, str], code: pl.Expr) -> pl.Expr:
    """Partner codes as the names a sender uses in the row's house, its own word or the id."""
    known: list[str | None] = [aliases.get(partner, partner) for partner in CODES]
    marks: list[str | None] = [" " if partner in aliases else "-" for partner in CODES]
    name = words([*known, None], code)
    numbered = pl.concat_str(name, words([*marks, None], code), pl.col("house") + 1)
    return pl.when(pl.col("house") > 0).then(numbered).otherwise(name)
