"""Worked numbers for rates of which clusters show few hits."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats.clusters import ClusterSums, cluster_spread, korn_graubard, sums_of
from tallyclerk.stats.rates import clopper_pearson
from tallyclerk.stats.sparse import (
    cautious_design_effect,
    cautious_korn_graubard,
    clean_design_effect,
)


def test_units_that_are_their_own_clusters_are_independent():
    assert clean_design_effect(sums_of([(1, 0)] * 40)) == 1.0
    rate = cautious_korn_graubard(sums_of([(1, 0)] * 40))
    assert rate is not None
    assert (rate.low, rate.high) == clopper_pearson(0, 40)


def test_a_clean_record_in_clusters_of_ten():
    # x = 9 * 0.05 / 0.95 = 0.4736842, ln(1.4736842) = 0.3877655.
    sums = sums_of([(10, 0)] * 30)
    assert clean_design_effect(sums) == pytest.approx(0.4736842 / 0.3877655, rel=1e-6)
    rate = cautious_korn_graubard(sums)
    assert rate is not None
    assert rate.effective_n == pytest.approx(300 * 0.3877655 / 0.4736842, rel=1e-6)
    assert rate.low == 0.0
    assert rate.high == pytest.approx(1 - 0.025 ** (1 / rate.effective_n), rel=1e-9)


@pytest.mark.parametrize("size", [2, 5, 20, 100, 300])
def test_a_clean_record_is_worth_what_the_beta_binomial_says(size):
    # The chance of no hit in a cluster is prod (b + j) / (a + b + j), j below its size.
    rate, odds = 1e-6, 0.05 / 0.95
    a, b = rate / odds, (1 - rate) / odds
    clean = math.prod((b + j) / (a + b + j) for j in range(size))
    worth = math.log(clean) / math.log(1 - rate)
    claimed = size / clean_design_effect(sums_of([(size, 0)] * 8))
    assert claimed == pytest.approx(worth, rel=0.03)


def test_few_hits_are_held_up_and_many_speak_for_themselves():
    # Two hits in 100 clusters of 10: the estimate of 0.998 weighs 2, the assumption 30.
    few = sums_of([(10, 1)] * 2 + [(10, 0)] * 98)
    spread = cluster_spread(few)
    assert spread is not None
    # v n / (p q) with v = 100/99 (2 * 0.98^2 + 98 * 0.02^2) / 1000^2, p = 0.002.
    assert spread.design_effect == pytest.approx(100 / 99 * 1.96 / 1e6 * 1000 / (0.002 * 0.998))
    effect = cautious_design_effect(few)
    assert effect == pytest.approx((2 * spread.design_effect + 30 * 1.2215727) / 32, rel=1e-6)
    many = sums_of([(10, k % 11) for k in range(200)])
    spread = cluster_spread(many)
    assert spread is not None
    assert cautious_design_effect(many) == spread.design_effect
    assert cautious_korn_graubard(many) == korn_graubard(many)


def test_misses_are_as_rare_as_hits():
    rare = sums_of([(10, k % 3 == 0) for k in range(20)])
    mirrored = sums_of([(10, 10 - (k % 3 == 0)) for k in range(20)])
    low, high = cautious_korn_graubard(rare)[1:3]
    assert cautious_korn_graubard(mirrored)[1:3] == pytest.approx((1 - high, 1 - low), abs=1e-12)
    all_hits = cautious_korn_graubard(sums_of([(10, 10)] * 9))
    assert all_hits.high == 1.0
    assert all_hits.low == pytest.approx(0.025 ** (1 / all_hits.effective_n), rel=1e-9)


def test_never_narrower_than_korn_graubard():
    for seed in range(2000):
        sizes = [1 + (seed * 7 + k * 13) % 30 for k in range(2 + seed % 30)]
        sums = sums_of(
            [(n, (seed * k * k) % (n + 1) * (seed % 4 < k % 5)) for k, n in enumerate(sizes)]
        )
        ours, plain = cautious_korn_graubard(sums), korn_graubard(sums)
        assert ours.low <= plain.low + 1e-12
        assert ours.high >= plain.high - 1e-12
        assert ours.effective_n <= plain.effective_n * (1 + 1e-12)


def test_fewer_than_two_clusters_cannot_be_assessed():
    assert cautious_korn_graubard(sums_of([(5, 2)])) is None
    assert cautious_design_effect(sums_of([])) is None
    with pytest.raises(ValueError, match="positive"):
        clean_design_effect(ClusterSums(0, 0, 0, 0, 0, 0))
