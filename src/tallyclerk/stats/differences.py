"""Intervals for the difference of two estimates: Newcombe for rates, MOVER for anything.

MOVER ("method of variance estimates recovery") takes the distance from each estimate to its own
limit as that side's standard error, so that asymmetric and bounded intervals stay so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from tallyclerk.stats.interval import Estimate
from tallyclerk.stats.rates import require_counts, wilson_limits


class Difference(NamedTuple):
    """A difference with its interval; None where a side has no finite limit.

    Attributes:
        diff: First estimate minus second.
        low: Lower limit.
        high: Upper limit.
    """

    diff: float
    low: float | None
    high: float | None


def newcombe(x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Difference:
    """Give the difference of two independent rates with Newcombe's interval.

    Square-and-add of the two Wilson intervals:
    low = d - sqrt((p1 - l1)^2 + (u2 - p2)^2), high = d + sqrt((u1 - p1)^2 + (p2 - l2)^2).

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.

    When not to use it: batches (take each rate's Korn-Graubard limits to `mover`), paired units,
    or parties with a different mix of strata (`stratified`).

    Args:
        x1: Hits of the first party.
        n1: Units of the first party, 1 or more.
        x2: Hits of the second party.
        n2: Units of the second party, 1 or more.
        confidence: Two-sided level.

    Returns:
        p1 - p2 and its limits, within -1..1.

    Raises:
        ValueError: If a count or the confidence is out of range.
    """
    require_counts(x1, n1)
    require_counts(x2, n2)
    p1, p2 = x1 / n1, x2 / n2
    first = wilson_limits(p1, n1, confidence)
    second = wilson_limits(p2, n2, confidence)
    diff, low, high = mover(p1, first.low, first.high, p2, second.low, second.high)
    return Difference(
        diff,
        None if low is None else max(-1.0, low),
        None if high is None else min(1.0, high),
    )


def mover(
    a: float,
    a_low: float | None,
    a_high: float | None,
    b: float,
    b_low: float | None,
    b_high: float | None,
) -> Difference:
    """Give a - b with an interval recovered from the intervals of a and b.

    low = d - sqrt((a - a_low)^2 + (b_high - b)^2), high = d + sqrt((a_high - a)^2 + (b - b_low)^2).
    A side that needs a missing limit has none itself.

    Source: G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008) 1693-1702.

    When not to use it: estimates that are not independent, or intervals of different levels.

    Args:
        a: First estimate.
        a_low: Its lower limit, at most a.
        a_high: Its upper limit, at least a.
        b: Second estimate.
        b_low: Its lower limit, at most b.
        b_high: Its upper limit, at least b.

    Returns:
        The difference and its limits at the level of the two intervals.

    Raises:
        ValueError: If a limit is on the wrong side of its estimate.
    """
    _require_enclosed(a, a_low, a_high)
    _require_enclosed(b, b_low, b_high)
    diff = a - b
    low = None
    high = None
    if a_low is not None and b_high is not None:
        low = diff - math.hypot(a - a_low, b_high - b)
    if a_high is not None and b_low is not None:
        high = diff + math.hypot(a_high - a, b - b_low)
    return Difference(diff, low, high)


def weighted_mover(parts: Iterable[tuple[float, Estimate]]) -> Estimate:
    """Give sum w e of independent estimates, limits from the squared distances to their own.

    Source: G. Y. Zou, W. Huang and X. Zhang, Computational Statistics and Data Analysis 53 (2009)
    3755-3764.

    When not to use it: estimates that are not independent.

    Args:
        parts: (weight, estimate) pairs, weights not negative.

    Returns:
        The weighted sum and its limits.
    """
    parts = list(parts)
    value = math.fsum(w * e.value for w, e in parts)
    below = math.fsum((w * (e.value - e.low)) ** 2 for w, e in parts)
    above = math.fsum((w * (e.high - e.value)) ** 2 for w, e in parts)
    return Estimate(value, value - math.sqrt(below), value + math.sqrt(above))


def _require_enclosed(value: float, low: float | None, high: float | None) -> None:
    too_high = low is not None and low > value
    too_low = high is not None and high < value
    if too_high or too_low:
        raise ValueError(f"limits {low} and {high} do not enclose {value}")
