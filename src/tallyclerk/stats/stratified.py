"""Two parties compared over their common strata, each stratum within itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from tallyclerk.stats.differences import newcombe, weighted_mover
from tallyclerk.stats.distributions import two_sided_z
from tallyclerk.stats.interval import Estimate
from tallyclerk.stats.rates import require_counts

# ((hits, n) of the first party, (hits, n) of the second).
Stratum = tuple[tuple[int, int], tuple[int, int]]


class MantelHaenszel(NamedTuple):
    """Two parties' rates compared over strata.

    Attributes:
        difference: Weighted difference of rates, first less second.
        se_sato: Its standard error by Sato, consistent for few large and many small strata.
        se_greenland_robins: Its standard error by Greenland and Robins.
        low: Lower limit by Sato's error.
        high: Upper limit by Sato's error.
        odds_ratio: Common odds ratio, None when undefined.
        rate_ratio: Common ratio of rates, None when undefined.
        chi_squared: Cochran-Mantel-Haenszel statistic without continuity correction, None when
            nothing could vary.
        p_value: Its p value, None likewise.
        strata: Strata with units on both sides.
    """

    difference: float
    se_sato: float
    se_greenland_robins: float
    low: float
    high: float
    odds_ratio: float | None
    rate_ratio: float | None
    chi_squared: float | None
    p_value: float | None
    strata: int


def mantel_haenszel(strata: Iterable[Stratum], confidence: float = 0.95) -> MantelHaenszel | None:
    """Give the Mantel-Haenszel comparison of two parties over common strata.

    Weights w = n1 n2 / N per stratum; difference sum w (p1 - p2) / sum w; limits difference -+ z
    times Sato's error.

    Source: N. Mantel and W. Haenszel, JNCI 22 (1959) 719-748; S. Greenland and J. M. Robins,
    Biometrics 41 (1985) 55-68; T. Sato, Biometrics 45 (1989) 1323-1324.

    When not to use it: with empty cells throughout, where the error is 0 (`stratified_newcombe`),
    or units in batches.

    Args:
        strata: ((hits, n), (hits, n)) per stratum; those with one side empty are left out.
        confidence: Two-sided level.

    Returns:
        The comparison, or None without a common stratum.

    Raises:
        ValueError: If a count or the level is out of range.
    """
    common = _common(strata)
    z = two_sided_z(confidence)
    if not common:
        return None
    weight = math.fsum(n1 * n2 / (n1 + n2) for (_, n1), (_, n2) in common)
    difference = (
        math.fsum((x1 * n2 - x2 * n1) / (n1 + n2) for (x1, n1), (x2, n2) in common) / weight
    )
    sato = math.sqrt(max(0.0, _sato(common, difference))) / weight
    robins = math.sqrt(_greenland_robins(common)) / weight
    chi_squared = _cochran(common)
    p_value = None if chi_squared is None else math.erfc(math.sqrt(chi_squared / 2.0))
    return MantelHaenszel(
        difference,
        sato,
        robins,
        max(-1.0, difference - z * sato),
        min(1.0, difference + z * sato),
        _ratio([(x1 * (n2 - x2), x2 * (n1 - x1), n1 + n2) for (x1, n1), (x2, n2) in common]),
        _ratio([(x1 * n2, x2 * n1, n1 + n2) for (x1, n1), (x2, n2) in common]),
        chi_squared,
        p_value,
        len(common),
    )


def stratified_newcombe(strata: Iterable[Stratum], confidence: float = 0.95) -> Estimate | None:
    """Give the Mantel-Haenszel difference with limits recovered from Newcombe's per stratum.

    limit = difference -+ sqrt(sum w^2 (d - limit_d)^2), w adding to 1. It stays within -1..1 and
    is not fooled by empty cells; with one stratum it is Newcombe's interval.

    Source: X. Yan and X. G. Su, Statistics in Biopharmaceutical Research 2 (2010) 329-335.

    When not to use it: units in batches.

    Args:
        strata: ((hits, n), (hits, n)) per stratum; those with one side empty are left out.
        confidence: Two-sided level.

    Returns:
        The difference and its limits, or None without a common stratum.

    Raises:
        ValueError: If a count or the level is out of range.
    """
    common = _common(strata)
    if not common:
        return None
    weights = [n1 * n2 / (n1 + n2) for (_, n1), (_, n2) in common]
    total = math.fsum(weights)
    parts = []
    for weight, ((x1, n1), (x2, n2)) in zip(weights, common, strict=True):
        diff, low, high = newcombe(x1, n1, x2, n2, confidence)
        # Both limits exist, as Wilson's always do.
        bounds = Estimate(diff, -1.0 if low is None else low, 1.0 if high is None else high)
        parts.append((weight / total, bounds))
    value, low, high = weighted_mover(parts)
    return Estimate(value, max(-1.0, low), min(1.0, high))


def _common(strata: Iterable[Stratum]) -> list[Stratum]:
    common = []
    for first, second in strata:
        if first[1] and second[1]:
            require_counts(*first)
            require_counts(*second)
            common.append((first, second))
    return common


def _sato(common: list[Stratum], difference: float) -> float:
    """Give Sato's variance times the squared total weight."""
    p_terms = []
    q_terms = []
    for (x1, n1), (x2, n2) in common:
        n = n1 + n2
        p_terms.append((n1 * n1 * x2 - n2 * n2 * x1 + n1 * n2 * (n2 - n1) / 2) / (n * n))
        q_terms.append((x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n))
    return difference * math.fsum(p_terms) + math.fsum(q_terms)


def _greenland_robins(common: list[Stratum]) -> float:
    """Give Greenland and Robins' variance times the squared total weight."""
    return math.fsum(
        (x1 * (n1 - x1) * n2**3 + x2 * (n2 - x2) * n1**3) / (n1 * n2 * (n1 + n2) ** 2)
        for (x1, n1), (x2, n2) in common
    )


def _cochran(common: list[Stratum]) -> float | None:
    """Give the Cochran-Mantel-Haenszel statistic."""
    excess = math.fsum((x1 * n2 - x2 * n1) / (n1 + n2) for (x1, n1), (x2, n2) in common)
    variances = []
    for (x1, n1), (x2, n2) in common:
        n, hits = n1 + n2, x1 + x2
        variances.append(n1 * n2 * hits * (n - hits) / (n * n * (n - 1)))
    variance = math.fsum(variances)
    return excess * excess / variance if variance else None


def _ratio(terms: list[tuple[int, int, int]]) -> float | None:
    """Give sum(top / n) / sum(bottom / n), None when the bottom is 0."""
    bottom = math.fsum(below / n for _, below, n in terms)
    return math.fsum(above / n for above, _, n in terms) / bottom if bottom else None
