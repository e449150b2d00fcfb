"""What a run says of its tallies, kept beside them: to judge takes longer than to read what was said.

What is kept follows from the facts, the settings and the code that judges; the pages of a period
begin with what a `tally` of it has found, and pages in other formats with what the first ones were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from tallyclerk.digests import code_digest, config_digest, definitions_digest, digest_of
from tallyclerk.domain.judgement import Judgement
from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result
from tallyclerk.judge.compared import Comparison
from tallyclerk.judge.cuts import Cuts
from tallyclerk.judge.portfolio import flagged, judgement, of_lanes, totals, totals_found
from tallyclerk.judge.spans import ByMonth, Found, judged_by_month
from tallyclerk.pipeline.months import Month, Remembering
from tallyclerk.store.answers import Answers

if TYPE_CHECKING:
    from tallyclerk.pipeline.run import Run

T = TypeVar("T")


def results_of(run: Run, cuts: Cuts, by: Sequence[str]) -> list[Result]:
    """RESULTS of some rows of the tallies, in total or by some cuts.

    An answer about every partner is kept, and answers for some of them are taken from it.
    """
    kept = _answers(run, "results", list[Result])
    whole = _widened(cuts)
    question = repr((whole, tuple(by)))
    found = kept.find(question)
    if found is not None:
        return [result for result in found if _is_asked_for(result, cuts)]
    results = _judged(run, cuts, by)
    if cuts == whole:
        kept.keep(question, results)
    return results


def _widened(cuts: Cuts) -> Cuts:
    """The question whose answer holds that to another one, row by row.

    Flags of a period depend on all that is screened, so that there only partners can be chosen.
    """
    if cuts.period:
        return replace(cuts, partners=())
    return replace(cuts, partners=(), roles=(), kpis=())


def _is_asked_for(result: Result, cuts: Cuts) -> bool:
    return (
        result.partner_id in (cuts.partners or (result.partner_id,))
        and result.role in (cuts.roles or (result.role,))
        and result.kpi in (cuts.kpis or (result.kpi,))
    )


def judgement_of(run: Run, cuts: Cuts, period: Period) -> Judgement:
    """Everything that pages of a period may say of the tallies."""
    cuts, info = cuts.over(period), run.info(period)
    kept = _answers(run, "judgement", Judgement)
    found = kept.find(repr(cuts))
    if found is None:
        known = _answers(run, "totals", Found).find(repr(cuts))
        by_month = _by_month(run, cuts)
        found = judgement(run.tallies, cuts, run.settings, run.kpis, info, known, by_month)
        kept.keep(repr(cuts), found)
    return replace(found, run=info)


def compared(run: Run, cuts: Cuts, partners: Sequence[str]) -> Comparison:
    """Some partners side by side: two with each other, more each with the rest."""
    kept = _answers(run, "comparisons", Comparison)
    question = repr((cuts, tuple(partners)))
    found = kept.find(question)
    if found is None:
        # Only who is not answered yet waits for what compares.
        from tallyclerk.judge.compare import compare

        found = compare(cuts.of(run.tallies), run.judge(cuts), partners)
        kept.keep(question, found)
    return found


def _judged(run: Run, cuts: Cuts, by: Sequence[str]) -> list[Result]:
    if tuple(by) in {(), ("lane",)}:
        if cuts.period and not by:
            return list(flagged(_totals_found(run, cuts, cuts.period), cuts))
        tell = of_lanes if by else totals
        info = run.info(cuts.period or run.months)
        return list(tell(run.tallies, cuts, run.settings, run.kpis, info))
    from tallyclerk.judge.finer import finer

    return finer(cuts.of(run.tallies), run.judge(cuts), by)


def _totals_found(run: Run, cuts: Cuts, period: Period) -> Found:
    """The totals of a period with what they are said by, which pages of it go on from."""
    info = run.info(period)
    by_month = _by_month(run, cuts)
    found = totals_found(run.tallies, cuts, period, run.settings, run.kpis, info, by_month)
    _answers(run, "totals", Found).keep(repr(cuts), found)
    return found


def _by_month(run: Run, cuts: Cuts) -> ByMonth:
    """What judges months: those that tallies say the same of as before are remembered."""
    if cuts != Cuts(period=cuts.period):
        return judged_by_month
    kept = Answers(run.ledger.root, "months", _said_by(run), dict[int, Month])
    return Remembering(kept)


def _answers(run: Run, kind: str, form: type[T]) -> Answers[T]:
    """What is kept of one kind."""
    return Answers(run.ledger.root, kind, digest_of(run.passes.key, _said_by(run)), form)


def _said_by(run: Run) -> str:
    """Digest of all that what is said of tallies follows from, besides these."""
    return digest_of(
        definitions_digest(with_judgement=True),
        code_digest("pipeline"),
        config_digest(run.settings, with_targets=True),
        pl.__version__,
    )
