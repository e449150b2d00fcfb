"""Ids and references: trimmed, leading zeros kept, those that a spreadsheet damaged refused."""

from __future__ import annotations

import polars as pl

SHIPMENT = "shipment"
KIND_OF_COLUMN = {
    "shipment_id": SHIPMENT,
    "parcel_id": "parcel",
    "tracking_number": "tracking",
    "order_id": "order",
    "last_mile_number": "last_mile",
    "hawb": "hawb",
    "mawb": "mawb",
    "bag": "bag",
    "container": "container",
    "batch_id": "batch",
}
"""Kind of reference by column, in the order in which they are looked for as a row's key."""

_DAMAGED = r"^[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+$|^\d+[.,]0+$"


def damaged(ids: pl.Series) -> pl.Series:
    """Whether each id is a number as a spreadsheet shows it: 9.4E+21, or 123.0."""
    return ids.str.contains(_DAMAGED).fill_null(value=False)


def normalised(references: pl.Series) -> pl.Series:
    """References for comparison: upper case, without spaces and hyphens."""
    return references.str.to_uppercase().str.replace_all(r"[\s-]", "")
