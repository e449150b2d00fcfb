"""Tails and quantiles of the binomial distribution, exact for ten million trials too."""

from __future__ import annotations

import math

from tallyclerk.stats.distributions import normal_quantile, require_probability
from tallyclerk.stats.special import incomplete_beta

# Two probabilities closer than this, relatively, are one: rounding must not decide a count.
_EQUAL = 1e-12


def binomial_cdf(k: int, n: int, p: float) -> float:
    """Give P(X <= k) for X ~ Binomial(n, p), exact tail by the incomplete beta function.

    Args:
        k: Number of hits; below 0 gives 0, n or more gives 1.
        n: Number of trials, 1 or more.
        p: Chance of a hit, 0..1.

    Returns:
        A probability in 0..1.

    Raises:
        ValueError: If n or p is out of range.
    """
    if n < 1:
        raise ValueError(f"number of trials must be positive, got {n}")
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    return incomplete_beta(n - k, k + 1, 1.0 - p)


def binomial_quantile(tail: float, n: int, p: float) -> int:
    """Give the smallest k with P(X <= k) >= tail for X ~ Binomial(n, p).

    Args:
        tail: Probability strictly between 0 and 1.
        n: Number of trials, 1 or more.
        p: Chance of a hit, 0..1.

    Returns:
        A count in 0..n.

    Raises:
        ValueError: If an argument is out of range.
    """
    require_probability(tail)
    wanted = tail * (1.0 - _EQUAL)
    spread = math.sqrt(n * p * (1.0 - p))
    high = min(n, max(0, math.ceil(n * p + normal_quantile(tail) * spread)))
    step = 1
    while binomial_cdf(high, n, p) < wanted:
        high, step = min(n, high + step), 2 * step
    low, step = high - 1, 1
    while low >= 0 and binomial_cdf(low, n, p) >= wanted:
        high, low, step = low, low - step, 2 * step
    low = max(low, -1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if binomial_cdf(middle, n, p) >= wanted else (middle, high)
    return high
