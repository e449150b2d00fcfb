"""Rates of small parties drawn towards the mean of all: empirical Bayes and its reliability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tallyclerk.stats.distributions import beta_quantile, require_confidence
from tallyclerk.stats.rates import require_counts


class Spread(NamedTuple):
    """Variance of a rate within and between parties.

    Attributes:
        mean: Overall rate.
        between: Mean square between parties.
        within: Mean square within parties.
        typical_n: Size of a party that stands for all.
        correlation: Share of variance between parties, as estimated; may be negative. None when
            nothing varies.
        prior_n: Units that the overall rate is worth; None when parties do not differ and it is
            worth any number.
    """

    mean: float
    between: float
    within: float
    typical_n: float
    correlation: float | None
    prior_n: float | None


class Shrunken(NamedTuple):
    """A party's rate drawn towards the mean of all.

    Attributes:
        raw: Its own rate; None without units.
        value: The drawn rate.
        weight: Weight of its own rate.
        low: Lower limit; None when parties do not differ and everyone gets the mean.
        high: Upper limit, None likewise.
    """

    raw: float | None
    value: float
    weight: float
    low: float | None
    high: float | None


def spread_of_parties(parties: Sequence[tuple[int, int]]) -> Spread | None:
    """Give the variance of a rate within and between parties by analysis of variance.

    MSB = sum n_i (p_i - p)^2 / (k - 1); MSW = sum n_i p_i (1 - p_i) / (N - k);
    n0 = (N - sum n_i^2 / N) / (k - 1); rho = (MSB - MSW) / (MSB + (n0 - 1) MSW);
    the mean is worth M = (1 - rho) / rho units.

    Source: J. C. Kleinman, JASA 68 (1973) 46-54; M. S. Ridout et al., Biometrics 55 (1999)
    137-148.

    When not to use it: parties of very different strata (standardise first).

    Args:
        parties: (n, hits) of each party; those without units are ignored.

    Returns:
        The spread, or None with fewer than two parties or no more units than parties.

    Raises:
        ValueError: If a count is out of range.
    """
    held = [(n, hits) for n, hits in parties if n or hits]
    for n, hits in held:
        require_counts(hits, n)
    k = len(held)
    total = sum(n for n, _ in held)
    if k < 2 or total <= k:
        return None
    mean = Fraction(sum(hits for _, hits in held), total)
    between = float(sum(n * (Fraction(x, n) - mean) ** 2 for n, x in held) / (k - 1))
    within = float(sum(Fraction(x * (n - x), n) for n, x in held) / (total - k))
    typical = (total - sum(n * n for n, _ in held) / total) / (k - 1)
    scale = between + (typical - 1.0) * within
    rho = (between - within) / scale if scale > 0.0 else None
    prior = (1.0 - rho) / rho if rho is not None and rho > 0.0 else None
    return Spread(float(mean), between, within, typical, rho, prior)


def shrink(n: int, hits: int, spread: Spread, confidence: float = 0.95) -> Shrunken:
    """Give a party's rate drawn towards the mean of all, with its posterior interval.

    Posterior Beta(x + mu M, n - x + (1 - mu) M); its mean weighs the own rate by n / (n + M).
    When parties do not differ everyone gets the mean.

    Source: B. Efron and C. Morris, JASA 70 (1975) 311-319; Kleinman (1973).

    When not to use it: as the count that a contract settles, or to rank.

    Args:
        n: Units of the party, 0 or more.
        hits: Units with the outcome, 0..n.
        spread: Spread of all parties.
        confidence: Level of the interval.

    Returns:
        The drawn rate.

    Raises:
        ValueError: If a count or the level is out of range.
    """
    if n or hits:
        require_counts(hits, n)
    require_confidence(confidence)
    raw = hits / n if n else None
    if spread.prior_n is None:
        return Shrunken(raw, spread.mean, 0.0, None, None)
    a = hits + spread.mean * spread.prior_n
    b = n - hits + (1.0 - spread.mean) * spread.prior_n
    if a + b == 0.0:
        return Shrunken(raw, spread.mean, 0.0, None, None)
    tail = (1.0 - confidence) / 2.0
    certain = a == 0.0 or b == 0.0
    value = a / (a + b)
    low = value if certain else beta_quantile(tail, a, b)
    high = value if certain else beta_quantile(1.0 - tail, a, b)
    return Shrunken(raw, value, n / (n + spread.prior_n), low, high)


def min_n_for_reliability(prior_n: float, reliability: Fraction) -> int:
    """Give the units at which a party's own rate has this reliability n / (n + M).

    ceil(R / (1 - R) M), in exact fractions.

    Source: J. L. Adams, "The Reliability of Provider Profiling", RAND TR-653 (2009).

    Args:
        prior_n: Units M that the overall rate is worth, 0 or more.
        reliability: Share of variance that is real, 0..1 without 1, as an exact fraction.

    Returns:
        A number of units.

    Raises:
        ValueError: If an argument is out of range.
    """
    if not prior_n >= 0.0:
        raise ValueError(f"prior units must not be negative, got {prior_n}")
    if not 0 <= reliability < 1:
        raise ValueError(f"reliability must be at least 0 and below 1, got {reliability}")
    return math.ceil(reliability / (1 - reliability) * Fraction(prior_n))


def shrunken_mean(n: int, mean: float, prior_n: float, prior_mean: float) -> float | None:
    """Give a mean drawn towards the mean of all: (n mean + m mu) / (n + m).

    Here m is the variance within parties over the variance between them.

    Source: W. James and C. Stein (1961); H. Bühlmann, ASTIN Bulletin 4 (1967) 199-207.

    When not to use it: with an m that is a guess and not an estimate.

    Args:
        n: Own observations, 0 or more.
        mean: Own mean; ignored without observations.
        prior_n: Observations m that the mean of all is worth, 0 or more.
        prior_mean: Mean of all.

    Returns:
        The drawn mean, or None when there is nothing to average.

    Raises:
        ValueError: If a number of observations is negative.
    """
    if n < 0 or prior_n < 0.0:
        raise ValueError(f"numbers of observations must not be negative, got {n}, {prior_n}")
    if n + prior_n == 0.0:
        return None
    own = n * mean if n else 0.0
    return (own + prior_n * prior_mean) / (n + prior_n)
