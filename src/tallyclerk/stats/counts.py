"""Intervals for a count of rare events: Garwood (exact) and Byar (closed form)."""

from __future__ import annotations

import math

from tallyclerk.stats.distributions import gamma_quantile, require_confidence, two_sided_z
from tallyclerk.stats.interval import Bounds

# Below this count Byar's approximation is not used.
BYAR_FROM = 10


def garwood(count: int, confidence: float = 0.95) -> Bounds:
    """Give the exact interval of a Poisson mean.

    low = Gamma quantile((1-c)/2; x), 0 for no event; high = Gamma quantile((1+c)/2; x + 1).

    Source: F. Garwood, Biometrika 28 (1936) 437-442.

    When not to use it: events that come in bunches, or shares that are not rare (`rates`).

    Args:
        count: Events seen, 0 or more.
        confidence: Two-sided level.

    Returns:
        Limits of the expected count.

    Raises:
        ValueError: If the count is negative or the level out of range.
    """
    _require_count(count)
    require_confidence(confidence)
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if count == 0 else gamma_quantile(tail, count)
    return Bounds(low, gamma_quantile(1.0 - tail, count + 1))


def byar(count: int, confidence: float = 0.95) -> Bounds:
    """Give Byar's closed approximation of the Poisson interval.

    low = x (1 - 1/(9x) - z / (3 sqrt x))^3, high = y (1 - 1/(9y) + z / (3 sqrt y))^3, y = x + 1.

    Source: N. E. Breslow and N. E. Day, "Statistical Methods in Cancer Research" II (1987) 69.

    When not to use it: below ten events (`garwood`).

    Args:
        count: Events seen, 0 or more.
        confidence: Two-sided level.

    Returns:
        Limits of the expected count.

    Raises:
        ValueError: If the count is negative or the level out of range.
    """
    _require_count(count)
    z = two_sided_z(confidence)
    low = 0.0 if count == 0 else max(0.0, _byar_limit(count, -z))
    return Bounds(low, _byar_limit(count + 1, z))


def poisson_limits(count: int, confidence: float = 0.95) -> Bounds:
    """Give Byar limits from ten events on, exact ones below.

    Args:
        count: Events seen, 0 or more.
        confidence: Two-sided level.

    Returns:
        Limits of the expected count.

    Raises:
        ValueError: If the count is negative or the level out of range.
    """
    if count < BYAR_FROM:
        return garwood(count, confidence)
    return byar(count, confidence)


def _byar_limit(count: int, z: float) -> float:
    cube: float = (1.0 - 1.0 / (9.0 * count) + z / (3.0 * math.sqrt(count))) ** 3
    return count * cube


def _require_count(count: int) -> None:
    if count < 0:
        raise ValueError(f"a count must not be negative, got {count}")
