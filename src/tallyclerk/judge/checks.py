"""What the data prove of one mandatory KPI statistic over the whole span."""

from __future__ import annotations

from tallyclerk.domain.kpi import Goal
from tallyclerk.domain.vetting import Check, Finding
from tallyclerk.judge.counts import Count
from tallyclerk.judge.estimates import MIN_CASES, MINUTES_PER_HOUR, Estimate, estimate
from tallyclerk.judge.misses import APPROVE_AT, misses_of
from tallyclerk.judge.plan import still_needed
from tallyclerk.judge.results import NO_CALENDAR, nothing
from tallyclerk.judge.terms import Term
from tallyclerk.stats.jackknife import GROUPS
from tallyclerk.stats.sparse import cautious_korn_graubard
from tallyclerk.stats.woodruff import TimesOfCluster, woodruff

TWO_SIDED = 2 * APPROVE_AT - 1
"""The two-sided confidence of which each limit is one-sided at `APPROVE_AT`."""


def check_of(
    counts: Count,
    worst: Count,
    term: Term,
    goal: Goal | None,
    *,
    beyond: tuple[str, ...] = (),
    is_twice: bool = False,
    mended: str | None = None,
) -> Check:
    """The check of one term.

    Args:
        counts: Cases of the whole span, as they are at hand.
        worst: The same with the worst that missing scans may hide: what is proven is proven of these.
        term: What is asked.
        goal: Its cut and limit; None where none is agreed.
        beyond: Periods that are proven beyond the limit.
        is_twice: Whether two of them follow on each other, not mended since.
        mended: The later period that is proven within the limit again.
    """
    found = estimate(counts, term.statistic)
    least = estimate(worst, term.statistic)
    bound = pessimistic(worst, term)
    finding = _finding(worst, least, bound, term, goal)
    if is_twice:
        finding = Finding.BEYOND_TWICE
    elif beyond and not mended and finding is not Finding.MEETS:
        finding = Finding.BEYOND_ONCE
    needed = _needed(worst, term, goal) if finding is not Finding.MEETS else (0, 0)
    return Check(
        kpi=term.kpi.name,
        statistic=str(term.statistic),
        unit=term.kpi.unit,
        better=term.kpi.better,
        cut=goal.target if goal else None,
        limit=goal.limit if goal else None,
        n=counts.n,
        hits=counts.hits if term.kpi.is_rate and counts.n else None,
        value=found.value,
        bound=bound,
        low=found.low,
        high=found.high,
        batches=found.batches,
        effective_n=found.effective_n,
        waiting=counts.waiting,
        finding=finding,
        beyond=beyond,
        mended=mended,
        cases_needed=needed[0],
        batches_needed=needed[1],
        reason=_reason(worst, term, goal),
        worst=least.value,
    )


def pessimistic(counts: Count, term: Term) -> float | None:
    """The pessimistic bound of a statistic, one-sided at 95 %, in its unit; None without one.

    By the method of the interval on pages: Korn-Graubard for rates, Woodruff for percentiles, both
    over batches; without a single miss that is the exact one-sided bound of what the batches are
    worth. Fewer than two batches have no bound.
    """
    if not counts.n:
        return None
    quantile = term.statistic.quantile
    if quantile is None:
        rate = cautious_korn_graubard(counts.batches, TWO_SIDED)
        if rate is None:
            return None
        return rate.high if term.kpi.better == "lower" else rate.low
    groups = (TimesOfCluster(group.bins, group.never) for group in counts.times)
    times = woodruff(groups, quantile, TWO_SIDED)
    minutes = times.high if term.kpi.better == "lower" else times.low
    return None if minutes is None else minutes / MINUTES_PER_HOUR


def _finding(
    counts: Count, found: Estimate, bound: float | None, term: Term, goal: Goal | None
) -> Finding:
    """What the whole span proves, single periods aside."""
    if goal is None or _reason(counts, term, goal):
        return Finding.NO_DATA
    if counts.n < MIN_CASES or not found.is_sufficient:
        return Finding.TOO_FEW
    is_lower = term.kpi.better == "lower"
    if bound is not None and (bound <= goal.target if is_lower else bound >= goal.target):
        return Finding.MEETS
    best = found.low if is_lower else found.high
    if best is not None and (best > goal.target if is_lower else best < goal.target):
        return Finding.MISSES
    return Finding.OPEN


def _needed(counts: Count, term: Term, goal: Goal | None) -> tuple[int | None, int | None]:
    if goal is None:
        return None, None
    most = None if term.kpi.is_rate else GROUPS
    found = misses_of(counts, term, goal.target)
    return still_needed(found, term.misses(goal.target), most)


def _reason(counts: Count, term: Term, goal: Goal | None) -> str | None:
    """Why there is nothing to assess."""
    if goal is None:
        return "no cut is agreed"
    if counts.n and goal.clock != "hours" and not counts.times:
        return NO_CALENDAR
    return None if counts.n else nothing(counts, term.kpi)
