import datetime as dt
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyclerk.domain.tables import TALLIES
from tallyclerk.judge.lanes import with_expected
from tallyclerk.judge.results import Judge
from tallyclerk.kpis.registry import all_kpis
from tallyclerk.stats.standardisation import leave_one_out, observed_expected

KPIS = all_kpis()


def tallies(*parts) -> pl.LazyFrame:
    return pl.LazyFrame([row for part in parts for row in part], schema=TALLIES)


def cases(partner, lane, n, hits, kpi="loss_rate", **more):
    """One batch of a rate."""
    key = {"kpi": kpi, "partner_id": partner, "role": "courier", "month": 202601, "lane": lane}
    return [key | {"batch": f"{partner}|{lane}", "rows": n, "n": n, "hits": hits} | more]


def times(partner, lane, minutes, ending="observed", kpi="transit_hours"):
    """Durations, each its own group of batches in turn."""
    key = {"kpi": kpi, "partner_id": partner, "role": "courier", "month": 202601, "lane": lane}
    return [
        key | {"batch_group": i % 20, "minutes": m, "ending": ending, "rows": 1, "n": 1, "hits": 0}
        for i, m in enumerate(minutes)
    ]


def judged(rows, kpi="loss_rate", cut=None, mine=None):
    kpis = {kpi: KPIS[kpi]}
    judge = Judge(kpis=kpis, targets=(), period="2026-01", last_day=dt.date(2026, 1, 31))
    asked = rows if mine is None else rows.filter(pl.col("partner_id") == mine)
    return with_expected(judge.results(asked, cut), rows, KPIS)


def of(results, partner, statistic="rate", lane=None):
    (found,) = [
        r for r in results
        if (r.partner_id, r.statistic, r.lane) == (partner, statistic, lane)
    ]  # fmt: skip
    return found


# Partner a: 100 cases on the hard lane, 50 on the easy one, 50 on one of its own.
# Peers on the hard lane 30 of 150 (b and c together), on the easy one 2 of 100.
WORLD = tallies(
    cases("a", "CN>BR", 100, 15),
    cases("a", "CN>DE", 50, 2),
    cases("a", "CN>IS", 50, 9),
    cases("b", "CN>BR", 50, 20),
    cases("c", "CN>BR", 100, 10),
    cases("c", "CN>DE", 100, 2),
)


def test_expected_is_the_peers_rate_on_the_own_lane_mix():
    a = of(judged(WORLD), "a")
    # 100 · 30/150 + 50 · 2/100 = 21 expected on 150 cases; 17 were lost there; 150 of 200 shared.
    assert a.expected == pytest.approx(21 / 150)
    assert a.ratio == pytest.approx(17 / 21)
    assert a.coverage == pytest.approx(150 / 200)
    assert a.peers_n == 150 + 100
    assert a.value == pytest.approx(26 / 200)


def test_it_is_the_formula_of_the_method():
    reference = {"CN>BR": (250, 45), "CN>DE": (150, 4), "CN>IS": (50, 9)}
    own = {"CN>BR": (100, 15), "CN>DE": (50, 2), "CN>IS": (50, 9)}
    told = observed_expected(leave_one_out(reference, own), own)
    a = of(judged(WORLD), "a")
    assert a.ratio == pytest.approx(told.ratio)
    assert a.coverage == pytest.approx(told.coverage)


def test_a_partner_is_no_part_of_its_own_peers():
    # At 90 % of the volume, c's own rate would hide it from itself.
    rows = tallies(cases("c", "CN>DE", 900, 9), cases("b", "CN>DE", 100, 10))
    assert of(judged(rows), "c").ratio == pytest.approx(9 / 90)


def test_below_sixty_percent_of_shared_lanes_nothing_is_expected():
    rows = tallies(
        cases("a", "CN>DE", 59, 1), cases("a", "CN>IS", 41, 1), cases("b", "CN>DE", 100, 1)
    )
    a = of(judged(rows), "a")
    assert (a.expected, a.ratio) == (None, None)
    assert a.coverage == pytest.approx(0.59)
    assert of(judged(rows), "b").expected == pytest.approx(1 / 59)


def test_sixty_percent_is_enough():
    rows = tallies(
        cases("a", "CN>DE", 60, 1), cases("a", "CN>IS", 40, 1), cases("b", "CN>DE", 100, 1)
    )
    assert of(judged(rows), "a").expected == pytest.approx(0.01)


def test_an_unknown_lane_and_another_role_are_no_peers():
    rows = tallies(
        cases("a", "?>?", 100, 5),
        cases("b", "?>?", 100, 5),
        cases("c", "CN>DE", 100, 5),
        cases("d", "CN>DE", 100, 5, role="forwarder"),
    )
    assert {(r.coverage, r.expected) for r in judged(rows)} == {(0.0, None)}


def test_nothing_expected_has_no_ratio():
    rows = tallies(cases("a", "CN>DE", 100, 5), cases("b", "CN>DE", 100, 0))
    a = of(judged(rows), "a")
    assert (a.expected, a.ratio, a.coverage) == (0.0, None, 1.0)


def test_peers_count_even_where_only_one_partner_is_asked_for():
    assert judged(WORLD, mine="a") == [of(judged(WORLD), "a")]


def test_rows_by_lane_stand_against_the_peers_of_that_lane():
    found = judged(WORLD, cut="lane")
    hard = of(found, "a", lane="CN>BR")
    assert (hard.expected, hard.ratio) == pytest.approx((30 / 150, 15 / 20))
    assert of(found, "a", lane="CN>IS").expected is None


def test_rows_of_rules_and_counterparts_stay_as_they_are():
    rows = tallies(cases("a", "CN>DE", 40, 5, counterpart="x"), cases("b", "CN>DE", 40, 5))
    (row,) = judged(rows, cut="counterpart")
    assert (row.expected, row.coverage) == (None, None)


def test_expected_times_are_those_of_peers_on_the_own_lane_mix():
    # a: 3 of 4 cases on the slow lane. Its peer: mostly on the fast one, 60 min there, 600 here.
    rows = tallies(
        times("a", "CN>BR", [500] * 30),
        times("a", "CN>DE", [50] * 10),
        times("b", "CN>BR", [600] * 10),
        times("b", "CN>DE", [60] * 90),
    )
    found = judged(rows, "transit_hours")
    a = of(found, "a", "p50")
    assert (a.expected, a.ratio, a.coverage) == pytest.approx((10.0, 500 / 600, 1.0))
    # b's own mix: nine of ten on the fast lane, so the median of its peers is 50 min.
    assert of(found, "b", "p50").expected == pytest.approx(50 / 60)
    assert of(found, "b", "p90").expected == pytest.approx(50 / 60)


def test_open_cases_of_peers_are_longer_than_seen():
    # Peer: 20 ended at 60 min, 20 still open at 30 min: at 60 min all at risk have ended.
    rows = tallies(
        times("a", "CN>DE", [60] * 30),
        times("b", "CN>DE", [60] * 20),
        times("b", "CN>DE", [30] * 20, "censored"),
    )
    assert of(judged(rows, "transit_hours"), "a", "p90").expected == pytest.approx(1.0)
    lost = tallies(
        times("a", "CN>DE", [60] * 30),
        times("b", "CN>DE", [60] * 20),
        times("b", "CN>DE", [30] * 20, "never"),
    )
    a = of(judged(lost, "transit_hours"), "a", "p90")
    assert (a.expected, a.ratio, a.coverage) == (None, None, 1.0)


def test_percentiles_by_lane_are_the_peers_on_that_lane():
    rows = tallies(
        times("a", "CN>BR", [500] * 30),
        times("a", "CN>DE", [50] * 10),
        times("b", "CN>BR", [600] * 10),
    )
    found = judged(rows, "transit_hours", cut="lane")
    assert of(found, "a", "p90", "CN>BR").expected == pytest.approx(10.0)
    assert of(found, "a", "p90", "CN>DE").expected is None


counts = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["CN>DE", "CN>FR", "VN>DE"])),
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
)


@given(counts)
@settings(max_examples=25)
def test_a_group_has_as_many_hits_as_exact_fractions_say(drawn):
    rows = tallies(*(cases(partner, lane, *c) for (partner, lane), c in drawn.items()))
    for result in judged(rows):
        own = {lane: c for (p, lane), c in drawn.items() if p == result.partner_id}
        others = {
            lane: [c for (p, other), c in drawn.items() if other == lane and p != result.partner_id]
            for lane in own
        }
        shared = {lane: peers for lane, peers in others.items() if peers}
        n = sum(own[lane][0] for lane in shared)
        assert result.coverage == pytest.approx(n / result.n)
        if result.coverage < 0.6:
            assert result.expected is None
            continue
        due = sum(
            own[lane][0] * Fraction(sum(x for _, x in peers), sum(m for m, _ in peers))
            for lane, peers in shared.items()
        )
        assert result.expected == pytest.approx(float(due / n))
