"""Numbers with a second life: a parcel that ended, and began again months later under the same id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.milestones import TERMINAL, Milestone
from tallyclerk.ingest.survey.coded import at_shipment

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
        events: Actual observations with codes: shipment_id, milestone, occurred_at.
    """
    begins = pl.col("milestone").is_in([str(name) for name in _STARTS])
    is_end = pl.col("milestone").is_in([str(name) for name in TERMINAL])
    told = events.select("shipment_id", "milestone", "occurred_at")
    ended = told.filter(is_end).group_by("shipment_id").agg(pl.col("occurred_at").min())
    is_later = pl.col("occurred_at") > at_shipment(ended, "occurred_at")
    # There are few of them, so what came before is looked for in their events only.
    ids = told.filter(begins).filter(is_later)["shipment_id"].unique()
    some = told.filter(pl.col("shipment_id").is_in(ids.implode()))
    some = some.sort("shipment_id", "occurred_at", "milestone")
    is_same = pl.col("shipment_id") == pl.col("shipment_id").shift(1)
    silence = pl.col("occurred_at") - pl.col("occurred_at").shift(1)
    is_late = is_same & (silence > pl.duration(days=SILENT_DAYS))
    again = some.filter(begins & is_late).filter(is_later)
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
