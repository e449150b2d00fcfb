"""One run: exports, ledger, journeys, facts, tallies, judgement, pages.

A `Run` is opened once and answers everything a command asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from tallyclerk import __version__
from tallyclerk.config.models import Settings
from tallyclerk.digests import config_digest, definitions_digest
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period, last_complete_month
from tallyclerk.domain.results import Judgement, Result, RunInfo, SourceCount
from tallyclerk.errors import InputError
from tallyclerk.ingest.accounts import source_findings, with_details
from tallyclerk.ingest.calendar import require_exports
from tallyclerk.ingest.feeds import Feed, feeds_of
from tallyclerk.ingest.findings import findings_of
from tallyclerk.ingest.objections import Objections, read_objections
from tallyclerk.ingest.state import current_ledger
from tallyclerk.ingest.survey import survey_of
from tallyclerk.journey.build import build
from tallyclerk.journey.choose import only, together
from tallyclerk.judge.compare import compare
from tallyclerk.judge.compared import Comparison
from tallyclerk.judge.disputes import beside, disputed, with_disputes
from tallyclerk.judge.explain import Explanation, explain
from tallyclerk.judge.finer import finer
from tallyclerk.judge.handovers import added_by_handover
from tallyclerk.judge.known import Known, known_names, names_in
from tallyclerk.judge.ours import ours
from tallyclerk.judge.portfolio import Cuts, judge_of, judgement, months_in, of_lanes, totals
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.story import Story, stories
from tallyclerk.kpis.unsent import unsent
from tallyclerk.pipeline.asked import recipe_for
from tallyclerk.pipeline.export import export_table
from tallyclerk.pipeline.passes import Passes
from tallyclerk.progress import Progress, silent
from tallyclerk.report.fallbacks import KEY, fallbacks, wanted
from tallyclerk.report.look import look_of
from tallyclerk.report.parties import parties, parties_in
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.write import Readers, ReportOutcome, write_report
from tallyclerk.store.ledger import Ledger
from tallyclerk.store.overview import (
    buckets_of,
    default_as_of,
    input_files,
    shipments_of,
    source_counts,
)
from tallyclerk.store.owners import file_owners, source_owners


@dataclass(frozen=True, kw_only=True)
class Run:
    """An open ledger under a configuration, as of a moment.

    Attributes:
        passes: Derives what is asked from the ledger.
    """

    passes: Passes

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.passes.settings

    @property
    def ledger(self) -> Ledger:
        """The store."""
        return self.passes.ledger

    @property
    def as_of(self) -> dt.datetime:
        """Nothing recorded later is known."""
        return self.passes.as_of

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """The definitions by name."""
        return self.passes.kpis

    @cached_property
    def tallies(self) -> pl.LazyFrame:
        """TALLIES of the whole ledger."""
        return self.passes.tallies()

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
            definitions_digest=definitions_digest(with_judgement=True),
        )

    @property
    def last_complete_month(self) -> Period:
        """The last calendar month that was over at `as_of`."""
        return last_complete_month(self.as_of, self.settings.run.timezone)

    def prepare(self, period: Period) -> None:
        """Derives what answers about one period need in a single pass over the ledger."""
        self.passes.derive(period)

    @cached_property
    def months(self) -> Period | None:
        """The months from first to last that any fact falls into."""
        return months_in(self.tallies)

    @cached_property
    def known(self) -> Known:
        """The names that filters may use."""
        values = self.passes.told_once("names", lambda: names_in(self.tallies))
        return known_names(values, self.settings, self.kpis)

    def judge(self, cuts: Cuts) -> Judge:
        """The judge for some rows of the tallies."""
        period = cuts.period or self.months
        return judge_of(self.tallies, cuts, self.settings, self.kpis, self.info(period))

    def results(self, cuts: Cuts, by: Sequence[str] = ()) -> list[Result]:
        """RESULTS of some rows of the tallies, in total or by some cuts."""
        if tuple(by) in {(), ("lane",)}:
            tell = of_lanes if by else totals
            info = self.info(cuts.period or self.months)
            return list(tell(self.tallies, cuts, self.settings, self.kpis, info))
        return finer(cuts.of(self.tallies), self.judge(cuts), by)

    def compare(self, cuts: Cuts, partners: Sequence[str]) -> Comparison:
        """Some partners side by side: two with each other, more each with the rest."""
        return compare(cuts.of(self.tallies), self.judge(cuts), partners)

    def added_by_handover(self, cuts: Cuts) -> Comparison:
        """What each additional handover adds to whole chains, whatever partners are asked for."""
        everyone = replace(cuts, partners=(), roles=(), kpis=())
        return added_by_handover(everyone.of(self.tallies), self.judge(everyone))

    def explain(self, cuts: Cuts, partner: str, kpi: str) -> Explanation:
        """The cases behind the results of one KPI of a partner."""
        chosen = replace(cuts, partners=(partner,), kpis=(kpi,))
        period = cuts.period or self.months or self.last_complete_month
        found = _sorted(chosen.of(self.passes.evidence(period)))
        return explain(found, self.results(chosen), self.kpis[kpi])

    @cached_property
    def readers(self) -> Readers:
        """Everybody whose name anybody else may meet, and whose each export is."""
        subjects = self.passes.told_once("parties", lambda: parties_in(self.tallies))
        return Readers(
            parties=tuple(parties(subjects, self.settings)),
            owners=file_owners(self.ledger, self.settings),
            source_owners=source_owners(self.settings),
        )

    def report(
        self, cuts: Cuts, out: Path, *, templates: Path | None = None, **wishes: Any
    ) -> ReportOutcome:
        """Writes the pages of a period; see `tallyclerk.report.write.write_report`.

        Args:
            cuts: Period and partners.
            out: Folder of the report.
            templates: The user's templates, None for ours.
            wishes: What else `write_report` takes.
        """
        look = look_of(self.settings.brand, self.settings.base, templates)
        period = cuts.period or self.last_complete_month
        tallies, proof = self.passes.derive(period)
        said = judgement(
            tallies,
            cuts.over(period),
            self.settings,
            self.kpis,
            self.info(period),
            self.sources(),
            self.findings(),
        )
        objected = self.objections
        if not any(said.shipments.values()):
            raise InputError(
                f"nothing happened in {period.label} to the partners chosen",
                how="choose another period with --month, or look at `tallyclerk tally --by month`",
            )
        shown = pl.concat([proof, *self._earlier(said)])
        said = beside(said, disputed(shown, objected.disputes))
        return write_report(
            replace(said, ours=ours(proof)),
            self.kpis,
            lambda partner: with_disputes(
                _sorted(shown.filter(pl.col("partner_id") == partner)), objected.disputes
            ),
            out,
            readers=self.readers,
            look=look,
            small=self.settings.run.small_partner_shipments,
            objection_days=self.settings.run.objection_days,
            inputs=[*input_files(self.ledger), *objected.files],
            progress=lambda done, total, what: self.passes.progress(what, done, total),
            recipe=recipe_for(self.passes, cuts, period, templates, wishes),
            **wishes,
        )

    def _earlier(self, said: Judgement) -> Iterator[pl.LazyFrame]:
        """Evidence of the earlier months that first pages show, of just the figures they show."""
        keys = wanted(r for given in partner_inputs(said).values() for r in fallbacks(given))
        if not keys.is_empty():
            months = keys.get_column("month")
            told = self.passes.earlier(Period(months.min(), months.max()))  # type: ignore[arg-type]
            yield told.join(keys.lazy(), on=KEY, how="semi")

    def feeds(self) -> tuple[Feed, ...]:
        """What each source of events adds to the others, over all data."""
        return feeds_of(self.ledger, self.ledger.manifest.digest, self.passes.progress)

    def export(
        self, cuts: Cuts, table: str, form: str, out: Path | None, write: Callable[[bytes], object]
    ) -> int:
        """Writes a table for other tools; see `tallyclerk.pipeline.export.export_table`."""
        return export_table(self.passes, table, cuts, form, out, write)

    def sources(self) -> list[SourceCount]:
        """What became of the rows of each source, and what else is known of it."""
        survey = survey_of(self.ledger, self.settings, self.passes.progress)
        details = source_findings(self.ledger, self.settings, survey)
        return with_details(source_counts(self.ledger), details)

    def require_facts(self, period: Period) -> None:
        """Refuses a period that no fact of any partner falls into.

        Raises:
            InputError: With the months that there are.
        """
        inside = pl.col("month").is_between(period.first, period.last)
        if self.tallies.filter(inside).head(1).collect().is_empty():
            known = f"the data tell of {self.months.label}; " if self.months else ""
            raise InputError(
                f"nothing happened in {period.label}",
                how=f"{known}choose another period, or look at `tallyclerk tally --by month`",
            )

    def require_exports(self, period: Period) -> None:
        """Refuses a period of which an expected export is missing.

        Raises:
            InputError: With every source and what is missing of it.
        """
        survey = survey_of(self.ledger, self.settings, self.passes.progress)
        require_exports(survey, self.settings, period)

    def findings(self) -> list[str]:
        """Plain sentences about the data: the ledger's, and milestones that partners never send."""
        found = [str(finding) for finding in findings_of(self.ledger, self.settings)]
        never = unsent(self.tallies, self.passes.context)
        return [*found, *never, *self.objections.findings]

    @cached_property
    def objections(self) -> Objections:
        """What partners hold against single cases, of any period."""
        return read_objections(self.settings)

    def trace(self, reference: str) -> list[Story]:
        """The journeys of the shipments that a reference names.

        Raises:
            UsageError: No shipment goes by that reference.
        """
        ids = shipments_of(self.ledger, reference)
        numbers = buckets_of(self.ledger, ids)
        chosen = together([only(self.passes.bucket(number), ids) for number in numbers])
        return stories(
            chosen, build(chosen, self.passes.context), self.kpis, self.passes.parameters
        )


def open_run(
    settings: Settings, *, as_of: dt.datetime | None = None, progress: Progress = silent
) -> Run:
    """Opens the ledger, after reading exports that are new or have changed.

    Raises:
        InputError: There is nothing to read, or nothing usable in it.
    """
    ledger = current_ledger(settings, progress)
    return Run(
        passes=Passes(
            settings=settings,
            ledger=ledger,
            as_of=as_of or default_as_of(ledger),
            progress=progress,
        )
    )


def _sorted(stated: pl.LazyFrame) -> pl.DataFrame:
    keys = ("partner_id", "role", "kpi", "rule", "shipment_id", "counterpart", "cohort_at")
    return stated.sort(keys).collect()
