"""Looking through the buckets, and counting them: from nothing, or from what an earlier run has left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from tallyclerk import workers
from tallyclerk.config.models import Settings
from tallyclerk.domain.periods import Period
from tallyclerk.engines import is_elsewhere, of_each
from tallyclerk.journey.context import Context
from tallyclerk.kpis.context import owed as owed_to_us
from tallyclerk.kpis.measure import Parameters
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.settled import longest_wait
from tallyclerk.kpis.whole import Whole, gathered, together, with_whole
from tallyclerk.pipeline.buckets import Counting, Looking
from tallyclerk.pipeline.leaving import Archives, Settling, added, write
from tallyclerk.pipeline.merging import Merging, merge
from tallyclerk.pipeline.shares import Beginnings, Share
from tallyclerk.progress import Progress
from tallyclerk.store.cache import APART, Cache, Draft, alone
from tallyclerk.store.ledger import Ledger

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Deriving:
    """Derives what is kept of a ledger, bucket by bucket.

    Attributes:
        settings: The configuration.
        ledger: The store.
        bare: The run's context without what passes over the buckets tell.
        parameters: Of each KPI.
        own_kinds: By partner, the kind of reference that its own exports are keyed by.
        key: Digest of everything the facts follow from.
        progress: Told what is being done.
    """

    settings: Settings
    ledger: Ledger
    bare: Context
    parameters: Mapping[str, Parameters]
    own_kinds: Mapping[str, str]
    key: str
    progress: Progress

    @cached_property
    def archives(self) -> Archives:
        """What runs leave to later ones."""
        return Archives(self.settings, self.ledger, self.bare)

    @cached_property
    def beginnings(self) -> Beginnings:
        """Journeys as far as they go without the whole, of what is not counted yet."""
        former = self.archives.former
        share = Share(self.ledger, former, touched=self.archives.touched if former else ())
        is_apart = workers.are_many(len(share.lots)) or is_elsewhere(self.settings.engine)
        folder = Beginnings.place(self.ledger, self.key) if is_apart else None
        return Beginnings(share, self.bare, folder)

    @cached_property
    def context(self) -> Context:
        """The run's context with what only the whole data know."""
        told = Cache(self.ledger.root, "whole").told(self.key, lambda: self._look().as_json())
        return with_whole(self.bare, Whole.of_json(told), owed_to_us(self.settings))

    def _look(self) -> Whole:
        with alone(self.ledger.root):
            looking = Looking(self.beginnings)
            looked = self._each(looking, looking.beginnings.share, "looking through the ledger")
            former = self.archives.former
            seen = workers.added_up(chain(looked, [former.seen] if former else []), together)
        assert seen is not None  # noqa: S101 - there is a lot, be it empty
        return gathered(seen)

    def count(
        self, counts: Draft, period: Period | None, proofs: Draft | None, owed: Draft | None
    ) -> None:
        """Write the tallies, and evidence and liabilities in the same pass where that can be.

        Args:
            counts: Where the tallies go.
            period: The months whose evidence is wanted.
            proofs: Where it goes; None: nowhere.
            owed: Where the liabilities of all months go; None: nowhere.
        """
        context = self.context  # which also begins the journeys
        former, beginnings = self.archives.former, self.beginnings
        if former and not former.is_settled_under(context, longest_wait(self.parameters)):
            former, beginnings = None, beginnings.of(Share(self.ledger))
        is_all = former is None
        has_period = is_all or (
            period is not None and former is not None and former.is_before(self._start(period))
        )
        with ExitStack() as stack:
            draft = stack.enter_context(self.archives.writing())
            counting = self._counting(
                beginnings, period, proofs if has_period else None, owed if is_all else None
            )
            counting = replace(counting, counts=counts, archive=draft)
            settled = self._counted(counting, "counting")
            count, is_apart = len(beginnings.share.lots), bool(draft or former)
            merge(Merging(counts, tuple(all_kpis()), count, former, is_apart))
            if draft and settled:
                write(draft, self.ledger, context, settled, former, counts.folder / APART)
        if not has_period:
            self.tell(period, proofs, None)
        if not is_all:
            self.tell(None, None, owed)

    def tell(
        self,
        period: Period | None,
        proofs: Draft | None,
        owed: Draft | None,
        cases: pl.DataFrame | None = None,
    ) -> None:
        """Write the evidence of a period, and liabilities, as `count` does, in a pass for them.

        Args:
            period: The months whose evidence is wanted.
            proofs: Where it goes; None: nowhere.
            owed: Where the liabilities of all months go; None: nowhere.
            cases: Of the evidence only these figures, see `Counting`; None: all.
        """
        latest = self.archives.latest
        is_kept = latest and latest.is_of(self.ledger, self.bare.as_of) and latest.is_whole()
        share = Share(self.ledger)
        if period and not owed and is_kept:
            share = Share(self.ledger, latest, self._start(period))
        if proofs or owed:
            beginnings = self.beginnings.of(share)
            counting = self._counting(beginnings, period, proofs, owed)
            self._counted(replace(counting, cases=cases), "looking for evidence")

    def _counted(self, counting: Counting, what: str) -> Settling | None:
        """What the lots add to the archive; the evidence of every one is there."""
        share = counting.beginnings.share
        each = self._each(counting, share, what)
        given = workers.added_up((part for part in each if part), added)
        for draft in (counting.proofs, counting.owed):
            if draft:
                draft.parts(len(share.lots))
        return given

    def _counting(
        self,
        beginnings: Beginnings,
        period: Period | None,
        proofs: Draft | None,
        owed: Draft | None,
    ) -> Counting:
        return Counting(
            beginnings=beginnings,
            context=self.context,
            parameters=self.parameters,
            proofs=proofs,
            owed=owed,
            period=period,
            own_kinds=self.own_kinds,
        )

    def _start(self, period: Period) -> dt.datetime:
        """The first moment of a period."""
        year, month = divmod(period.first, 100)
        return dt.datetime(year, month, 1, tzinfo=ZoneInfo(self.settings.run.timezone))

    def _each(self, work: Callable[[int], T], share: Share, what: str) -> Iterator[T]:
        """What some work gives for each lot of a share."""
        count = len(share.lots)
        self.progress(what, 0, count)
        spread = workers.are_many(count)
        given_each = of_each(work, count, self.settings.engine, spread=spread)
        for done, given in enumerate(given_each, 1):
            yield given
            self.progress(what, done, count)
