"""A rate standardised to another mix of strata, of units that come in clusters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from tallyclerk.stats.clusters import ClusterRate, ClusterSums, student_effective_n
from tallyclerk.stats.rates import exact_limits
from tallyclerk.stats.sparse import ASSUMED_WEIGHT, clean_design_effect


class WeightedStratum(NamedTuple):
    """One stratum of a party.

    Attributes:
        weight: Its weight, of any scale.
        n: Units, 1 or more.
        hits: Units with the outcome.
    """

    weight: float
    n: int
    hits: int


def kish_units(strata: Sequence[tuple[float, int]]) -> float:
    """Give the independent units that weighted ones are worth: (sum w)^2 / sum(w^2 / n).

    Source: L. Kish, "Survey Sampling" (1965), 11.7.

    Args:
        strata: (weight of the stratum, units in it) pairs.

    Returns:
        At most the number of units, which it is at weights in proportion to them.

    Raises:
        ValueError: If there is no weight.
    """
    total = math.fsum(weight for weight, _ in strata)
    if not total > 0.0:
        raise ValueError("some stratum needs a weight")
    return total * total / math.fsum(weight * weight / n for weight, n in strata)


def weighted_korn_graubard(
    strata: Sequence[WeightedStratum],
    variance: float,
    sums: ClusterSums,
    confidence: float = 0.95,
) -> ClusterRate:
    """Give a directly standardised rate of clustered units with Korn-Graubard limits.

    p = sum w_l x_l / n_l with the weights added up to 1; limits are Clopper-Pearson's on n* units
    with p n* hits. n* is that of the design effect v / (p (1 - p) / m), m the units that the
    weighted ones are worth (`kish_units`), with the degrees of freedom of clusters less strata;
    few hits hold the design effect up as in `sparse`. With one stratum it is
    `sparse.cautious_korn_graubard`.

    Source: E. L. Korn and B. I. Graubard, Survey Methodology 24 (1998) 193-201, for estimates of
    any design.

    When not to use it: with fewer than eight clusters, where the caller should not conclude.

    Args:
        strata: Weight, units and hits of each, one or more.
        variance: Of the rate between clusters, with k / (k - 1) in each stratum of k clusters, 2
            or more in each.
        sums: Of the clusters of all strata.
        confidence: Two-sided level.

    Returns:
        The rate with its limits; `n` and `hits` are the plain ones.
    """
    total = math.fsum(part.weight for part in strata)
    units = kish_units([(part.weight, part.n) for part in strata])
    clean = clean_design_effect(sums)
    if sums.hits in {0, sums.n}:
        share, effective = float(sums.hits > 0), units / clean
    else:
        share = math.fsum(part.weight * part.hits / part.n for part in strata) / total
        effect = variance * units / (share * (1.0 - share))
        seen = min(sums.hits, sums.n - sums.hits)
        mixed = (seen * effect + ASSUMED_WEIGHT * clean) / (seen + ASSUMED_WEIGHT)
        degrees = max(1, sums.clusters - len(strata))
        effective = student_effective_n(units, degrees + 1, max(effect, mixed), confidence)
    low, high = exact_limits(share * effective, effective, confidence)
    return ClusterRate(share, low, high, sums.n, sums.hits, sums.clusters, effective)
