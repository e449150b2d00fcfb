"""P values of many tests at once: Benjamini-Hochberg for screening, Holm for verdicts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tallyclerk.stats.rates import require_counts
from tallyclerk.stats.special import incomplete_beta


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Give p values adjusted for the false discovery rate.

    With the m values ascending, q_(i) = min over j >= i of m p_(j) / j.

    Source: Y. Benjamini and Y. Hochberg, JRSS B 57 (1995) 289-300.

    When not to use it: where one false alarm is one too many (`holm`).

    Args:
        p_values: P values in any order.

    Returns:
        Adjusted values in the same order, at most 1.

    Raises:
        ValueError: If a value is outside 0..1.
    """
    _require_p_values(p_values)
    m = len(p_values)
    adjusted = [1.0] * m
    smallest = 1.0
    for rank, index in zip(range(m, 0, -1), reversed(_ascending(p_values)), strict=True):
        smallest = min(smallest, p_values[index] * m / rank)
        adjusted[index] = smallest
    return adjusted


def holm(p_values: Sequence[float]) -> list[float]:
    """Give p values adjusted so that any false alarm at all is controlled.

    With the m values ascending, q_(i) = max over j <= i of (m - j + 1) p_(j), at most 1.

    Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.

    When not to use it: where all tests must pass, which needs no adjustment at all.

    Args:
        p_values: P values in any order.

    Returns:
        Adjusted values in the same order, at most 1.

    Raises:
        ValueError: If a value is outside 0..1.
    """
    _require_p_values(p_values)
    m = len(p_values)
    adjusted = [0.0] * m
    largest = 0.0
    for rank, index in enumerate(_ascending(p_values)):
        largest = max(largest, min(1.0, p_values[index] * (m - rank)))
        adjusted[index] = largest
    return adjusted


def two_sided_p(z: float) -> float:
    """Give P(|Z| >= |z|) for a standard normal Z."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def p_rate_above(hits: float, n: float, limit: float) -> float:
    """Give the exact p value of "the rate is at most the limit", small when it is above.

    P(X >= hits) at the limit, I_limit(hits, n - hits + 1). Like the exact bounds it takes
    real-valued hits and n, so an effective n gives the p value of its Korn-Graubard bound.

    When not to use it: as a two-sided p value.

    Args:
        hits: Units with the outcome, 0..n.
        n: Units, or effective units, above 0.
        limit: Rate to test, 0..1.

    Returns:
        A p value in 0..1; 1 without hits.

    Raises:
        ValueError: If n is not positive, or hits or the limit is out of range.
    """
    require_counts(hits, n)
    if not 0.0 <= limit <= 1.0:
        raise ValueError(f"limit must be within 0..1, got {limit}")
    return 1.0 if hits == 0 else incomplete_beta(hits, n - hits + 1.0, limit)


def p_rate_below(hits: float, n: float, limit: float) -> float:
    """Give the exact p value of "the rate is at least the limit", small when it is below.

    The mirror of `p_rate_above`: P(X <= hits) at the limit.

    Args:
        hits: Units with the outcome, 0..n.
        n: Units, or effective units, above 0.
        limit: Rate to test, 0..1.

    Returns:
        A p value in 0..1; 1 when every unit is a hit.

    Raises:
        ValueError: If n is not positive, or hits or the limit is out of range.
    """
    return p_rate_above(n - hits, n, 1.0 - limit)


def _ascending(values: Sequence[float]) -> list[int]:
    return sorted(range(len(values)), key=lambda index: (values[index], index))


def _require_p_values(p_values: Sequence[float]) -> None:
    for p in p_values:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"a p value must be within 0..1, got {p}")
