"""Worked numbers for survival curves and competing outcomes."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from tallyclerk.stats.competing import OutcomeShares, cumulative_incidence
from tallyclerk.stats.survival_curve import brookmeyer_crowley, km_curve

HALF = Fraction(1, 2)


def test_a_curve_by_hand():
    # Four units: one ends at 1, one is open at 2, one ends at 3, one at 4.
    curve = km_curve([(1, 1, 0), (2, 0, 1), (3, 1, 0), (4, 1, 0)])
    assert [(s.duration, s.at_risk, s.observed) for s in curve] == [(1, 4, 1), (3, 2, 1), (4, 1, 1)]
    assert [s.survival for s in curve] == [0.75, 0.375, 0.0]
    assert curve[0].se == pytest.approx(0.75 * math.sqrt(1 / 12), abs=1e-15)
    assert curve[1].se == pytest.approx(0.375 * math.sqrt(1 / 12 + 1 / 2), abs=1e-15)
    assert (curve[2].se, curve[2].low, curve[2].high) == (0.0, None, None)


def test_limits_enclose_the_curve_and_cross_in_order():
    curve = km_curve([(k, 3, 1) for k in range(1, 30)], never=5)
    for step in curve:
        assert step.low is not None
        assert step.high is not None
        assert 0.0 < step.low < step.survival < step.high < 1.0
    low, high = brookmeyer_crowley(curve, HALF)
    assert low is not None
    assert high is not None
    assert low < high


def test_nothing_that_ended_has_no_curve():
    assert km_curve([]) == []
    assert km_curve([(3, 0, 4)], never=1) == []
    assert brookmeyer_crowley([], HALF) == (None, None)


def test_everything_at_once_has_a_lower_crossing_only():
    assert brookmeyer_crowley(km_curve([(5, 8, 0)]), HALF) == (5, None)


def test_outcomes_without_open_units_are_plain_shares():
    rows = [(1, (3, 1), 0), (2, (2, 0), 0), (5, (1, 3), 0)]
    assert cumulative_incidence(rows) == OutcomeShares((0.6, 0.4), 0.0)
    assert cumulative_incidence(rows, until=2) == OutcomeShares((0.5, 0.1), 0.4)
    assert cumulative_incidence(rows, until=0) == OutcomeShares((0.0, 0.0), 1.0)


def test_an_open_unit_leaves_its_share_to_the_others():
    # 4 at risk: 1/4 to the first outcome; one open; then 3/4 * 1/2 each.
    shares, still_open = cumulative_incidence([(1, (1, 0), 0), (2, (0, 0), 1), (3, (1, 1), 0)])
    assert shares == (0.625, 0.375)
    assert still_open == 0.0


def test_open_at_the_end_stays_open():
    shares, still_open = cumulative_incidence([(1, (1, 0), 0), (4, (0, 1), 2)])
    assert shares == (0.25, 0.25)
    assert still_open == 0.5


def test_no_unit_has_no_shares():
    assert cumulative_incidence([]) is None
    assert cumulative_incidence([(3, (0, 0), 0)]) is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(2, (1,), 0), (1, (1,), 0)], "ascending"),
        ([(1, (-1,), 0)], "negative"),
        ([(1, (1,), -1)], "negative"),
        ([(1, (1,), 0), (2, (1, 0), 0)], "same outcomes"),
    ],
)
def test_broken_rows_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        cumulative_incidence(rows)
