"""Another partner on a partner's lane mix: a direct comparison, worked by hand."""

import pytest

from tallyclerk.domain.results import Result, State
from tallyclerk.judge.alternatives import best_alternative


def rate(partner, hits, n, lane=None, better="higher"):
    return Result(
        partner_id=partner, role="courier", kpi="on_time_rate", statistic="rate", unit="rate",
        period="2026-10", n=n, hits=hits, value=hits / n if n else None, low=None, high=None,
        state=State.NO_TARGET, better=better, lane=lane,
    )  # fmt: skip


MINE = [rate("me", 60, 80, "CN>DE"), rate("me", 18, 20, "CN>FR")]
TOTAL = rate("me", 78, 100)


def test_each_lane_weighs_as_much_as_it_does_for_the_partner():
    # 80 × 27/30 + 20 × 5/10 = 82 of 100, against 78 of 100.
    other = [rate("b", 27, 30, "CN>DE"), rate("b", 5, 10, "CN>FR")]
    found = best_alternative(TOTAL, [*MINE, *other])
    assert (found.partner_id, found.cases, found.coverage) == ("b", 40, 1.0)
    assert found.value == pytest.approx(0.82)
    assert found.own == pytest.approx(0.78)


def test_lanes_that_are_not_shared_are_left_out_on_both_sides():
    found = best_alternative(TOTAL, [*MINE, rate("b", 27, 30, "CN>DE")])
    assert (found.coverage, found.own) == (0.8, 0.75)
    assert found.value == pytest.approx(0.9)


def test_no_alternative_covers_too_little_has_too_few_cases_or_is_worse():
    for other in (
        rate("b", 30, 30, "CN>FR"),
        rate("b", 29, 29, "CN>DE"),
        rate("b", 20, 40, "CN>DE"),
        rate("b", 40, 40, "VN>DE"),
    ):
        assert best_alternative(TOTAL, [*MINE, other]) is None
    assert best_alternative(TOTAL, MINE) is None


def test_the_best_of_several_is_taken_whichever_way_is_better():
    others = [rate("b", 30, 60, "CN>DE"), rate("c", 20, 60, "CN>DE")]
    lower = [rate(r.partner_id, r.hits, r.n, r.lane, "lower") for r in (*MINE, *others)]
    assert best_alternative(rate("me", 78, 100, None, "lower"), lower).partner_id == "c"
