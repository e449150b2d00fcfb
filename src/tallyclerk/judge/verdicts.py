"""What a difference of two results proves, and what would prove it."""

from __future__ import annotations

from tallyclerk.domain.results import Result
from tallyclerk.judge.compared import DECIDED, Verdict
from tallyclerk.judge.estimates import MIN_BATCHES, MIN_CASES
from tallyclerk.stats.differences import Difference, mover
from tallyclerk.stats.planning import n_to_prove_difference

MIN_RARE_HITS = 5
"""Hits of both together below which a difference of rare events says nothing."""


def difference_of(first: Result, second: Result) -> Difference:
    """First minus second with its 95 % interval; both must have a value."""
    if first.value is None or second.value is None:
        raise ValueError("a difference needs two values")
    diff, low, high = mover(
        first.value, first.low, first.high, second.value, second.low, second.high
    )
    if first.unit != "rate":
        return Difference(diff, low, high)
    return Difference(
        diff,
        None if low is None else max(-1.0, low),
        None if high is None else min(1.0, high),
    )


def verdict_of(first: Result, second: Result, difference: Difference, *, is_rare: bool) -> Verdict:
    """What a difference proves of the first: its interval decides, behind the gates.

    Args:
        first: Result of the partner of whom the verdict speaks.
        second: Of the other.
        difference: First minus second.
        is_rare: Whether it is a rate of rare events, of which a few say nothing.
    """
    if any(_is_thin(result) for result in (first, second)):
        return Verdict.TOO_FEW
    if is_rare and (first.hits or 0) + (second.hits or 0) < MIN_RARE_HITS:
        return Verdict.TOO_FEW
    is_higher = difference.low is not None and difference.low > 0
    is_lower = difference.high is not None and difference.high < 0
    if not (is_higher or is_lower):
        return Verdict.NOT_PROVEN
    return Verdict.BETTER if is_higher == (first.better == "higher") else Verdict.WORSE


def _is_thin(result: Result) -> bool:
    """Whether too few independent cases, or batches of them, stand behind a result."""
    independent = result.n if result.effective_n is None else min(result.n, result.effective_n)
    return independent < MIN_CASES or result.batches < MIN_BATCHES


def needed_for(first: Result, second: Result, verdict: Verdict) -> int | None:
    """Shipments each, in batches like these, for the difference seen, where it is a rate's and not proven yet."""
    if verdict in DECIDED or first.value is None or second.value is None:
        return None
    if first.unit != "rate":
        return None
    independent = n_to_prove_difference(first.value, second.value)
    effects = [r.n / r.effective_n for r in (first, second) if r.effective_n]
    return None if independent is None else round(independent * max([1.0, *effects]))
