"""One shipment's journey in plain objects: what was seen, who held it, and what every KPI makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.journey.incidents import RULES
from tallyclerk.journey.journeys import Bucket, Journeys
from tallyclerk.journey.observations import first_by
from tallyclerk.kpis.engine import facts
from tallyclerk.kpis.measure import Parameters

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Story:
    """The journey of one shipment; every part is a list of records in order.

    Attributes:
        shipment_id: The shipment.
        shipment: What the merchant said of it, its lane, its chain and how it ended.
        events: occurred_at, recorded_at, milestone, partner, counterpart, country, location,
            status_raw, is_counted, place (file:row).
        custody: partner, role, taken_at, is_implied, end_at, fate.
        handovers: giver, taker, released_at, taken_at, next_partner, next_at.
        gaps: partner, from_at, until_at, is_open, minutes; the longest of each custody.
        incidents: rule, label, is_serious, partner, other.
        facts: kpi, partner_id, role, rule, counterpart, n, hits, minutes, ending, reason.
    """

    shipment_id: str
    shipment: Record
    events: tuple[Record, ...]
    custody: tuple[Record, ...]
    handovers: tuple[Record, ...]
    gaps: tuple[Record, ...]
    incidents: tuple[Record, ...]
    facts: tuple[Record, ...]


def stories(
    bucket: Bucket,
    journeys: Journeys,
    kpis: Mapping[str, Kpi],
    parameters: Mapping[str, Parameters],
) -> list[Story]:
    """Tell the journey of every shipment of a (small) bucket, by shipment id."""
    stated = facts(journeys, kpis.values(), parameters)
    told = []
    for shipment in journeys.shipments.sort("shipment_id").iter_rows(named=True):
        sid, shipment_id = shipment["sid"], shipment["shipment_id"]
        mine = pl.col("shipment_id") == shipment_id
        told.append(
            Story(
                shipment_id=shipment_id,
                shipment=shipment,
                events=_events(bucket.events.filter(mine), journeys, sid),
                custody=_of(journeys.custody, sid),
                handovers=_of(journeys.handovers, sid),
                gaps=_gaps(journeys, sid),
                incidents=_incidents(journeys, sid),
                facts=_records(stated.filter(mine, (pl.col("n") > 0) | _is_out()), _FACT_ORDER),
            )
        )
    return told


_FACT_ORDER = ("kpi", "partner_id", "role", "rule", "counterpart", "cohort_at")


def _is_out() -> pl.Expr:
    return pl.col("reason").is_not_null()


def _records(frame: pl.DataFrame, order: tuple[str, ...] = ()) -> tuple[Record, ...]:
    ordered = frame.sort(order, nulls_last=False) if order else frame
    return tuple(ordered.iter_rows(named=True))


def _of(frame: pl.DataFrame, sid: int) -> tuple[Record, ...]:
    return _records(frame.filter(pl.col("sid") == sid))


def _events(events: pl.DataFrame, journeys: Journeys, sid: int) -> tuple[Record, ...]:
    """Every event that was told, in order, with its partner as resolved, counted or not."""
    seen = journeys.observations.filter(pl.col("sid") == sid).select("event_id", "partner")
    return _records(
        events.join(seen, on="event_id", how="left")
        .with_columns(
            is_counted=pl.col("event_id").is_in(seen["event_id"].implode()),
            partner=pl.coalesce("partner", "partner_id"),
            counterpart=pl.col("counterpart_id"),
            place=pl.format("{}:{}", "source_file", "source_row"),
        )
        .select(
            "occurred_at",
            "recorded_at",
            "occurred_date",
            "milestone",
            "partner",
            "counterpart",
            "country",
            "location",
            "status_raw",
            "classifier",
            "is_counted",
            "place",
        )
    )


def _gaps(journeys: Journeys, sid: int) -> tuple[Record, ...]:
    """The longest silence of each custody."""
    silent = journeys.silences.filter(pl.col("sid") == sid).with_columns(
        minutes=(pl.col("until_at") - pl.col("from_at")).dt.total_minutes()
    )
    longest_first = silent.lazy().sort("minutes", "from_at", descending=[True, False])
    longest = first_by(longest_first, "partner").collect()
    return _records(longest, ("from_at", "partner"))


def _incidents(journeys: Journeys, sid: int) -> tuple[Record, ...]:
    labels = {rule.name: rule.label for rule in RULES}
    return tuple(
        {**incident, "label": labels[incident["rule"]]} for incident in _of(journeys.incidents, sid)
    )
