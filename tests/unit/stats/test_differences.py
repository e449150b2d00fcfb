"""Worked numbers for differences of two estimates."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats.differences import Difference, mover, newcombe
from tallyclerk.stats.rates import wilson


def test_equal_rates_differ_by_nothing_symmetrically() -> None:
    diff, low, high = newcombe(10, 40, 10, 40)
    assert diff == 0.0
    assert low is not None
    assert high is not None
    assert low == pytest.approx(-high, abs=1e-15)
    one = wilson(10, 40)
    assert one.low is not None
    assert one.high is not None
    assert high == pytest.approx(math.hypot(one.high - 0.25, 0.25 - one.low), abs=1e-15)


def test_swapping_the_parties_flips_the_sign() -> None:
    there = newcombe(5, 60, 20, 70)
    back = newcombe(20, 70, 5, 60)
    assert back.diff == pytest.approx(-there.diff)
    assert back.low == pytest.approx(-(there.high or 0.0))
    assert back.high == pytest.approx(-(there.low or 0.0))


def test_newcombe_stays_within_one() -> None:
    assert newcombe(1, 1, 0, 1).high == 1.0
    assert newcombe(0, 1, 1, 1).low == -1.0


def test_mover_adds_squared_distances() -> None:
    # 10 - 4 with distances 3 and 4 below, 5 and 12 above.
    assert mover(10, 7, 15, 4, -8, 8) == Difference(6, 1.0, 19.0)


def test_a_missing_limit_is_missing_on_the_side_that_needs_it() -> None:
    assert mover(10, 7, None, 4, 1, 8) == Difference(6, 1.0, None)
    assert mover(10, 7, 15, 4, None, 8) == Difference(6, 1.0, None)
    assert mover(10, None, 15, 4, 1, 8).low is None
    assert mover(10, 7, 15, 4, 1, None).low is None
    assert mover(10, None, None, 4, None, None) == Difference(6, None, None)


def test_limits_on_the_wrong_side_are_refused() -> None:
    with pytest.raises(ValueError, match="do not enclose"):
        mover(10, 11, 15, 4, 1, 8)
    with pytest.raises(ValueError, match="do not enclose"):
        mover(10, 7, 15, 4, 1, 3)


def test_no_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        newcombe(0, 0, 1, 2)
    with pytest.raises(ValueError, match="within"):
        newcombe(1, 2, 3, 2)
