"""A bucket of the ledger to its journeys: the order of the steps, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields

import polars as pl

from tallyclerk.domain.milestones import Milestone
from tallyclerk.journey.context import Context
from tallyclerk.journey.custody import custody, members, takings, with_supplier
from tallyclerk.journey.handovers import handovers
from tallyclerk.journey.incidents import incidents
from tallyclerk.journey.journeys import Bucket, Journeys
from tallyclerk.journey.observations import known_events, number_shipments, observe
from tallyclerk.journey.outages import in_outages
from tallyclerk.journey.requirements import of_unseen, requirements
from tallyclerk.journey.shipments import describe
from tallyclerk.journey.silences import silences
from tallyclerk.journey.silent import late_starts, unseen


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Journeys as far as they go without what only the whole data know.

    Attributes:
        observations: See `tallyclerk.journey.observations.observe`.
        members: See `tallyclerk.journey.custody.members`.
        shipments: See `tallyclerk.journey.shipments.describe`.
        custody: See `tallyclerk.journey.custody.custody`.
        handovers: See `tallyclerk.journey.handovers.handovers`.
        claims: CLAIMS filed by `as_of`, with sid.
        tickets: TICKETS opened by `as_of`, with sid.
        reviews: REVIEWS given by `as_of`, with sid.
        notices: Customer notices sent by `as_of`: sid, sent_at.
    """

    observations: pl.DataFrame
    members: pl.DataFrame
    shipments: pl.DataFrame
    custody: pl.DataFrame
    handovers: pl.DataFrame
    claims: pl.DataFrame
    tickets: pl.DataFrame
    reviews: pl.DataFrame
    notices: pl.DataFrame


def build(bucket: Bucket, context: Context) -> Journeys:
    """Derives the journeys of a bucket's shipments.

    For any partition of the shipments the journeys of the parts together are those of the whole:
    what needs the whole comes in through `context`.
    """
    return complete(begin(bucket, context), context)


def begin(bucket: Bucket, context: Context) -> Begun:
    """The part that needs only the settings of `context`, not what the whole data tell."""
    events = known_events(bucket.events, context)
    numbered = number_shipments(events, bucket.shipments)
    seen = observe(events, numbered)
    chain = members(seen, numbered, context)
    numbered = with_supplier(numbered, seen, chain)
    taken = takings(seen, chain)
    shipments = describe(seen, numbered, taken, context)
    return Begun(
        observations=seen,
        members=chain,
        shipments=shipments,
        custody=custody(taken, shipments),
        handovers=handovers(seen, shipments, chain, taken),
        claims=_known_rows(bucket.claims, "filed_at", numbered, context),
        tickets=_known_rows(bucket.tickets, "opened_at", numbered, context),
        reviews=_known_rows(bucket.reviews, "given_at", numbered, context),
        notices=_notices(bucket.notices, seen, numbered, context),
    )


def complete(begun: Begun, context: Context) -> Journeys:
    """The journeys that have begun, with what the whole data tell."""
    seen, shipments = begun.observations, begun.shipments
    held, released = begun.custody, begun.handovers
    missing = unseen(shipments, held, released, context)
    return Journeys(
        context=context,
        silences=silences(seen, held, context),
        requirements=requirements(seen, shipments, held, released, context),
        late_starts=late_starts(seen, shipments, held, released, context),
        unseen=missing,
        unseen_requirements=of_unseen(seen, shipments, missing, released, context),
        find_incidents=_incidents,
        **{field.name: getattr(begun, field.name) for field in fields(Begun)},
    )


def _incidents(journeys: Journeys) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Incidents, and what would be some but for a feed outage; found when a KPI asks for them."""
    found = incidents(journeys)
    excused = in_outages(found, journeys)
    raised = found.join(
        excused, on=found.columns, how="anti", nulls_equal=True, maintain_order="left"
    )
    return raised, excused


def _known_rows(
    table: pl.DataFrame, time: str, shipments: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """Rows of a side table that were there at `as_of` (undated ones: at the data's end), with sid."""
    return (
        table.lazy()
        .filter((pl.col(time) <= context.now).fill_null(value=context.are_outcomes_known))
        .join(shipments.lazy().select("shipment_id", "sid"), on="shipment_id")
        .sort("sid", time, *(c for c in table.columns if c not in {"shipment_id", time}))
        .collect()
    )


def _notices(
    notices: pl.DataFrame, seen: pl.DataFrame, shipments: pl.DataFrame, context: Context
) -> pl.DataFrame:
    sent = _known_rows(notices, "sent_at", shipments, context).select("sid", "sent_at")
    told = seen.filter(pl.col("milestone") == Milestone.CUSTOMER_NOTIFIED).select(
        "sid", sent_at="occurred_at"
    )
    return pl.concat([sent, told]).sort("sid", "sent_at")
