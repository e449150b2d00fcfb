"""The pass over the ledger that a survey is made of."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pydantic import TypeAdapter

from tallyclerk.config.models import Settings
from tallyclerk.digests import code_digest, digest_of
from tallyclerk.ingest.survey.chains import members, with_reporter
from tallyclerk.ingest.survey.hours import HourGlimpse, glimpse_hours, telling
from tallyclerk.ingest.survey.links import Link, LinkGlimpse, glimpse_links, links_of, of_pending
from tallyclerk.ingest.survey.order import OrderGlimpse, disagreeing, glimpse_order
from tallyclerk.ingest.survey.places import contradicting
from tallyclerk.ingest.survey.reuse import Reuse, glimpse_lives, reused
from tallyclerk.ingest.survey.signs import Sign
from tallyclerk.progress import Progress, silent
from tallyclerk.store import Ledger
from tallyclerk.store.cache import Cache
from tallyclerk.store.resolve import shared_numbers, unresolved

_COLUMNS = [
    *("shipment_id", "milestone", "classifier", "partner_id", "counterpart_id", "role"),
    *("occurred_at", "recorded_at", "time_precision", "inherited", "country", "source"),
]


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What the whole ledger shows of its exports.

    Attributes:
        links: What partners know of each other's shipments, sorted by partner and other.
        reuses: Numbers that stand for more than one journey.
        clocks: What makes clocks doubtful, sorted by source and kind.
    """

    links: tuple[Link, ...]
    reuses: tuple[Reuse, ...]
    clocks: tuple[Sign, ...]


def survey_of(ledger: Ledger, settings: Settings, progress: Progress = silent) -> Survey:
    """The survey of a ledger, from beside it or made anew."""
    roles = {name: str(p.roles[0]) for name, p in settings.partners.items() if p.roles}
    key = digest_of(
        code_digest("ingest/survey"), ledger.manifest.digest, repr(sorted(roles.items()))
    )
    kept = TypeAdapter(Survey)
    told = Cache(ledger.root, "survey").told(
        key, lambda: kept.dump_python(_take(ledger, roles, progress), mode="json")
    )
    return kept.validate_python(told)


def _take(ledger: Ledger, roles: dict[str, str], progress: Progress) -> Survey:
    links: list[LinkGlimpse] = [of_pending(_pending(ledger), roles)]
    orders: list[OrderGlimpse] = []
    hours: list[HourGlimpse] = []
    lives: list[pl.Series] = []
    for bucket in range(ledger.bucket_count):
        progress("surveying the ledger", bucket, ledger.bucket_count)
        rows = ledger.read_events(bucket, _COLUMNS)
        shipments = ledger.read_table("shipments", bucket)
        actual = with_reporter(rows.filter(pl.col("classifier") == "actual"), shipments)
        chain = members(actual, shipments, roles)
        links.append(glimpse_links(chain, shipments))
        orders.append(glimpse_order(actual, chain))
        hours.append(glimpse_hours(actual, shipments))
        lives.append(glimpse_lives(actual))
    signs = [*disagreeing(orders), *telling(hours), *contradicting(ledger)]
    return Survey(
        links=links_of(links),
        reuses=reused(lives, shared_numbers(ledger.root, ledger.manifest.active)),
        clocks=tuple(sorted(signs, key=lambda s: (s.source, s.kind, s.partner or "", s.words))),
    )


def _pending(ledger: Ledger) -> pl.DataFrame:
    """Keys of observations that no source maps to a shipment, with the partner that told them."""
    keys = unresolved(ledger.root, ledger.manifest.active, "events", ["partner_id"])
    return keys.select(shipment_id="key", partner="partner_id").drop_nulls().unique()
