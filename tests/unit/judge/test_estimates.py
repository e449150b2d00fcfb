"""Hand-computed estimates: values, limits, and the gates before them."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl
import pytest

from tallyclerk.config.models import Target
from tallyclerk.domain.kpi import Statistic
from tallyclerk.domain.results import Histogram, State
from tallyclerk.domain.tables import TALLIES
from tallyclerk.judge.counts import Count
from tallyclerk.judge.estimates import Estimate, estimate, pooled
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.stats.clusters import sums_of
from tallyclerk.stats.rates import clopper_pearson

KPIS = all_kpis()


def rate(batches):
    counts = Count(
        partner_id="p",
        role="courier",
        n=sum(n for n, _ in batches),
        hits=sum(hits for _, hits in batches),
        batches=sums_of(batches),
    )
    return estimate(counts, Statistic.RATE)


def times(groups, statistic=Statistic.P50, never=0):
    histograms = tuple(
        Histogram(bins=tuple((t, group.count(t), 0) for t in sorted(set(group))), never=never)
        for group in groups
    )
    n = sum(len(group) + never for group in groups)
    return estimate(Count(partner_id="p", role="courier", n=n, times=histograms), statistic)


def test_without_cases_there_is_no_value():
    assert rate([]) == Estimate()
    assert times([], Statistic.P90) == Estimate()
    assert not Estimate().is_sufficient


@pytest.mark.parametrize("batches", [1, 2, 7])
def test_a_value_without_limits_from_fewer_than_eight_batches(batches):
    found = rate([(100, 37)] * batches)
    assert (found.value, found.batches) == (0.37, batches)
    assert (found.low, found.high, found.effective_n) == (None, None, None)
    assert not found.is_sufficient
    assert rate([(100, 37)] * 8).is_sufficient


def test_groups_of_batches_count_as_batches_for_percentiles():
    groups = [[60 + k, 90, 120 - k] * 9 for k in range(8)]
    found = times(groups[:7])
    assert (found.value, found.batches) == (1.5, 7)
    assert (found.low, found.high, found.effective_n) == (None, None, None)
    assert times(groups).low is not None


@pytest.mark.parametrize(("n", "is_sufficient"), [(30, False), (32, True)])
def test_thirty_independent_cases_as_evidence(n, is_sufficient):
    # Cases alone in their batch: v = n/(n-1) p q / n, so n* = n - 1, whatever the share.
    found = rate([(1, k % 2) for k in range(n)])
    assert found.effective_n == pytest.approx(n - 1)
    assert found.is_sufficient is is_sufficient


def test_many_cases_in_batches_of_one_fate_are_little_evidence():
    # Ten batches of 50, each wholly late or wholly on time: p = 1/2, v = 10/9 * 10 * 25^2 / 500^2
    # = 1/36, so p q / v = 9 units, less for t_9 = 2.262157 against t_499 = 1.964729.
    found = rate([(50, 50 * (k % 2)) for k in range(10)])
    assert found.value == 0.5
    assert found.effective_n == pytest.approx(9 * (1.964729 / 2.262157) ** 2, rel=1e-6)
    assert not found.is_sufficient
    low, high = clopper_pearson(250, 500)
    assert found.low < low - 0.2
    assert found.high > high + 0.2


def test_zero_hits_have_the_exact_upper_bound():
    found = rate([(1, 0)] * 300)
    assert (found.value, found.low, found.effective_n) == (0.0, 0.0, 300.0)
    assert found.high == pytest.approx(1 - 0.05 ** (1 / 300), rel=1e-12)
    assert found.high < 0.01


def test_zero_hits_in_batches_are_worth_less():
    # Batches of 10: x = 9 * 0.05 / 0.95, a design effect of x / ln(1 + x) = 1.2215727.
    found = rate([(10, 0)] * 30)
    assert found.effective_n == pytest.approx(300 / 1.2215727, rel=1e-6)
    assert found.high == pytest.approx(1 - 0.05 ** (1.2215727 / 300), rel=1e-6)


def test_all_hits_mirror_none():
    none, everything = rate([(7, 0)] * 20), rate([(7, 7)] * 20)
    assert (everything.value, everything.high) == (1.0, 1.0)
    assert everything.low == pytest.approx(1 - none.high, rel=1e-12)
    assert everything.effective_n == none.effective_n


def test_forty_clean_parcels_leave_seven_per_cent_open():
    assert rate([(1, 0)] * 40).high == pytest.approx(0.0722, abs=5e-5)


def test_hours_are_minutes_over_sixty_and_unrounded():
    # 50 equal cases in 10 groups: every order statistic is 100 minutes.
    found = times([[100] * 5] * 10, Statistic.P90)
    assert (found.value, found.low, found.high) == (100 / 60,) * 3
    # Ranks of the median of 40 units alike in all groups: 14 and 27 of 40.
    found = times([list(range(k, 400, 100)) for k in range(0, 100, 10)])
    assert found.value == 190 / 60


def test_a_ninetieth_percentile_needs_36_independent_cases_for_an_upper_limit():
    # 0.9^35 = 0.0250 is still above half of 5 %: the largest of 35 values is no limit.
    assert 0.9**35 > 0.025 > 0.9**36
    spread = [[100 + 37 * k % 41 + j for j in range(3)] for k in range(10)]
    found = times(spread, Statistic.P90)
    assert found.value is not None
    assert found.low is not None
    assert found.high is None


def test_cases_that_never_end_take_the_upper_limit_away():
    found = times([[60, 70, 80, 90] * 2] * 20, Statistic.P90, never=1)
    assert (found.value, found.high) == (None, None)
    assert found.low is not None
    assert found.low <= 1.5


def test_groups_are_pooled_time_by_time():
    groups = (
        Histogram(bins=((5, 1, 0), (9, 2, 1)), never=1),
        Histogram(bins=((2, 0, 1), (9, 1, 1))),
    )
    assert pooled(groups) == Histogram(bins=((2, 0, 1), (5, 1, 0), (9, 3, 2)), never=1)


def tallies(batches, kpi):
    rows = [
        {
            "kpi": kpi,
            "partner_id": "p",
            "role": "courier",
            "month": 202610,
            "batch": f"b{number}",
            "rows": n,
            "n": n,
            "hits": hits,
        }
        for number, (n, hits) in enumerate(batches)
    ]
    return pl.LazyFrame(rows, schema=TALLIES)


def judged(batches, kpi="on_time_rate"):
    judge = Judge(
        kpis={kpi: KPIS[kpi]},
        targets=(Target(kpi=kpi, target=0.95, limit=0.9),),
        period="2026-10",
        last_day=dt.date(2026, 10, 31),
    )
    (result,) = judge.results(tallies(batches, kpi))
    return result


@pytest.mark.parametrize("hits", [0, 1, 500, 950, 1000])
def test_no_state_is_decided_from_fewer_than_eight_batches(hits):
    result = judged([(1000, hits)] * 7)
    assert result.state is State.INSUFFICIENT
    assert result.counted == ("met" if hits >= 950 else "missed")
    assert (result.low, result.high, result.effective_n) == (None, None, None)
    assert (result.reason or "").endswith("how much they differ: 7")


@pytest.mark.parametrize(
    ("hits", "state"),
    [(0, State.BREACH), (500, State.BREACH), (935, State.BELOW_TARGET), (1000, State.MEETS)],
)
def test_eight_batches_decide(hits, state):
    assert judged([(1000, hits)] * 8).state is state


def test_judge_tells_what_the_estimate_tells():
    batches = [(20, 20 - k % 3) for k in range(24)]
    result, found = judged(batches), rate(batches)
    assert math.isclose(result.value, (480 - 24) / 480)
    assert (result.low, result.high) == (found.low, found.high)
    assert (result.batches, result.effective_n) == (24, found.effective_n)
