"""Quantiles of the normal, beta, gamma and Student t distributions.

The exact functions of `special` are inverted by Newton steps kept inside a shrinking bracket:
where a step would leave the bracket, it is halved instead. The result agrees with reference
implementations to 1e-9 and better. Every quantile is memoised, as reports ask for the same few.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

from tallyclerk.stats.special import (
    beta_density,
    gamma_density,
    incomplete_beta,
    incomplete_gamma,
)

_STANDARD_NORMAL = NormalDist()
# Halving alone reaches the smallest float from 1 in fewer steps.
_MAX_STEPS = 1100
_FISHER_FROM = 3e4
# Newton's next step would be the square of this one: below what a float can tell.
_CLOSE = 1e-13
_CACHE_SIZE = 65_536


def require_confidence(confidence: float) -> None:
    """Refuse a confidence level that is not strictly between 0 and 1.

    Raises:
        ValueError: If it is not.
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must be between 0 and 1, got {confidence}")


def require_probability(p: float) -> None:
    """Refuse a probability that is not strictly between 0 and 1.

    Raises:
        ValueError: If it is not.
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"probability must be between 0 and 1, got {p}")


@lru_cache(maxsize=_CACHE_SIZE)
def normal_quantile(p: float) -> float:
    """Give z with P(Z <= z) = p.

    Raises:
        ValueError: If p is not strictly between 0 and 1.
    """
    require_probability(p)
    return _STANDARD_NORMAL.inv_cdf(p)


def two_sided_z(confidence: float) -> float:
    """Give the normal quantile of a two-sided interval, 1.959964 for 0.95.

    Raises:
        ValueError: If the confidence is not strictly between 0 and 1.
    """
    require_confidence(confidence)
    return -normal_quantile((1.0 - confidence) / 2.0)


@lru_cache(maxsize=_CACHE_SIZE)
def beta_quantile(p: float, a: float, b: float) -> float:
    """Give x with I_x(a, b) = p.

    Args:
        p: Probability strictly between 0 and 1.
        a: First shape, above 0; need not be whole.
        b: Second shape, above 0; need not be whole.

    Returns:
        The quantile in 0..1.

    Raises:
        ValueError: If p or a shape is out of range.
    """
    require_probability(p)
    return _beta_near(p, a, b, _beta_guess(p, a, b))


@lru_cache(maxsize=_CACHE_SIZE)
def gamma_quantile(p: float, a: float) -> float:
    """Give x with P(a, x) = p for the gamma distribution of scale 1.

    A chi-squared quantile with k degrees of freedom is twice this with a = k / 2.

    Args:
        p: Probability strictly between 0 and 1.
        a: Shape, above 0; need not be whole.

    Returns:
        The quantile, above 0.

    Raises:
        ValueError: If p or the shape is out of range.
    """
    require_probability(p)
    high = a + 1.0
    while incomplete_gamma(a, high) < p:
        high *= 2.0
    cube = 1.0 - 1.0 / (9.0 * a) + normal_quantile(p) / (3.0 * math.sqrt(a))
    # Wilson and Hilferty's guess, or near 0 the first term of the series.
    guess = a * cube**3 if cube > 0.2 else math.exp((math.log(p) + math.lgamma(a + 1.0)) / a)
    return _solve(
        lambda x: incomplete_gamma(a, x),
        lambda x: gamma_density(a, x),
        p,
        (0.0, high),
        guess,
    )


@lru_cache(maxsize=_CACHE_SIZE)
def student_quantile(p: float, df: float) -> float:
    """Give t with P(T <= t) = p for Student's T with df degrees of freedom.

    Uses T^2 / (df + T^2) ~ Beta(1/2, df/2), from the side that does not cancel; from thirty thousand
    degrees of freedom on Fisher's expansion around the normal quantile, exact there.

    Args:
        p: Probability strictly between 0 and 1.
        df: Degrees of freedom, above 0.

    Returns:
        The quantile; 0 at p = 1/2 and antisymmetric around it.

    Raises:
        ValueError: If p or df is out of range.
    """
    require_probability(p)
    if not df > 0.0:
        raise ValueError(f"degrees of freedom must be positive, got {df}")
    if p == 0.5:
        return 0.0
    if df >= _FISHER_FROM:
        return _fisher(p, df)
    if p < 0.5:
        return -_upper_student(p, df)
    return _upper_student(1.0 - p, df)


def two_sided_t(confidence: float, df: float) -> float:
    """Give the Student quantile of a two-sided interval with df degrees of freedom.

    Raises:
        ValueError: If the confidence or df is out of range.
    """
    require_confidence(confidence)
    return -student_quantile((1.0 - confidence) / 2.0, df)


def _upper_student(tail: float, df: float) -> float:
    """Give t > 0 with P(T > t) = tail, for tail below 1/2."""
    square = _fisher(tail, df) ** 2
    share = _beta_near(1.0 - 2.0 * tail, 0.5, df / 2.0, square / (df + square))
    if share < 0.5:
        return math.sqrt(df * share / (1.0 - share))
    rest = _beta_near(2.0 * tail, df / 2.0, 0.5, df / (df + square))
    return math.sqrt(df * (1.0 - rest) / rest)


def _fisher(p: float, df: float) -> float:
    """Give Fisher's expansion of the Student quantile around the normal one."""
    z = normal_quantile(p)
    first = (z**3 + z) / (4.0 * df)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96.0 * df**2)
    return z + first + second + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384.0 * df**3)


def _beta_guess(p: float, a: float, b: float) -> float:
    """Give a first guess of a beta quantile: Carter's (Abramowitz and Stegun 26.5.22), or normal."""
    z = -normal_quantile(p)
    if a <= 1.0 or b <= 1.0:
        mean = a / (a + b)
        return mean - z * math.sqrt(mean * (1.0 - mean) / (a + b + 1.0))
    one, other = 1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0)
    h = 2.0 / (one + other)
    skew = (z * z - 3.0) / 6.0
    w = z * math.sqrt(h + skew) / h if h + skew > 0.0 else 0.0
    w -= (other - one) * (skew + 5.0 / 6.0 - 2.0 / (3.0 * h))
    return a / (a + b * math.exp(min(700.0, 2.0 * w)))


def _beta_near(p: float, a: float, b: float, guess: float) -> float:
    """Find a beta quantile from a guess."""
    return _solve(
        lambda x: incomplete_beta(a, b, x), lambda x: beta_density(a, b, x), p, (0.0, 1.0), guess
    )


def _solve(
    cdf: Callable[[float], float],
    density: Callable[[float], float],
    target: float,
    bracket: tuple[float, float],
    guess: float,
) -> float:
    """Find x in the bracket with cdf(x) = target, by Newton steps that never leave it."""
    low, high = bracket
    x = guess if low < guess < high else 0.5 * (low + high)
    for _ in range(_MAX_STEPS):
        error = cdf(x) - target
        if error == 0.0:
            return x
        if error > 0.0:
            high = x
        else:
            low = x
        slope = density(x)
        newton = x - error / slope if slope > 0.0 else math.inf
        # A step too small to leave x, where x is an end of the bracket, is the last one.
        is_inside = low < newton < high or abs(newton - x) <= _CLOSE * abs(x)
        moved = newton if is_inside else 0.5 * (low + high)
        if abs(moved - x) <= _CLOSE * abs(x):
            return min(high, max(low, moved))
        x = moved
    return x
