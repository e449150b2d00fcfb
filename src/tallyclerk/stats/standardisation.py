"""Counts made comparable across strata: observed over expected (indirect standardisation).

Strata are keyed by name; each holds (n, hits). A stratum counts only where both sides have units,
and the share of the units that it covers is part of every result, for the caller to refuse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tallyclerk.stats.counts import poisson_limits
from tallyclerk.stats.rates import require_counts

Strata = Mapping[str, tuple[int, int]]


class ObservedExpected(NamedTuple):
    """A count against what the reference's rates would have given.

    Attributes:
        observed: Hits in the covered strata.
        expected: Hits at the reference's rate in each of them.
        ratio: Observed over expected; None when no hit was to be expected.
        low: Lower limit of the ratio, None likewise.
        high: Upper limit of the ratio, None likewise.
        variance: Binomial variance of the expected hits.
        n: Units in the covered strata.
        coverage: Their share of all units.
    """

    observed: int
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    variance: float
    n: int
    coverage: float


def leave_one_out(everyone: Strata, own: Strata) -> dict[str, tuple[int, int]]:
    """Give the strata of the others: everyone's counts less one's own.

    A party that is part of its own reference is compared with itself: at 90 % of the volume an
    O/E of 0.09 reads 0.5.

    Args:
        everyone: (n, hits) by stratum, own units included.
        own: (n, hits) by stratum.

    Returns:
        (n, hits) by stratum, ascending, strata without other units left out.

    Raises:
        ValueError: If own counts exceed everyone's.
    """
    others = {}
    for name in sorted(everyone):
        n, hits = everyone[name]
        own_n, own_hits = own.get(name, (0, 0))
        if not 0 <= hits - own_hits <= n - own_n:
            raise ValueError(f"own counts of stratum {name!r} are not among everyone's")
        if n > own_n:
            others[name] = (n - own_n, hits - own_hits)
    if any(name not in everyone and n for name, (n, _) in own.items()):
        raise ValueError("own counts hold a stratum that everyone's do not")
    return others


def observed_expected(
    reference: Strata, own: Strata, confidence: float = 0.95
) -> ObservedExpected | None:
    """Give indirectly standardised hits: observed over expected with Poisson limits.

    E = sum n_l p_l over strata l with the reference's rates p_l; limits of O by Byar, exact below
    ten, divided by E; variance sum n_l p_l (1 - p_l).

    Source: N. E. Breslow and N. E. Day, "Statistical Methods in Cancer Research" II (1987), 2.3.

    When not to use it: to compare two parties with each other, as each ratio has its own weights
    (`stratified`); or with a reference that contains the party (`leave_one_out`).

    Args:
        reference: (n, hits) of the others by stratum.
        own: (n, hits) of the party by stratum.
        confidence: Two-sided level.

    Returns:
        The ratio and what it rests on, or None when no stratum has units on both sides.

    Raises:
        ValueError: If a count or the level is out of range.
    """
    total = sum(n for n, _ in own.values())
    shared = [(*own[name], *reference[name]) for name in own if _both(reference, own, name)]
    if not shared:
        return None
    for n, hits, reference_n, reference_hits in shared:
        require_counts(hits, n)
        require_counts(reference_hits, reference_n)
    observed = sum(hits for _, hits, _, _ in shared)
    expected = math.fsum(n * x / m for n, _, m, x in shared)
    variance = math.fsum(n * x * (m - x) / (m * m) for n, _, m, x in shared)
    limits = poisson_limits(observed, confidence)
    covered = sum(n for n, _, _, _ in shared)
    return ObservedExpected(
        observed,
        expected,
        observed / expected if expected else None,
        limits.low / expected if expected else None,
        limits.high / expected if expected else None,
        variance,
        covered,
        covered / total,
    )


def standardised_z(observed: float, expected: float, variance: float) -> float | None:
    """Give (O - E) / sqrt(V): with V = sum n p (1 - p) for shares, V = E for rare events.

    Args:
        observed: Hits seen.
        expected: Hits expected.
        variance: Variance of the hits.

    Returns:
        The z value, or None when nothing could vary.

    Raises:
        ValueError: If the variance is negative.
    """
    if variance < 0.0:
        raise ValueError(f"a variance must not be negative, got {variance}")
    return (observed - expected) / math.sqrt(variance) if variance else None


def period_ratios(
    reference: Sequence[tuple[int, int]], own: Sequence[tuple[int, int]]
) -> list[float | None]:
    """Give observed over expected per period, which takes the season out of a trend.

    x_t / (n_t times the reference's rate in the same period): a rate that doubles in the peak
    while everyone's triples has improved.

    When not to use it: where the party is most of the reference (`leave_one_out` first).

    Args:
        reference: (n, hits) of the others by period.
        own: (n, hits) of the party by period.

    Returns:
        A ratio per period, None where either side has no units or the reference no hits.

    Raises:
        ValueError: If the periods differ in number.
    """
    ratios: list[float | None] = []
    for (m, reference_hits), (n, hits) in zip(reference, own, strict=True):
        expected = n * reference_hits
        ratios.append(hits * m / expected if expected else None)
    return ratios


def _both(reference: Strata, own: Strata, name: str) -> bool:
    return own[name][0] > 0 and name in reference and reference[name][0] > 0
