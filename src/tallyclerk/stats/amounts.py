"""Intervals for amounts summed over rare events, and for counts per unit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from tallyclerk.stats.distributions import gamma_quantile, require_confidence


class AmountRate(NamedTuple):
    """An amount per so many units.

    Attributes:
        value: Amount per so many units.
        se: Its standard error.
        low: Lower limit.
        high: Upper limit.
    """

    value: float
    se: float
    low: float
    high: float


class PerUnit(NamedTuple):
    """A mean count per unit.

    Attributes:
        mean: Events per unit.
        se: Its standard error by the variance between units.
        poisson_se: The error if events were independent of each other.
        dispersion: Variance between units over the mean; 1 if they were independent. None
            without events.
    """

    mean: float
    se: float
    poisson_se: float
    dispersion: float | None


def fay_feuer(
    total: int,
    squares: int,
    largest: int,
    units: int,
    *,
    per: int = 1000,
    confidence: float = 0.95,
) -> AmountRate | None:
    """Give an amount per so many units with the Fay-Feuer gamma interval.

    With weights w = amount per event scaled by per / units, y = sum w, v = sum w^2 and w_M the
    largest weight that a single event can have: low = v/y Gamma((1-c)/2; y^2/v), high =
    (v + w_M^2)/(y + w_M) Gamma((1+c)/2; (y + w_M)^2/(v + w_M^2)); without events low = 0.

    Source: M. P. Fay and E. J. Feuer, Statistics in Medicine 16 (1997) 791-801.

    When not to use it: without a cap on a single event the upper limit means nothing.

    Args:
        total: Sum of the amounts, in minor units.
        squares: Sum of their squares.
        largest: Largest amount that a single event can have, at least each amount seen.
        units: Units observed; 0 gives None.
        per: Units that the amount is stated for.
        confidence: Two-sided level.

    Returns:
        The amount per so many units, or None without units.

    Raises:
        ValueError: If an amount is negative, the sums cannot belong together or the level is out
            of range.
    """
    require_confidence(confidence)
    if units < 0 or per < 1:
        raise ValueError(f"units must not be negative and per must be positive: {units}, {per}")
    if largest <= 0 or total < 0 or squares < 0:
        raise ValueError(f"amounts must not be negative: {total}, {squares}, {largest}")
    if (total == 0) != (squares == 0) or squares > total * min(total, largest):
        raise ValueError("the sums are not those of amounts up to the largest possible one")
    if units == 0:
        return None
    scale = per / units
    tail = (1.0 - confidence) / 2.0
    low = 0.0
    if total:
        low = scale * squares / total * gamma_quantile(tail, float(Fraction(total**2, squares)))
    y, v = total + largest, squares + largest * largest
    high = scale * v / y * gamma_quantile(1.0 - tail, float(Fraction(y * y, v)))
    return AmountRate(scale * total, scale * math.sqrt(squares), low, high)


def per_unit(histogram: Mapping[int, int]) -> PerUnit | None:
    """Give the mean count per unit with an error from the variance between units.

    se = sqrt(variance / n) with the n - 1 variance: events of one unit come together, so that
    Poisson's sqrt(mean / n) would be too small.

    When not to use it: units in batches.

    Args:
        histogram: Units by number of events, units without events included.

    Returns:
        The mean, or None with fewer than two units.

    Raises:
        ValueError: If a count or a number of events is negative.
    """
    if any(events < 0 or count < 0 for events, count in histogram.items()):
        raise ValueError("counts must not be negative")
    n = sum(histogram.values())
    if n < 2:
        return None
    total = sum(events * count for events, count in histogram.items())
    squares = sum(events * events * count for events, count in histogram.items())
    variance = (n * squares - total * total) / (n * (n - 1))
    mean = total / n
    dispersion = variance / mean if total else None
    return PerUnit(mean, math.sqrt(variance / n), math.sqrt(mean / n), dispersion)
