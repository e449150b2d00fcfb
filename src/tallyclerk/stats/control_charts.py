"""Control charts: which points of a series are more than its own noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tallyclerk.stats.binomial import binomial_quantile
from tallyclerk.stats.rates import require_counts

# Mean absolute difference of two independent standard normal values, as charts round it.
_D2 = 1.128
_XMR_FACTOR = 2.66
_RANGE_FACTOR = 3.267


class RatePoint(NamedTuple):
    """One period of a p' chart.

    Attributes:
        share: Its rate; None without units.
        low: Lower control limit, None likewise.
        high: Upper control limit, None likewise.
        is_signal: Whether the rate is outside the limits.
    """

    share: float | None
    low: float | None
    high: float | None
    is_signal: bool


class RateChart(NamedTuple):
    """A p or p' chart.

    Attributes:
        centre: Rate of the baseline.
        sigma_z: Spread of the baseline over binomial chance; 1 for a plain p chart.
        points: One point per period.
    """

    centre: float
    sigma_z: float
    points: tuple[RatePoint, ...]


class ValueChart(NamedTuple):
    """An XmR chart.

    Attributes:
        mean: Mean of the baseline.
        mean_range: Mean absolute difference of its neighbours.
        low: Lower natural process limit.
        high: Upper natural process limit.
        range_high: Upper limit of the absolute differences.
        signals: Positions, from 0, of values outside the limits.
    """

    mean: float
    mean_range: float
    low: float
    high: float
    range_high: float
    signals: tuple[int, ...]


class RunSignal(NamedTuple):
    """Runs of a series around its centre.

    Attributes:
        useful: Values not on the centre.
        longest_run: Longest run on one side.
        longest_allowed: Longest run that chance allows.
        crossings: Crossings of the centre.
        fewest_allowed: Fewest crossings that chance allows.
        is_signal: Whether either is beyond what chance allows.
    """

    useful: int
    longest_run: int
    longest_allowed: int
    crossings: int
    fewest_allowed: int
    is_signal: bool


def laney_chart(
    periods: Sequence[tuple[float, float]], baseline: int | None = None, *, plain: bool = False
) -> RateChart | None:
    """Give Laney's p' chart of a rate, whose limits allow for more than binomial noise.

    z_i = (p_i - c) / s_i, s_i = sqrt(c (1 - c) / n_i), sigma_z = mean |z_i - z_{i-1}| / 1.128 over
    the baseline; limits c -+ 3 s_i sigma_z, held within 0..1.

    Source: D. B. Laney, Quality Engineering 14 (2002) 531-537.

    When not to use it: with fewer than some ten baseline periods, or with a season in the series
    (`standardisation.period_ratios` into `xmr_chart`).

    Args:
        periods: (n, hits) of each period in order. To take a known season out, n times the
            period's usual rate over that of all of them: hits then stand against what was due.
        baseline: Number of leading periods that set centre and spread; None for all.
        plain: Give the plain p chart, sigma_z = 1, for comparison.

    Returns:
        The chart; None where the baseline has fewer than two periods with units or its rate is
        0 or 1, which leaves no spread to judge by.

    Raises:
        ValueError: If a count is out of range or the baseline is not positive.
    """
    if baseline is not None and baseline < 1:
        raise ValueError(f"a baseline must be positive, got {baseline}")
    for n, hits in periods:
        if n or hits:
            require_counts(hits, n)
    base = [(n, hits) for n, hits in periods[:baseline] if n]
    total, hits_total = sum(n for n, _ in base), sum(hits for _, hits in base)
    if len(base) < 2 or hits_total in (0, total):
        return None
    centre = hits_total / total
    unit = math.sqrt(centre * (1.0 - centre))
    z = [(hits / n - centre) / unit * math.sqrt(n) for n, hits in base]
    sigma_z = 1.0 if plain else _mean_range(z) / _D2
    points = tuple(_rate_point(n, hits, centre, 3.0 * unit * sigma_z) for n, hits in periods)
    return RateChart(centre, sigma_z, points)


def xmr_chart(values: Sequence[float], baseline: int | None = None) -> ValueChart | None:
    """Give the XmR (individuals and moving range) chart of a series.

    Limits mean -+ 2.66 times the mean moving range, ranges up to 3.267 times it.

    Source: W. A. Shewhart; D. J. Wheeler, "Understanding Variation", 2nd ed. (2000).

    When not to use it: rates of small or very different n (`laney_chart`).

    Args:
        values: The series in order, periods without a value left out by the caller.
        baseline: Number of leading values that set the limits; None for all.

    Returns:
        The chart, or None where the baseline has fewer than two values.

    Raises:
        ValueError: If the baseline is not positive.
    """
    if baseline is not None and baseline < 1:
        raise ValueError(f"a baseline must be positive, got {baseline}")
    base = values[:baseline]
    if len(base) < 2:
        return None
    mean = math.fsum(base) / len(base)
    spread = _mean_range(base)
    low, high = mean - _XMR_FACTOR * spread, mean + _XMR_FACTOR * spread
    signals = tuple(i for i, value in enumerate(values) if not low <= value <= high)
    return ValueChart(mean, spread, low, high, _RANGE_FACTOR * spread, signals)


def run_limits(useful: int) -> tuple[int, int]:
    """Give the longest run and the fewest crossings that chance allows.

    Longest run round(log2(n) + 3); crossings the 5 % quantile of Binomial(n - 1, 1/2).

    Source: J. Anhøj and A. V. Olesen, PLoS ONE 9 (2014) e113825.

    Args:
        useful: Values not on the centre, 2 or more.

    Returns:
        Longest run and fewest crossings.

    Raises:
        ValueError: If there are fewer than two values.
    """
    if useful < 2:
        raise ValueError(f"runs need two values off the centre, got {useful}")
    return round(math.log2(useful) + 3), binomial_quantile(0.05, useful - 1, 0.5)


def run_signal(values: Sequence[float], centre: float) -> RunSignal | None:
    """Judge runs around a centre: a shift shows as a long run or as few crossings.

    When not to use it: with fewer than ten values, where hardly anything can signal.

    Args:
        values: The series in order.
        centre: Its centre, usually the median of a baseline; values on it do not count.

    Returns:
        The runs, or None with fewer than two values off the centre.
    """
    sides = [value > centre for value in values if value != centre]
    if len(sides) < 2:
        return None
    longest = run = 1
    crossings = 0
    for before, after in pairwise(sides):
        run = run + 1 if before == after else 1
        longest = max(longest, run)
        crossings += before != after
    allowed, fewest = run_limits(len(sides))
    signal = longest > allowed or crossings < fewest
    return RunSignal(len(sides), longest, allowed, crossings, fewest, signal)


def _rate_point(n: float, hits: float, centre: float, reach: float) -> RatePoint:
    if not n:
        return RatePoint(None, None, None, is_signal=False)
    share = hits / n
    half = reach / math.sqrt(n)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return RatePoint(share, low, high, not low <= share <= high)


def _mean_range(values: Sequence[float]) -> float:
    return math.fsum(abs(b - a) for a, b in pairwise(values)) / (len(values) - 1)
