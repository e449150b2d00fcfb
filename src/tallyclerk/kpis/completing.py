"""What facts share with all others of their shipment, and of it and their partner.

It is made once for a bucket and looked up by place: a column of a fact is taken from the row of its
shipment, or of its shipment and partner.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tallyclerk.domain.roles import Role
from tallyclerk.domain.tables import FACTS
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Journeys
from tallyclerk.kpis.packing import CODED

SHARED = ("shipment_id", "lane", "service", "chain", "role", "batch")
"""The columns of FACTS that are made here."""
_UNKNOWN = pl.Series([None], dtype=pl.Int64)


@dataclass(frozen=True)
class Shared:
    """What the facts of a bucket share; texts but for ids of shipments are coded.

    Attributes:
        context: The run.
        places: The place of each shipment in `shipments`, by its sid.
        shipments: shipment_id, lane, service, chain.
        subjects: Shipment and partner (see `_subject`), and their place in `members`.
        members: role, batch.
    """

    context: Context
    places: pl.Series
    shipments: pl.DataFrame
    subjects: pl.DataFrame
    members: pl.DataFrame

    @staticmethod
    def of(journeys: Journeys) -> Shared:
        """What all facts of these journeys share."""
        sids = journeys.shipments["sid"]
        highest = sids.max()
        size = 0 if highest is None else int(highest) + 1  # type: ignore[arg-type]
        unknown = _UNKNOWN.new_from_index(0, size)
        members = _members(journeys)
        subjects = members.select(subject=_subject("partner")).with_row_index("place")
        return Shared(
            journeys.context,
            unknown.scatter(sids, pl.int_range(len(sids), eager=True)),
            journeys.shipments.select(
                "shipment_id", pl.col("lane", "service", "chain").cast(CODED)
            ),
            subjects,
            members.select("role", "batch"),
        )

    def completed(self, own: pl.DataFrame) -> pl.DataFrame:
        """Coded facts of rows that have sid and all other columns than SHARED, coded."""
        keys = own.select(_subject("partner_id"))
        found = keys.join(self.subjects, on="subject", how="left", maintain_order="left")
        of_shipment = self.shipments.select(pl.all().gather(self.places.gather(own["sid"])))
        of_member = self.members.select(pl.all().gather(found["place"]))
        stated = own.hstack(of_shipment).hstack(of_member).select(FACTS.keys())
        roles = (
            pl.col("partner_id")
            .cast(pl.String)
            .replace_strict(
                dict(self.context.roles), default=str(Role.WAREHOUSE), return_dtype=pl.String
            )
        )
        batches = _day_batch(pl.col("cohort_at"), self.context.timezone, partner="partner_id")
        return _filled(_filled(stated, "role", roles), "batch", batches)


def _members(journeys: Journeys) -> pl.DataFrame:
    """One row per shipment and partner: sid, partner, role, batch."""
    own = journeys.custody.lazy().filter(pl.col("place") > 0).select("sid", "partner", "taken_at")
    shipments = journeys.shipments.lazy().select("sid", "lane", "batch_id", "dispatched_at")
    own_at = pl.when(pl.col("role") == Role.SUPPLIER).then("dispatched_at").otherwise("taken_at")
    batch = pl.coalesce("batch_id", _day_batch(own_at, journeys.context.timezone))
    return (
        journeys.members.lazy()
        .join(own, on=["sid", "partner"], how="left")
        .join(shipments, on="sid")
        .select(
            "sid",
            pl.col("partner").cast(CODED),
            role=pl.col("role").cast(CODED),
            batch=batch.cast(CODED),
        )
        .collect()
    )


def _subject(partner: str) -> pl.Expr:
    """Shipment and (coded) partner as one integer, for joins."""
    return (pl.col("sid") * 2**32 + pl.col(partner).to_physical().cast(pl.Int64)).alias("subject")


def _day_batch(time: pl.Expr, timezone: str, partner: str = "partner") -> pl.Expr:
    """The batch of shipments without a physical unit: partner, lane and local day."""
    day = time.dt.convert_time_zone(timezone).dt.date().cast(pl.String)
    names = [pl.col(name).cast(pl.String) for name in (partner, "lane")]
    return pl.concat_str([*names, day], separator="|")


def _filled(stated: pl.DataFrame, name: str, value: pl.Expr) -> pl.DataFrame:
    """Facts with a coded text where it was null; it is made for those rows only."""
    places = stated[name].is_null().arg_true()
    made = stated[places].select(value.cast(CODED)).to_series()
    return stated.with_columns(stated[name].scatter(places, made).alias(name))
