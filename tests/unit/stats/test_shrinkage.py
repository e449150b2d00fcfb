"""Worked numbers for rates drawn towards the mean of all."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallyclerk.stats.shrinkage import (
    Spread,
    min_n_for_reliability,
    shrink,
    shrunken_mean,
    spread_of_parties,
)


def test_the_spread_of_two_parties_by_hand():
    # Rates 0.1 and 0.3 of ten each: MSB = 20 * 0.01, MSW = (0.9 + 2.1) / 18, n0 = 10.
    spread = spread_of_parties([(10, 1), (10, 3)])
    assert spread is not None
    assert spread.mean == 0.2
    assert spread.between == pytest.approx(0.2, abs=1e-15)
    assert spread.within == pytest.approx(3.0 / 18, abs=1e-15)
    assert spread.typical_n == 10.0
    rho = (0.2 - 1 / 6) / (0.2 + 9 / 6)
    assert spread.correlation == pytest.approx(rho)
    assert spread.prior_n == pytest.approx((1 - rho) / rho)


def test_a_party_without_units_gets_the_mean():
    spread = spread_of_parties([(10, 1), (10, 5), (0, 0)])
    assert spread is not None
    drawn = shrink(0, 0, spread)
    assert (drawn.raw, drawn.weight) == (None, 0.0)
    assert drawn.value == pytest.approx(spread.mean)
    assert drawn.low < drawn.value < drawn.high


def test_a_large_party_keeps_its_rate():
    spread = Spread(0.2, 1.0, 0.1, 100.0, 0.1, 9.0)
    assert shrink(10_000_000, 1_000_000, spread).value == pytest.approx(0.1, abs=1e-6)
    assert shrink(1, 1, spread).value == pytest.approx((1 + 1.8) / 10)


def test_parties_that_do_not_differ_all_get_the_mean():
    spread = spread_of_parties([(100, 10), (200, 20)])
    assert spread is not None
    assert spread.prior_n is None
    assert shrink(100, 10, spread) == (0.1, 0.1, 0.0, None, None)


def test_nobody_with_hits_has_no_variance():
    spread = spread_of_parties([(100, 0), (200, 0)])
    assert spread is not None
    assert (spread.correlation, spread.prior_n) == (None, None)
    assert shrink(100, 0, spread).value == 0.0


def test_all_variance_between_parties_draws_nothing():
    spread = spread_of_parties([(5, 5), (5, 0)])
    assert spread is not None
    assert (spread.correlation, spread.prior_n) == (1.0, 0.0)
    assert shrink(5, 5, spread) == (1.0, 1.0, 1.0, 1.0, 1.0)
    assert shrink(0, 0, spread).value == 0.5


@pytest.mark.parametrize("parties", [[], [(5, 1)], [(5, 1), (0, 0)], [(1, 1), (1, 0)]])
def test_too_little_has_no_spread(parties):
    assert spread_of_parties(parties) is None


def test_reliability_is_exact_at_whole_numbers():
    assert min_n_for_reliability(100.0, Fraction(9, 10)) == 900
    assert min_n_for_reliability(100.0, Fraction(0)) == 0
    assert min_n_for_reliability(0.5, Fraction(1, 2)) == 1
    for prior, level in ((-1.0, Fraction(1, 2)), (1.0, Fraction(1)), (1.0, Fraction(-1, 2))):
        with pytest.raises(ValueError, match="must"):
            min_n_for_reliability(prior, level)


def test_a_mean_is_drawn_by_its_observations():
    assert shrunken_mean(10, 5.0, 30.0, 3.0) == 3.5
    assert shrunken_mean(0, 0.0, 30.0, 3.0) == 3.0
    assert shrunken_mean(4, 5.0, 0.0, 3.0) == 5.0
    assert shrunken_mean(0, 0.0, 0.0, 3.0) is None
    with pytest.raises(ValueError, match="negative"):
        shrunken_mean(-1, 0.0, 1.0, 3.0)
