"""RESULTS of a run as they are asked for, kept beside the tallies that they are judged from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tallyclerk.digests import config_digest, definitions_digest, digest_of
from tallyclerk.domain.results import Result
from tallyclerk.judge.portfolio import Cuts, of_lanes, totals
from tallyclerk.store.answers import Answers

if TYPE_CHECKING:
    from tallyclerk.pipeline.passes import Passes
    from tallyclerk.pipeline.run import Run


def judged_key(passes: Passes) -> str:
    """Digest of everything that is said of the tallies follows from."""
    return digest_of(
        passes.key,
        definitions_digest(with_judgement=True),
        config_digest(passes.settings, with_targets=True),
        pl.__version__,
    )


def results_of(run: Run, cuts: Cuts, by: Sequence[str]) -> list[Result]:
    """RESULTS of some rows of the tallies, in total or by some cuts.

    An answer about every partner is kept, and answers for some of them are taken from it.
    """
    kept = Answers(run.ledger.root, "results", judged_key(run.passes), list[Result])
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


def _judged(run: Run, cuts: Cuts, by: Sequence[str]) -> list[Result]:
    if tuple(by) in {(), ("lane",)}:
        tell = of_lanes if by else totals
        info = run.info(cuts.period or run.months)
        return list(tell(run.tallies, cuts, run.settings, run.kpis, info))
    from tallyclerk.judge.finer import finer

    return finer(cuts.of(run.tallies), run.judge(cuts), by)
