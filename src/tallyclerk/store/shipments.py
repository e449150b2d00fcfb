"""SHIPMENTS told by several sources → one row per shipment."""

from __future__ import annotations

import polars as pl

from tallyclerk.domain.tables import SHIPMENTS

PHYSICAL_UNITS = ("mawb", "container", "bag", "batch")
"""References that name what travels together, the largest unit first: they define the batch."""

_VALUES = [name for name in SHIPMENTS if name != "shipment_id"]


def merge_shipments(rows: pl.DataFrame, references: pl.DataFrame) -> pl.DataFrame:
    """One row per shipment, whatever was told in whatever order.

    Where sources contradict each other the earliest due time and else the smallest value counts.
    Without a batch of its own, a shipment has that of the physical unit it travelled in.

    Args:
        rows: Rows of SHIPMENTS as told.
        references: Rows of REFERENCES of the same shipments.

    Returns:
        Rows of SHIPMENTS, sorted by shipment.
    """
    # Nearly all are told once, and need no group.
    is_again = rows["shipment_id"].is_duplicated()
    again = rows.filter(is_again).group_by("shipment_id").agg(pl.col(_VALUES).min())
    once = rows.filter(~is_again).select("shipment_id", *_VALUES)
    merged = pl.concat([once, again])
    units = references.filter(pl.col("kind").is_in(PHYSICAL_UNITS))
    if not units.is_empty():
        merged = merged.join(_batches(units), on="shipment_id", how="full", coalesce=True)
        merged = merged.with_columns(pl.coalesce("batch_id", "unit").alias("batch_id"))
    return merged.select(SHIPMENTS.keys()).sort("shipment_id")


def contradictions(rows: pl.DataFrame) -> dict[str, tuple[int, str]]:
    """Shipments of which two different values are told: how many by column, and the first one."""
    rows = rows.filter(rows["shipment_id"].is_duplicated())
    if rows.is_empty():
        return {}
    differs = [(pl.col(name).min() != pl.col(name).max()).alias(name) for name in _VALUES]
    found = rows.group_by("shipment_id").agg(differs)
    result = {}
    for name in _VALUES:
        ids = found.filter(pl.col(name))["shipment_id"]
        if len(ids):
            result[name] = (len(ids), str(ids.min()))
    return result


def _batches(units: pl.DataFrame) -> pl.DataFrame:
    """The batch of each shipment: its largest unit, the first by name where there are several."""
    place = pl.col("kind").replace_strict(
        {kind: place for place, kind in enumerate(PHYSICAL_UNITS)}, return_dtype=pl.Int8
    )
    ordered = units.sort(place, "reference").unique(
        "shipment_id", keep="first", maintain_order=True
    )
    return ordered.select("shipment_id", pl.col("reference").alias("unit"))
