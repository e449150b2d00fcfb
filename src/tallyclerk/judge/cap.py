"""How much to entrust a partner with whose case is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallyclerk.domain.vetting import AGAINST, Check, Decision
from tallyclerk.judge.counts import Count
from tallyclerk.judge.plan import clean_trial
from tallyclerk.judge.terms import Term

Periods = Mapping[int, Count]
"""Counts by the first month of their period."""


def cap_of(
    decision: Decision, checks: Sequence[Check], terms: Sequence[Term], periods: Sequence[Periods]
) -> tuple[int | None, str | None]:
    """The most to entrust a conditional partner with.

    Nothing against it: what the proof still needs, yet in one step no more than the trial that a
    clean record would need, or than it has had so far. Else no more than it has now, and less in
    proportion as its pessimistic bound is beyond what the limit allows.
    """
    if decision is not Decision.CONDITIONAL:
        return None, None
    needed = [check.cases_needed for check in checks]
    is_against = any(check.finding in AGAINST for check in checks)
    if not is_against and None not in needed:
        trials = [
            clean_trial(term.misses(check.cut))
            for check, term in zip(checks, terms, strict=True)
            if check.cut is not None
        ]
        step = max([*trials, *(check.n for check in checks)])
        return min(step, max(n for n in needed if n is not None)), "until_proven"
    usual = max((_usual(counts) for counts in periods), default=0)
    if not usual:
        return None, None
    share = min((_tolerated(c, t) for c, t in zip(checks, terms, strict=True)), default=1.0)
    return max(1, int(usual * share)) if is_against else usual, "period"


def _usual(periods: Periods) -> int:
    """Cases of a usual period, of those that have any."""
    cases = [counts.n for counts in periods.values() if counts.n]
    return sum(cases) // len(cases) if cases else 0


def _tolerated(check: Check, term: Term) -> float:
    """What the limit allows over the pessimistic bound of what is proven against, at most 1."""
    if check.finding not in AGAINST or check.limit is None or check.bound is None:
        return 1.0
    if term.statistic.quantile is not None:
        return min(1.0, check.limit / check.bound) if check.bound else 1.0
    worst = term.misses(check.bound)
    return min(1.0, term.misses(check.limit) / worst) if worst else 1.0
