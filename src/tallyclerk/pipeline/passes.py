"""The passes over the ledger's buckets: what the whole tells, tallies, and evidence.

What counts is imported where it is called: who asks for tallies that are kept does not wait for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from tallyclerk.config.models import Settings
from tallyclerk.digests import config_digest, definitions_digest, digest_of
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period
from tallyclerk.ingest.flaws import Flaws, flaws_of
from tallyclerk.journey.context import outage_columns, stamp_columns
from tallyclerk.judge.money import check_money
from tallyclerk.judge.terms import check_terms
from tallyclerk.kpis.links import unlinked_pairs
from tallyclerk.kpis.parameters import parameters_of
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.progress import Progress, silent
from tallyclerk.store.cache import Cache, Draft
from tallyclerk.store.ledger import Ledger

if TYPE_CHECKING:
    from tallyclerk.journey.context import Context
    from tallyclerk.journey.journeys import Bucket
    from tallyclerk.pipeline.buckets import Beginnings

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Passes:
    """Derives tables from an open ledger, bucket by bucket, and keeps them beside it.

    Attributes:
        settings: The configuration.
        ledger: The store.
        as_of: Nothing recorded later is known.
        progress: Told what is being done.
    """

    settings: Settings
    ledger: Ledger
    as_of: dt.datetime
    progress: Progress = silent

    @cached_property
    def kpis(self) -> Mapping[str, Kpi]:
        """The definitions by name."""
        return all_kpis()

    @cached_property
    def parameters(self) -> dict[str, dict[str, int]]:
        """The parameters of each KPI; refuses settings that name what is not defined."""
        check_terms(self.settings, self.kpis)
        check_money(self.settings, self.kpis)
        excused = [name for excuse in self.settings.excuses for name in excuse.kpis]
        return parameters_of(self.kpis, self.settings.kpis, excused)

    @cached_property
    def key(self) -> str:
        """Digest of everything the facts follow from."""
        return digest_of(
            definitions_digest(),
            self.ledger.inputs_digest(),
            config_digest(self.settings, with_targets=False),
            self.as_of.isoformat(),
            repr(self.unlinked.rows()),
            repr(self.outages.rows()),
            repr(self.stamps.rows()),
        )

    @cached_property
    def flaws(self) -> Flaws:
        """What is wrong with whole exports."""
        return flaws_of(self.ledger, self.settings, self.progress)

    @cached_property
    def unlinked(self) -> pl.DataFrame:
        """Pairs of partners whose ids do not link: partner, other, role of the other."""
        return unlinked_pairs(self.flaws.unlinked)

    @cached_property
    def outages(self) -> pl.DataFrame:
        """Days of which most of a partner's messages are missing: partner, first, last."""
        return pl.DataFrame(self.flaws.outages, schema=outage_columns(), orient="row")

    @cached_property
    def stamps(self) -> pl.DataFrame:
        """Minutes in which partners stamped a whole day's events: partner, clock, minute."""
        return pl.DataFrame(self.flaws.stamps, schema=stamp_columns(), orient="row")

    @cached_property
    def bare(self) -> Context:
        """The run's context without what only the whole data know."""
        from tallyclerk.kpis.context import bare_context

        return bare_context(self.settings, self.as_of, self.ledger.latest_time())

    @cached_property
    def beginnings(self) -> Beginnings:
        """Journeys as far as they go without the whole."""
        from tallyclerk.engines import is_elsewhere
        from tallyclerk.pipeline.buckets import Beginnings
        from tallyclerk.workers import are_many

        apart = is_elsewhere(self.settings.engine) or are_many(self.ledger.bucket_count)
        folder = Beginnings.place(self.ledger, self.key) if apart else None
        return Beginnings(self.ledger, self.bare, folder)

    @cached_property
    def context(self) -> Context:
        """The run's context with what only the whole data know."""
        from tallyclerk.kpis.context import owed
        from tallyclerk.kpis.whole import Whole, gathered, with_whole
        from tallyclerk.pipeline.buckets import Looking

        told = Cache(self.ledger.root, "whole").told(
            self.key,
            lambda: gathered(
                self._each(Looking(self.beginnings), "looking through the ledger")
            ).as_json(),
        )
        whole = with_whole(self.bare, Whole.of_json(told), owed(self.settings))
        return replace(whole, unlinked=self.unlinked, outages=self.outages, stamps=self.stamps)

    @cached_property
    def own_kinds(self) -> dict[str, str]:
        """By partner, the kind of reference that its own exports are keyed by, where it is not ours."""
        from tallyclerk.store.owners import own_kinds

        return own_kinds(self.ledger, self.settings)

    def told_once(self, kind: str, tell: Callable[[], Any]) -> Any:
        """A small JSON value that follows from the tallies, kept beside them."""
        return Cache(self.ledger.root, kind).told(self.key, tell)

    def bucket(self, number: int) -> Bucket:
        """One bucket of the ledger."""
        from tallyclerk.pipeline.buckets import read_bucket

        return read_bucket(self.ledger, number)

    def buckets(self, what: str) -> Iterator[Bucket]:
        """Every bucket in turn, saying what is done with them."""
        count = self.ledger.bucket_count
        for number in range(count):
            self.progress(what, number, count)
            yield self.bucket(number)
        self.progress(what, count, count)

    def tallies(self) -> pl.LazyFrame:
        """TALLIES of the whole ledger; a scan of them reads only the KPIs that it needs."""
        found = self._tallies.read(self.key)
        return found if found is not None else self.derive()[0]

    def evidence(self, period: Period) -> pl.LazyFrame:
        """FACTS of a period with what they can be checked by (`tallyclerk.kpis.evidence.PROOF`)."""
        found = self._evidence.read(self._evidence_key(period))
        return found if found is not None else self.derive(period)[1]

    def earlier(self, period: Period) -> pl.LazyFrame:
        """As `evidence`, of months before those a report is about: kept beside theirs."""
        kept, key = Cache(self.ledger.root, "earlier"), self._evidence_key(period)
        found = kept.read(key)
        if found is not None:
            return found
        with kept.writing(key) as proofs:
            self._pass(period, None, proofs)
        return self.earlier(period)

    def derive(self, period: Period | None = None) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """Tallies, and evidence of a period, in one pass over the ledger for what is missing.

        Returns:
            The tallies and the evidence (empty without a period).
        """
        empty = pl.LazyFrame()
        tallies = self._tallies.read(self.key)
        proof_key = self._evidence_key(period) if period else ""
        proof = self._evidence.read(proof_key) if period else empty
        if tallies is not None and proof is not None:
            return tallies, proof
        with ExitStack() as stack:
            counts = proofs = owed = None
            if self.settings.terms and self._liabilities.read(self.key) is None:
                owed = stack.enter_context(self._liabilities.writing(self.key))
            if tallies is None:
                counts = stack.enter_context(self._tallies.writing(self.key))
            if proof is None:
                proofs = stack.enter_context(self._evidence.writing(proof_key))
            self._pass(period, counts, proofs, owed)
        return self.derive(period)

    def liabilities(self) -> pl.LazyFrame:
        """LIABILITIES of all months, with what they can be checked by."""
        found = self._liabilities.read(self.key)
        if found is not None:
            return found
        with self._liabilities.writing(self.key) as owed:
            self._pass(None, None, None, owed)
        return self.liabilities()

    def _pass(
        self,
        period: Period | None,
        counts: Draft | None,
        proofs: Draft | None,
        owed: Draft | None = None,
    ) -> None:
        from tallyclerk import workers
        from tallyclerk.pipeline.buckets import Counting, Merging

        context = self.context  # which also begins the journeys
        counting = Counting(
            beginnings=self.beginnings,
            context=context,
            parameters=self.parameters,
            counts=counts,
            proofs=proofs,
            owed=owed,
            period=period,
            own_kinds=self.own_kinds,
        )
        for _ in self._each(counting, "counting"):
            pass
        if counts:
            merging = Merging(counts, counts.names())
            many = workers.are_many(self.ledger.bucket_count)
            for _ in workers.of_each(merging, len(merging.names), spread=many):
                pass

    def _each(self, work: Callable[[int], T], what: str) -> Iterator[T]:
        """What some work gives for each bucket."""
        from tallyclerk.engines import of_each
        from tallyclerk.workers import are_many

        count = self.ledger.bucket_count
        self.progress(what, 0, count)
        given_each = of_each(work, count, self.settings.engine, spread=are_many(count))
        for done, given in enumerate(given_each, 1):
            yield given
            self.progress(what, done, count)

    @property
    def _tallies(self) -> Cache:
        return Cache(self.ledger.root, "tallies")

    @property
    def _liabilities(self) -> Cache:
        return Cache(self.ledger.root, "liabilities")

    @property
    def _evidence(self) -> Cache:
        return Cache(self.ledger.root, "evidence")

    def _evidence_key(self, period: Period) -> str:
        return digest_of(self.key, period.label, *self.own_kinds, *self.own_kinds.values())


def in_order(stated: pl.LazyFrame) -> pl.DataFrame:
    """FACTS in the order that people and files get them in."""
    keys = ("partner_id", "role", "kpi", "rule", "shipment_id", "counterpart", "cohort_at")
    return stated.sort(keys).collect()
