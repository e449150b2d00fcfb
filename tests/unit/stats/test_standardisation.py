"""Worked numbers for standardised counts and rates."""

from __future__ import annotations

import pytest

from tallyclerk.stats.counts import garwood
from tallyclerk.stats.direct import direct_dobson, direct_mover
from tallyclerk.stats.rates import wilson
from tallyclerk.stats.standardisation import (
    leave_one_out,
    observed_expected,
    period_ratios,
    standardised_z,
)


def test_expected_hits_by_hand():
    # 10 at 1/10 and 40 at 1/4 are 11 expected; variance 0.9 + 7.5.
    result = observed_expected({"a": (100, 10), "b": (8, 2)}, {"b": (40, 4), "a": (10, 1)})
    assert result is not None
    assert (result.observed, result.expected, result.n, result.coverage) == (5, 11.0, 50, 1.0)
    assert result.ratio == 5 / 11
    assert result.variance == pytest.approx(8.4, abs=1e-14)
    low, high = garwood(5)
    assert (result.low, result.high) == (low / 11, high / 11)


def test_strata_that_nobody_else_serves_are_left_out_and_shown():
    result = observed_expected(
        {"a": (100, 10), "b": (0, 0)}, {"a": (30, 3), "b": (50, 9), "c": (20, 0), "d": (0, 0)}
    )
    assert result is not None
    assert (result.observed, result.expected, result.n) == (3, 3.0, 30)
    assert result.coverage == 0.3
    assert observed_expected({"a": (100, 10)}, {"b": (5, 1)}) is None
    assert observed_expected({}, {}) is None


def test_no_expected_hit_has_no_ratio():
    result = observed_expected({"a": (100, 0)}, {"a": (10, 1)})
    assert result is not None
    assert (result.observed, result.expected, result.ratio) == (1, 0.0, None)
    assert (result.low, result.high) == (None, None)
    assert standardised_z(1, 0.0, 0.0) is None


def test_leaving_oneself_out():
    everyone = {"a": (100, 10), "b": (50, 5), "c": (7, 0)}
    own = {"a": (40, 1), "b": (50, 5)}
    assert leave_one_out(everyone, own) == {"a": (60, 9), "c": (7, 0)}


@pytest.mark.parametrize("own", [{"a": (101, 1)}, {"a": (50, 11)}, {"z": (1, 0)}])
def test_more_than_everyone_is_refused(own):
    with pytest.raises(ValueError, match="own counts"):
        leave_one_out({"a": (100, 10)}, own)


def test_the_season_goes_out_with_the_market():
    assert period_ratios([(100, 5), (100, 20)], [(10, 1), (10, 1)]) == [2.0, 0.5]
    assert period_ratios([(100, 0), (0, 0), (100, 5)], [(10, 1), (10, 1), (0, 0)]) == [None] * 3
    with pytest.raises(ValueError, match="argument"):
        period_ratios([(1, 1)], [])


def test_a_negative_variance_is_refused():
    assert standardised_z(12, 10.0, 4.0) == 1.0
    with pytest.raises(ValueError, match="negative"):
        standardised_z(1, 1.0, -1.0)


def test_a_direct_rate_is_the_weighted_mean():
    own = {"a": (100, 10), "b": (50, 10)}
    result = direct_dobson(own, {"a": 3, "b": 1})
    assert result is not None
    assert result.rate == pytest.approx(0.75 * 0.1 + 0.25 * 0.2, abs=1e-15)
    assert result.variance == pytest.approx(0.75**2 * 0.001 + 0.25**2 * 0.004, abs=1e-15)
    assert (result.hits, result.coverage) == (20, 1.0)
    assert result.low < result.rate < result.high


def test_too_few_hits_have_no_direct_rate():
    assert direct_dobson({"a": (100, 9)}, {"a": 1}) is None
    assert direct_dobson({"a": (100, 0)}, {"a": 1}) is None
    assert direct_dobson({}, {"a": 1}) is None


def test_a_mix_without_own_units_is_shown_as_not_covered():
    result = direct_mover({"a": (50, 5), "z": (9, 9)}, {"a": 3.0, "b": 1.0})
    assert result is not None
    assert result.coverage == 0.75
    assert result.rate == 0.1
    assert direct_mover({"z": (9, 9)}, {"a": 3.0}) is None
    assert direct_mover({}, {}) is None


def test_one_stratum_is_wilson():
    result = direct_mover({"a": (50, 3)}, {"a": 2.5})
    assert result is not None
    assert (result.low, result.high) == pytest.approx(wilson(3, 50), abs=1e-15)


def test_empty_cells_keep_limits_within_the_unit_interval():
    result = direct_mover({"a": (5, 0), "b": (5, 5), "c": (1, 0)}, {"a": 1, "b": 1, "c": 8})
    assert result is not None
    assert 0.0 <= result.low < result.rate < result.high <= 1.0


def test_negative_weights_and_counts_are_refused():
    with pytest.raises(ValueError, match="weights"):
        direct_mover({"a": (5, 0)}, {"a": -1.0})
    with pytest.raises(ValueError, match="within"):
        direct_mover({"a": (5, 6)}, {"a": 1.0})
    with pytest.raises(ValueError, match="within"):
        observed_expected({"a": (5, 1)}, {"a": (5, 6)})
    with pytest.raises(ValueError, match="within"):
        observed_expected({"a": (5, 6)}, {"a": (5, 1)})
