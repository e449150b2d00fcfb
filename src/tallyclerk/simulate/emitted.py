"""What a perfect reader of the simulated exports would understand, as frames.

It is the hinge of the simulator: the exports are one writing of it, `truth.json` one counting of it.
Nothing here is what really happened; a scan that nobody reported is not in it, a time that an
export prints without seconds has none here either.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from tallyclerk.domain import tables

EVENT_COLUMNS: Final = (
    "shipment_id",
    "milestone",
    "occurred_at",
    "occurred_date",
    "recorded_at",
    "partner_id",
    "counterpart_id",
    "country",
    "location",
    "destination",
    "reason",
    "pieces",
    "weight_grams",
    "status_raw",
)
"""The columns of `tables.EVENTS` that a message can carry; the others follow from these."""

EVENTS: Final = {name: tables.EVENTS[name] for name in EVENT_COLUMNS}


@dataclass(frozen=True)
class Emitted:
    """The observations in the exports of one run, before deduplication.

    Attributes:
        events: One row per row (or filled cell of a wide row) and shipment it applies to, schema
            `EVENTS` above. Duplicates are in it as often as they were sent. `occurred_at` is UTC
            and never null, at the precision of the export (whole minutes or seconds), read by the
            clock rule: an ambiguous local time is the earlier instant, a non-existent one is
            shifted forward by the gap. `occurred_date` is null unless the export states only a day.
            `partner_id` is null in an aggregator's feed; ids are canonical, never aliases. All
            rows are actual observations. Rows that a reader must refuse are not in it.
        shipments: One row per shipment, schema `tables.SHIPMENTS`, after merging all sources.
        claims: Schema `tables.CLAIMS`.
        tickets: Schema `tables.TICKETS`.
        reviews: Schema `tables.REVIEWS`.
        notices: Schema `tables.NOTICES`.
        references: Schema `tables.REFERENCES`, each (shipment, reference, kind) once.
    """

    events: pl.DataFrame
    shipments: pl.DataFrame
    claims: pl.DataFrame
    tickets: pl.DataFrame
    reviews: pl.DataFrame
    notices: pl.DataFrame
    references: pl.DataFrame


@dataclass(frozen=True)
class Agreed:
    """A time agreed with a partner for a leg, in plain hours; lane None: on every one."""

    partner: str
    leg: str
    hours: int
    lane: str | None = None
    valid_from: dt.date | None = None


@dataclass(frozen=True)
class Outage:
    """UTC days of which most of a partner's messages are missing."""

    partner: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Stamp:
    """A minute in which a partner stamped a whole day's events; clock: recorded or occurred."""

    partner: str
    clock: str
    minute: dt.datetime


@dataclass(frozen=True)
class TruthSettings:
    """The settings of the generated `config.toml` that decide numbers, and what a survey found.

    Attributes:
        as_of: The moment up to which observations count; None is the latest `occurred_at` or
            `recorded_at` of the emitted events.
        timezone: `run.timezone`, the calendar of months.
        lane: `run.lane`, the shipment columns that make a lane.
        roles: Partner id to its first configured role; a partner without a block is not in it.
        must_report: Partner id to the milestones it owes; a partner that has no such key in the
            configuration is not in it (which is not the same as owing nothing).
        commitments: `[[commitments]]` on the clock "hours", in their order.
        outages: Feed outages; the exports that are simulated have none.
        stamps: Minutes in which whole days were stamped; None: those that the data show.
    """

    as_of: dt.datetime | None
    timezone: str
    lane: tuple[str, ...]
    roles: dict[str, str]
    must_report: dict[str, tuple[str, ...]]
    commitments: tuple[Agreed, ...] = ()
    outages: tuple[Outage, ...] = ()
    stamps: tuple[Stamp, ...] | None = ()
