"""Changes are claimed only where both periods' batches prove them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallyclerk.domain.periods import Period
from tallyclerk.domain.results import Result, State
from tallyclerk.judge.change import change, with_changes


def told(value, low, high, *, better="lower", n=400, **more) -> Result:
    given = {
        "partner_id": "a", "role": "courier", "kpi": "blackout_rate", "statistic": "rate",
        "unit": "rate", "period": "2026-10", "n": n, "hits": round(value * n), "value": value,
        "low": low, "high": high, "batches": 20, "effective_n": 200.0, "state": State.NO_TARGET,
        "better": better,
    }  # fmt: skip
    return Result(**(given | more))


# now 10 % [8, 13], then 16 % [13, 20]: difference -6, upper limit -6 + sqrt(3^2 + 3^2) = -1.76.
# then 14 % [11, 18]: -4 + sqrt(3^2 + 3^2) = 0.24, so that it is not proven.
@pytest.mark.parametrize(
    ("then", "said"),
    [
        ((0.16, 0.13, 0.20), "better"),
        ((0.14, 0.11, 0.18), "within_noise"),
        ((0.05, 0.03, 0.07), "worse"),  # 5 - sqrt(2^2 + 2^2) = 2.2
        ((0.10, 0.08, 0.13), "within_noise"),
    ],
)
def test_a_change_is_claimed_where_the_difference_is_proven(then, said):
    now = told(0.10, 0.08, 0.13)
    assert change(now, told(*then)) == said
    turned = {"better": "worse", "worse": "better"}.get(said, said)
    higher = replace(now, better="higher")
    assert change(higher, told(*then, better="higher")) == turned
    assert change(told(*then), now) == turned


@pytest.mark.parametrize(
    "thin", [{"n": 29}, {"batches": 7}, {"effective_n": None}, {"effective_n": 29.9}]
)
def test_too_little_says_nothing(thin):
    assert change(told(0.1, 0.08, 0.12), told(0.9, 0.88, 0.92)) == "better"
    assert change(replace(told(0.1, 0.08, 0.12), **thin), told(0.9, 0.88, 0.92)) is None
    assert change(told(0.1, 0.08, 0.12), replace(told(0.9, 0.88, 0.92), **thin)) is None
    assert change(told(0.1, 0.08, 0.12), None) is None
    silent = replace(told(0.1, 0.08, 0.12), value=None, hits=None)
    assert change(silent, told(0.9, 0.88, 0.92)) is None


def test_a_clean_period_takes_the_spread_of_the_other():
    # 0 of 400 looks exact; with the other's design effect of 8 it is 0 of 50: below 7.1 %.
    clean = told(0.0, 0.0, 0.0075, effective_n=400.0)
    then = told(0.06, 0.02, 0.13, effective_n=50.0)
    assert change(clean, then) == "within_noise"  # -6 + sqrt(7.1^2 + 4^2) > 0
    assert change(clean, replace(then, low=0.04, effective_n=400.0)) == "better"


def test_a_percentile_without_an_upper_limit_proves_only_what_it_can():
    hours = {"statistic": "p90", "unit": "hours", "hits": None}
    now, then = told(60.0, 50.0, None, **hours), told(20.0, 18.0, 25.0, **hours)
    assert change(now, then) == "worse"  # 40 - sqrt(10^2 + 5^2) = 28.8
    assert change(then, now) == "better"
    assert change(now, replace(then, value=55.0, low=50.0, high=60.0)) == "within_noise"


def test_each_total_gets_its_own_predecessors():
    now = [told(0.10, 0.08, 0.13), told(0.10, 0.08, 0.13, partner_id="b")]
    last = [told(0.16, 0.13, 0.20)]
    year = [told(0.05, 0.03, 0.07, partner_id="b")]
    a, b = with_changes(now, last, year)
    assert (a.previous, a.change, a.change_year) == (0.16, "better", None)
    assert (b.previous, b.change, b.change_year) == (None, None, "worse")


@given(st.floats(0.01, 0.98), st.floats(0.001, 0.009), st.floats(0.001, 0.009))
def test_a_period_has_not_changed_against_itself(value, below, above):
    same = told(value, value - below, value + above)
    assert change(same, same) == "within_noise"


def test_periods_before():
    assert Period(202601, 202601).before == Period(202512, 202512)
    assert Period(202601, 202603).before == Period(202510, 202512)
    assert Period(202511, 202602).length == 4
    assert Period(202601, 202603).year_before == Period(202501, 202503)
