"""Rows of tables to a bucket, and its facts: the pipeline between ingest and tallies, in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.milestones import PHYSICAL, Milestone
from tallyclerk.domain.tables import EVENT_IDENTITY, TABLES
from tallyclerk.journey.agreements import commitment_columns
from tallyclerk.journey.build import begin, build
from tallyclerk.journey.context import Context, outage_columns, stamp_columns
from tallyclerk.journey.journeys import Bucket
from tallyclerk.kpis.engine import facts
from tallyclerk.kpis.parameters import parameters_of
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.whole import gathered, glimpse, together, with_whole
from tallyclerk.simulate.emitted import TruthSettings
from tallyclerk.store.hashing import row_hash

Rows = Iterable[Mapping[str, Any]]


def frame(name: str, rows: Rows) -> pl.DataFrame:
    """Rows as a table of the ledger, columns that they do not mention null."""
    schema = TABLES[name]
    return pl.DataFrame([{c: row.get(c) for c in schema} for row in rows], schema=schema)


def bucket_of(tables: Mapping[str, Rows]) -> Bucket:
    """A bucket as the ledger would read it: events deduplicated, with id and physical mark."""
    told = frame("events", tables.get("events", ()))
    actual = pl.col("classifier").fill_null("actual")
    told = told.with_columns(classifier=actual, is_physical=pl.col("milestone").is_in(PHYSICAL))
    told = told.with_columns(event_id=row_hash(told, [*EVENT_IDENTITY, "classifier"]))
    once = told.sort("recorded_at", nulls_last=True).unique(
        "event_id", keep="first", maintain_order=True
    )
    side = {name: frame(name, tables.get(name, ())) for name in TABLES if name != "events"}
    return Bucket(
        events=once,
        shipments=side["shipments"],
        claims=side["claims"],
        tickets=side["tickets"],
        reviews=side["reviews"],
        notices=side["notices"],
    )


def context_of(buckets: Iterable[Bucket], settings: TruthSettings) -> Context:
    """The context of a whole made of some buckets."""
    parts = list(buckets)
    actual = [part.events.filter(pl.col("classifier") == "actual") for part in parts]
    times = [
        t for part in actual for c in ("occurred_at", "recorded_at") for t in part[c].drop_nulls()
    ]
    latest = max(times, default=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    bare = Context(
        as_of=settings.as_of or latest,
        timezone=settings.timezone,
        lane=settings.lane,
        roles=settings.roles,
        commitments=_commitments(settings),
        outages=pl.DataFrame(
            [(out.partner, out.first, out.last) for out in settings.outages],
            schema=outage_columns(),
            orient="row",
        ),
        stamps=pl.DataFrame(
            [(each.partner, each.clock, each.minute) for each in settings.stamps or ()],
            schema=stamp_columns(),
            orient="row",
        ),
        are_outcomes_known=settings.as_of is None or settings.as_of >= latest,
    )
    owed = {who: tuple(map(Milestone, names)) for who, names in settings.must_report.items()}
    return with_whole(
        bare, gathered(together(glimpse(begin(part, bare), bare) for part in parts)), owed
    )


def _commitments(settings: TruthSettings) -> pl.DataFrame:
    rows = [
        {
            "partner": agreed.partner,
            "leg": agreed.leg,
            "committed_lane": agreed.lane,
            "within": dt.timedelta(hours=agreed.hours),
            "clock": "hours",
            "valid_from": agreed.valid_from,
        }
        for agreed in settings.commitments
    ]
    return pl.DataFrame(rows, schema=commitment_columns())


def facts_of(
    bucket: Bucket, context: Context, kpis: Mapping[str, Kpi] | None = None
) -> pl.DataFrame:
    """FACTS of a bucket under all KPIs (or some) with their default parameters."""
    chosen = all_kpis() if kpis is None else kpis
    return facts(build(bucket, context), chosen.values(), parameters_of(chosen, {}))
