"""The passes over the ledger's buckets: what the whole tells, tallies, and evidence.

What counts is imported where it is called: who asks for tallies that are kept does not wait for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from tallyclerk import workers
from tallyclerk.config.models import Settings
from tallyclerk.digests import code_digest, config_digest, definitions_digest, digest_of
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
from tallyclerk.store.cache import Cache, alone
from tallyclerk.store.ledger import Ledger

if TYPE_CHECKING:
    from tallyclerk.journey.context import Context
    from tallyclerk.journey.journeys import Bucket
    from tallyclerk.pipeline.deriving import Deriving


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
        """Digest of everything the facts, and what they can be checked by, follow from.

        The files that count are in it, for identities say neither when an event was recorded nor
        where it is told.
        """
        told = self.bare
        return digest_of(
            definitions_digest(),
            code_digest("pipeline", "store"),
            pl.__version__,
            self.ledger.manifest.digest,
            config_digest(self.settings, with_targets=False),
            self.as_of.isoformat(),
            *(repr(rows.rows()) for rows in (told.unlinked, told.outages, told.stamps)),
        )

    @cached_property
    def flaws(self) -> Flaws:
        """What is wrong with whole exports."""
        return flaws_of(self.ledger, self.settings, self.progress)

    @cached_property
    def bare(self) -> Context:
        """The run's context without what passes over the buckets tell."""
        from tallyclerk.kpis.context import bare_context

        return replace(
            bare_context(self.settings, self.as_of, self.ledger.latest_time()),
            unlinked=unlinked_pairs(self.flaws.unlinked),
            outages=pl.DataFrame(self.flaws.outages, schema=outage_columns(), orient="row"),
            stamps=pl.DataFrame(self.flaws.stamps, schema=stamp_columns(), orient="row"),
        )

    @cached_property
    def deriving(self) -> Deriving:
        """What looks through the buckets and counts them."""
        from tallyclerk.pipeline.deriving import Deriving

        return Deriving(
            settings=self.settings,
            ledger=self.ledger,
            bare=self.bare,
            parameters=self.parameters,
            own_kinds=self.own_kinds,
            key=self.key,
            progress=self.progress,
        )

    @property
    def context(self) -> Context:
        """The run's context with what only the whole data know."""
        return self.deriving.context

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
        from tallyclerk.pipeline.shares import read_bucket

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

    def earlier(self, cases: pl.DataFrame) -> pl.LazyFrame:
        """As `evidence`, of some figures of months before those a report is about: kept beside theirs.

        Args:
            cases: `tallyclerk.kpis.evidence.FIGURE` of each, sorted.
        """
        kept = Cache(self.ledger.root, "earlier")
        months = cases.get_column("month")
        period = Period(months.min(), months.max())  # type: ignore[arg-type]
        key = digest_of(self._evidence_key(period), repr(cases.rows()))
        found = kept.read(key)
        if found is not None:
            return found
        with self._at_work():
            if kept.read(key) is None:
                with kept.writing(key) as proofs:
                    self.deriving.tell(period, proofs, None, cases)
        return self.earlier(cases)

    def derive(self, period: Period | None = None) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """Tallies, and evidence of a period, in as few passes over the ledger as can be.

        Returns:
            The tallies and the evidence (empty without a period).
        """
        tallies, proof = self._kept(period)
        if tallies is not None and proof is not None:
            return tallies, proof
        with self._at_work():
            self._make(period)
        return self.derive(period)

    def _kept(self, period: Period | None) -> tuple[pl.LazyFrame | None, pl.LazyFrame | None]:
        """The tallies and the evidence of a period, as far as they are there."""
        proof = self._evidence.read(self._evidence_key(period)) if period else pl.LazyFrame()
        return self._tallies.read(self.key), proof

    def _make(self, period: Period | None) -> None:
        """Make what is not there of the tallies and the evidence; another process may have made it."""
        tallies, proof = self._kept(period)
        if tallies is not None and proof is not None:
            return
        with ExitStack() as stack:
            counts = proofs = owed = None
            if self.settings.terms and self._liabilities.read(self.key) is None:
                owed = stack.enter_context(self._liabilities.writing(self.key))
            if tallies is None:
                counts = stack.enter_context(self._tallies.writing(self.key))
            if proof is None and period:
                proofs = stack.enter_context(self._evidence.writing(self._evidence_key(period)))
            if counts:
                self.deriving.count(counts, period, proofs, owed)
            else:
                self.deriving.tell(period, proofs, owed)

    def liabilities(self) -> pl.LazyFrame:
        """LIABILITIES of all months, with what they can be checked by."""
        found = self._liabilities.read(self.key)
        if found is not None:
            return found
        with self._at_work():
            if self._liabilities.read(self.key) is None:
                with self._liabilities.writing(self.key) as owed:
                    self.deriving.tell(None, None, owed)
        return self.liabilities()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """One run at a time makes what it needs; what follows is the work of others, which want memory."""
        with alone(self.ledger.root):
            yield
        workers.rest()

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
    """FACTS in the order that people and files get them in.

    Column by column: the cases of a large partner fill memory as they are, and would twice.
    """
    keys = ("partner_id", "role", "kpi", "rule", "shipment_id", "counterpart", "cohort_at")
    rows = stated.collect()
    order = rows.select(place=pl.arg_sort_by(keys, maintain_order=True)).to_series()
    return pl.DataFrame([rows.drop_in_place(name).gather(order) for name in rows.columns])
