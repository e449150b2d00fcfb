"""From an interval and a goal to one state word: what is more than chance."""

from __future__ import annotations

from tallyclerk.domain.kpi import Goal
from tallyclerk.domain.results import State
from tallyclerk.judge.estimates import MIN_CASES, Estimate


def state_of(found: Estimate, goal: Goal | None, *, better: str, n: int) -> State:
    """The state of a result, from its interval.

    meets: the pessimistic limit reaches the target. breach: the optimistic limit is beyond the
    limit value. below_target: the optimistic limit misses the target only. Else not_proven.
    """
    if n == 0:
        return State.NOT_ASSESSABLE
    if goal is None:
        return State.NO_TARGET
    if n < MIN_CASES or not found.is_sufficient:
        return State.INSUFFICIENT
    if better == "lower":
        return _proven(found.low, found.high, goal.target, goal.limit)
    return _proven(_negated(found.high), _negated(found.low), -goal.target, -goal.limit)


def _proven(
    optimistic: float | None, pessimistic: float | None, target: float, limit: float
) -> State:
    """The state where lower is better."""
    if pessimistic is not None and pessimistic <= target:
        return State.MEETS
    if optimistic is None or optimistic <= target:
        return State.NOT_PROVEN
    return State.BREACH if optimistic > limit else State.BELOW_TARGET


def counted(value: float | None, goal: Goal | None, *, better: str) -> str | None:
    """Whether a contract that counts would call the target met: plain arithmetic."""
    if value is None or goal is None:
        return None
    is_met = value <= goal.target if better == "lower" else value >= goal.target
    return "met" if is_met else "missed"


def _negated(value: float | None) -> float | None:
    return None if value is None else -value
