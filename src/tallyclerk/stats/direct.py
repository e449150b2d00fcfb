"""Directly standardised rates: what a party's rate would be at a standard mix of strata.

Strata are keyed by name; each holds (n, hits). Strata without own units cannot be filled in: they
are left out of the mix, and the share of weight that is covered is part of the result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from tallyclerk.stats.counts import poisson_limits
from tallyclerk.stats.differences import weighted_mover
from tallyclerk.stats.interval import Estimate
from tallyclerk.stats.rates import require_counts, wilson_limits
from tallyclerk.stats.standardisation import Strata

# Below this many hits a directly standardised rate is too unstable to show.
DOBSON_FROM = 10


class DirectRate(NamedTuple):
    """A directly standardised rate.

    Attributes:
        rate: Mean of the strata's rates by standard weight.
        low: Lower limit.
        high: Upper limit.
        variance: Poisson variance of the rate; None where limits do not rest on it.
        hits: Hits behind it.
        coverage: Share of the standard weight in strata that have units.
    """

    rate: float
    low: float
    high: float
    variance: float | None
    hits: int
    coverage: float


def direct_dobson(
    own: Strata, standard: Mapping[str, int], confidence: float = 0.95
) -> DirectRate | None:
    """Give the rate at a standard mix of strata with Dobson's limits, for rare events.

    rate = sum w_l x_l / n_l, variance sum w_l^2 x_l / n_l^2; with T hits and Poisson limits of T,
    limit = rate + sqrt(variance / T) (limit_T - T).

    Source: A. J. Dobson et al., Statistics in Medicine 10 (1991) 457-462.

    When not to use it: shares that are not rare, or fewer than ten hits (`direct_mover`).

    Args:
        own: (n, hits) by stratum.
        standard: Standard units by stratum; strata without own units are left out of the mix.
        confidence: Two-sided level.

    Returns:
        The rate, or None with fewer than ten hits or no common stratum.

    Raises:
        ValueError: If a count or the level is out of range.
    """
    covered, coverage = _covered(own, standard)
    hits = sum(x for _, _, x in covered)
    if hits < DOBSON_FROM:
        return None
    rate = math.fsum(w * x / n for w, n, x in covered)
    variance = math.fsum(w * w * x / (n * n) for w, n, x in covered)
    limits = poisson_limits(hits, confidence)
    scale = math.sqrt(variance / hits)
    low = rate + scale * (limits.low - hits)
    return DirectRate(
        rate, max(0.0, low), rate + scale * (limits.high - hits), variance, hits, coverage
    )


def direct_mover(
    own: Strata, weights: Mapping[str, float], confidence: float = 0.95
) -> DirectRate | None:
    """Give the rate at a standard mix of strata with limits recovered from Wilson's.

    limit = rate -+ sqrt(sum w_l^2 (p_l - limit_l)^2) over the strata's Wilson limits; with one
    stratum it is Wilson's interval.

    Source: G. Y. Zou, W. Huang and X. Zhang, Computational Statistics and Data Analysis 53 (2009)
    3755-3764.

    When not to use it: units in batches within a stratum.

    Args:
        own: (n, hits) by stratum.
        weights: Standard weights by stratum, any scale; strata without own units are left out.
        confidence: Two-sided level.

    Returns:
        The rate, within 0..1, or None without a common stratum.

    Raises:
        ValueError: If a count, a weight or the level is out of range.
    """
    covered, coverage = _covered(own, weights)
    if not covered:
        return None
    limits = [wilson_limits(x / n, n, confidence) for _, n, x in covered]
    parts = list(zip(covered, limits, strict=True))
    value, low, high = weighted_mover(
        [(w, Estimate(x / n, limit.low, limit.high)) for (w, n, x), limit in parts]
    )
    hits = sum(x for _, _, x in covered)
    return DirectRate(value, max(0.0, low), min(1.0, high), None, hits, coverage)


def _covered(
    own: Strata, weights: Mapping[str, float]
) -> tuple[list[tuple[float, int, int]], float]:
    """Give (weight, n, hits) of the strata with own units, weights adding to 1, and their share."""
    if any(not w >= 0 for w in weights.values()):
        raise ValueError("standard weights must not be negative")
    held = {name: own[name] for name in weights if own.get(name, (0, 0))[0] and weights[name]}
    for n, hits in held.values():
        require_counts(hits, n)
    total = math.fsum(weights.values())
    covered = math.fsum(weights[name] for name in held)
    if not held:
        return [], 0.0
    return [(weights[name] / covered, *held[name]) for name in held], covered / total
