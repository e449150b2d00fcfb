"""Worked numbers for the intervals of a single rate."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats.interval import Interval
from tallyclerk.stats.rates import (
    clopper_pearson,
    jeffreys,
    one_sided_bounds,
    rule_of_three,
    wilson,
    wilson_limits,
    zero_hits_upper,
)


def test_wilson_of_one_in_two_is_the_textbook_formula() -> None:
    z = 1.959963984540054
    centre = (0.5 + z * z / 4) / (1 + z * z / 2)
    half = z * math.sqrt(0.25 / 2 + z * z / 16) / (1 + z * z / 2)
    assert wilson(1, 2) == pytest.approx((centre - half, centre + half), abs=1e-14)


def test_wilson_touches_its_ends_exactly() -> None:
    assert wilson(0, 7).low == 0.0
    assert wilson(7, 7).high == 1.0
    high = wilson(0, 7).high
    assert high == pytest.approx(3.841458820694124 / (7 + 3.841458820694124), abs=1e-14)


def test_wilson_of_ten_million_is_finite_and_tight() -> None:
    n, square = 10_000_000, 3.8414588206941236
    low, high = wilson(1, n)
    half = math.sqrt(square * (1 - 1 / n) + square * square / 4)
    assert low == pytest.approx((1 + square / 2 - half) / (n + square), rel=1e-9)
    assert high == pytest.approx((1 + square / 2 + half) / (n + square), rel=1e-9)


def test_wilson_accepts_an_effective_size() -> None:
    whole = wilson(3, 50)
    assert wilson_limits(0.06, 50.0) == pytest.approx(whole, abs=1e-15)
    assert wilson_limits(0.06, 12.5).high > whole.high


def test_clopper_pearson_without_hits_has_a_closed_form() -> None:
    assert clopper_pearson(0, 20) == pytest.approx((0.0, 1 - 0.025 ** (1 / 20)), abs=1e-12)
    assert clopper_pearson(20, 20) == pytest.approx((0.025 ** (1 / 20), 1.0), abs=1e-12)
    assert clopper_pearson(1, 1) == pytest.approx((0.025, 1.0), abs=1e-12)


def test_jeffreys_keeps_its_end_where_there_are_no_hits() -> None:
    assert jeffreys(0, 3).low == 0.0
    assert jeffreys(3, 3).high == 1.0
    # Beta(1/2, 1/2) is the arcsine law: its quantile at p is sin^2(pi p / 2).
    assert jeffreys(1, 1).low == pytest.approx(0.146746, abs=1e-6)


def test_one_sided_bounds_are_the_tails_at_full_level() -> None:
    low, high = one_sided_bounds(20, 20)
    assert low == pytest.approx(0.05 ** (1 / 20), abs=1e-12)
    assert high == 1.0
    assert one_sided_bounds(0, 40).high == pytest.approx(zero_hits_upper(40), abs=1e-12)


def test_no_hit_in_forty_leaves_seven_percent_open() -> None:
    assert zero_hits_upper(40) == pytest.approx(0.0721575, abs=1e-7)
    assert zero_hits_upper(1) == pytest.approx(0.95, abs=1e-15)
    assert zero_hits_upper(10_000_000) == pytest.approx(2.9957318e-7, rel=1e-6)
    assert rule_of_three(40) == 0.075
    assert rule_of_three(2) == 1.0


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (1, 0), (-1, 5), (6, 5), (0, -3)])
def test_no_sample_is_refused(hits: int, n: int) -> None:
    for method in (wilson, clopper_pearson, jeffreys, one_sided_bounds):
        with pytest.raises(ValueError, match="must be"):
            method(hits, n)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.1, 1.5, math.nan])
def test_an_impossible_level_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence)
    with pytest.raises(ValueError, match="confidence"):
        zero_hits_upper(2, confidence)


def test_an_interval_unpacks() -> None:
    low, high = Interval(0.1, None)
    assert (low, high) == (0.1, None)
