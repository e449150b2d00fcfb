"""The pages of a run: its judgement of a period, with the evidence and who may read what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tallyclerk.domain.judgement import Judgement
from tallyclerk.errors import InputError
from tallyclerk.judge.cuts import Cuts
from tallyclerk.judge.disputes import beside, disputed, with_disputes
from tallyclerk.judge.money import with_money
from tallyclerk.judge.ours import ours
from tallyclerk.pipeline.answers import judgement_of
from tallyclerk.pipeline.asked import recipe_for
from tallyclerk.pipeline.passes import Passes, in_order
from tallyclerk.report.cards import Readers
from tallyclerk.report.fallbacks import fallbacks, wanted
from tallyclerk.report.look import look_of
from tallyclerk.report.parties import parties, parties_in
from tallyclerk.report.partner_page import partner_inputs
from tallyclerk.report.wishes import Wishes
from tallyclerk.report.write import ReportOutcome, write_report
from tallyclerk.store.overview import input_files
from tallyclerk.store.owners import file_owners, source_owners

if TYPE_CHECKING:
    from tallyclerk.pipeline.run import Run


@dataclass(frozen=True)
class _Proofs:
    """Evidence by partner, read where it is asked for.

    Attributes:
        shown: FACTS of every partner with what they can be checked by, as files.
        disputes: DISPUTES.
    """

    shown: pl.LazyFrame
    disputes: pl.DataFrame

    def __call__(self, partner: str) -> pl.DataFrame:
        """The facts of one partner, in the order that its files have."""
        mine = self.shown.filter(pl.col("partner_id") == partner)
        return with_disputes(in_order(mine), self.disputes)


def write_pages(
    run: Run, cuts: Cuts, out: Path, wishes: Wishes, templates: Path | None
) -> ReportOutcome:
    """Writes the pages of a period; see `tallyclerk.report.write.write_report`.

    Args:
        run: The open run.
        cuts: Period and partners.
        out: Folder of the report.
        wishes: How the user wants it; the settings say the rest.
        templates: The user's templates, None for ours.

    Raises:
        InputError: Nothing happened to these partners in that period.
    """
    settings, passes, objected = run.settings, run.passes, run.objections
    look = look_of(settings.brand, settings.base, templates)
    period = cuts.period or run.last_complete_month
    _, proof = passes.derive(period)
    said = replace(
        judgement_of(run, cuts, period),
        sources=tuple(run.sources()),
        findings=tuple(run.findings()),
    )
    if not any(said.shipments.values()):
        raise InputError(
            f"nothing happened in {period.label} to the partners chosen",
            how="choose another period with --month, or look at `tallyclerk tally --by month`",
        )
    shown = pl.concat([proof, *_earlier(passes, said)])
    said = beside(said, disputed(shown, objected.disputes))
    if settings.terms or settings.costs.contact:
        said = with_money(said, passes.liabilities().collect(), settings, objected.disputes)
    return write_report(
        replace(said, ours=ours(proof)),
        run.kpis,
        _Proofs(shown, objected.disputes),
        out,
        readers=_readers(run),
        wishes=replace(
            wishes,
            small_below=settings.run.small_partner_shipments,
            objection_days=settings.run.objection_days,
        ),
        look=look,
        inputs=[*input_files(run.ledger), *objected.files],
        recipe=recipe_for(passes, cuts, period, templates, wishes),
        progress=passes.progress,
    )


def _readers(run: Run) -> Readers:
    """Everybody whose name anybody else may meet, and whose each export is."""
    subjects = run.passes.told_once("parties", lambda: parties_in(run.tallies))
    return Readers(
        parties=tuple(parties(subjects, run.settings)),
        owners=file_owners(run.ledger, run.settings),
        source_owners=source_owners(run.settings),
    )


def _earlier(passes: Passes, said: Judgement) -> Iterator[pl.LazyFrame]:
    """Evidence of the earlier months that first pages show, of just the figures they show."""
    keys = wanted(r for given in partner_inputs(said).values() for r in fallbacks(given))
    if not keys.is_empty():
        yield passes.earlier(keys)
