"""The part of the ledger's buckets that is about some shipments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import polars as pl

from tallyclerk.journey.journeys import Bucket


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
