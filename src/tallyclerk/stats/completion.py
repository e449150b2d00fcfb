"""Counts that are still growing, and silences that may still end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tallyclerk.stats.counts import poisson_limits
from tallyclerk.stats.interval import Estimate
from tallyclerk.stats.rates import one_sided_bounds


class Resumed(NamedTuple):
    """How often a silence of at least so long ended after all.

    Attributes:
        threshold: Length of the silence.
        resumed: Silences of at least that length that ended.
        total: All silences of at least that length.
        share: Share that ended; None without any.
        upper: One-sided upper bound of that share; 1 without any.
    """

    threshold: int
    resumed: int
    total: int
    share: float | None
    upper: float


def completion_share(curve: Mapping[int, float], age: int) -> float | None:
    """Give the share of a cohort's final count that is known at an age.

    The share at the largest age of the curve that is not above; None below the first.

    Raises:
        ValueError: If a share is not above 0 and at most 1.
    """
    if any(not 0.0 < share <= 1.0 for share in curve.values()):
        raise ValueError("completion shares must be above 0 and at most 1")
    reached = [known for known in curve if known <= age]
    return curve[max(reached)] if reached else None


def completed_rate(
    observed: int, completion: float, units: int, confidence: float = 0.95
) -> Estimate | None:
    """Give the final rate of a cohort of which only a share of the events is known yet.

    observed / completion / units; limits by scaling the Poisson limits of the observed count.

    Source: development factors as in T. Mack, ASTIN Bulletin 23 (1993) 213-225.

    When not to use it: below a completion of about one half, where the factor dominates; its own
    error is not in the limits.

    Args:
        observed: Events known.
        completion: Share of the final count known at this age, above 0 and at most 1.
        units: Units of the cohort; 0 gives None.
        confidence: Two-sided level.

    Returns:
        The final events per unit, or None without units.

    Raises:
        ValueError: If a count, the share or the level is out of range.
    """
    if not 0.0 < completion <= 1.0:
        raise ValueError(f"completion must be above 0 and at most 1, got {completion}")
    if units < 0:
        raise ValueError(f"units must not be negative, got {units}")
    low, high = poisson_limits(observed, confidence)
    if units == 0:
        return None
    scale = completion * units
    return Estimate(observed / scale, low / scale, high / scale)


def resumed_after(
    resumed: Mapping[int, int],
    silent: Mapping[int, int],
    threshold: int,
    confidence: float = 0.95,
) -> Resumed:
    """Give how often a silence of at least a threshold ended after all.

    Among silences of at least the threshold: those that ended over those plus those still open.

    When not to use it: where open silences are young; a survival curve of the silences is the
    proper version.

    Args:
        resumed: Silences that ended, by length.
        silent: Silences still open, by length so far.
        threshold: Length.
        confidence: Level of the upper bound.

    Returns:
        The share that ended and its upper bound.

    Raises:
        ValueError: If a count is negative or the level out of range.
    """
    if any(count < 0 for counts in (resumed, silent) for count in counts.values()):
        raise ValueError("counts must not be negative")
    ended = sum(count for length, count in resumed.items() if length >= threshold)
    total = ended + sum(count for length, count in silent.items() if length >= threshold)
    if total == 0:
        return Resumed(threshold, 0, 0, None, 1.0)
    upper = one_sided_bounds(ended, total, confidence).high
    return Resumed(threshold, ended, total, ended / total, upper)
