"""Percentiles of times that are partly right-censored: Kaplan-Meier on an exact histogram.

A histogram is a sequence of (duration, observed, censored) triples, sorted by duration: so many
units ended after exactly that time, so many were last seen open at it. Units that can never end
are counted apart as `never`; they are at risk for ever, longer than any time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from tallyclerk.stats.percentiles import order_statistic_rank, rank_interval

# Relative error of one float product or quotient is below 2^-53; each factor makes two.
_ERROR_PER_FACTOR = 1e-15


class Percentile(NamedTuple):
    """A percentile with its interval; None where the time is not reached.

    Attributes:
        value: The percentile.
        low: Lower limit.
        high: Upper limit.
    """

    value: int | None
    low: int | None
    high: int | None


def km_quantile(histogram: Sequence[tuple[int, int, int]], never: int, q: Fraction) -> int | None:
    """Give the q-percentile of censored times: the first time t with S(t) <= 1 - q.

    S(t) is the product of (r - d) / r over the times up to t, with r at risk and d ended there;
    units censored at a time are at risk at it. The comparison is exact: floats decide only where
    their error cannot matter. Without censoring the result is the order statistic.

    Source: E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481.

    When not to use it: where censoring tells about the time left (a unit declared lost is
    `never`, not censored), or with competing outcomes (`competing`).

    Args:
        histogram: (duration, observed, censored) triples, strictly ascending by duration.
        never: Units that never end.
        q: Level, above 0 and at most 1, as an exact fraction.

    Returns:
        The percentile, or None when it is not reached or nothing was observed.

    Raises:
        TypeError: If q is a float.
        ValueError: If q or a count is out of range or the histogram is not ascending.
    """
    return km_quantiles(histogram, never, [q])[0]


def km_percentile(
    histogram: Sequence[tuple[int, int, int]],
    never: int,
    q: Fraction,
    confidence: float = 0.95,
) -> Percentile:
    """Give the q-percentile of censored times with a distribution-free interval.

    The limits are the Kaplan-Meier quantiles at l/n and u/n, where l and u are the ranks of
    `percentiles.rank_interval` and n counts every unit, censored and never-ending ones too.
    Without censoring this is the plain order-statistic interval.

    When not to use it: units that come in batches sharing one fate (`woodruff`).

    Args:
        histogram: (duration, observed, censored) triples, strictly ascending by duration.
        never: Units that never end.
        q: Level, strictly between 0 and 1, as an exact fraction.
        confidence: Two-sided level.

    Returns:
        Value and limits, each None when not reached; all None without any unit.

    Raises:
        TypeError: If q is a float.
        ValueError: If q, the confidence or a count is out of range or the histogram is not
            ascending.
    """
    total = count_units(histogram, never)
    lower, upper = rank_interval(q, max(total, 1), confidence)
    if total == 0:
        return Percentile(None, None, None)
    # At a low confidence the lower rank is ceil(q n), hence a level above q: hold it at q.
    below = q if lower is None else min(q, Fraction(lower, total))
    above = q if upper is None else Fraction(upper, total)
    low, value, high = km_quantiles(histogram, never, [below, q, above])
    return Percentile(value, None if lower is None else low, None if upper is None else high)


def km_quantiles(
    histogram: Sequence[tuple[int, int, int]], never: int, levels: Sequence[Fraction]
) -> list[int | None]:
    """Give several percentiles of censored times in one pass.

    Args:
        histogram: (duration, observed, censored) triples, strictly ascending by duration.
        never: Units that never end.
        levels: Levels, above 0 and at most 1, ascending.

    Returns:
        One percentile per level, None where not reached.

    Raises:
        TypeError: If a level is a float.
        ValueError: If a level or a count is out of range or anything is not ascending.
    """
    for level in levels:
        order_statistic_rank(level, 1)
    if any(a > b for a, b in pairwise(levels)):
        raise ValueError("percentile levels must ascend")
    total = count_units(histogram, never)
    return _first_times(histogram, total, levels) if levels else []


def count_units(histogram: Sequence[tuple[int, int, int]], never: int) -> int:
    """Give the number of units of a histogram, those that never end included.

    Raises:
        ValueError: If a count is negative or durations do not ascend.
    """
    if never < 0:
        raise ValueError(f"counts must not be negative, got {never}")
    total = never
    last = -math.inf
    for duration, observed, censored in histogram:
        if observed < 0 or censored < 0 or duration <= last:
            raise ValueError(
                "a histogram needs ascending durations and no negative counts, got "
                f"{(duration, observed, censored)} after {last}"
            )
        last = duration
        total += observed + censored
    return total


def _first_times(
    histogram: Sequence[tuple[int, int, int]], total: int, levels: Sequence[Fraction]
) -> list[int | None]:
    """Give the first time with S(t) <= 1 - q for each q of ascending levels, in one pass.

    Between two censorings the factors telescope: S = scale * remaining / block_start, where the
    scale is the product of the finished blocks. It is kept as a float and, for the rare
    comparison that a float cannot decide, as the list of its exact factors.
    """
    found: list[int | None] = []
    blocks: list[tuple[int, int]] = []
    scale = 1.0
    block_start = at_risk = total
    near = _near(levels[0])
    for duration, observed, censored in histogram:
        if observed:
            at_risk -= observed
            survival = scale * at_risk / block_start
            while survival <= near and _has_crossed(
                survival, levels[len(found)], blocks, (at_risk, block_start)
            ):
                found.append(duration)
                if len(found) == len(levels):
                    return found
                near = _near(levels[len(found)])
        if censored:
            blocks.append((at_risk, block_start))
            scale *= at_risk / block_start
            at_risk -= censored
            block_start = at_risk
    return found + [None] * (len(levels) - len(found))


def _near(level: Fraction) -> float:
    """Give a survival above which no comparison with 1 - level can be close."""
    return float(1 - level) * (1.0 + 1e-9)


def _has_crossed(
    survival: float,
    level: Fraction,
    blocks: Sequence[tuple[int, int]],
    current: tuple[int, int],
) -> bool:
    """Decide S <= 1 - q: by float where its error cannot matter, else in integers."""
    target = 1 - level
    bound = float(target)
    margin = _ERROR_PER_FACTOR * (len(blocks) + 4) * bound
    if abs(survival - bound) > margin:
        return survival < bound
    above = _product([top for top, _ in blocks] + [current[0], target.denominator])
    below = _product([bottom for _, bottom in blocks] + [current[1], target.numerator])
    return above <= below


def _product(factors: list[int]) -> int:
    """Multiply many integers pairwise, which keeps the operands of equal size."""
    while len(factors) > 1:
        paired = [a * b for a, b in zip(factors[::2], factors[1::2], strict=False)]
        factors = paired + factors[2 * len(paired) :]
    return factors[0]
