"""One run: exports, ledger, journeys, facts, tallies, judgement, pages.

A `Run` is opened once and answers everything a command asks. What only some commands need is
imported where it is called, so that a comparison waits neither for readers nor for pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tallyclerk import __version__
from tallyclerk.config.models import Settings
from tallyclerk.digests import config_digest, definitions_digest
from tallyclerk.domain.judgement import RunInfo, SourceCount
from tallyclerk.domain.kpi import Kpi
from tallyclerk.domain.periods import Period, last_complete_month
from tallyclerk.domain.results import Result
from tallyclerk.errors import InputError
from tallyclerk.ingest.current import current_ledger
from tallyclerk.judge.cuts import Cuts, judge_for, judge_of
from tallyclerk.judge.known import Known, known_names, outline_of
from tallyclerk.judge.results import Judge
from tallyclerk.pipeline.passes import Passes, in_order
from tallyclerk.progress import Progress, silent
from tallyclerk.store.ledger import Ledger
from tallyclerk.store.overview import default_as_of

if TYPE_CHECKING:
    from tallyclerk.ingest.feeds import Feed
    from tallyclerk.ingest.objections import Objections
    from tallyclerk.judge.compared import Comparison
    from tallyclerk.judge.explain import Explanation
    from tallyclerk.kpis.story import Story
    from tallyclerk.report.wishes import Wishes
    from tallyclerk.report.write import ReportOutcome


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
        found = self._outline["months"]
        return Period(*found) if found else None

    @cached_property
    def known(self) -> Known:
        """The names that filters may use."""
        return known_names(self._outline, self.settings, self.kpis)

    @cached_property
    def _outline(self) -> dict[str, Any]:
        """What is asked of the tallies before any case, see `tallyclerk.judge.known.outline_of`."""
        told: dict[str, Any] = self.passes.told_once("outline", lambda: outline_of(self.tallies))
        return told

    def judge(self, cuts: Cuts) -> Judge:
        """The judge for some rows of the tallies."""
        period = cuts.period or self.months
        info = self.info(period)
        if cuts.lanes or cuts.services:
            return judge_of(self.tallies, cuts, self.settings, self.kpis, info)
        subjects = cuts.among((partner, role) for partner, role in self._outline["subjects"])
        return judge_for(subjects, period, cuts, self.settings, self.kpis, info)

    def results(self, cuts: Cuts, by: Sequence[str] = ()) -> list[Result]:
        """RESULTS of some rows of the tallies, in total or by some cuts."""
        from tallyclerk.pipeline.answers import results_of

        return results_of(self, cuts, by)

    def compare(self, cuts: Cuts, partners: Sequence[str]) -> Comparison:
        """Some partners side by side: two with each other, more each with the rest."""
        from tallyclerk.pipeline.answers import compared

        return compared(self, cuts, partners)

    def added_by_handover(self, cuts: Cuts) -> Comparison:
        """What each additional handover adds to whole chains, whatever partners are asked for."""
        from tallyclerk.judge.handovers import added_by_handover

        everyone = replace(cuts, partners=(), roles=(), kpis=())
        return added_by_handover(everyone.of(self.tallies), self.judge(everyone))

    def explain(self, cuts: Cuts, partner: str, kpi: str) -> Explanation:
        """The cases behind the results of one KPI of a partner."""
        from tallyclerk.judge.explain import explain

        chosen = replace(cuts, partners=(partner,), kpis=(kpi,))
        period = cuts.period or self.months or self.last_complete_month
        found = in_order(chosen.of(self.passes.evidence(period)))
        return explain(found, self.results(chosen), self.kpis[kpi])

    def report(
        self, cuts: Cuts, out: Path, wishes: Wishes, templates: Path | None = None
    ) -> ReportOutcome:
        """Writes the pages of a period.

        Args:
            cuts: Period and partners.
            out: Folder of the report.
            wishes: How the user wants it; the settings say the rest.
            templates: The user's templates, None for ours.
        """
        from tallyclerk.pipeline.pages import write_pages

        return write_pages(self, cuts, out, wishes, templates)

    def feeds(self) -> tuple[Feed, ...]:
        """What each source of events adds to the others, over all that is known as of the run."""
        from tallyclerk.ingest.feeds import feeds_of

        digest = self.ledger.manifest.digest
        return feeds_of(self.ledger, digest, self.passes.as_of, self.passes.progress)

    def export(
        self, cuts: Cuts, table: str, form: str, out: Path | None, write: Callable[[bytes], object]
    ) -> int:
        """Writes a table for other tools; see `tallyclerk.pipeline.export.export_table`."""
        from tallyclerk.pipeline.export import export_table

        return export_table(self.passes, table, cuts, form, out, write)

    def sources(self) -> list[SourceCount]:
        """What became of the rows of each source, and what else is known of it."""
        from tallyclerk.ingest.accounts import source_findings, with_details
        from tallyclerk.ingest.survey import survey_of
        from tallyclerk.store.overview import source_counts

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
        from tallyclerk.ingest.calendar import require_exports
        from tallyclerk.ingest.survey import survey_of

        survey = survey_of(self.ledger, self.settings, self.passes.progress)
        require_exports(survey, self.settings, period)

    def findings(self) -> list[str]:
        """Plain sentences about the data: the ledger's, and milestones that partners never send."""
        from tallyclerk.ingest.findings import findings_of
        from tallyclerk.kpis.unsent import unsent

        found = [str(finding) for finding in findings_of(self.ledger, self.settings)]
        never = unsent(self.tallies, self.passes.context)
        return [*found, *never, *self.objections.findings]

    @cached_property
    def objections(self) -> Objections:
        """What partners hold against single cases, of any period."""
        from tallyclerk.ingest.objections import read_objections

        return read_objections(self.settings)

    def trace(self, reference: str) -> list[Story]:
        """The journeys of the shipments that a reference names.

        Raises:
            UsageError: No shipment goes by that reference.
        """
        from tallyclerk.journey.build import build
        from tallyclerk.journey.choose import only, together
        from tallyclerk.kpis.story import stories
        from tallyclerk.store.overview import buckets_of, shipments_of

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
