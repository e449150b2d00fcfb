"""The Kaplan-Meier curve itself, with Greenwood's errors and Brookmeyer-Crowley limits.

For percentiles of many units use `survival`, which is exact at the boundary; this module draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tallyclerk.stats.distributions import two_sided_z
from tallyclerk.stats.percentiles import order_statistic_rank
from tallyclerk.stats.survival import count_units


class SurvivalStep(NamedTuple):
    """One step of a Kaplan-Meier curve.

    Attributes:
        duration: Time of the step.
        at_risk: Units under observation just before it.
        observed: Units that ended at it.
        survival: Share still open after it.
        se: Greenwood's standard error of that share.
        low: Lower limit of the share, None where the curve has reached 0.
        high: Upper limit of the share, None where the curve has reached 0.
    """

    duration: int
    at_risk: int
    observed: int
    survival: float
    se: float
    low: float | None
    high: float | None


def km_curve(
    histogram: Sequence[tuple[int, int, int]], never: int = 0, confidence: float = 0.95
) -> list[SurvivalStep]:
    """Give the Kaplan-Meier curve, one row per time at which a unit ended.

    S is the product of (r - d) / r; Greenwood's G sums d / (r (r - d)); the error is S sqrt(G)
    and the limits S^exp(-+ z sqrt(G) / ln S).

    Source: E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481; J. D. Kalbfleisch and R. L.
    Prentice, "The Statistical Analysis of Failure Time Data" (1980), 1.3, for the limits.

    When not to use it: units in batches, whose limits are too narrow here.

    Args:
        histogram: (duration, observed, censored) triples, strictly ascending by duration.
        never: Units that never end.
        confidence: Two-sided level of each point's limits.

    Returns:
        The steps in order of time; none when nothing ended.

    Raises:
        ValueError: If a count or the level is out of range or durations do not ascend.
    """
    at_risk = count_units(histogram, never)
    z = two_sided_z(confidence)
    steps = []
    scale, block_start, greenwood = 1.0, at_risk, 0.0
    for duration, observed, censored in histogram:
        if observed:
            left = at_risk - observed
            survival = scale * left / block_start
            greenwood += observed / (at_risk * left) if left else 0.0
            se, low, high = _limits(survival, greenwood, z)
            steps.append(SurvivalStep(duration, at_risk, observed, survival, se, low, high))
            at_risk = left
        if censored:
            scale *= at_risk / block_start
            at_risk -= censored
            block_start = at_risk
    return steps


def brookmeyer_crowley(curve: Sequence[SurvivalStep], q: Fraction) -> tuple[int | None, int | None]:
    """Give the times at which the curve's limits cross 1 - q.

    Source: R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41.

    When not to use it: for reports, which use `survival.km_percentile`; this one is the
    textbook's and is kept for comparison with other tools.

    Args:
        curve: Steps of `km_curve`.
        q: Level, above 0 and at most 1, as an exact fraction.

    Returns:
        The first time whose lower limit, and the first whose upper limit, is at most 1 - q.

    Raises:
        TypeError: If q is a float.
        ValueError: If q is out of range.
    """
    order_statistic_rank(q, 1)
    target = float(1 - q)
    low = (s.duration for s in curve if (s.survival if s.low is None else s.low) <= target)
    high = (s.duration for s in curve if s.high is not None and s.high <= target)
    return next(low, None), next(high, None)


def _limits(
    survival: float, greenwood: float, z: float
) -> tuple[float, float | None, float | None]:
    if survival == 0.0:
        return 0.0, None, None
    spread = math.sqrt(greenwood)
    factor = math.exp(-z * spread / math.log(survival))
    return survival * spread, survival**factor, survival ** (1.0 / factor)
