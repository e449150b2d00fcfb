"""Worked numbers for percentiles of clustered times."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from tallyclerk.stats.clusters import korn_graubard, sums_of
from tallyclerk.stats.percentiles import min_n_for_upper_limit
from tallyclerk.stats.woodruff import TimesOfCluster, woodruff

HALF = Fraction(1, 2)
NINETY = Fraction(9, 10)


def cluster(values, open_at=(), never=0):
    times = sorted({*values, *open_at})
    rows = [(t, values.count(t), tuple(open_at).count(t)) for t in times]
    return TimesOfCluster(rows, never)


def test_identical_clusters_are_independent_units():
    result = woodruff([cluster([1, 2, 3, 4])] * 10, HALF)
    assert (result.value, result.n, result.clusters) == (2, 40, 10)
    assert result.effective_n == 40.0


def test_the_effective_size_is_korn_graubard_of_the_share_at_or_below():
    batches = [[3, 5, 9], [1, 2, 8, 9], [4, 6], [7, 7, 7], [2, 5, 10]]
    result = woodruff([cluster(b) for b in batches], HALF)
    assert result.value == 6
    share = korn_graubard(sums_of([(len(b), sum(v <= 6 for v in b)) for b in batches]))
    assert share is not None
    assert result.effective_n == pytest.approx(share.effective_n, rel=1e-12)


def test_clusters_that_differ_widen_the_limits():
    alike = woodruff([cluster([k, k + 10, k + 20, k + 30]) for k in range(12)], HALF)
    apart = woodruff([cluster([10 * k, 10 * k, 10 * k, 10 * k]) for k in range(12)], HALF)
    assert alike.effective_n is not None
    assert apart.effective_n is not None
    assert apart.effective_n < 15 < alike.effective_n


def test_too_little_for_an_upper_limit_has_none():
    result = woodruff([cluster([k, k + 1, k + 2]) for k in range(10)], NINETY)
    assert min_n_for_upper_limit(NINETY) == 36
    assert result.value is not None
    assert result.low is not None
    assert result.high is None


def test_one_cluster_has_a_value_and_no_limits():
    result = woodruff([cluster([4, 6, 8]), cluster([])], HALF)
    assert result == (6, None, None, 3, 1, None)
    assert woodruff([], HALF) == (None, None, None, 0, 0, None)


def test_a_percentile_not_reached_may_still_have_a_lower_limit():
    clusters = [cluster([k, k + 3, k + 5], open_at=[20, 20]) for k in range(12)]
    result = woodruff(clusters, Fraction(65, 100))
    assert result.value is None
    assert result.high is None
    assert result.low is not None
    nothing_ended = woodruff([cluster([], open_at=[5, 6])] * 9, HALF)
    assert nothing_ended == (None, None, None, 18, 9, None)


def test_units_that_never_end_are_longer_than_any_time():
    with_never = woodruff([cluster([k, k + 1, k + 2], never=1) for k in range(20)], HALF)
    with_late = woodruff([cluster([k, k + 1, k + 2, 999]) for k in range(20)], HALF)
    assert with_never == with_late


def test_units_open_beyond_the_limits_change_nothing():
    ended = [cluster([k, k + 1, k + 2, 90, 90]) for k in range(20)]
    opened = [cluster([k, k + 1, k + 2], open_at=[90, 90]) for k in range(20)]
    quarter = Fraction(1, 4)
    assert woodruff(opened, quarter) == woodruff(ended, quarter)


def test_everything_at_one_time_has_that_time():
    result = woodruff([cluster([7, 7, 7, 7])] * 10, NINETY)
    assert (result.value, result.low, result.high) == (7, 7, 7)


def test_a_level_smaller_than_one_unit_is_the_first_time():
    result = woodruff([cluster([1, 2]), cluster([3])], Fraction(1, 1000))
    assert result.value == 1
    assert result.low is None


def test_levels_out_of_range_are_refused():
    with pytest.raises(ValueError, match="below 1"):
        woodruff([], Fraction(1))
    with pytest.raises(TypeError, match="exact fraction"):
        woodruff([], 0.5)
    with pytest.raises(ValueError, match="confidence"):
        woodruff([], HALF, 1.0)


def test_twenty_large_groups_are_quick():
    rows = [(minute, 2, minute % 2) for minute in range(5000)]
    groups = [TimesOfCluster(rows[k % 3 :], k) for k in range(20)]
    started = time.perf_counter()
    result = woodruff(groups, NINETY)
    assert time.perf_counter() - started < 3.0
    assert result.low is not None
    assert result.low <= result.value <= result.high
