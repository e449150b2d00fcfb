"""The tables of a run as other tools take them, bucket by bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl
import polars.selectors as cs

from tallyclerk.domain.roles import CHAIN_COLUMNS
from tallyclerk.domain.tables import EVENTS, FACTS
from tallyclerk.errors import UsageError
from tallyclerk.journey.build import build
from tallyclerk.journey.journeys import Bucket, Journeys
from tallyclerk.journey.shipments import FIRSTS, lane_of, yyyymm
from tallyclerk.judge.cuts import Cuts
from tallyclerk.kpis.engine import facts
from tallyclerk.pipeline.passes import Passes

Rows = pl.LazyFrame
_SHIPMENT = ["sid", "shipment_id", "lane", "service", "dispatched_at"]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a run.

    Attributes:
        partners: Columns that name partners: a row of one that is asked for is kept.
        time: Column whose month is the row's; None: it has a `month`.
        filters: Which of the shared filters it knows.
        rows: Makes it from a bucket.
    """

    partners: tuple[str, ...]
    time: str | None
    filters: frozenset[str]
    rows: Callable[[Passes, Bucket], Rows]


def tables_of(passes: Passes, name: str, cuts: Cuts) -> Iterator[pl.DataFrame]:
    """One table, bucket by bucket, as far as it is asked for.

    Args:
        passes: Of the run.
        name: One of `TABLES`.
        cuts: The rows asked for.

    Yields:
        Equal columns each time; sorted within a bucket, and a shipment is in one bucket only.

    Raises:
        UsageError: A filter is given that the table does not know.
    """
    table = TABLES[name]
    given = {"role": cuts.roles, "lane": cuts.lanes, "service": cuts.services, "kpi": cuts.kpis}
    for option, wanted in given.items():
        if wanted and option not in table.filters:
            known = ", ".join(f"--{known}" for known in sorted(table.filters))
            raise UsageError(
                f"--{option} does not apply to {name}", how=f"{name} take --partner, {known}"
            )
    for bucket in passes.buckets(f"exporting {name}"):
        rows = table.rows(passes, bucket).with_columns(cs.categorical().cast(pl.String))
        yield _cut(rows, table, cuts, passes.settings.run.timezone).collect()


def _cut(rows: Rows, table: Table, cuts: Cuts, timezone: str) -> Rows:
    """The rows asked for, without the helper columns that only filters need."""
    if cuts.partners:
        rows = rows.filter(
            pl.any_horizontal(pl.col(name).is_in(cuts.partners) for name in table.partners)
        )
    for column, wanted in (
        *(("role", cuts.roles), ("lane", cuts.lanes), ("service", cuts.services)),
        ("kpi", cuts.kpis),
    ):
        if wanted:
            rows = rows.filter(pl.col(column).is_in(wanted))
    if cuts.period:
        month = (
            yyyymm(pl.col(table.time).dt.convert_time_zone(timezone))
            if table.time
            else pl.col("month")
        )
        rows = rows.filter(month.is_between(cuts.period.first, cuts.period.last))
    return rows


def _events(passes: Passes, bucket: Bucket) -> Rows:
    lane = lane_of(passes.settings.run.lane).alias("lane")
    shipments = bucket.shipments.lazy().select("shipment_id", lane, "service")
    told = bucket.events.lazy().join(shipments, on="shipment_id", how="left")
    order = ("shipment_id", "occurred_at", "milestone", "event_id")
    return told.select(*EVENTS, "lane", "service").sort(order)


def _journeys(passes: Passes, bucket: Bucket) -> Rows:
    shipments = build(bucket, passes.context).shipments.lazy()
    firsts = [f"{prefix}_at" for prefix in FIRSTS]
    given = [name for name in bucket.shipments.columns if name != "shipment_id"]
    ends = ["first_taker", "dispatched_at", "due_at", "ended_at", "end_fate", "undated_fate"]
    more = ["released_at", "delivered_at", "lost_at", "first_scan_at", "last_scan_at"]
    return shipments.select("shipment_id", *given, "lane", "chain", *firsts, *more, *ends).sort(
        "shipment_id"
    )


def _with_shipment(journeys: Journeys, rows: pl.DataFrame, *columns: str) -> Rows:
    shipments = journeys.shipments.lazy().select(_SHIPMENT)
    joined = rows.lazy().join(shipments, on="sid", maintain_order="left")
    return joined.select("shipment_id", *columns, "lane", "service", "dispatched_at")


def _handovers(passes: Passes, bucket: Bucket) -> Rows:
    journeys = build(bucket, passes.context)
    columns = ("giver", "giver_role", "named", "taker", "next_partner")
    times = ("released_at", "taken_at", "next_at", "released_event", "taken_event", "next_event")
    stated = ("pieces", "weight_grams", "destination")
    rows = _with_shipment(journeys, journeys.handovers, *columns, *times, *stated)
    return rows.sort("shipment_id", "released_at", "giver", "released_event", nulls_last=True)


def _incidents(passes: Passes, bucket: Bucket) -> Rows:
    journeys = build(bucket, passes.context)
    columns = ("rule", "is_serious", "partner", "other", "from_event", "to_event")
    rows = _with_shipment(journeys, journeys.incidents, *columns)
    return rows.sort("shipment_id", *columns, nulls_last=True)


def _facts(passes: Passes, bucket: Bucket) -> Rows:
    stated = facts(build(bucket, passes.context), passes.kpis.values(), passes.parameters)
    return stated.lazy().select(FACTS.keys()).sort(list(FACTS), nulls_last=True)


_LANES = frozenset({"lane", "service"})
TABLES: dict[str, Table] = {
    "events": Table(
        partners=("partner_id", "counterpart_id"),
        time="occurred_at",
        filters=_LANES | {"role"},
        rows=_events,
    ),
    "journeys": Table(
        partners=tuple(CHAIN_COLUMNS), time="dispatched_at", filters=_LANES, rows=_journeys
    ),
    "handovers": Table(
        partners=("giver", "taker", "next_partner"),
        time="released_at",
        filters=_LANES,
        rows=_handovers,
    ),
    "incidents": Table(
        partners=("partner",), time="dispatched_at", filters=_LANES, rows=_incidents
    ),
    "facts": Table(
        partners=("partner_id",), time=None, filters=_LANES | {"role", "kpi"}, rows=_facts
    ),
}
"""Every table that can be exported."""
