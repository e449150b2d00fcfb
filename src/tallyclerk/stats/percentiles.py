"""Percentiles as order statistics, and the ranks of their distribution-free interval.

The q-percentile of n values is the value at rank ceil(q n), counted from 1. The rank is computed
in integers from an exact fraction: in floats ceil(0.55 * 100) is 56, not 55.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from tallyclerk.stats.binomial import binomial_cdf
from tallyclerk.stats.distributions import normal_quantile, require_confidence

# Two probabilities closer than this, relatively, are one: rounding must not decide a rank.
_EQUAL = 1e-12


def order_statistic_rank(q: Fraction, n: int) -> int:
    """Give the rank, from 1, of the q-percentile of n values: ceil(q n) in integers.

    Source: definition 1 (inverse of the empirical distribution function) of R. J. Hyndman and
    Y. Fan, The American Statistician 50 (1996) 361-365.

    When not to use it: where values are right-censored (`survival.km_quantile`).

    Args:
        q: Level, above 0 and at most 1, as an exact fraction.
        n: Number of values, 1 or more.

    Returns:
        A rank in 1..n.

    Raises:
        TypeError: If q is a float, whose digits are not those that were written.
        ValueError: If q or n is out of range.
    """
    if not isinstance(q, Fraction):
        raise TypeError("a percentile level must be an exact fraction, not a float")
    if not 0 < q <= 1:
        raise ValueError(f"percentile level must be above 0 and at most 1, got {q}")
    if n < 1:
        raise ValueError(f"number of values must be positive, got {n}")
    return -(-q.numerator * n // q.denominator)


@lru_cache(maxsize=65_536)
def rank_interval(q: Fraction, n: int, confidence: float = 0.95) -> tuple[int | None, int | None]:
    """Give the ranks whose order statistics enclose the q-percentile.

    The number of values at or below the true percentile is X ~ Binomial(n, q). The lower rank is
    the largest l with P(X <= l - 1) <= (1-c)/2, the upper rank the smallest u with
    P(X >= u) <= (1-c)/2. A rank that would be 0 or n + 1 does not exist: None.

    Source: H. A. David and H. N. Nagaraja, "Order Statistics", 3rd ed. (2003), 7.1.

    When not to use it: values that come in batches sharing one fate (`woodruff`).

    Args:
        q: Level, strictly between 0 and 1, as an exact fraction.
        n: Number of values, 1 or more.
        confidence: Two-sided level.

    Returns:
        The lower and the upper rank, counted from 1, None where n is too small for one.

    Raises:
        TypeError: If q is a float.
        ValueError: If q, n or the confidence is out of range.
    """
    _require_inner_level(q, n)
    require_confidence(confidence)
    tail = (1.0 - confidence) / 2.0
    lower = _largest_lower_rank(float(q), n, tail)
    # X >= u is n - X <= n - u, and n - X counts the complement.
    mirrored = _largest_lower_rank(float(1 - q), n, tail)
    return (lower or None, n + 1 - mirrored if mirrored else None)


def rank_interval_coverage(q: Fraction, n: int, lower: int | None, upper: int | None) -> float:
    """Give the exact chance that two order statistics enclose the q-percentile.

    P(l <= X <= u - 1) for X ~ Binomial(n, q); a missing rank is an open side.

    Args:
        q: Level, strictly between 0 and 1, as an exact fraction.
        n: Number of values, 1 or more.
        lower: Lower rank, or None.
        upper: Upper rank, or None.

    Returns:
        A probability in 0..1.

    Raises:
        TypeError: If q is a float.
        ValueError: If q or n is out of range.
    """
    _require_inner_level(q, n)
    below = 0.0 if lower is None else binomial_cdf(lower - 1, n, float(q))
    above = 0.0 if upper is None else binomial_cdf(n - upper, n, float(1 - q))
    return 1.0 - below - above


def min_n_for_upper_limit(q: Fraction, confidence: float = 0.95) -> int:
    """Give the smallest n at which the q-percentile has a finite upper limit.

    The largest value is an upper limit when q^n <= (1-c)/2: ceil(ln((1-c)/2) / ln q).

    Args:
        q: Level, strictly between 0 and 1, as an exact fraction.
        confidence: Two-sided level.

    Returns:
        A number of values, 1 or more.

    Raises:
        TypeError: If q is a float.
        ValueError: If q or the confidence is out of range.
    """
    _require_inner_level(q, 1)
    require_confidence(confidence)
    wanted = (1.0 - confidence) / 2.0 * (1.0 + _EQUAL)
    n = max(1, math.floor(math.log(wanted) / math.log(q)) - 1)
    while float(q) ** n > wanted:
        n += 1
    return n


def _require_inner_level(q: Fraction, n: int) -> None:
    order_statistic_rank(q, n)
    if q == 1:
        raise ValueError("an interval needs a percentile level below 1")


def _largest_lower_rank(p: float, n: int, tail: float) -> int:
    """Give the largest l in 0..n with P(Bin(n, p) <= l - 1) <= tail, by search around a guess."""

    def fits(rank: int) -> bool:
        return binomial_cdf(rank - 1, n, p) <= tail * (1.0 + _EQUAL)

    guess = math.floor(n * p + normal_quantile(tail) * math.sqrt(n * p * (1.0 - p)))
    good = min(max(guess, 0), n)
    step = 1
    while good > 0 and not fits(good):
        good = max(0, good - step)
        step *= 2
    bad = min(good + step, n + 1)
    while bad <= n and fits(bad):
        good, step = bad, step * 2
        bad = min(bad + step, n + 1)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good
