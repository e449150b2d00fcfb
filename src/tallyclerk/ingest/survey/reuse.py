"""Numbers with a second life: a parcel that ended, and began again months later under the same id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.milestones import TERMINAL, Milestone

SHOWN = 3
SILENT_DAYS = 60
_STARTS = (
    Milestone.LABEL_CREATED,
    Milestone.READY_FOR_COLLECTION,
    Milestone.RELEASED,
    Milestone.ACCEPTED,
)


@dataclass(frozen=True, kw_only=True)
class Reuse:
    """Numbers that stand for more than one journey or shipment.

    Attributes:
        kind: "life" (a shipment id that begins again after its end), else the kind of reference
            that stands for several shipments without saying from when.
        cases: How many numbers.
        examples: The first of them, sorted.
    """

    kind: str
    cases: int
    examples: tuple[str, ...]


def glimpse_lives(events: pl.DataFrame) -> pl.Series:
    """Shipments of a bucket that begin again long after they ended.

    Args:
        events: Actual observations, sorted by shipment and time: shipment_id, milestone,
            occurred_at.
    """
    begins = pl.col("milestone").is_in([str(name) for name in _STARTS])
    is_same = pl.col("shipment_id") == pl.col("shipment_id").shift(1)
    silence = pl.col("occurred_at") - pl.col("occurred_at").shift(1)
    late = events.filter(begins & is_same & (silence > pl.duration(days=SILENT_DAYS)))
    ids = late["shipment_id"].unique()
    # There are few of them, so what came before is looked for in their events only.
    is_end = pl.col("milestone").is_in([str(name) for name in TERMINAL])
    ends = events.filter(is_end & pl.col("shipment_id").is_in(ids.implode()))
    first = ends.group_by("shipment_id").agg(ended_at=pl.col("occurred_at").min())
    again = late.join(first, on="shipment_id").filter(pl.col("ended_at") < pl.col("occurred_at"))
    return again["shipment_id"].unique().cast(pl.String)


def reused(lives: Sequence[pl.Series], shared: pl.DataFrame) -> tuple[Reuse, ...]:
    """What all buckets and the references say together."""
    ids = pl.concat([pl.Series(dtype=pl.String), *(part.alias("") for part in lives)]).sort()
    found = (
        [Reuse(kind="life", cases=len(ids), examples=tuple(ids.head(SHOWN)))] if len(ids) else []
    )
    for (kind,), rows in shared.group_by("kind", maintain_order=True):
        examples = tuple(rows["reference"].head(SHOWN))
        found.append(Reuse(kind=str(kind), cases=len(rows), examples=examples))
    return tuple(found)
