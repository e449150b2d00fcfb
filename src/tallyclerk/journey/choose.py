"""The part of buckets, and of journeys, that is about some shipments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import polars as pl

from tallyclerk.journey.build import Begun
from tallyclerk.journey.journeys import Bucket, Journeys

T = TypeVar("T", Begun, Journeys)


def only(bucket: Bucket, shipment_ids: Sequence[str]) -> Bucket:
    """The part of a bucket about some shipments."""
    wanted = pl.col("shipment_id").is_in(shipment_ids)
    return Bucket(
        **{field.name: getattr(bucket, field.name).filter(wanted) for field in fields(Bucket)}
    )


def together(parts: Sequence[Bucket]) -> Bucket:
    """Several buckets as one."""
    return Bucket(
        **{
            field.name: pl.concat([getattr(part, field.name) for part in parts])
            for field in fields(Bucket)
        }
    )


def of_shipments(journeys: T, sids: pl.Series) -> T:
    """The part of journeys about some shipments, by their numbers."""
    frames: dict[str, Any] = {
        field.name: value.filter(pl.col("sid").is_in(sids.implode()))
        for field in fields(journeys)
        if isinstance(value := getattr(journeys, field.name), pl.DataFrame) and value.width
    }
    return replace(journeys, **frames)
