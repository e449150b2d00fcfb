"""Intervals for a rate of units that come in clusters and share their cluster's fate.

A cluster is a pair (n, hits). Clusters without units are ignored. With fewer than two clusters
nothing is known about how clusters differ: the result is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from tallyclerk.stats.distributions import two_sided_t
from tallyclerk.stats.interval import Bounds
from tallyclerk.stats.rates import exact_limits, require_counts, wilson_limits


class ClusterSpread(NamedTuple):
    """What clustering does to the precision of a rate.

    Attributes:
        n: Units.
        hits: Units with the outcome.
        clusters: Clusters with at least one unit.
        share: hits / n.
        se: Standard error of the share between clusters.
        design_effect: Its variance over that of independent units; None at a share of 0 or 1.
        effective_n: Number of independent units of equal precision, at most n.
    """

    n: int
    hits: int
    clusters: int
    share: float
    se: float
    design_effect: float | None
    effective_n: float


class ClusterRate(NamedTuple):
    """A rate with a cluster-robust interval.

    Attributes:
        share: hits / n.
        low: Lower limit.
        high: Upper limit.
        n: Units.
        hits: Units with the outcome.
        clusters: Clusters with at least one unit.
        effective_n: Number of independent units the limits are those of.
    """

    share: float
    low: float
    high: float
    n: int
    hits: int
    clusters: int
    effective_n: float


class ClusterSums(NamedTuple):
    """All that a rate's cluster variance needs of its clusters, as exact integers.

    Attributes:
        clusters: Clusters with at least one unit.
        n: Units.
        hits: Units with the outcome.
        n_squares: Sum of each cluster's n squared.
        hit_squares: Sum of each cluster's hits squared.
        products: Sum of each cluster's n times its hits.
    """

    clusters: int
    n: int
    hits: int
    n_squares: int
    hit_squares: int
    products: int


def sums_of(clusters: Iterable[tuple[int, int]]) -> ClusterSums:
    """Add up clusters given as (n, hits) pairs.

    Raises:
        ValueError: If hits are outside 0..n or n is negative.
    """
    held = _with_units(clusters)
    return ClusterSums(
        clusters=len(held),
        n=sum(n for n, _ in held),
        hits=sum(x for _, x in held),
        n_squares=sum(n * n for n, _ in held),
        hit_squares=sum(x * x for _, x in held),
        products=sum(n * x for n, x in held),
    )


def cluster_spread(sums: ClusterSums) -> ClusterSpread | None:
    """Give the linearised variance of a rate over clusters and its design effect.

    v = k/(k-1) sum (x_c - p n_c)^2 / n^2 over k clusters, design effect v / (p(1-p)/n); the
    effective n is n over the design effect, floored at 1. Summed in integers.

    Source: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), 3.12; L. Kish, "Survey
    Sampling" (1965), 8.2.

    When not to use it: with a handful of clusters, whose spread says little; the caller gates.

    Args:
        sums: Of the clusters, see `sums_of`.

    Returns:
        The spread, or None with fewer than two clusters that hold units. At a share of 0 or 1
        clusters cannot differ: se is 0 and the effective n is n.
    """
    k, n, hits = sums.clusters, sums.n, sums.hits
    if k < 2:
        return None
    squares = n * n * sums.hit_squares - 2 * n * hits * sums.products + hits * hits * sums.n_squares
    variance = Fraction(k * squares, (k - 1) * n**4)
    se = math.sqrt(variance)
    if hits in (0, n):
        return ClusterSpread(n, hits, k, hits / n, se, None, float(n))
    effect = variance * n**3 / (hits * (n - hits))
    effective = float(n / max(Fraction(1), effect))
    return ClusterSpread(n, hits, k, hits / n, se, float(effect), effective)


def cluster_wilson(sums: ClusterSums, confidence: float = 0.95) -> Bounds | None:
    """Give Wilson limits on the effective n of clustered units.

    When not to use it: with fewer than some thirty clusters, where `korn_graubard` covers better.

    Args:
        sums: Of the clusters, see `sums_of`.
        confidence: Two-sided level.

    Returns:
        Limits within 0..1, or None with fewer than two clusters that hold units.

    Raises:
        ValueError: If the level is out of range.
    """
    spread = cluster_spread(sums)
    if spread is None:
        return None
    return wilson_limits(spread.share, spread.effective_n, confidence)


def korn_graubard(sums: ClusterSums, confidence: float = 0.95) -> ClusterRate | None:
    """Give the Korn-Graubard interval of a rate of clustered units.

    Clopper-Pearson limits on n* = min(n, p(1-p)/v (t_{n-1} / t_{k-1})^2) units with p n* hits.
    Where clusters do not differ at all (v = 0, as at no hits or only hits), n* is n.

    Source: E. L. Korn and B. I. Graubard, Survey Methodology 24 (1998) 193-201.

    When not to use it: as proof of a clean record: without hits the limits know nothing of the
    clusters; and with fewer than eight clusters, where the caller should not conclude.

    Args:
        sums: Of the clusters, see `sums_of`.
        confidence: Two-sided level.

    Returns:
        The rate with its limits, or None with fewer than two clusters that hold units.

    Raises:
        ValueError: If the level is out of range.
    """
    spread = cluster_spread(sums)
    if spread is None:
        return None
    effective = student_effective_n(
        spread.n, spread.clusters, spread.design_effect or 0.0, confidence
    )
    # hits * n* / n, but exactly n* where every unit is a hit.
    hits = effective if spread.hits == spread.n else spread.share * effective
    low, high = exact_limits(hits, effective, confidence)
    return ClusterRate(spread.share, low, high, spread.n, spread.hits, spread.clusters, effective)


def student_effective_n(n: float, clusters: int, effect: float, confidence: float) -> float:
    """Give Korn and Graubard's effective n: n over the design effect, less for few clusters.

    Args:
        n: Units.
        clusters: Clusters with units, 2 or more.
        effect: Design effect; 0 where clusters do not differ.
        confidence: Two-sided level.

    Returns:
        A number of units, at most n.

    Raises:
        ValueError: If there are fewer than two clusters or the level is out of range.
    """
    if clusters < 2:
        raise ValueError(f"an effective n needs two clusters, got {clusters}")
    if effect == 0.0:
        return float(n)
    shrink = two_sided_t(confidence, n - 1) / two_sided_t(confidence, clusters - 1)
    return min(float(n), n / effect * shrink * shrink)


def _with_units(clusters: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    held = []
    for size, hits in clusters:
        if size or hits:
            require_counts(hits, size)
            held.append((size, hits))
    return held
