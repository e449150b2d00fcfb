"""Rates of which few hits, or few misses, were seen in clusters: what their spread cannot tell.

The design effect is estimated from the hits. Without a hit there is nothing to estimate it from,
and with a few the clusters that would raise it are mostly those not seen yet: Korn-Graubard limits
then cover far less than they say. Here the estimate is held up by an assumption that fades as
hits come in.
"""

from __future__ import annotations

import math

from tallyclerk.stats.clusters import ClusterRate, ClusterSums, cluster_spread, student_effective_n
from tallyclerk.stats.rates import exact_limits

ASSUMED_CORRELATION = 0.05
"""Intraclass correlation assumed where hits are too few to see one."""

ASSUMED_WEIGHT = 30
"""The assumption weighs as much as this many hits."""


def clean_design_effect(sums: ClusterSums) -> float:
    """Give the design effect of a clean record: what clusters without a hit are worth.

    x / ln(1 + x) with x = (m - 1) r / (1 - r), m = sum(n_c^2) / n the size of the cluster that a
    unit is in, r the assumed correlation; 1 where each unit is its own cluster.

    Source: the chance of no hit of the beta-binomial distribution, J. G. Skellam, JRSS B 10
    (1948) 257-261: for rare hits a cluster of m counts as ln(1 + m r / (1 - r)) / (r / (1 - r))
    independent units.

    When not to use it: where the clusters' spread can be estimated (`clusters.cluster_spread`).

    Args:
        sums: Of the clusters, with one unit or more.

    Returns:
        1 or more.

    Raises:
        ValueError: If there are no units.
    """
    if sums.n < 1:
        raise ValueError(f"number of units must be positive, got {sums.n}")
    odds = ASSUMED_CORRELATION / (1.0 - ASSUMED_CORRELATION)
    x = (sums.n_squares / sums.n - 1.0) * odds
    return x / math.log1p(x) if x > 0.0 else 1.0


def cautious_design_effect(sums: ClusterSums) -> float | None:
    """Give the estimated design effect, held up by that of a clean record where hits are few.

    max(d, (h d + 30 c) / (h + 30)) with d the estimate, c that of a clean record and h the
    smaller of hits and misses.

    When not to use it: with a handful of clusters; the caller gates.

    Args:
        sums: Of the clusters, see `clusters.sums_of`.

    Returns:
        A design effect, None with fewer than two clusters that hold units.
    """
    spread = cluster_spread(sums)
    if spread is None:
        return None
    clean = clean_design_effect(sums)
    if spread.design_effect is None:
        return clean
    seen = min(sums.hits, sums.n - sums.hits)
    mixed = (seen * spread.design_effect + ASSUMED_WEIGHT * clean) / (seen + ASSUMED_WEIGHT)
    return max(spread.design_effect, mixed)


def cautious_korn_graubard(sums: ClusterSums, confidence: float = 0.95) -> ClusterRate | None:
    """Give Korn-Graubard limits that hold for rare hits, and for rare misses, too.

    As `clusters.korn_graubard`, with the design effect of `cautious_design_effect`. Without hits,
    or with nothing else, no spread is estimated, so no degrees of freedom are lost: n* is n over
    the design effect.

    When not to use it: with fewer than eight clusters, where the caller should not conclude.

    Args:
        sums: Of the clusters, see `clusters.sums_of`.
        confidence: Two-sided level.

    Returns:
        The rate with its limits, or None with fewer than two clusters that hold units.

    Raises:
        ValueError: If the level is out of range.
    """
    effect = cautious_design_effect(sums)
    if effect is None:
        return None
    n, hits, k = sums.n, sums.hits, sums.clusters
    if hits in {0, n}:
        effective = n / effect
        weighed = effective if hits else 0.0
    else:
        effective = student_effective_n(n, k, effect, confidence)
        weighed = hits / n * effective
    low, high = exact_limits(weighed, effective, confidence)
    return ClusterRate(hits / n, low, high, n, hits, k, effective)
