"""Worked numbers for rates of clustered units."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats.clusters import (
    cluster_spread,
    cluster_wilson,
    korn_graubard,
    student_effective_n,
    sums_of,
)
from tallyclerk.stats.rates import clopper_pearson, wilson


def test_two_opposite_clusters_are_worth_two_units():
    # p = 1/2, residuals +-5: v = 2 * 50 / 400 = 1/4, binomial 1/80, design effect 20.
    spread = cluster_spread(sums_of([(10, 10), (10, 0)]))
    assert spread is not None
    assert spread.se == 0.5
    assert spread.design_effect == 20.0
    assert spread.effective_n == 1.0


def test_clusters_that_agree_are_worth_their_units():
    spread = cluster_spread(sums_of([(10, 2), (20, 4), (30, 6)]))
    assert spread is not None
    assert (spread.se, spread.design_effect, spread.effective_n) == (0.0, 0.0, 60.0)
    assert cluster_wilson(sums_of([(10, 2), (20, 4), (30, 6)])) == wilson(12, 60)
    rate = korn_graubard(sums_of([(10, 2), (20, 4), (30, 6)]))
    assert rate is not None
    assert (rate.low, rate.high) == clopper_pearson(12, 60)


@pytest.mark.parametrize("hits", [0, 1])
def test_no_hits_or_only_hits_say_nothing_of_the_clusters(hits):
    batches = [(7, 7 * hits), (9, 9 * hits), (4, 4 * hits)]
    rate = korn_graubard(sums_of(batches))
    assert rate is not None
    assert (rate.low, rate.high) == clopper_pearson(20 * hits, 20)
    assert rate.effective_n == 20.0
    spread = cluster_spread(sums_of(batches))
    assert spread is not None
    assert spread.design_effect is None


@pytest.mark.parametrize("batches", [[], [(5, 2)], [(5, 2), (0, 0)], [(0, 0)]])
def test_fewer_than_two_clusters_cannot_be_assessed(batches):
    assert cluster_spread(sums_of(batches)) is None
    assert cluster_wilson(sums_of(batches)) is None
    assert korn_graubard(sums_of(batches)) is None


def test_empty_clusters_do_not_count():
    assert korn_graubard(sums_of([(5, 2), (0, 0), (6, 1)])) == korn_graubard(
        sums_of([(5, 2), (6, 1)])
    )


def test_few_clusters_cost_degrees_of_freedom():
    # t_1 = tan(0.475 pi) = 12.7062, t_19 = 2.093024.
    assert student_effective_n(20, 2, 1.0, 0.95) == pytest.approx(
        20 * (2.093024054 / math.tan(0.475 * math.pi)) ** 2, rel=1e-8
    )
    with pytest.raises(ValueError, match="two clusters"):
        student_effective_n(20, 1, 1.0, 0.95)


def test_one_big_cluster_among_many_small_ones_dominates():
    batches = [(1_000_000, 100_000)] + [(10, k % 2) for k in range(30)]
    spread = cluster_spread(sums_of(batches))
    rate = korn_graubard(sums_of(batches))
    assert spread is not None
    assert rate is not None
    assert 0.0 <= rate.low < spread.share < rate.high <= 1.0
    assert spread.effective_n <= spread.n


def test_ten_million_units_are_summed_exactly():
    batches = [(500_000 + k, 1000 + 7 * k) for k in range(20)]
    assert cluster_spread(sums_of(batches)) == cluster_spread(sums_of(batches[::-1]))
    spread = cluster_spread(sums_of(batches))
    assert spread is not None
    assert 1.0 < spread.design_effect < 20.0


@pytest.mark.parametrize("batches", [[(5, 6), (5, 1)], [(5, -1), (5, 1)], [(-5, 0), (5, 1)]])
def test_impossible_counts_are_refused(batches):
    with pytest.raises(ValueError, match="must be"):
        korn_graubard(sums_of(batches))
