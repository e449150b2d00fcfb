"""How many units a statement needs, before they are collected.

All of them take units as independent; for batches multiply by the design effect.
"""

from __future__ import annotations

import math

from tallyclerk.stats.distributions import normal_quantile, require_confidence, two_sided_z
from tallyclerk.stats.multiple import p_rate_below
from tallyclerk.stats.rates import wilson_limits, zero_hits_upper


def min_n_without_hits(rate: float, confidence: float = 0.95) -> int:
    """Give the smallest n that, without a single hit, shows a rate to be at most `rate`.

    ceil(ln(1 - c) / ln(1 - rate)), the inverse of `rates.zero_hits_upper`.

    When not to use it: where a few hits are to be expected even from a good party.

    Args:
        rate: The rate to stay at or below, strictly between 0 and 1.
        confidence: One-sided level.

    Returns:
        A number of units, 1 or more.

    Raises:
        ValueError: If the rate or the level is out of range.
    """
    _require_inner(rate)
    require_confidence(confidence)
    n = max(1, math.floor(math.log(1.0 - confidence) / math.log1p(-rate)) - 1)
    while zero_hits_upper(n, confidence) > rate * (1.0 + 1e-12):
        n += 1
    return n


def n_for_precision(rate: float, half_width: float, confidence: float = 0.95) -> int:
    """Give the smallest n whose Wilson interval around `rate` is at most +- half_width.

    The half-width falls with n; the root of its square's quadratic is the start of the search.

    When not to use it: to prove a rate on one side of a cut (`n_to_clear`).

    Args:
        rate: Planning rate, 0..1.
        half_width: Half the width wanted, above 0.
        confidence: Two-sided level.

    Returns:
        A number of units, 1 or more.

    Raises:
        ValueError: If an argument is out of range.
    """
    if not half_width > 0.0:
        raise ValueError(f"half-width must be positive, got {half_width}")
    square = two_sided_z(confidence) ** 2
    spread = rate * (1.0 - rate)
    # half_width^2 (n + square)^2 = square (spread n + square / 4), solved for m = n + square.
    b = square * spread / half_width**2
    c = square * square * (spread - 0.25) / half_width**2
    root = (b + math.sqrt(max(0.0, b * b - 4.0 * c))) / 2.0 - square
    n = max(1, math.floor(root) - 2)
    while _half_width(rate, n, confidence) > half_width * (1.0 + 1e-12):
        n += 1
    return n


def n_to_clear(
    rate: float, cut: float, confidence: float = 0.95, design_effect: float = 1.0
) -> int | None:
    """Give the n at which a party with this rate has a one-sided bound beyond the cut.

    The one-sided Wilson bound of an observed `rate` clears `cut` from
    n = z^2 cut (1 - cut) / (rate - cut)^2 on, multiplied by the design effect.

    When not to use it: at a rate of 0 or 1 (`min_n_without_hits` is exact); nor as a promise, as
    half of the samples of that size turn out worse than planned.

    Args:
        rate: Planning rate, 0..1.
        cut: The rate to prove better (or worse) than, strictly between 0 and 1.
        confidence: One-sided level, above 1/2.
        design_effect: Variance of batches over that of independent units, 1 or more.

    Returns:
        A number of units, or None when the rate equals the cut, which no number proves.

    Raises:
        ValueError: If an argument is out of range.
    """
    _require_inner(cut)
    _require_share(rate)
    if not 0.5 < confidence < 1.0:
        raise ValueError(f"one-sided confidence must be between 1/2 and 1, got {confidence}")
    if not design_effect >= 1.0:
        raise ValueError(f"design effect must be at least 1, got {design_effect}")
    if rate == cut:
        return None
    z = normal_quantile(confidence)
    return math.ceil(design_effect * z * z * cut * (1.0 - cut) / (rate - cut) ** 2)


def exact_n_to_stay_below(rate: float, cut: float, confidence: float = 0.95) -> int | None:
    """Give the smallest n at which a share `rate` of hits has an exact upper bound at the cut.

    The least n with P(X <= rate n) <= 1 - c at the cut, for real-valued hits, which is the n
    whose one-sided Clopper-Pearson bound meets the cut; a few more than `n_to_clear`, whose bound
    is Wilson's. At a rate of 0 it is `min_n_without_hits`.

    When not to use it: as a promise, as half of the samples of that size turn out worse than
    planned; for units in batches it counts effective ones.

    Args:
        rate: Planning rate, 0..1.
        cut: The rate to stay at or below, strictly between 0 and 1.
        confidence: One-sided level, above 1/2.

    Returns:
        A number of units, or None when the rate is not below the cut, which no number proves.

    Raises:
        ValueError: If an argument is out of range.
    """
    start = n_to_clear(rate, cut, confidence)
    if start is None or rate > cut:
        return None
    if rate == 0.0:
        return min_n_without_hits(cut, confidence)

    def is_enough(n: int) -> bool:
        return p_rate_below(rate * n, n, cut) <= (1.0 - confidence) * (1.0 + 1e-12)

    few, many = 0, max(1, start)
    while not is_enough(many):
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if is_enough(middle) else (middle, many)
    return many


def n_to_prove_difference(
    rate_a: float, rate_b: float, confidence: float = 0.95, power: float = 0.8
) -> int | None:
    """Give the units each of two parties needs for their difference to be proven.

    n = (z sqrt(2 m (1 - m)) + y sqrt(a (1 - a) + b (1 - b)))^2 / (a - b)^2 with m the mean rate,
    z the two-sided and y the power quantile.

    Source: J. L. Fleiss, "Statistical Methods for Rates and Proportions", 3rd ed., 4.2.

    When not to use it: parties of very different size, or batches without a design effect.

    Args:
        rate_a: Planning rate of one party, 0..1.
        rate_b: Planning rate of the other, 0..1.
        confidence: Two-sided level.
        power: Chance to prove the difference if it is real.

    Returns:
        A number of units for each party, or None when the rates are equal.

    Raises:
        ValueError: If an argument is out of range.
    """
    _require_share(rate_a)
    _require_share(rate_b)
    z = two_sided_z(confidence)
    y = normal_quantile(power)
    if rate_a == rate_b:
        return None
    mean = (rate_a + rate_b) / 2.0
    spread = rate_a * (1.0 - rate_a) + rate_b * (1.0 - rate_b)
    root = z * math.sqrt(2.0 * mean * (1.0 - mean)) + y * math.sqrt(spread)
    return math.ceil((root / (rate_a - rate_b)) ** 2)


def _half_width(rate: float, n: int, confidence: float) -> float:
    low, high = wilson_limits(rate, n, confidence)
    return (high - low) / 2.0


def _require_inner(rate: float) -> None:
    if not 0.0 < rate < 1.0:
        raise ValueError(f"rate must be between 0 and 1, got {rate}")


def _require_share(rate: float) -> None:
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"rate must be within 0..1, got {rate}")
