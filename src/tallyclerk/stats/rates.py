"""Intervals for a rate of independent units: Wilson, Clopper-Pearson, Jeffreys, zero hits.

None of them fits units that share a fate in batches; `clusters` is for those.
"""

from __future__ import annotations

import math

from tallyclerk.stats.distributions import beta_quantile, require_confidence, two_sided_z
from tallyclerk.stats.interval import Bounds, Interval


def wilson(hits: int, n: int, confidence: float = 0.95) -> Interval:
    """Give the Wilson score interval of a rate.

    The limits are the roots of (p - hits/n)^2 = z^2 p (1 - p) / n; at 0 hits the lower limit is
    exactly 0, at n hits the upper one exactly 1.

    Source: E. B. Wilson, JASA 22 (1927) 209-212; recommended by Brown, Cai and DasGupta,
    Statistical Science 16 (2001) 101-133.

    When not to use it: units that come in batches sharing one fate (`clusters.korn_graubard`),
    or a one-sided statement about no hits (`zero_hits_upper`).

    Args:
        hits: Units with the outcome, 0..n.
        n: Units observed, 1 or more.
        confidence: Two-sided level.

    Returns:
        Limits within 0..1.

    Raises:
        ValueError: If n is not positive, hits is outside 0..n or the level is out of range.
    """
    require_counts(hits, n)
    return Interval(*wilson_limits(hits / n, n, confidence))


def wilson_limits(share: float, n: float, confidence: float = 0.95) -> Bounds:
    """Give Wilson limits for a share observed on an effective, not necessarily whole, n.

    Args:
        share: Observed rate, 0..1.
        n: Effective number of independent units, above 0.
        confidence: Two-sided level.

    Returns:
        Limits within 0..1.

    Raises:
        ValueError: If n is not positive, the share is outside 0..1 or the level is out of range.
    """
    if not n > 0.0:
        raise ValueError(f"number of units must be positive, got {n}")
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"share must be within 0..1, got {share}")
    z = two_sided_z(confidence)
    centre = 2.0 * share + z * z / n
    root = z * math.sqrt(z * z / (n * n) + 4.0 * share * (1.0 - share) / n)
    low = 2.0 * share * share / (centre + root)
    high = 1.0 if share == 1.0 else min(1.0, (centre + root) / (2.0 * (1.0 + z * z / n)))
    return Bounds(low, high)


def clopper_pearson(hits: int, n: int, confidence: float = 0.95) -> Interval:
    """Give the exact (Clopper-Pearson) interval of a rate.

    low = Beta quantile((1-c)/2; x, n-x+1), high = Beta quantile((1+c)/2; x+1, n-x).

    Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404-413.

    When not to use it: where a typical coverage of the stated level is wanted, as it is wider
    than needed; and for batches (`clusters.korn_graubard`).

    Args:
        hits: Units with the outcome, 0..n.
        n: Units observed, 1 or more.
        confidence: Two-sided level.

    Returns:
        Limits within 0..1.

    Raises:
        ValueError: If n is not positive, hits is outside 0..n or the level is out of range.
    """
    require_counts(hits, n)
    return Interval(*exact_limits(float(hits), float(n), confidence))


def exact_limits(hits: float, n: float, confidence: float = 0.95) -> Bounds:
    """Give Clopper-Pearson limits for real-valued hits and n, as an effective size needs them.

    Args:
        hits: Effective hits, 0..n.
        n: Effective number of independent units, above 0.
        confidence: Two-sided level.

    Returns:
        Limits within 0..1.

    Raises:
        ValueError: If n is not positive, hits is outside 0..n or the level is out of range.
    """
    require_counts(hits, n)
    require_confidence(confidence)
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if hits == 0 else beta_quantile(tail, hits, n - hits + 1.0)
    high = 1.0 if hits == n else beta_quantile(1.0 - tail, hits + 1.0, n - hits)
    return Bounds(low, high)


def jeffreys(hits: int, n: int, confidence: float = 0.95) -> Interval:
    """Give the equal-tailed Jeffreys interval of a rate.

    Quantiles of Beta(x + 1/2, n - x + 1/2), with low = 0 at no hits and high = 1 at n hits.

    Source: Brown, Cai and DasGupta, Statistical Science 16 (2001) 101-133.

    When not to use it: where a guaranteed coverage is needed, or for batches.

    Args:
        hits: Units with the outcome, 0..n.
        n: Units observed, 1 or more.
        confidence: Two-sided level.

    Returns:
        Limits within 0..1.

    Raises:
        ValueError: If n is not positive, hits is outside 0..n or the level is out of range.
    """
    require_counts(hits, n)
    require_confidence(confidence)
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if hits == 0 else beta_quantile(tail, hits + 0.5, n - hits + 0.5)
    high = 1.0 if hits == n else beta_quantile(1.0 - tail, hits + 0.5, n - hits + 0.5)
    return Interval(low, high)


def one_sided_bounds(hits: int, n: int, confidence: float = 0.95) -> Bounds:
    """Give the exact one-sided lower and upper bounds of a rate, each at the full level.

    Each bound alone holds with the stated confidence; both together hold with 2c - 1.

    Source: the one-sided Clopper-Pearson bounds.

    When not to use it: as a two-sided interval, or for batches.

    Args:
        hits: Units with the outcome, 0..n.
        n: Units observed, 1 or more.
        confidence: One-sided level, above 1/2.

    Returns:
        The lower and the upper bound.

    Raises:
        ValueError: If n is not positive, hits is outside 0..n or the level is not in 1/2..1.
    """
    require_counts(hits, n)
    if not 0.5 < confidence < 1.0:
        raise ValueError(f"one-sided confidence must be between 1/2 and 1, got {confidence}")
    return exact_limits(float(hits), float(n), 2.0 * confidence - 1.0)


def zero_hits_upper(n: float, confidence: float = 0.95) -> float:
    """Give the exact one-sided upper bound of a rate of which no hit was seen.

    1 - (1 - c)^(1/n); about 3/n at 0.95, the "rule of three".

    Source: J. A. Hanley and A. Lippman-Hand, JAMA 249 (1983) 1743-1745.

    When not to use it: with one hit or more; for batches give it their effective n (`sparse`).

    Args:
        n: Units observed, or as many as they are worth, above 0.
        confidence: One-sided level.

    Returns:
        The bound, above 0 and below 1.

    Raises:
        ValueError: If n is not positive or the level is out of range.
    """
    require_counts(0, n)
    require_confidence(confidence)
    return -math.expm1(math.log(1.0 - confidence) / n)


def rule_of_three(n: int) -> float:
    """Give 3/n, the mental-arithmetic form of `zero_hits_upper` at 0.95, at most 1.

    Raises:
        ValueError: If n is not positive.
    """
    require_counts(0, n)
    return min(1.0, 3.0 / n)


def require_counts(hits: float, n: float) -> None:
    """Refuse counts that are no sample.

    Raises:
        ValueError: If n is not positive or hits is outside 0..n.
    """
    if not n > 0:
        raise ValueError(f"number of units must be positive, got {n}")
    if not 0 <= hits <= n:
        raise ValueError(f"hits must be within 0..{n}, got {hits}")
