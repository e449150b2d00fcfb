"""Worked numbers for comparisons within strata, funnels and tests of many."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats.differences import newcombe
from tallyclerk.stats.funnel import funnel_limits, over_dispersion
from tallyclerk.stats.multiple import (
    benjamini_hochberg,
    holm,
    p_rate_above,
    p_rate_below,
    two_sided_p,
)
from tallyclerk.stats.rates import one_sided_bounds
from tallyclerk.stats.stratified import mantel_haenszel, stratified_newcombe


def test_the_mix_that_fools_the_raw_rates_is_taken_out():
    # Within each stratum both parties have the same rate; raw rates are 27 % and 63 %.
    strata = [((80, 400), (20, 100)), ((56, 100), (280, 500))]
    result = mantel_haenszel(strata)
    assert result is not None
    assert result.difference == pytest.approx(0.0, abs=1e-15)
    assert result.odds_ratio == pytest.approx(1.0)
    assert result.rate_ratio == pytest.approx(1.0)
    assert result.chi_squared == pytest.approx(0.0, abs=1e-15)
    assert result.p_value == pytest.approx(1.0)


def test_one_stratum_is_the_plain_comparison():
    result = mantel_haenszel([((8, 20), (6, 30))])
    assert result is not None
    assert result.difference == pytest.approx(0.2, abs=1e-15)
    assert result.odds_ratio == pytest.approx((8 * 24) / (12 * 6))
    assert result.rate_ratio == pytest.approx(2.0)
    assert result.se_greenland_robins == pytest.approx(math.sqrt(0.24 / 20 + 0.16 / 30))
    # Hypergeometric: E = 5.6, V = 20 * 30 * 14 * 36 / (50^2 * 49).
    variance = 20 * 30 * 14 * 36 / (2500 * 49)
    assert result.chi_squared == pytest.approx(2.4**2 / variance)
    assert stratified_newcombe([((8, 20), (6, 30))]) == pytest.approx(newcombe(8, 20, 6, 30))


def test_strata_of_one_party_do_not_count():
    common = [((8, 20), (6, 30))]
    lonely = [((1, 5), (0, 0)), ((0, 0), (3, 4))]
    assert mantel_haenszel(common + lonely) == mantel_haenszel(common)
    assert mantel_haenszel(lonely) is None
    assert stratified_newcombe(lonely) is None
    assert mantel_haenszel([]) is None


def test_empty_cells_have_no_ratios_and_still_an_interval():
    strata = [((0, 20), (0, 30)), ((0, 5), (0, 9))]
    result = mantel_haenszel(strata)
    assert result is not None
    assert (result.odds_ratio, result.rate_ratio, result.chi_squared) == (None, None, None)
    assert (result.low, result.high) == (0.0, 0.0)
    value, low, high = stratified_newcombe(strata)
    assert value == 0.0
    assert low < 0.0 < high


def test_impossible_cells_are_refused():
    for method in (mantel_haenszel, stratified_newcombe):
        with pytest.raises(ValueError, match="within"):
            method([((6, 5), (1, 5))])


def test_a_funnel_narrows_and_encloses_its_rate():
    widths = []
    for n in (1, 10, 100, 10_000, 10_000_000):
        low, high = funnel_limits(n, 0.1)
        assert 0.0 <= low <= 0.1 <= high <= 1.0
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(2 * 1.96 * math.sqrt(0.09 / 1e7), rel=1e-3)


def test_a_funnel_of_four_coins():
    # F is 1/16, 5/16, 11/16, 15/16, 1: tail 0.1 falls in the step to 1, tail 0.9 in that to 3.
    low, high = funnel_limits(4, 0.5, 0.8)
    assert low == pytest.approx((1 - (5 / 16 - 0.1) * 4) / 4, abs=1e-12)
    assert high == pytest.approx((3 - (15 / 16 - 0.9) * 4) / 4, abs=1e-12)


def test_no_funnel_where_nobody_can_differ():
    assert funnel_limits(50, 0.0) is None
    assert funnel_limits(50, 1.0) is None
    for n, rate in ((0, 0.5), (5, 1.5), (5, -0.1)):
        with pytest.raises(ValueError, match="must be"):
            funnel_limits(n, rate)


def test_equal_peers_have_no_spread():
    result = over_dispersion([(100, 5)] * 10)
    assert result is not None
    assert (result.phi, result.tau_squared) == (0.0, 0.0)
    assert result.z_adjusted == (0.0,) * 10


def test_peers_that_differ_are_not_all_outliers():
    result = over_dispersion([(1000, 20 + 15 * k) for k in range(12)])
    assert result is not None
    assert result.phi > 5
    assert max(map(abs, result.z)) > 3.09 > max(map(abs, result.z_adjusted))


def test_few_peers_have_no_spread_to_know():
    assert over_dispersion([(100, 5)] * 9) is None
    assert over_dispersion([(100, 5), (90, 7)], min_peers=2) is not None
    with pytest.raises(ValueError, match="two peers"):
        over_dispersion([], min_peers=1)
    with pytest.raises(ValueError, match="must be"):
        over_dispersion([(0, 0)] * 10)


def test_many_tests_by_hand():
    p = [0.04, 0.01, 0.5, 0.02]
    assert benjamini_hochberg(p) == pytest.approx([0.16 / 3, 0.04, 0.5, 0.04])
    assert holm(p) == pytest.approx([0.08, 0.04, 0.5, 0.06])
    assert benjamini_hochberg([]) == holm([]) == []
    assert benjamini_hochberg([1.0, 1.0]) == holm([1.0, 1.0]) == [1.0, 1.0]
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    for method in (benjamini_hochberg, holm):
        for bad in (-0.1, 1.1, math.nan):
            with pytest.raises(ValueError, match="p value"):
                method([bad])


def test_exact_p_values_are_the_tails_that_exact_bounds_invert():
    assert p_rate_above(2, 2, 0.5) == pytest.approx(0.25)
    assert p_rate_below(1, 2, 0.5) == pytest.approx(0.75)
    assert p_rate_above(0, 9, 0.1) == 1.0
    assert p_rate_below(9, 9, 0.1) == 1.0
    low, high = one_sided_bounds(7, 60)
    assert p_rate_above(7, 60, low) == pytest.approx(0.05, abs=1e-12)
    assert p_rate_below(7, 60, high) == pytest.approx(0.05, abs=1e-12)
    assert p_rate_above(3.5, 20.25, 0.05) < 0.05
    with pytest.raises(ValueError, match="limit"):
        p_rate_above(1, 2, 1.5)
    assert two_sided_p(-1.959963984540054) == pytest.approx(0.05, abs=1e-12)
    assert two_sided_p(0.0) == 1.0


def test_a_funnel_of_one_unit_still_encloses_its_rate():
    assert funnel_limits(1, 0.015625) == (0.0, 0.015625)
