"""The order of the steps of one run: exports, ledger, journeys, facts, tallies, judgement, pages.

Nothing else knows this order. A `Run` is opened once and answers everything a command asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from tallyclerk import __version__
from tallyclerk.config.models import Settings
from tallyclerk.digests import config_digest, definitions_digest, digest_of
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period, last_complete_month
from tallyclerk.domain.results import Result, RunInfo
from tallyclerk.errors import InputError
from tallyclerk.ingest.findings import findings_of
from tallyclerk.ingest.state import current_ledger
from tallyclerk.journey.build import build
from tallyclerk.journey.choose import only, together
from tallyclerk.journey.context import Context
from tallyclerk.journey.journeys import Bucket, Journeys
from tallyclerk.judge.compare import Comparison, compare
from tallyclerk.judge.explain import Explanation, explain
from tallyclerk.judge.known import Known, known_names
from tallyclerk.judge.portfolio import Cuts, judge_of, judgement, months_in
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.context import bare_context, owed
from tallyclerk.kpis.engine import facts, tally
from tallyclerk.kpis.evidence import located
from tallyclerk.kpis.parameters import parameters_of
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.kpis.story import Story, stories
from tallyclerk.kpis.unsent import unsent
from tallyclerk.kpis.whole import glimpse, with_whole
from tallyclerk.progress import Progress, silent
from tallyclerk.report.write import ReportOutcome, write_report
from tallyclerk.store.cache import Cache
from tallyclerk.store.ledger import Ledger
from tallyclerk.store.overview import (
    buckets_of,
    default_as_of,
    input_files,
    shipments_of,
    source_counts,
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """An open ledger under a configuration, as of a moment.

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
        """The parameters of each KPI."""
        return parameters_of(self.kpis, self.settings.kpis)

    @cached_property
    def key(self) -> str:
        """Digest of everything the facts follow from."""
        return digest_of(
            definitions_digest(),
            self.ledger.inputs_digest(),
            config_digest(self.settings, with_targets=False),
            self.as_of.isoformat(),
        )

    @cached_property
    def context(self) -> Context:
        """The run's context with what only the whole data know."""
        bare = bare_context(self.settings, self.as_of, self.ledger.latest_time())
        parts = [glimpse(bucket, bare) for bucket in self._buckets("looking through the ledger")]
        return with_whole(bare, parts, owed(self.settings))

    def _buckets(self, what: str) -> Iterator[Bucket]:
        for number in range(self.ledger.bucket_count):
            self.progress(what, number, self.ledger.bucket_count)
            yield self.bucket(number)
        self.progress(what, self.ledger.bucket_count, self.ledger.bucket_count)

    def bucket(self, number: int) -> Bucket:
        """One bucket of the ledger."""
        return Bucket(
            events=self.ledger.read_events(number),
            shipments=self.ledger.read_table("shipments", number),
            claims=self.ledger.read_table("claims", number),
            tickets=self.ledger.read_table("tickets", number),
            notices=self.ledger.read_table("notices", number),
        )

    @cached_property
    def tallies(self) -> pl.LazyFrame:
        """TALLIES of the whole ledger, from the cache where nothing has changed."""
        cache = Cache(self.ledger.root, "tallies")
        found = cache.read(self.key)
        return cache.write(self.key, self._tally()) if found is None else found

    def _tally(self) -> Iterator[pl.DataFrame]:
        for journeys in self._journeys("counting"):
            yield tally(facts(journeys, self.kpis.values(), self.parameters))

    def _journeys(self, what: str) -> Iterator[Journeys]:
        context = self.context
        for bucket in self._buckets(what):
            yield build(bucket, context)

    def info(self, period: Period | None) -> RunInfo:
        """What names this run on pages and terminals."""
        return RunInfo(
            as_of=self.as_of,
            version=__version__,
            config_digest=config_digest(self.settings, with_targets=True),
            inputs_digest=self.ledger.inputs_digest(),
            period=period.label if period else "",
            timezone=self.settings.run.timezone,
            currency=self.settings.run.currency,
        )

    @property
    def last_complete_month(self) -> Period:
        """The last calendar month that was over at `as_of`."""
        return last_complete_month(self.as_of, self.settings.run.timezone)

    @cached_property
    def months(self) -> Period | None:
        """The months from first to last that any fact falls into."""
        return months_in(self.tallies)

    @cached_property
    def known(self) -> Known:
        """The names that filters may use."""
        return known_names(self.tallies, self.settings, self.kpis)

    def judge(self, cuts: Cuts) -> Judge:
        """The judge for some rows of the tallies."""
        period = cuts.period or self.months
        return judge_of(self.tallies, cuts, self.settings, self.kpis, self.info(period))

    def results(self, cuts: Cuts, by: str | None = None) -> list[Result]:
        """RESULTS of some rows of the tallies, in total or by a cut."""
        return self.judge(cuts).results(cuts.of(self.tallies).collect(), by)

    def evidence(self, period: Period) -> pl.LazyFrame:
        """FACTS of a period with the file and row of the events behind them.

        Returns:
            FACTS and `from_file`, `from_row`, `to_file`, `to_row`, sorted by partner, role, KPI,
            rule and shipment.
        """
        cache = Cache(self.ledger.root, "evidence")
        key = digest_of(self.key, period.label)
        found = cache.read(key)
        if found is None:
            found = cache.write(key, self._located(period))
        return found.sort("partner_id", "role", "kpi", "rule", "shipment_id", "cohort_at")

    def _located(self, period: Period) -> Iterator[pl.DataFrame]:
        within = pl.col("month").is_between(period.first, period.last)
        for number, journeys in enumerate(self._journeys("collecting evidence")):
            stated = facts(journeys, self.kpis.values(), self.parameters).filter(within)
            yield located(stated, self._places(number))

    def _places(self, bucket: int) -> pl.DataFrame:
        return self.ledger.read_events(bucket, ["event_id", "source_file", "source_row"])

    def compare(self, cuts: Cuts, partners: Sequence[str]) -> Comparison:
        """Some partners side by side, each against the first."""
        return compare(self.results(cuts), partners, self.kpis)

    def explain(self, cuts: Cuts, partner: str, kpi: str) -> Explanation:
        """The cases behind the results of one KPI of a partner."""
        chosen = replace(cuts, partners=(partner,), kpis=(kpi,))
        period = cuts.period or self.months or self.last_complete_month
        found = chosen.of(self.evidence(period)).collect()
        return explain(found, self.results(chosen), self.kpis[kpi])

    def report(self, cuts: Cuts, out: Path, **wishes: Any) -> ReportOutcome:
        """Writes the pages of a period; see `tallyclerk.report.write.write_report`."""
        period = cuts.period or self.last_complete_month
        said = judgement(
            self.tallies,
            cuts.over(period),
            self.settings,
            self.kpis,
            self.info(period),
            source_counts(self.ledger),
            self.findings(),
        )
        if not any(said.shipments.values()):
            raise InputError(
                f"nothing happened in {period.label}",
                how="choose another period with --month, or look at `tallyclerk tally --by month`",
            )
        proof = self.evidence(period)
        return write_report(
            said,
            self.kpis,
            lambda partner: proof.filter(pl.col("partner_id") == partner).collect(),
            out,
            small=self.settings.run.small_partner_shipments,
            inputs=input_files(self.ledger),
            progress=lambda done, total, what: self.progress(what, done, total),
            **wishes,
        )

    def findings(self) -> list[str]:
        """Plain sentences about the data: the ledger's, and milestones that partners never send."""
        found = [str(finding) for finding in findings_of(self.ledger, self.settings)]
        return [*found, *unsent(self.tallies, self.context)]

    def trace(self, reference: str) -> list[Story]:
        """The journeys of the shipments that a reference names.

        Raises:
            UsageError: No shipment goes by that reference.
        """
        ids = shipments_of(self.ledger, reference)
        numbers = buckets_of(self.ledger, ids)
        chosen = together([only(self.bucket(number), ids) for number in numbers])
        return stories(chosen, build(chosen, self.context), self.kpis, self.parameters)


def open_run(
    settings: Settings, *, as_of: dt.datetime | None = None, progress: Progress = silent
) -> Run:
    """Opens the ledger, after reading exports that are new or have changed.

    Raises:
        InputError: There is nothing to read, or nothing usable in it.
    """
    ledger = current_ledger(settings, progress)
    return Run(
        settings=settings,
        ledger=ledger,
        as_of=as_of or default_as_of(ledger),
        progress=progress,
    )
