"""Worked numbers for control charts."""

from __future__ import annotations

import math

import pytest

from tallyclerk.stats.control_charts import laney_chart, run_limits, run_signal, xmr_chart


def test_a_p_chart_by_hand():
    chart = laney_chart([(100, 10), (100, 12), (100, 8), (400, 80)], 3, plain=True)
    assert chart is not None
    assert (chart.centre, chart.sigma_z) == (0.1, 1.0)
    assert chart.points[0].high == pytest.approx(0.1 + 3 * 0.03)
    assert chart.points[0].low == pytest.approx(0.01)
    assert chart.points[3].high == pytest.approx(0.1 + 3 * 0.015)
    assert [point.is_signal for point in chart.points] == [False, False, False, True]


def test_laney_widens_by_the_spread_between_neighbours():
    periods = [(100, 10), (100, 12), (100, 8)]
    chart = laney_chart(periods)
    assert chart is not None
    # z are 0, 2/3 and -2/3: ranges 2/3 and 4/3, mean 1.
    assert chart.sigma_z == pytest.approx(1 / 1.128)
    assert chart.points[1].high == pytest.approx(0.1 + 0.09 / 1.128)


def test_a_period_without_units_is_no_point():
    chart = laney_chart([(100, 10), (0, 0), (100, 12), (50, 5)])
    assert chart is not None
    assert chart.points[1] == (None, None, None, False)
    assert laney_chart([(100, 10), (100, 12), (50, 5)]).sigma_z == chart.sigma_z


@pytest.mark.parametrize(
    "periods", [[], [(10, 1)], [(10, 1), (0, 0)], [(10, 0), (10, 0)], [(10, 10), (10, 10)]]
)
def test_a_baseline_that_cannot_judge_has_no_chart(periods):
    assert laney_chart(periods) is None


def test_xmr_by_hand():
    chart = xmr_chart([10, 12, 11, 13, 30], 4)
    assert chart is not None
    spread = (2 + 1 + 2) / 3
    assert chart.mean == 11.5
    assert chart.high == pytest.approx(11.5 + 2.66 * spread)
    assert chart.low == pytest.approx(11.5 - 2.66 * spread)
    assert chart.range_high == pytest.approx(3.267 * spread)
    assert chart.signals == (4,)


def test_a_flat_series_signals_any_change():
    chart = xmr_chart([5.0, 5.0, 5.0, 5.1], 3)
    assert chart is not None
    assert (chart.low, chart.high, chart.signals) == (5.0, 5.0, (3,))
    assert xmr_chart([5.0]) is None
    assert xmr_chart([]) is None


def test_runs_around_a_centre():
    up = run_signal([1.0] * 6 + [9.0] * 6, 5.0)
    assert up is not None
    assert (up.longest_run, up.crossings, up.useful) == (6, 1, 12)
    assert up.is_signal
    zigzag = run_signal([1.0, 9.0] * 6, 5.0)
    assert zigzag is not None
    assert (zigzag.longest_run, zigzag.crossings, zigzag.is_signal) == (1, 11, False)
    assert run_signal([5.0, 5.0, 6.0], 5.0) is None


def test_values_on_the_centre_do_not_break_a_run():
    assert run_signal([6.0, 5.0, 6.0, 4.0], 5.0) == run_signal([6.0, 6.0, 4.0], 5.0)


def test_what_chance_allows():
    assert run_limits(16) == (7, 4)
    # Binomial(9, 1/2): P(X <= 1) = 10/512 and P(X <= 2) = 46/512.
    assert run_limits(10) == (round(math.log2(10) + 3), 2)
    with pytest.raises(ValueError, match="two values"):
        run_limits(1)


def test_impossible_series_are_refused():
    for call in (
        lambda: laney_chart([(5, 1)], 0),
        lambda: laney_chart([(5, 6), (5, 1)]),
        lambda: xmr_chart([1.0], 0),
    ):
        with pytest.raises(ValueError, match="must be"):
            call()
