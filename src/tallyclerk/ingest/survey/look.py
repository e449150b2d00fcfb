"""What one bucket shows to a survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tallyclerk.ingest.survey import days, outages, stamps
from tallyclerk.ingest.survey.chains import members, with_reporter
from tallyclerk.ingest.survey.coded import added_up, coded
from tallyclerk.ingest.survey.corrected import glimpse_corrected
from tallyclerk.ingest.survey.coverage import CoverageGlimpse, glimpse_coverage
from tallyclerk.ingest.survey.days import days_told
from tallyclerk.ingest.survey.hours import HourGlimpse, glimpse_hours
from tallyclerk.ingest.survey.link_glimpses import LinkGlimpse, glimpse_links
from tallyclerk.ingest.survey.order import OrderGlimpse, glimpse_order, on_path
from tallyclerk.ingest.survey.outages import glimpse_outages
from tallyclerk.ingest.survey.restated import glimpse_restated
from tallyclerk.ingest.survey.reuse import glimpse_lives
from tallyclerk.ingest.survey.stamps import (
    FOR_STAMPS,
    glimpse_stamps,
    recount_stamps,
    told_on,
)
from tallyclerk.ingest.survey.twice import glimpse_twice
from tallyclerk.store import Ledger
from tallyclerk.store.dedupe import FOR_DEDUPE
from tallyclerk.store.looking import Share
from tallyclerk.store.telling import Telling, telling

_AT_ONCE = 8
COLUMNS = (
    *("shipment_id", "milestone", "classifier", "partner_id", "counterpart_id", "role"),
    *("occurred_at", "recorded_at", "time_source", "time_precision"),
    *("inherited", "country", "source"),
)
"""What is looked at of events."""
_TOLD = {*COLUMNS, *FOR_DEDUPE}


@dataclass(frozen=True, kw_only=True)
class Glimpse:
    """What one bucket contributes."""

    links: LinkGlimpse
    order: OrderGlimpse
    hours: HourGlimpse
    lives: pl.Series
    changes: pl.DataFrame
    corrections: pl.DataFrame
    coverage: CoverageGlimpse
    twice: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Days:
    """What one bucket, or several together, contribute by day: large tables of counts."""

    stamps: pl.DataFrame
    told: pl.DataFrame
    due: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Look:
    """Looks at the shipments of one bucket under some settings."""

    timezone: str
    roles: Mapping[str, str]

    @property
    def given(self) -> str:
        """The settings in words."""
        return repr((self.timezone, sorted(self.roles.items())))

    def glimpse(self, share: Share[Ledger]) -> tuple[Glimpse, Days]:
        """What some shipments contribute."""
        return self.seen(telling(*share.opened(), COLUMNS).slim())

    def seen(self, told: Telling[Ledger]) -> tuple[Glimpse, Days]:
        """What those contribute of whom all that is told is read."""
        actual, shipments = _reported(told.kept, told.shipments)
        chain = members(actual, shipments, self.roles)
        path = on_path(actual, chain)
        by_day = Days(
            stamps=glimpse_stamps(actual),
            told=days_told(told, self.timezone),
            due=glimpse_outages(path, chain),
        )
        glimpse = Glimpse(
            links=glimpse_links(chain, shipments),
            order=glimpse_order(path),
            hours=glimpse_hours(actual, shipments),
            lives=glimpse_lives(actual),
            changes=glimpse_restated(told.ledger, told.bucket, shipments),
            corrections=glimpse_corrected(told.ledger, told.bucket),
            coverage=glimpse_coverage(actual),
            twice=glimpse_twice(actual),
        )
        return glimpse, by_day

    def recount(self, days: pl.DataFrame, share: Share[Ledger]) -> pl.DataFrame:
        """What some shipments contribute to the minutes of some days."""
        ledger, bucket = share.opened()
        near = told_on(ledger.told("events", bucket, {*FOR_STAMPS}), days)
        some = ledger.about(near["shipment_id"].unique())
        kept = some.kept(some.told("events", bucket, _TOLD), bucket)
        return recount_stamps(_reported(kept, some.read_table("shipments", bucket))[0], days)


def _reported(kept: pl.DataFrame, shipments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Actual ones of some observations, each with its reporter, and the shipments; both coded."""
    actual = kept.select(COLUMNS).filter(pl.col("classifier") == "actual")
    events, shipments = coded(actual, shipments)
    return with_reporter(events, shipments), shipments


def taken_in(parts: Iterable[tuple[Glimpse, Days]]) -> tuple[list[Glimpse], Days]:
    """What all buckets contribute; their days, of which each has nearly all, added up as they come."""
    seen: list[Glimpse] = []
    by_day: list[Days] = []
    for glimpse, of_bucket in parts:
        seen.append(glimpse)
        by_day.append(of_bucket)
        if len(by_day) == _AT_ONCE:
            by_day = [_together(by_day)]
    return seen, _together(by_day)


def _together(parts: Sequence[Days]) -> Days:
    return Days(
        stamps=added_up([part.stamps for part in parts], stamps.KEY),
        told=added_up([part.told for part in parts], days.KEY),
        due=added_up([part.due for part in parts], outages.KEY),
    )
