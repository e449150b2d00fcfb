"""Percentile intervals for units that come in clusters, open units included.

Woodruff's idea: an interval for the share of units at or below the percentile, mapped back
through the quantile function. The share's variance between clusters sets an effective n.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from tallyclerk.stats.clusters import student_effective_n
from tallyclerk.stats.distributions import require_confidence
from tallyclerk.stats.percentiles import order_statistic_rank
from tallyclerk.stats.rates import exact_limits
from tallyclerk.stats.survival import count_units, km_quantile, km_quantiles


class TimesOfCluster(NamedTuple):
    """The times of one cluster's units.

    Attributes:
        histogram: (duration, observed, censored) triples, strictly ascending by duration.
        never: Units that never end.
    """

    histogram: Sequence[tuple[int, int, int]]
    never: int = 0


class ClusterPercentile(NamedTuple):
    """A percentile with a cluster-robust interval.

    Attributes:
        value: The percentile, None when not reached.
        low: Lower limit, None when there is none.
        high: Upper limit, None when there is none.
        n: Units, censored and never-ending ones included.
        clusters: Clusters with at least one unit.
        effective_n: Number of independent units the limits are those of; None when clusters
            are too few to tell.
    """

    value: int | None
    low: int | None
    high: int | None
    n: int
    clusters: int
    effective_n: float | None


def woodruff(
    clusters: Iterable[TimesOfCluster], q: Fraction, confidence: float = 0.95
) -> ClusterPercentile:
    """Give the q-percentile of clustered times with Woodruff's interval.

    The share of units ended by the percentile gets a cluster-linearised variance; with open units
    through the deviates of the Kaplan-Meier curve, which without them are x_c - p n_c. Its
    design effect gives Korn and Graubard's n*. The exact limits of the share q on n* units are
    the levels of the limits. A limit that n* independent units could not have either
    (q^n* above half of the error) is None.

    Source: R. S. Woodruff, JASA 47 (1952) 635-646; R. L. Williams, Lifetime Data Analysis 1
    (1995) 171-186, for the deviates.

    When not to use it: independent units (`survival.km_percentile`), or fewer than eight
    clusters, where the caller should not conclude.

    Args:
        clusters: Times of each cluster, in any order; those without units are ignored.
        q: Level, strictly between 0 and 1, as an exact fraction.
        confidence: Two-sided level.

    Returns:
        The percentile; without limits when fewer than two clusters hold units or nothing ended.

    Raises:
        TypeError: If q is a float.
        ValueError: If q, the level or a count is out of range or durations do not ascend.
    """
    order_statistic_rank(q, 1)
    require_confidence(confidence)
    if q == 1:
        raise ValueError("an interval needs a percentile level below 1")
    held = [c for c in clusters if count_units(c.histogram, c.never)]
    pooled, never = _pool(held)
    n = count_units(pooled, never)
    value = km_quantile(pooled, never, q)
    ended = [duration for duration, observed, _ in pooled if observed]
    if len(held) < 2 or not ended:
        return ClusterPercentile(value, None, None, n, len(held), None)
    effect = _design_effect(held, pooled, n, ended[-1] if value is None else value)
    effective = student_effective_n(n, len(held), effect, confidence)
    share_low, share_high = exact_limits(float(q) * effective, effective, confidence)
    below = min(q, Fraction(share_low)) if share_low > 0.0 else q
    low, high = km_quantiles(pooled, never, [below, max(q, Fraction(share_high))])
    tail = (1.0 - confidence) / 2.0 * (1.0 + 1e-12)
    has_low = float(1 - q) ** effective <= tail
    has_high = float(q) ** effective <= tail
    return ClusterPercentile(
        value, low if has_low else None, high if has_high else None, n, len(held), effective
    )


def _pool(clusters: Sequence[TimesOfCluster]) -> tuple[list[tuple[int, int, int]], int]:
    """Add the clusters' histograms."""
    counts: dict[int, tuple[int, int]] = {}
    for cluster in clusters:
        for duration, observed, censored in cluster.histogram:
            ended, opened = counts.get(duration, (0, 0))
            counts[duration] = (ended + observed, opened + censored)
    pooled = [(duration, *counts[duration]) for duration in sorted(counts)]
    return pooled, sum(cluster.never for cluster in clusters)


def _design_effect(
    clusters: Sequence[TimesOfCluster],
    pooled: Sequence[tuple[int, int, int]],
    n: int,
    until: int,
) -> float:
    """Give the design effect of the share ended by a time; 0 where clusters do not differ."""
    survival, last, jumps = _curve_terms(pooled, n, until)
    if survival == 0.0:
        return 0.0
    deviates = []
    for cluster in clusters:
        terms = [-cluster.never * last]
        for duration, observed, censored in cluster.histogram:
            jump, passed = jumps.get(duration, (0.0, last))
            terms.append(observed * jump - (observed + censored) * passed)
        deviates.append(survival * math.fsum(terms))
    k = len(clusters)
    variance = k / (k - 1) * math.fsum(d * d for d in deviates)
    return variance * n / (survival * (1.0 - survival))


def _curve_terms(
    pooled: Sequence[tuple[int, int, int]], at_risk: int, until: int
) -> tuple[float, float, dict[int, tuple[float, float]]]:
    """Give S and the summed d / (r (r - d)) at a time, and by duration 1 / (r - d) and the sum."""
    survival = 1.0
    summed = 0.0
    terms: dict[int, tuple[float, float]] = {}
    for duration, observed, censored in pooled:
        if duration > until:
            break
        left = at_risk - observed
        survival *= left / at_risk
        if left == 0:
            return 0.0, summed, terms
        summed += observed / (at_risk * left)
        terms[duration] = (1.0 / left, summed)
        at_risk = left - censored
    return survival, summed, terms
