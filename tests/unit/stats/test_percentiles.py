"""Worked numbers for order-statistic ranks and their intervals."""

from __future__ import annotations

import math
import time
from fractions import Fraction

import pytest

from tallyclerk.stats.percentiles import (
    min_n_for_upper_limit,
    order_statistic_rank,
    rank_interval,
    rank_interval_coverage,
)

HALF = Fraction(1, 2)
NINETY = Fraction(9, 10)


@pytest.mark.parametrize(
    ("q", "n", "rank"),
    [
        (HALF, 1, 1),
        (HALF, 4, 2),
        (HALF, 5, 3),
        (NINETY, 10, 9),
        (NINETY, 11, 10),
        (Fraction(55, 100), 100, 55),
        (Fraction(1), 12, 12),
        (Fraction(1, 1000), 3, 1),
        (NINETY, 10_000_001, 9_000_001),
    ],
)
def test_the_rank_is_the_ceiling_in_integers(q: Fraction, n: int, rank: int) -> None:
    assert order_statistic_rank(q, n) == rank


def test_a_float_level_is_refused() -> None:
    with pytest.raises(TypeError, match="exact fraction"):
        order_statistic_rank(0.9, 10)  # type: ignore[arg-type]


@pytest.mark.parametrize(("q", "n"), [(Fraction(0), 5), (Fraction(11, 10), 5), (HALF, 0)])
def test_levels_and_sizes_out_of_range_are_refused(q: Fraction, n: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        order_statistic_rank(q, n)


def test_six_values_enclose_their_median_and_five_do_not() -> None:
    assert rank_interval(HALF, 6) == (1, 6)
    assert rank_interval(HALF, 5) == (None, None)
    assert rank_interval_coverage(HALF, 6, 1, 6) == pytest.approx(1 - 2 / 64, abs=1e-14)
    assert min_n_for_upper_limit(HALF) == 6


def test_a_high_percentile_of_few_values_has_no_upper_limit() -> None:
    assert rank_interval(NINETY, 20) == (15, None)
    assert rank_interval_coverage(NINETY, 20, 15, None) == pytest.approx(0.988747, abs=1e-6)


def test_an_exactly_equal_tail_counts_as_within() -> None:
    # P(X <= 0) = 1/8 is exactly the tail of a 75 % interval.
    assert rank_interval(HALF, 3, 0.75) == (1, 3)
    assert min_n_for_upper_limit(HALF, 0.75) == 3


def brute_ranks(q: Fraction, n: int, confidence: Fraction) -> tuple[int | None, int | None]:
    """Search the definition in exact rationals."""
    tail = (1 - confidence) / 2
    chance = [math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
    lower = max((k for k in range(1, n + 1) if sum(chance[:k]) <= tail), default=None)
    upper = min((k for k in range(1, n + 1) if sum(chance[k:]) <= tail), default=None)
    return lower, upper


@pytest.mark.parametrize("q", [Fraction(1, 10), HALF, Fraction(3, 4), NINETY, Fraction(19, 20)])
@pytest.mark.parametrize("n", [1, 2, 7, 36, 60])
@pytest.mark.parametrize("confidence", ["1/10", "1/2", "19/20", "99/100"])
def test_ranks_agree_with_the_definition(q: Fraction, n: int, confidence: str) -> None:
    level = Fraction(confidence)
    assert rank_interval(q, n, float(level)) == brute_ranks(q, n, level)


def test_ten_million_values_are_quick_and_symmetric() -> None:
    started = time.perf_counter()
    lower, upper = rank_interval(HALF, 10_000_000)
    assert time.perf_counter() - started < 1.0
    assert lower is not None
    assert upper is not None
    assert lower + upper == 10_000_001
    assert 5_000_000 - lower == pytest.approx(1.959964 * math.sqrt(2_500_000), abs=1.5)


def test_an_interval_of_a_maximum_is_refused() -> None:
    with pytest.raises(ValueError, match="below 1"):
        rank_interval(Fraction(1), 5)
    with pytest.raises(ValueError, match="confidence"):
        rank_interval(HALF, 5, 1.0)
