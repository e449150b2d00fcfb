"""From an interval and a goal to one state word: what is more than chance."""

from __future__ import annotations

from tallyclerk.domain.kpi import Goal
from tallyclerk.domain.results import State
from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES, Estimate


def state_of(
    found: Estimate, goal: Goal | None, *, better: str, n: int, is_trusted: bool = False
) -> State:
    """The state of a result, from its interval.

    meets: the pessimistic limit reaches the target. breach: the optimistic limit is beyond the
    limit value. below_target: the optimistic limit misses the target only. Else not_proven.

    Args:
        found: The estimate.
        goal: The target and its limit.
        better: "higher" or "lower".
        n: Cases that it is of.
        is_trusted: Whether it is evidence enough whatever its effective n says.
    """
    if n == 0:
        return State.NOT_ASSESSABLE
    if goal is None:
        return State.NO_TARGET
    is_enough = found.is_sufficient or (is_trusted and found.batches >= MIN_BATCHES)
    if n < MIN_CASES or not is_enough:
        return State.INSUFFICIENT
    if better == "lower":
        best = found.low if found.low is not None else found.at_least
        return _proven(best, found.high, goal.target, goal.limit)
    return _proven(_negated(found.high), _negated(found.low), -goal.target, -goal.limit)


def state_in_doubt(
    at_hand: tuple[Estimate, int],
    worst: tuple[Estimate, int] | None,
    goal: Goal | None,
    *,
    better: str,
) -> State:
    """The state of a result of which some cases may hide the worst behind a missing scan.

    It is decided on the worst case. What is missing proves nothing good: without enough cases at
    hand nothing is met; and it takes no evidence away: with enough of them there is enough.

    Args:
        at_hand: Estimate and n of the cases at hand.
        worst: Estimate and n of the worst case; None where no case is in doubt.
        goal: The target and its limit.
        better: "higher" or "lower".
    """
    as_it_is = state_of(at_hand[0], goal, better=better, n=at_hand[1])
    if worst is None:
        return as_it_is
    is_thin = as_it_is in {State.INSUFFICIENT, State.NOT_ASSESSABLE}
    state = state_of(worst[0], goal, better=better, n=worst[1], is_trusted=not is_thin)
    return as_it_is if is_thin and state is State.MEETS else state


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
