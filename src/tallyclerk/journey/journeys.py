"""JOURNEYS: the tables that describe a bucket's shipments, from which every KPI is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from tallyclerk.journey.context import Context


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """What the ledger holds of a set of shipments, in the schemas of `tallyclerk.domain.tables`."""

    events: pl.DataFrame
    shipments: pl.DataFrame
    claims: pl.DataFrame
    tickets: pl.DataFrame
    reviews: pl.DataFrame
    notices: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Journeys:
    """The journeys of a bucket. `sid` numbers its shipments; every table is sorted by it.

    Attributes:
        context: The run they were derived for.
        observations: See `tallyclerk.journey.observations.observe`.
        members: Chain of each shipment, see `tallyclerk.journey.custody.members`.
        shipments: See `tallyclerk.journey.shipments.describe`.
        custody: See `tallyclerk.journey.custody.custody`.
        handovers: See `tallyclerk.journey.handovers.handovers`.
        silences: See `tallyclerk.journey.silences.silences`.
        requirements: See `tallyclerk.journey.requirements.requirements`.
        late_starts: See `tallyclerk.journey.silent.late_starts`.
        unseen: See `tallyclerk.journey.silent.unseen`.
        unseen_requirements: What these partners owed, in the columns of `requirements`.
        claims: CLAIMS filed by `as_of`, with sid.
        tickets: TICKETS opened by `as_of`, with sid.
        reviews: REVIEWS given by `as_of`, with sid.
        notices: Customer notices sent by `as_of`: sid, sent_at.
        find_incidents: Tells the incidents from all the others, and those excused by an outage.
    """

    context: Context
    observations: pl.DataFrame
    members: pl.DataFrame
    shipments: pl.DataFrame
    custody: pl.DataFrame
    handovers: pl.DataFrame
    silences: pl.DataFrame
    requirements: pl.DataFrame
    late_starts: pl.DataFrame
    unseen: pl.DataFrame
    unseen_requirements: pl.DataFrame
    claims: pl.DataFrame
    tickets: pl.DataFrame
    reviews: pl.DataFrame
    notices: pl.DataFrame
    find_incidents: Callable[[Journeys], tuple[pl.DataFrame, pl.DataFrame]]

    @property
    def incidents(self) -> pl.DataFrame:
        """See `tallyclerk.journey.incidents.incidents`; without those in `outage_incidents`."""
        return self._found[0]

    @property
    def outage_incidents(self) -> pl.DataFrame:
        """What would be incidents but for a feed outage, see `tallyclerk.journey.outages`."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        return self.find_incidents(self)
