"""Worked numbers for exact histograms."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallyclerk.stats.histograms import merge, quantile, size, value_at_rank

HALF = Fraction(1, 2)


def test_merging_adds_and_sorts():
    pooled = merge([{30: 1, 5: 2}, {}, {5: 1, 7: 0}])
    assert list(pooled.items()) == [(5, 3), (30, 1)]
    assert size(pooled) == 4


def test_quantiles_of_a_merge_are_those_of_the_pooled_values():
    pooled = merge([{1: 1, 100: 1}, {2: 1, 50: 1}])
    assert [quantile(pooled, Fraction(k, 4)) for k in (1, 2, 3, 4)] == [1, 2, 50, 100]


def test_an_empty_histogram_has_no_quantile():
    assert quantile({}, HALF) is None
    assert quantile({4: 0}, HALF) is None
    with pytest.raises(ValueError, match="percentile level"):
        quantile({}, Fraction(0))


def test_ranks_outside_are_refused():
    assert value_at_rank({4: 2, 9: 1}, 3) == 9
    for rank in (0, 4, -1):
        with pytest.raises(ValueError, match="no rank"):
            value_at_rank({4: 2, 9: 1}, rank)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        merge([{1: -1}])
