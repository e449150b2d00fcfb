"""Signals of the months: noise is none, a season of everybody is none, a shift is one."""

from dataclasses import replace

import pytest

from tallyclerk.domain.periods import month_name, shifted
from tallyclerk.domain.results import Result, State
from tallyclerk.judge.trend import MONTHS, chart_of, with_signals

NAMES = [month_name(shifted(202610, place - MONTHS + 1)) for place in range(MONTHS)]
WAVE = [0, 4, -3, 5, -4, 2, -5, 3, -2, 4, -4, 1]
"""Twelve months of noise around the usual."""


def rate(month, bad, n=1000, better="lower") -> Result:
    hits = n - bad if better == "higher" else bad
    return Result(
        partner_id="a", role="courier", kpi="blackout_rate", statistic="rate", unit="rate",
        period=month, n=n, hits=hits, value=hits / n, low=None, high=None,
        state=State.NO_TARGET, better=better,
    )  # fmt: skip


def hours(month, value, n=100) -> Result:
    return replace(
        rate(month, 0, n),
        kpi="transit_hours",
        statistic="p90",
        unit="hours",
        hits=None,
        value=value,
    )


def rates(last, better="lower", usual=100):
    return [rate(m, usual + w, better=better) for m, w in zip(NAMES, [*WAVE, last], strict=True)]


@pytest.mark.parametrize(("last", "said"), [(0, None), (60, "above_limits"), (-60, "below_limits")])
def test_the_last_month_is_judged_by_those_before(last, said):
    chart = chart_of(rates(last), NAMES, {})
    assert chart.signal == said
    assert chart.points[-1].is_signal is (said is not None)
    assert len(chart.points) == MONTHS
    assert not chart.points[-1].is_seasonal


def test_limits_are_in_the_unit_of_the_result():
    # 95 % good: bad outcomes 5 % -+ 3 s, so that the limits of the value are mirrored.
    good = chart_of(rates(60, better="higher"), NAMES, {})
    bad = chart_of(rates(60), NAMES, {})
    assert good.signal == "below_limits"
    assert good.points[-1].low == pytest.approx(1 - bad.points[-1].high)
    assert good.points[-1].centre == pytest.approx(1 - bad.points[-1].centre)
    # Centre of the baseline by hand: 1201 bad of 12,000.
    assert bad.points[0].centre == pytest.approx(1201 / 12_000)


def test_too_short_or_too_thin_a_past_has_no_chart():
    assert chart_of([None] * 3 + rates(60)[3:], NAMES, {}) is None
    assert chart_of([None] * 2 + rates(60)[2:], NAMES, {}).signal == "above_limits"
    assert chart_of([*rates(0)[:-1], None], NAMES, {}) is None
    assert chart_of([*rates(0)[:-1], rate(NAMES[-1], 9, n=29)], NAMES, {}) is None


def test_rare_events_are_no_signal_of_a_month():
    # 2 of 1000 a month: five in the last one are outside the limits, but 2 were to be expected.
    rare = [
        rate(m, 2 + w)
        for m, w in zip(NAMES, [0, 1, -1, 1, 0, -1, 1, 0, -1, 0, 1, -1, 7], strict=True)
    ]
    assert chart_of(rare, NAMES, {}).signal is None


def market(factors, others=3):
    months = {
        name: {f"p{i}": (10_000, round(1000 * f)) for i in range(others)}
        for name, f in zip(NAMES, factors, strict=True)
    }
    return {("courier", "blackout_rate"): months}


def test_a_season_that_everybody_has_is_no_signal():
    series = [*rates(0)[:-1], rate(NAMES[-1], 200)]
    peak = [1.0] * 12 + [2.0]
    assert chart_of(series, NAMES, {}).signal == "above_limits"
    chart = chart_of(series, NAMES, market(peak))
    assert chart.signal is None
    assert chart.points[-1].is_seasonal
    # What is usual doubles with the others: 10 % becomes 20 %.
    assert chart.points[-1].centre == pytest.approx(2 * chart.points[0].centre)
    # Two other partners cannot tell a season.
    assert chart_of(series, NAMES, market(peak, others=2)).signal == "above_limits"


def test_doubling_while_everybody_triples_is_better_than_usual():
    series = [*rates(0)[:-1], rate(NAMES[-1], 200)]
    assert chart_of(series, NAMES, market([1.0] * 12 + [3.0])).signal == "below_limits"


def test_own_cases_are_no_part_of_the_market():
    series = [*rates(0)[:-1], rate(NAMES[-1], 200)]
    alone = market([1.0] * 13)
    for month, result in zip(NAMES, series, strict=True):
        alone["courier", "blackout_rate"][month]["a"] = (result.n, result.hits)
    assert chart_of(series, NAMES, alone) == chart_of(series, NAMES, market([1.0] * 13))


def test_a_step_within_the_limits_is_a_shift():
    # Thirteen months that cross their median once; by chance they do so three times or more.
    step = [20.0, 21.5] * 3 + [23.0, 22.0] * 3 + [23.0]
    chart = chart_of([hours(m, v) for m, v in zip(NAMES, step, strict=True)], NAMES, {})
    assert chart.signal == "shift"
    assert not chart.points[-1].is_signal
    mixed = [20.0, 23.0, 21.5, 22.0] * 3 + [23.0]
    assert (
        chart_of([hours(m, v) for m, v in zip(NAMES, mixed, strict=True)], NAMES, {}).signal is None
    )


def test_months_of_percentiles_have_their_own_noise():
    # Baseline 20, 22, 20, 22 …: mean 21, mean range 2, limits 21 -+ 5.32.
    base = [20.0, 22.0] * 6
    for last, said in [(26.3, None), (26.4, "above_limits"), (15.6, "below_limits")]:
        chart = chart_of(
            [hours(m, v) for m, v in zip(NAMES, [*base, last], strict=True)], NAMES, {}
        )
        assert chart.signal == said
        assert chart.points[0].low == pytest.approx(15.68)
        assert chart.points[0].high == pytest.approx(26.32)


def test_totals_get_the_signal_of_their_series():
    series = rates(60)
    total = replace(series[-1], period="2026-08..2026-10")
    other = replace(total, partner_id="b")
    (first, second), charts = with_signals([total, other], series, {}, 202610)
    assert first.signal == "above_limits"
    assert second.signal is None
    assert list(charts) == [("a", "courier", "blackout_rate", "rate")]
