"""Worked numbers for amounts, credits, parts and growing counts."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from tallyclerk.stats.amounts import fay_feuer, per_unit
from tallyclerk.stats.completion import (
    completed_rate,
    completion_share,
    resumed_after,
)
from tallyclerk.stats.counts import garwood
from tallyclerk.stats.exact_amounts import amount_per, apportion, tiered_credit

TIERS = [(Fraction(95, 100), 300), (Fraction(97, 100), 100)]


def test_equal_amounts_are_garwood_times_the_amount():
    # Four events of 50, none can be larger: w_M = w gives Garwood's limits exactly.
    rate = fay_feuer(200, 4 * 2500, 50, 1000)
    assert rate is not None
    low, high = garwood(4)
    assert (rate.value, rate.se) == (200.0, 100.0)
    assert rate.low == pytest.approx(50 * low, rel=1e-12)
    assert rate.high == pytest.approx(50 * high, rel=1e-12)


def test_no_event_is_bounded_by_one_largest():
    rate = fay_feuer(0, 0, 50, 1000)
    assert rate is not None
    assert (rate.value, rate.low) == (0.0, 0.0)
    assert rate.high == pytest.approx(-50 * math.log(0.025), rel=1e-12)


def test_amounts_beyond_machine_integers():
    rate = fay_feuer(10**13, 10**13 * 10**9, 10**9, 10**7)
    assert rate is not None
    assert rate.low < rate.value == 1e9 < rate.high


def test_no_unit_has_no_amount():
    assert fay_feuer(0, 0, 50, 0) is None
    assert amount_per(0, 0) is None
    assert completed_rate(0, 0.5, 0) is None


@pytest.mark.parametrize(
    ("total", "squares", "largest"),
    [(-1, 1, 5), (5, -25, 5), (5, 25, 0), (6, 36, 5), (0, 4, 5), (5, 0, 5), (2, 5, 5)],
)
def test_sums_that_do_not_belong_together_are_refused(total, squares, largest):
    with pytest.raises(ValueError, match="amounts"):
        fay_feuer(total, squares, largest, 100)


def test_events_per_unit():
    mean = per_unit({0: 2, 3: 1, 1: 1})
    assert mean is not None
    assert mean.mean == 1.0
    assert mean.se == pytest.approx(math.sqrt(2.0 / 4))
    assert mean.poisson_se == 0.5
    assert mean.dispersion == 2.0
    assert per_unit({0: 5}) == (0.0, 0.0, 0.0, None)
    assert per_unit({4: 1}) is None
    assert per_unit({}) is None
    for bad in ({-1: 2}, {1: -2}):
        with pytest.raises(ValueError, match="negative"):
            per_unit(bad)


def test_parts_add_up_and_ties_go_by_share_then_name():
    assert apportion(100, {"b": 1, "a": 1, "c": 1}) == {"b": 33, "a": 34, "c": 33}
    assert apportion(1, {"x": 1, "y": 3}) == {"x": 0, "y": 1}
    assert apportion(7, {"x": 0, "y": 2}) == {"x": 0, "y": 7}
    assert apportion(0, {"x": 1}) == {"x": 0}
    assert apportion(3, {"a": 1, "b": 3}) == {"a": 1, "b": 2}
    for total, shares in ((-1, {"x": 1}), (1, {}), (1, {"x": 0}), (1, {"x": 2, "y": -1})):
        with pytest.raises(ValueError, match="must not be negative"):
            apportion(total, shares)


def test_a_tier_begins_where_its_threshold_is_missed():
    assert [tiered_credit(h, 100, 10_000, TIERS) for h in (97, 96, 95, 94, 0)] == [
        0,
        100,
        100,
        300,
        300,
    ]
    assert tiered_credit(0, 100, 10_000, TIERS, cap=200) == 200
    assert tiered_credit(94, 100, 33, TIERS) == 0
    assert tiered_credit(0, 0, 10_000, TIERS) is None
    assert tiered_credit(5, 5, 10_000, []) == 0
    for hits, n, amount in ((6, 5, 1), (-1, 5, 1), (1, -5, 1), (1, 5, -1)):
        with pytest.raises(ValueError, match="out of range"):
            tiered_credit(hits, n, amount, TIERS)
    with pytest.raises(ValueError, match="basis points"):
        tiered_credit(1, 5, 1, TIERS, cap=-1)


def test_an_amount_per_thousand_rounds_half_up():
    assert amount_per(3, 2000) == 2
    assert amount_per(1, 3000) == 0
    assert amount_per(5, 10, per=1) == 1
    with pytest.raises(ValueError, match="negative"):
        amount_per(-1, 5)


def test_a_growing_count_is_scaled_up():
    result = completed_rate(4, 0.5, 100)
    low, high = garwood(4)
    assert result == pytest.approx((0.08, low / 50, high / 50))
    for observed, share, units in ((-1, 0.5, 5), (1, 0.0, 5), (1, 1.1, 5), (1, 0.5, -5)):
        with pytest.raises(ValueError, match="must"):
            completed_rate(observed, share, units)


def test_completion_steps_up_with_age():
    curve = {30: 0.8, 7: 0.4}
    assert [completion_share(curve, age) for age in (6, 7, 29, 30, 999)] == [
        None,
        0.4,
        0.4,
        0.8,
        0.8,
    ]
    with pytest.raises(ValueError, match="completion shares"):
        completion_share({7: 0.0}, 9)


def test_silences_that_end():
    resumed, silent = {1: 900, 5: 10}, {3: 20, 8: 400}
    row = resumed_after(resumed, silent, 5)
    assert (row.resumed, row.total, row.share) == (10, 410, 10 / 410)
    assert row.share < row.upper < 0.05
    assert resumed_after(resumed, silent, 99) == (99, 0, 0, None, 1.0)
    with pytest.raises(ValueError, match="negative"):
        resumed_after({1: -1}, {}, 1)
