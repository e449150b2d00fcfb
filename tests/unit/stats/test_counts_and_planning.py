"""Worked numbers for counts of rare events and for sizes of samples."""

from __future__ import annotations

import math

import pytest
from scipy.stats import beta

from tallyclerk.stats.counts import byar, garwood, poisson_limits
from tallyclerk.stats.planning import (
    exact_n_to_stay_below,
    min_n_without_hits,
    n_for_precision,
    n_to_clear,
    n_to_prove_difference,
)
from tallyclerk.stats.rates import wilson_limits, zero_hits_upper


def test_no_event_has_a_closed_upper_limit():
    assert garwood(0) == pytest.approx((0.0, -math.log(0.025)), abs=1e-12)
    assert garwood(0, 0.9).high == pytest.approx(-math.log(0.05), abs=1e-12)


def test_one_event_solves_its_definition():
    low, high = garwood(1)
    assert low == pytest.approx(-math.log(0.975), abs=1e-12)
    assert (1 + high) * math.exp(-high) == pytest.approx(0.025, abs=1e-12)


def test_byar_is_close_to_exact_from_ten_on():
    for count in (10, 25, 400, 10_000_000):
        assert byar(count) == pytest.approx(garwood(count), rel=3e-3)
    assert poisson_limits(9) == garwood(9)
    assert poisson_limits(10) == byar(10)
    assert byar(0).low == 0.0


def test_negative_counts_are_refused():
    for method in (garwood, byar, poisson_limits):
        with pytest.raises(ValueError, match="negative"):
            method(-1)


@pytest.mark.parametrize(("rate", "n"), [(0.5, 5), (0.95, 1), (0.01, 299), (0.072158, 40)])
def test_clean_units_needed(rate, n):
    assert min_n_without_hits(rate) == n
    assert zero_hits_upper(n) <= rate * (1 + 1e-6)
    assert n == 1 or zero_hits_upper(n - 1) > rate


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("half_width", [0.01, 0.07, 0.3, 0.6])
def test_precision_is_met_and_not_exceeded(rate, half_width):
    n = n_for_precision(rate, half_width)
    low, high = wilson_limits(rate, n)
    assert (high - low) / 2 <= half_width * (1 + 1e-9)
    if n > 1:
        low, high = wilson_limits(rate, n - 1)
        assert (high - low) / 2 > half_width


def test_clearing_a_cut_is_where_the_one_sided_bound_passes_it():
    n = n_to_clear(0.98, 0.95)
    # 1.644854^2 * 0.95 * 0.05 / 0.03^2 = 142.8
    assert n == 143
    assert wilson_limits(0.98, n, 0.9).low >= 0.95
    assert wilson_limits(0.98, n - 1, 0.9).low < 0.95
    assert n_to_clear(0.98, 0.95, design_effect=5.0) == 714
    assert n_to_clear(0.95, 0.95) is None


@pytest.mark.parametrize(
    ("rate", "cut"), [(0.0025, 0.005), (0.02, 0.05), (0.045, 0.05), (0.5, 0.9)]
)
def test_the_exact_bound_meets_the_cut_from_there_on(rate, cut):
    n = exact_n_to_stay_below(rate, cut)
    assert beta.ppf(0.95, rate * n + 1, n - rate * n) <= cut
    assert beta.ppf(0.95, rate * (n - 1) + 1, (n - 1) * (1 - rate)) > cut
    assert n >= n_to_clear(rate, cut)


def test_the_exact_bound_of_no_hit_and_of_too_many():
    assert exact_n_to_stay_below(0.0, 0.005) == min_n_without_hits(0.005) == 598
    assert exact_n_to_stay_below(0.05, 0.05) is None
    assert exact_n_to_stay_below(0.06, 0.05) is None


def test_a_two_point_difference_takes_thousands():
    assert n_to_prove_difference(0.89, 0.91) == 3531
    assert n_to_prove_difference(0.91, 0.89) == 3531
    assert n_to_prove_difference(0.5, 0.5) is None
    assert n_to_prove_difference(0.0, 1.0) == 2


def test_impossible_plans_are_refused():
    for call in (
        lambda: min_n_without_hits(0.0),
        lambda: n_for_precision(1.2, 0.1),
        lambda: n_for_precision(0.5, 0.0),
        lambda: n_to_clear(0.5, 1.0),
        lambda: n_to_clear(0.5, 0.4, confidence=0.4),
        lambda: n_to_clear(0.5, 0.4, design_effect=0.5),
        lambda: n_to_prove_difference(-0.1, 0.5),
        lambda: n_to_prove_difference(0.1, 0.5, power=1.0),
    ):
        with pytest.raises(ValueError, match=r"must be"):
            call()
